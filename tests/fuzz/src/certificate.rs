//! What OpenSSL and webpki read in a certificate.

use core::ffi::c_int;
use core::ptr;

use foreign_types::ForeignTypeRef;
use openssl::x509::X509;
use rustls_pki_types::CertificateDer;

/// The SubjectPublicKeyInfo by OpenSSL and by webpki; of each that can read the certificate.
///
/// OpenSSL tells its own encoding (a constructed string becomes a primitive one); a pin is of the bytes that stand there, so only what
/// does counts.
pub fn keys(der: &[u8]) -> Vec<Vec<u8>> {
    let by_openssl = X509::from_der(der).ok().and_then(|certificate| openssl_key(&certificate));
    let by_openssl = by_openssl.filter(|key| der.windows(key.len()).any(|window| window == key));
    let der = CertificateDer::from(der);
    let by_webpki = webpki::EndEntityCert::try_from(&der).ok().map(|certificate| certificate.subject_public_key_info().to_vec());
    [by_openssl, by_webpki].into_iter().flatten().collect()
}

/// The bytes of one PEM block, by hand.
pub fn pem(der: &[u8]) -> String {
    let digits = openssl::base64::encode_block(der);
    let lines: Vec<&str> = digits.as_bytes().chunks(64).map(|line| core::str::from_utf8(line).expect("base64")).collect();
    format!("-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n", lines.join("\n"))
}

/// `sha256/…`, by OpenSSL.
pub fn pin(spki: &[u8]) -> String {
    format!("sha256/{}", openssl::base64::encode_block(&openssl::sha::sha256(spki)))
}

/// `cert-sha256/…`, by OpenSSL.
pub fn certificate_pin(der: &[u8]) -> String {
    format!("cert-{}", pin(der))
}

enum PublicKey {}

unsafe extern "C" {
    fn X509_get_X509_PUBKEY(certificate: *const openssl_sys::X509) -> *mut PublicKey;
    fn i2d_X509_PUBKEY(key: *const PublicKey, out: *mut *mut u8) -> c_int;
}

/// Of any kind of key: what `openssl x509 -pubkey` gives only for those that OpenSSL knows.
pub fn openssl_key(certificate: &X509) -> Option<Vec<u8>> {
    // SAFETY: the certificate lives; OpenSSL tells the length, and then writes as much.
    unsafe {
        let key = X509_get_X509_PUBKEY(certificate.as_ptr());
        let length = i2d_X509_PUBKEY(key, ptr::null_mut());
        let mut bytes = vec![0; usize::try_from(length).ok().filter(|length| *length > 0)?];
        let mut out = bytes.as_mut_ptr();
        (i2d_X509_PUBKEY(key, &mut out) == length).then_some(bytes)
    }
}
