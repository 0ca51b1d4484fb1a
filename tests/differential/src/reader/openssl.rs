//! OpenSSL's library. The crate `openssl` reads the certificate; what it does not wrap is asked of the library itself.

use std::ffi::{c_int, c_uchar, c_void};
use std::ptr;

use foreign_types::{ForeignType, ForeignTypeRef};
use openssl::asn1::Asn1TimeRef;
use openssl::error::ErrorStack;
use openssl::hash::MessageDigest;
use openssl::sha::sha256;
use openssl::x509::{X509, X509NameEntryRef, X509NameRef};
use openssl_sys as ffi;

use super::{AltNames, Attribute, Name, Reading};
use crate::show;

pub fn read(der: &[u8]) -> Option<Reading> {
    let certificate = X509::from_der(der).ok()?;
    let date = |time: &Asn1TimeRef| date(time);
    let reading = Reading {
        key: Some(sha256(&key(&certificate)).to_vec()),
        fingerprint: Some(certificate.digest(MessageDigest::sha256()).unwrap().to_vec()),
        dates: Some([date(certificate.not_before()), date(certificate.not_after())]),
        subject: Some(Name::Attributes(name(certificate.subject_name()))),
        issuer: Some(Name::Attributes(name(certificate.issuer_name()))),
        alt_names: Some(alt_names(&certificate)),
        version: Some(i64::from(certificate.version()) + 1),
        serial: Some(serial(&certificate)),
        extensions: Some(extensions(&certificate)),
    };
    // What could not be read above left its traces.
    let _ = ErrorStack::get();
    Some(reading)
}

unsafe extern "C" {
    fn ASN1_TIME_to_tm(time: *const ffi::ASN1_TIME, tm: *mut ffi_tm) -> c_int;
    fn X509_get_X509_PUBKEY(certificate: *const ffi::X509) -> *mut c_void;
    fn i2d_ASN1_INTEGER(integer: *const ffi::ASN1_INTEGER, out: *mut *mut c_uchar) -> c_int;
    fn i2d_X509_PUBKEY(key: *const c_void, out: *mut *mut c_uchar) -> c_int;
}

/// C's `struct tm`, and room for what some systems have beyond.
#[repr(C)]
#[allow(non_camel_case_types, reason = "C's name")]
struct ffi_tm {
    fields: [c_int; 9],
    more: [u64; 4],
}

fn date(time: &Asn1TimeRef) -> Option<String> {
    let mut tm = ffi_tm { fields: [0; 9], more: [0; 4] };
    // SAFETY: both pointers are valid; the structure is as large as any `struct tm`.
    let is_read = unsafe { ASN1_TIME_to_tm(time.as_ptr(), &raw mut tm) } == 1;
    let [second, minute, hour, day, month, year, ..] = tm.fields;
    is_read.then(|| format!("{:04}-{:02}-{day:02}T{hour:02}:{minute:02}:{second:02}Z", year + 1900, month + 1))
}

/// The SubjectPublicKeyInfo as OpenSSL writes it.
fn key(certificate: &X509) -> Vec<u8> {
    // SAFETY: the key belongs to the certificate, which outlives it.
    let key = unsafe { X509_get_X509_PUBKEY(certificate.as_ptr()) };
    // SAFETY: `i2d` asks for the length, or writes as much as it said before.
    encode(|out| unsafe { i2d_X509_PUBKEY(key, out) })
}

fn serial(certificate: &X509) -> Vec<u8> {
    // SAFETY: as for the key.
    let der = encode(|out| unsafe { i2d_ASN1_INTEGER(certificate.serial_number().as_ptr(), out) });
    crate::der::content(&der)
}

fn encode(i2d: impl Fn(*mut *mut c_uchar) -> c_int) -> Vec<u8> {
    let length = usize::try_from(i2d(ptr::null_mut())).unwrap();
    let mut der = vec![0; length];
    let mut at = der.as_mut_ptr();
    assert_eq!(usize::try_from(i2d(&raw mut at)), Ok(length));
    der
}

fn name(name: &X509NameRef) -> Vec<Attribute> {
    let attribute = |entry: &X509NameEntryRef| Attribute {
        oid: oid(entry.object().as_ptr()),
        // SAFETY: the string belongs to the entry.
        tag: unsafe { ffi::ASN1_STRING_type(entry.data().as_ptr()) } as u8,
        utf8: entry.data().to_string().ok(),
    };
    name.entries().map(attribute).collect()
}

fn alt_names(certificate: &X509) -> AltNames {
    let mut critical = 0;
    // SAFETY: the certificate is valid, and what is read is freed below.
    let names =
        unsafe { ffi::X509_get_ext_d2i(certificate.as_ptr(), ffi::NID_subject_alt_name, &raw mut critical, ptr::null_mut()) };
    if names.is_null() {
        // -1: there is no such extension.
        return if critical == -1 { AltNames::All(Vec::new()) } else { AltNames::Unreadable };
    }
    // SAFETY: a stack of GENERAL_NAME is what this extension is read as.
    let names: openssl::stack::Stack<openssl::x509::GeneralName> = unsafe { openssl::stack::Stack::from_ptr(names.cast()) };
    let shown = names.iter().filter_map(|name| {
        // SAFETY: the type says which member of the union holds.
        let (kind, string) = unsafe { ((*name.as_ptr()).type_, (*name.as_ptr()).d.cast::<ffi::ASN1_STRING>()) };
        // SAFETY: both kinds are ASN1_STRINGs.
        let octets = |string| unsafe {
            let length = usize::try_from(ffi::ASN1_STRING_length(string)).unwrap();
            if length == 0 { &[][..] } else { std::slice::from_raw_parts(ffi::ASN1_STRING_get0_data(string), length) }
        };
        match kind {
            ffi::GEN_DNS => Some(show::dns(octets(string))),
            ffi::GEN_IPADD => Some(show::address(octets(string))),
            _ => None,
        }
    });
    AltNames::All(shown.collect())
}

fn extensions(certificate: &X509) -> Vec<(String, bool)> {
    // SAFETY: the extensions belong to the certificate.
    let count = unsafe { ffi::X509_get_ext_count(certificate.as_ptr()) };
    (0..count)
        .map(|at| unsafe {
            let extension = ffi::X509_get_ext(certificate.as_ptr(), at);
            (show::dotted(&oid(ffi::X509_EXTENSION_get_object(extension))), ffi::X509_EXTENSION_get_critical(extension) != 0)
        })
        .collect()
}

/// The content of an object identifier that is in use.
fn oid(oid: *const ffi::ASN1_OBJECT) -> Vec<u8> {
    // SAFETY: a library's object is never without content.
    unsafe { std::slice::from_raw_parts(ffi::OBJ_get0_data(oid), ffi::OBJ_length(oid)) }.to_vec()
}
