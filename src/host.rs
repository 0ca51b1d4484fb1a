//! The host of a connection: one canonical form for every spelling; what could be mistaken for another host is invalid.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::limits::{HOST_BYTES, LABEL_BYTES};

/// A canonical DNS name or IP address.
#[derive(Clone, Debug, Eq, Hash, PartialEq)]
pub enum Host {
    /// A DNS name in A-label form: lower case, no trailing dot.
    Dns(String),
    /// An address; an IPv4-mapped IPv6 address becomes its IPv4.
    Ip(IpAddr),
}

impl Host {
    /// Reads a DNS name in A-label form, a canonical IPv4 literal or an IPv6 literal (with or without brackets).
    ///
    /// # Errors
    /// [`HostError`] for every other spelling: what cannot be read exactly must not count as "not pinned".
    pub fn parse(text: &str) -> Result<Self, HostError> {
        if text.is_empty() {
            return Err(HostError::Empty);
        }
        if let Some(byte) = text.bytes().find(|byte| URL_BYTES.contains(byte)) {
            return Err(HostError::Character { byte });
        }
        if text.starts_with('[') || text.contains(':') {
            return parse_ipv6(text);
        }
        let name = text.strip_suffix('.').unwrap_or(text);
        if name.len() > HOST_BYTES {
            return Err(HostError::TooLong { bytes: name.len() });
        }
        if let Some(byte) = text.bytes().find(|byte| !is_name_byte(*byte)) {
            return Err(HostError::Character { byte });
        }
        if let Some(label) = name.split('.').find(|label| !is_label(label)) {
            return Err(HostError::Label { label: label.to_owned() });
        }
        if is_numeric(name.rsplit('.').next().unwrap_or(name)) {
            // The text, not the name: a trailing dot is no part of an address.
            let address: Ipv4Addr = text.parse().map_err(|_| HostError::Numeric)?;
            return Ok(Self::Ip(address.into()));
        }
        Ok(Self::Dns(name.to_ascii_lowercase()))
    }
}

impl fmt::Display for Host {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Dns(name) => f.write_str(name),
            Self::Ip(address) => address.fmt(f),
        }
    }
}

/// Why a text is not a host.
#[derive(Clone, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum HostError {
    /// A byte that no A-label can have.
    Character {
        /// The first such byte.
        byte: u8,
    },
    /// An empty text.
    Empty,
    /// Has a colon or a bracket, and is not an IPv6 literal.
    Ipv6,
    /// A label that is empty, too long, or begins or ends with a hyphen.
    Label {
        /// That label.
        label: String,
    },
    /// Ends in a number, and is not a canonical IPv4 literal.
    Numeric,
    /// Longer than a DNS name can be.
    TooLong {
        /// Its length.
        bytes: usize,
    },
}

impl fmt::Display for HostError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Character { byte } if URL_BYTES.contains(byte) => {
                f.write_str("this looks like a URL; hand over its host name alone, as `new URL(url).hostname`")
            }
            Self::Character { byte } if byte.is_ascii_graphic() => {
                write!(f, "`{}` cannot stand in a host name", char::from(*byte))
            }
            Self::Character { byte } if !byte.is_ascii() => {
                f.write_str("it is not ASCII; convert it to A-labels first, as `new URL(url).hostname` does")
            }
            Self::Character { byte } => write!(f, "byte 0x{byte:02x} cannot stand in a host name"),
            Self::Empty => f.write_str("it is empty"),
            Self::Ipv6 => {
                f.write_str("it has a colon or bracket and is not an IPv6 literal; a port or zone does not belong to the host")
            }
            Self::Label { label } if label.is_empty() => f.write_str("a label is empty (two dots in a row, or a leading dot)"),
            Self::Label { label } if label.len() > LABEL_BYTES => {
                write!(f, "a label has {} bytes; {LABEL_BYTES} is the most", label.len())
            }
            Self::Label { label } => write!(f, "label `{label}` begins or ends with a hyphen"),
            Self::Numeric => f.write_str("it ends in a number and is not an IPv4 address in its canonical form, as 192.0.2.1"),
            Self::TooLong { bytes } => write!(f, "it has {bytes} bytes; {HOST_BYTES} is the most"),
        }
    }
}

/// Characters of a URL that a host cannot have.
const URL_BYTES: &[u8] = b"/?#@";

fn parse_ipv6(text: &str) -> Result<Host, HostError> {
    let literal = match text.strip_prefix('[') {
        Some(rest) => rest.strip_suffix(']').ok_or(HostError::Ipv6)?,
        None => text,
    };
    let address: Ipv6Addr = literal.parse().map_err(|_| HostError::Ipv6)?;
    Ok(Host::Ip(address.to_canonical()))
}

fn is_name_byte(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.')
}

fn is_label(label: &str) -> bool {
    (1..=LABEL_BYTES).contains(&label.len()) && !label.starts_with('-') && !label.ends_with('-')
}

