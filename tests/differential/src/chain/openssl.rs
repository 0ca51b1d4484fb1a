//! OpenSSL's `X509_verify_cert`: purpose sslserver, the host, the same time, and partial chains, for an anchor may be an intermediate.

use std::ptr;

use foreign_types::ForeignType;
use openssl::stack::Stack;
use openssl::x509::store::X509StoreBuilder;
use openssl::x509::verify::{X509CheckFlags, X509VerifyFlags, X509VerifyParam};
use openssl::x509::{X509, X509PurposeId, X509StoreContext};
use openssl_sys as ffi;

use super::world::HOST;

pub struct Question<'a> {
    /// Where the path begins.
    pub leaf: &'a [u8],
    pub role: Role,
    pub untrusted: Vec<&'a Vec<u8>>,
    pub anchors: Vec<&'a Vec<u8>>,
    /// Seconds since 1970.
    pub now: i64,
}

/// What the path begins with.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// A server of the host.
    Server,
    /// A CA, somewhere on the way.
    Ca,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Strictness {
    /// X509_V_FLAG_X509_STRICT.
    Strict,
    Usual,
}

#[derive(Debug)]
pub enum Answer {
    /// The path, leaf first.
    Verified(Vec<Vec<u8>>),
    Refused {
        /// X509_V_ERR_…, -1 where a certificate cannot be read.
        error: i32,
        /// It is about the path's last certificate.
        at_anchor: bool,
        words: String,
    },
}

pub fn verify(question: &Question<'_>, strictness: Strictness) -> Answer {
    let unread = |what: &str| Answer::Refused { error: -1, at_anchor: false, words: format!("{what} cannot be read") };
    let Ok(leaf) = X509::from_der(question.leaf) else { return unread("the leaf") };
    let mut untrusted = Stack::new().unwrap();
    // What cannot be read stands on no path.
    question.untrusted.iter().filter_map(|der| X509::from_der(der).ok()).for_each(|one| untrusted.push(one).unwrap());
    let mut store = X509StoreBuilder::new().unwrap();
    question.anchors.iter().filter_map(|der| X509::from_der(der).ok()).for_each(|one| store.add_cert(one).unwrap());
    let mut param = X509VerifyParam::new().unwrap();
    let strict = if strictness == Strictness::Strict { X509VerifyFlags::X509_STRICT } else { X509VerifyFlags::empty() };
    param.set_flags(X509VerifyFlags::PARTIAL_CHAIN | strict).unwrap();
    if question.role == Role::Server {
        param.set_purpose(X509PurposeId::SSL_SERVER).unwrap();
        param.set_hostflags(X509CheckFlags::NEVER_CHECK_SUBJECT | X509CheckFlags::NO_PARTIAL_WILDCARDS);
        param.set_host(HOST).unwrap();
    }
    param.set_time(question.now);
    param.set_depth(16);
    store.set_param(&param).unwrap();
    let store = store.build();
    let mut context = X509StoreContext::new().unwrap();
    let answer = context.init(&store, &leaf, &untrusted, |context| {
        if context.verify_cert()? {
            let path = context.chain().unwrap().iter().map(|one| one.to_der().unwrap()).collect();
            return Ok(Answer::Verified(path));
        }
        let (length, last) = context.chain().map_or((0, None), |chain| (chain.len(), chain.iter().last()));
        let depth = context.error_depth() as usize;
        let ends_in_anchor = last.is_some_and(|last| question.anchors.contains(&&last.to_der().unwrap()));
        let at_anchor = ends_in_anchor && depth + 1 == length;
        let place = match depth {
            0 => "the leaf",
            _ if at_anchor => "the anchor",
            _ => "an intermediate",
        };
        let words = format!("{} at {place}", context.error().error_string());
        Ok(Answer::Refused { error: context.error().as_raw(), at_anchor, words })
    });
    // Failures leave their traces in the library's queue.
    let _ = openssl::error::ErrorStack::get();
    answer.unwrap_or_else(|error| Answer::Refused { error: -2, at_anchor: false, words: format!("no verification: {error}") })
}

/// Does a certificate bear another's name as its issuer, and a signature by that one's key?
pub fn has_signed(issuer: &[u8], certificate: &[u8]) -> bool {
    let (Ok(issuer), Ok(certificate)) = (X509::from_der(issuer), X509::from_der(certificate)) else { return false };
    let named = issuer.subject_name().to_der().unwrap() == certificate.issuer_name().to_der().unwrap();
    named && issuer.public_key().is_ok_and(|key| certificate.verify(&key).unwrap_or(false))
}

/// What OpenSSL holds against the extensions of a certificate.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Extensions {
    /// Nothing.
    Readable,
    /// A key identifier or distribution points that cannot be read, and nothing else.
    IdentifiersUnreadable,
    /// Something that a decision may rest on.
    Unreadable,
}

pub fn extensions(der: &[u8]) -> Extensions {
    let Ok(certificate) = X509::from_der(der) else { return Extensions::Unreadable };
    let is_unread = |nid| {
        let mut critical = 0;
        // SAFETY: the certificate is valid. What is read is of another type for each number; a run loses these few bytes.
        let read = unsafe { ffi::X509_get_ext_d2i(certificate.as_ptr(), nid, &raw mut critical, ptr::null_mut()) };
        read.is_null() && critical != -1
    };
    // SAFETY: the certificate is valid.
    let is_invalid = unsafe { ffi::X509_get_extension_flags(certificate.as_ptr()) } & ffi::EXFLAG_INVALID != 0;
    let identifiers = [ffi::NID_authority_key_identifier, ffi::NID_subject_key_identifier, ffi::NID_crl_distribution_points];
    let others = [
        ffi::NID_basic_constraints,
        ffi::NID_key_usage,
        ffi::NID_ext_key_usage,
        ffi::NID_subject_alt_name,
        ffi::NID_name_constraints,
    ];
    let found = match (is_invalid, others.into_iter().any(is_unread), identifiers.into_iter().any(is_unread)) {
        (false, ..) => Extensions::Readable,
        (true, false, true) => Extensions::IdentifiersUnreadable,
        (true, ..) => Extensions::Unreadable,
    };
    let _ = openssl::error::ErrorStack::get();
    found
}
