//! Bytes of a certificate as text: hexadecimal, and object identifiers with their names.

use core::fmt::Write as _;

/// Shown in place of what cannot be read.
pub(crate) const UNREADABLE: &str = "(unreadable)";

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut hex, byte| {
        // Writing to a String cannot fail.
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}

/// An object identifier in dots (X.690 section 8.19). The first number stands for two: 40 times the first arc, and the second.
pub(crate) fn dotted(content: &[u8]) -> String {
    let mut text = String::new();
    let mut number = 0_u128;
    for octet in content {
        if number.leading_zeros() < 7 {
            return UNREADABLE.to_owned();
        }
        number = number << 7 | u128::from(octet & 0x7f);
        if octet & 0x80 != 0 {
            continue;
        }
        // Writing to a String cannot fail.
        let _ = match text.is_empty() {
            true => {
                let first = (number / 40).min(2);
                write!(text, "{first}.{}", number - first * 40)
            }
            false => write!(text, ".{number}"),
        };
        number = 0;
    }
    text
}

/// The name that a table has for an OID, else the OID itself.
pub(crate) fn named(table: &[(&str, &str)], dotted: &str) -> String {
    let name = table.iter().find_map(|(oid, name)| (*oid == dotted).then_some(*name));
    name.unwrap_or(dotted).to_owned()
}