/// A last label that some resolver would read as (part of) an IPv4 address: `1`, `0177`, `0x7f`.
fn is_numeric(label: &str) -> bool {
    let hexadecimal = label.get(..2).is_some_and(|prefix| prefix.eq_ignore_ascii_case("0x"));
    hexadecimal || label.bytes().all(|byte| byte.is_ascii_digit())
}

// proptest does not run in a browser.
#[cfg(all(test, not(target_arch = "wasm32")))]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn canonical(text: &str) -> Option<String> {
        Host::parse(text).ok().map(|host| host.to_string())
    }

    #[test]
    fn one_form_for_every_spelling() {
        for (text, expected) in [
            ("example.com", "example.com"),
            ("EXAMPLE.com", "example.com"),
            ("example.com.", "example.com"),
            ("localhost", "localhost"),
            ("xn--bcher-kva.example", "xn--bcher-kva.example"),
            ("_dmarc.under_score.example", "_dmarc.under_score.example"),
            ("1.example", "1.example"),
            ("1e1.com", "1e1.com"),
            ("127.0.0.1", "127.0.0.1"),
            ("0.0.0.0", "0.0.0.0"),
            ("::1", "::1"),
            ("[::1]", "::1"),
            ("2001:DB8:0:0:0:0:0:1", "2001:db8::1"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("[::ffff:c000:201]", "192.0.2.1"),
        ] {
            assert_eq!(canonical(text).as_deref(), Some(expected), "{text}");
        }
    }

    #[test]
    fn refuses_what_could_be_another_host() {
        let long_label = format!("{}.com", "a".repeat(64));
        let long_name = format!("{}com", "a.".repeat(126));
        let huge = "a".repeat(10_000);
        for text in [
            "",
            ".",
            "..",
            ".example.com",
            "example..com",
            "example.com..",
            "*.example.com",
            "exa mple.com",
            " example.com",
            "example.com\0",
            "example\0.com",
            "example.com:443",
            "https://example.com",
            "example.com/",
            "user@example.com",
            "exämple.com",
            "example\u{3002}com",
            "\u{ff11}27.0.0.1",
            "-a.example",
            "a-.example",
            "a.-",
            "127.1",
            "127.0.0.1.",
            "0177.0.0.1",
            "0127.0.0.1",
            "0x7f.0.0.1",
            "2130706433",
            "0x7f000001",
            "0X7F",
            "1.2.3.4.5",
            "1.2.3.256",
            "example.1",
            "example.0x1",
            "[::1",
            "::1]",
            "[::1]:443",
            "[]",
            ":",
            "fe80::1%eth0",
            "[fe80::1%25eth0]",
            "1::2::3",
            "[127.0.0.1]",
            &long_label,
            &long_name,
            &huge,
        ] {
            assert!(Host::parse(text).is_err(), "{text}");
        }
        assert!(Host::parse(&format!("{}com", "a.".repeat(125))).is_ok());
        assert!(Host::parse(&format!("{}.com", "a".repeat(63))).is_ok());
    }

    #[test]
    fn a_refusal_says_what_is_wrong() {
        let longest_label = format!("-{}.com", "a".repeat(62));
        let too_long_label = format!("-{}.com", "a".repeat(63));
        let too_long = format!("{}com", "a.".repeat(126));
        for (text, expected) in [
            ("https://example.com", "this looks like a URL; hand over its host name alone, as `new URL(url).hostname`"),
            ("*.example.com", "`*` cannot stand in a host name"),
            ("exa mple.com", "byte 0x20 cannot stand in a host name"),
            ("example.com\u{7f}", "byte 0x7f cannot stand in a host name"),
            ("exämple.com", "it is not ASCII; convert it to A-labels first, as `new URL(url).hostname` does"),
            ("", "it is empty"),
            (
                "example.com:443",
                "it has a colon or bracket and is not an IPv6 literal; a port or zone does not belong to the host",
            ),
            ("example..com", "a label is empty (two dots in a row, or a leading dot)"),
            ("-a.example", "label `-a` begins or ends with a hyphen"),
            (&longest_label, &format!("label `{}` begins or ends with a hyphen", longest_label.trim_end_matches(".com"))),
            (&too_long_label, "a label has 64 bytes; 63 is the most"),
            ("127.1", "it ends in a number and is not an IPv4 address in its canonical form, as 192.0.2.1"),
            (&too_long, "it has 255 bytes; 253 is the most"),
        ] {
            assert_eq!(Host::parse(text).map_err(|error| error.to_string()), Err(expected.to_owned()), "{text}");
        }
    }

    proptest! {
        #[test]
        fn canonical_form_is_a_fixed_point(text in "\\PC{0,40}") {
            if let Ok(host) = Host::parse(&text) {
                prop_assert_eq!(Host::parse(&host.to_string()), Ok(host));
            }
        }

        #[test]
        fn names_are_read_whatever_their_case(name in "[a-zA-Z][a-zA-Z0-9]{0,20}(\\.[a-zA-Z][a-zA-Z0-9]{0,20}){0,4}\\.?") {
            let expected = name.trim_end_matches('.').to_ascii_lowercase();
            prop_assert_eq!(canonical(&name), Some(expected));
        }
    }
}
