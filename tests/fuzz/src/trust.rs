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
    let is_mistaken = !has_key(leaf)
        || has_name_of_issuer(leaf)
        || others.iter().any(|other| has_name_of_issuer(other) || is_named(other, anchor));
    if is_mistaken && is_signed(leaf, others, anchor) {
        return true;
    }
    (0..1_u32 << others.len()).rev().any(|choice| {
        let mut chain = Stack::new().expect("memory");
        for (index, other) in others.iter().enumerate() {
            if choice >> index & 1 == 1 {
                chain.push(other.clone()).expect("memory");
            }
        }
        is_path(leaf, &chain, Terms { anchor, host, now, flags: X509VerifyFlags::PARTIAL_CHAIN })
    })
}

/// OpenSSL takes a certificate that bears its issuer's name for self-signed, and an anchor of that name for the issuer of all below it:
/// of such paths it is asked for the signatures alone.
fn is_signed(child: &X509Ref, others: &[X509], anchor: &X509) -> bool {
    let signs = |issuer: &X509| issuer.public_key().is_ok_and(|key| child.verify(&key).unwrap_or(false));
    signs(anchor)
        || others.iter().enumerate().any(|(index, other)| {
            let rest = [&others[..index], &others[index + 1..]].concat();
            signs(other) && is_signed(other, &rest, anchor)
        })
}

fn has_name_of_issuer(certificate: &X509Ref) -> bool {
    certificate.subject_name().to_der().ok() == certificate.issuer_name().to_der().ok()
}

fn is_named(one: &X509Ref, other: &X509Ref) -> bool {
    one.subject_name().to_der().ok() == other.subject_name().to_der().ok()
}

/// Would OpenSSL let a certificate that it trusts serve TLS for a host? A pinned leaf needs no path, so of its extensions only names
/// and purpose count.
pub fn serves(leaf: &X509, host: &str, now: i64) -> bool {
    let terms = Terms { anchor: leaf, host, now, flags: X509VerifyFlags::PARTIAL_CHAIN | X509VerifyFlags::IGNORE_CRITICAL };
    !has_key(leaf) || is_path(leaf, &Stack::new().expect("memory"), terms)
}

/// A key is never interpreted for pinning; TLS fails with one that is none, and OpenSSL asks for it first.
fn has_key(leaf: &X509Ref) -> bool {
    leaf.public_key().is_ok()
}

#[derive(Clone, Copy)]
struct Terms<'a> {
    anchor: &'a X509,
    host: &'a str,
    now: i64,
    flags: X509VerifyFlags,
}

fn is_path(leaf: &X509Ref, chain: &Stack<X509>, terms: Terms<'_>) -> bool {
    let found = ask(leaf, chain, &store(terms, Some(X509PurposeId::SSL_SERVER)));
    // A leaf's key usage is the platform's affair. Without a purpose OpenSSL does not ask for it, unless it has no bit at all.
    let without_purpose = || ask(leaf, chain, &store(terms, None)) == Ok(());
    found == Ok(()) || has_empty_key_usage(leaf) || (found == Err((INVALID_PURPOSE, 0)) && without_purpose())
}

fn has_empty_key_usage(leaf: &X509Ref) -> bool {
    const KEY_USAGE: &[u8] = &[0x06, 0x03, 0x55, 0x1d, 0x0f];
    let der = leaf.to_der().expect("it was read from there");
    let at = der.windows(KEY_USAGE.len()).position(|window| window == KEY_USAGE);
    at.is_some_and(|at| der[at..].iter().take(16).collect::<Vec<_>>().windows(4).any(|it| matches!(it, [3, 2, _, 0])))
}

/// X509_V_ERR_INVALID_PURPOSE
const INVALID_PURPOSE: i32 = 26;

fn store(Terms { anchor, host, now, flags }: Terms<'_>, purpose: Option<X509PurposeId>) -> X509Store {
    let mut builder = X509StoreBuilder::new().expect("memory");
    let mut terms = X509VerifyParam::new().expect("memory");
    terms.set_flags(flags).expect("a flag");
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
