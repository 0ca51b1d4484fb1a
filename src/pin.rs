//! A pin: the SHA-256 of a key or of a whole certificate.

mod placeholders;

use core::fmt;

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::crypto::Digest;

pub use placeholders::Hashed;

/// What a pin names. Two pins are the same when their bytes are, never when their text is.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Pin {
    /// `cert-sha256/…`: the whole certificate, as received.
    Certificate(Digest),
    /// `sha256/…`: the SubjectPublicKeyInfo, as the certificate has it (RFC 7469 section 2.4).
    Key(Digest),
}

impl Pin {
    /// Reads `sha256/<base64>` or `cert-sha256/<base64>`.
    ///
    /// # Errors
    /// [`PinError`], which says what to write instead.
    pub fn parse(text: &str) -> Result<Self, PinError> {
        let (wrap, encoded): (fn(Digest) -> Self, &str) = match text.split_once('/') {
            Some(("sha256", encoded)) => (Self::Key, encoded),
            Some(("cert-sha256", encoded)) => (Self::Certificate, encoded),
            Some(("sha1", _)) => return Err(PinError::Sha1),
            _ if is_hex_digest(text) => return Err(PinError::Hex),
            _ => return Err(PinError::Prefix),
        };
        if placeholders::is_filler(encoded) {
            return Err(PinError::Placeholder);
        }
        if is_hex_digest(encoded) {
            return Err(PinError::Hex);
        }
        if encoded.contains(['-', '_']) {
            return Err(PinError::UrlSafe);
        }
        // The first digit of one digest in 64 is itself a slash: only one too many is curl's.
        if encoded.strip_prefix('/').is_some_and(|rest| rest.len() == DIGITS) {
            return Err(PinError::CurlPrefix);
        }
        // The standard engine refuses missing padding and non-zero trailing bits, so that one digest has one text.
        let bytes = STANDARD.decode(encoded).map_err(|_| PinError::Base64)?;
        let length = bytes.len();
        let digest = bytes.try_into().map_err(|_| PinError::Length(length))?;
        match placeholders::hashed(&digest) {
            Some(hashed) => Err(PinError::BrokenCommand(hashed)),
            None => Ok(wrap(digest)),
        }
    }

    /// A whole certificate's.
    pub(crate) fn is_of_certificate(&self) -> bool {
        match self {
            Self::Certificate(_) => true,
            Self::Key(_) => false,
        }
    }

    /// The 32 bytes.
    pub fn digest(&self) -> &Digest {
        match self {
            Self::Certificate(digest) | Self::Key(digest) => digest,
        }
    }
}

impl fmt::Display for Pin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let prefix = match self {
            Self::Certificate(_) => "cert-sha256/",
            Self::Key(_) => "sha256/",
        };
        f.write_str(prefix)?;
        f.write_str(&STANDARD.encode(self.digest()))
    }
}

/// Why a text is not a pin.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum PinError {
    /// Not canonical standard base64.
    Base64,
    /// The digest of what a failed command prints, and of no key.
    BrokenCommand(Hashed),
    /// curl's `sha256//`.
    CurlPrefix,
    /// A digest in hexadecimal.
    Hex,
    /// Decodes to another number of bytes than 32.
    Length(usize),
    /// One character, repeated.
    Placeholder,
    /// Neither `sha256/` nor `cert-sha256/`.
    Prefix,
    /// SHA-1.
    Sha1,
    /// base64url.
    UrlSafe,
}

impl fmt::Display for PinError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Base64 => f.write_str(
                "not canonical base64; write `sha256/` and the 44 characters of the digest's standard base64, the `=` included",
            ),
            Self::BrokenCommand(hashed) => write!(
                f,
                "this is the SHA-256 of {hashed}, not of a key: a step before `openssl dgst` failed; print the pin with `chainpin pin`, or run the steps one by one"
            ),
            Self::CurlPrefix => f.write_str("`sha256//` is curl's notation; write `sha256/` with one slash"),
            Self::Hex => f.write_str("the digest is in hexadecimal; write its 32 bytes in base64, as `sha256/<base64>`"),
            Self::Length(length) => write!(f, "the digest has {length} bytes; a SHA-256 has 32"),
            Self::Placeholder => {
                f.write_str("this is a placeholder, not a digest; read the real pin from the failure message of a connection")
            }
            Self::Prefix => f.write_str("a pin starts with `sha256/` (of the key) or `cert-sha256/` (of the certificate)"),
            Self::Sha1 => f.write_str("SHA-1 pins are not accepted; write the SHA-256 of the same key, as `sha256/<base64>`"),
            Self::UrlSafe => f.write_str("base64url (`-`, `_`) is not accepted; write standard base64 (`+`, `/`)"),
        }
    }
}

