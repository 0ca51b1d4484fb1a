//! Paths, by OpenSSL.

use openssl::stack::Stack;
use openssl::x509::store::{X509Store, X509StoreBuilder};
use openssl::x509::verify::{X509CheckFlags, X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509PurposeId, X509Ref, X509StoreContext, X509VerifyResult};

/// Does OpenSSL find a path for a TLS server from `leaf` to `anchor`, through any of `others`?
///
/// It takes the first issuer that fits and does not come back, as chainpin does, so it is asked for every choice of the others.
/// `host` is canonical, `now` in seconds.
pub fn leads_to(leaf: &X509Ref, others: &[X509], anchor: &X509, host: &str, now: i64) -> bool {
    (0..1_u32 << others.len()).rev().any(|choice| {
        let mut chain = Stack::new().expect("memory");
        for (index, other) in others.iter().enumerate() {
            if choice >> index & 1 == 1 {
                chain.push(other.clone()).expect("memory");
            }
        }
        is_path(leaf, &chain, anchor, host, now)
    })
}

fn is_path(leaf: &X509Ref, chain: &Stack<X509>, anchor: &X509, host: &str, now: i64) -> bool {
    let found = ask(leaf, chain, &store(anchor, host, now, Some(X509PurposeId::SSL_SERVER)));
    // OpenSSL asks a server's key usage for what no cipher suite of TLS 1.3 needs; its other purposes chainpin looks at itself.
    found == Ok(()) || (found == Err((INVALID_PURPOSE, 0)) && ask(leaf, chain, &store(anchor, host, now, None)) == Ok(()))
}

/// X509_V_ERR_INVALID_PURPOSE
const INVALID_PURPOSE: i32 = 26;

fn store(anchor: &X509, host: &str, now: i64, purpose: Option<X509PurposeId>) -> X509Store {
    let mut builder = X509StoreBuilder::new().expect("memory");
    let mut terms = X509VerifyParam::new().expect("memory");
    terms.set_flags(X509VerifyFlags::PARTIAL_CHAIN).expect("a flag");
    terms.set_hostflags(X509CheckFlags::NO_PARTIAL_WILDCARDS | X509CheckFlags::NEVER_CHECK_SUBJECT);
    terms.set_time(now);
    match host.parse() {
        Ok(address) => terms.set_ip(address).expect("an address"),
        Err(_) => terms.set_host(host).expect("a name"),
    }
    if let Some(purpose) = purpose {
        terms.set_purpose(purpose).expect("a purpose");
    }
    builder.set_param(&terms).expect("terms");
    builder.add_cert(anchor.clone()).expect("an anchor");
    builder.build()
}

/// The error and its place on the path.
fn ask(leaf: &X509Ref, chain: &Stack<X509>, store: &X509Store) -> Result<(), (i32, u32)> {
    let mut context = X509StoreContext::new().expect("memory");
    let asked = context.init(store, leaf, chain, |context| {
        let verified = context.verify_cert()?;
        Ok(if verified { Ok(()) } else { Err((context.error().as_raw(), context.error_depth())) })
    });
    asked.unwrap_or(Err((X509VerifyResult::APPLICATION_VERIFICATION.as_raw(), 0)))
}