/// For the schema.
#[cfg(feature = "schema")]
pub(crate) const KINDS: &str = "`sha256/<base64>` of a key or `cert-sha256/<base64>` of a certificate.";
/// The same as a pattern.
#[cfg(feature = "schema")]
pub(crate) const PATTERN: &str = "^(cert-)?sha256/[0-9A-Za-z+/]{43}=$";
/// The same of a key alone.
#[cfg(feature = "schema")]
pub(crate) const KEY_PATTERN: &str = "^sha256/[0-9A-Za-z+/]{43}=$";

/// Characters of 32 bytes in base64, padding included.
const DIGITS: usize = 44;

fn is_hex_digest(text: &str) -> bool {
    let digits = text.bytes().filter(|byte| *byte != b':');
    text.bytes().all(|byte| byte == b':' || byte.is_ascii_hexdigit()) && digits.count() == 64
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::sha256;

    const TEXT: &str = "sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk=";

    fn pin_of(text: &[u8]) -> String {
        Pin::Key(sha256(text)).to_string()
    }

    #[test]
    fn reads_and_shows_both_kinds() {
        for text in [TEXT.to_owned(), format!("cert-{TEXT}")] {
            assert_eq!(Pin::parse(&text).map(|pin| pin.to_string()), Ok(text));
        }
        assert_ne!(Pin::parse(TEXT), Pin::parse(&format!("cert-{TEXT}")));
    }

    #[test]
    fn a_digest_may_begin_with_a_slash() {
        let pin = Pin::Key([0xff; 32]);
        let text = format!("sha256/{}8=", "/".repeat(42));
        assert_eq!((pin.to_string(), Pin::parse(&text)), (text, Ok(pin)));
        let curl = format!("sha256//{}8=", "/".repeat(42));
        assert_eq!(Pin::parse(&curl), Err(PinError::CurlPrefix));
    }

    #[test]
    fn says_what_to_write_instead() {
        let hex = "020f032d130133aabd21a0facf009ddf034c15522b14fec297c9d9c2e9c11c79";
        let colons: Vec<String> = hex.as_bytes().chunks(2).map(|pair| String::from_utf8_lossy(pair).into_owned()).collect();
        for (text, error) in [
            (String::new(), PinError::Prefix),
            ("Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk=".into(), PinError::Prefix),
            (TEXT.to_uppercase(), PinError::Prefix),
            ("sha512/AAAA".into(), PinError::Prefix),
            ("pin-sha256=\"Ag8D\"".into(), PinError::Prefix),
            (format!(" {TEXT}"), PinError::Prefix),
            (format!("{TEXT} "), PinError::Base64),
            (TEXT.replace('=', ""), PinError::Base64),
            (TEXT.replace("k=", "l="), PinError::Base64),
            (TEXT.replace('w', "é"), PinError::Base64),
            (TEXT.replace("sha256/", "sha256//"), PinError::CurlPrefix),
            (TEXT.replace("sha256/", "cert-sha256//"), PinError::CurlPrefix),
            (TEXT.replace("sha256/Ag8", "sha256///Ag8"), PinError::Base64),
            (TEXT.replace("sha256/", "sha1/"), PinError::Sha1),
            (TEXT.replace('L', "_"), PinError::UrlSafe),
            (hex.into(), PinError::Hex),
            (format!("sha256/{hex}"), PinError::Hex),
            (format!("sha256/{}", colons.join(":")), PinError::Hex),
            ("sha256/AAAA".into(), PinError::Length(3)),
            ("sha256/".into(), PinError::Length(0)),
            (format!("sha256/{}=", "A".repeat(43)), PinError::Placeholder),
            (format!("sha256/{}=", "B".repeat(43)), PinError::Placeholder),
            (format!("sha256/{}", "x".repeat(44)), PinError::Placeholder),
            (format!("sha256/{}", "A".repeat(43)), PinError::Placeholder),
            (pin_of(b""), PinError::BrokenCommand(Hashed::Nothing)),
            (format!("cert-{}", pin_of(b"")), PinError::BrokenCommand(Hashed::Nothing)),
            (pin_of(b"\n"), PinError::BrokenCommand(Hashed::EmptyLine)),
            (pin_of(b"\r\n"), PinError::BrokenCommand(Hashed::EmptyLine)),
            (pin_of(b"Could not find certificate from <stdin>\n"), PinError::BrokenCommand(Hashed::ErrorMessage)),
            (pin_of(b"").replace('=', ""), PinError::Base64),
        ] {
            assert_eq!(Pin::parse(&text), Err(error), "{text}");
        }
    }
}
