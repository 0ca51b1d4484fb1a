//! What a host name is, written down once more: from the specification, byte by byte, with the C library's reading of addresses.

use core::ffi::{c_char, c_int, c_void};
use core::net::{Ipv4Addr, Ipv6Addr};
use std::ffi::CString;

/// The canonical form, or nothing for what is no host.
pub fn canonical(text: &str) -> Option<String> {
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
    if text.contains([':', '[', ']']) {
        let address = ipv6(bare.unwrap_or(text))?;
        return Some(address.to_ipv4_mapped().map_or(address.to_string(), |address| address.to_string()));
    }
    if let Some(address) = ipv4(text) {
        return Some(address.to_string());
    }
    let name = text.strip_suffix('.').unwrap_or(text);
    let labels: Vec<&[u8]> = name.as_bytes().split(|byte| *byte == b'.').collect();
    let last = labels.last()?;
    let number = last.iter().all(u8::is_ascii_digit) || last.starts_with(b"0x") || last.starts_with(b"0X");
    let valid = name.len() <= 253 && labels.iter().all(|label| is_label(label)) && !number;
    valid.then(|| name.bytes().map(|byte| char::from(byte.to_ascii_lowercase())).collect())
}

fn is_label(label: &[u8]) -> bool {
    let ends = [label.first(), label.last()];
    label.len() <= 63
        && label.iter().all(|byte| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_'))
        && ends.iter().all(|end| end.is_some_and(|byte| *byte != b'-'))
}

fn ipv4(text: &str) -> Option<Ipv4Addr> {
    let mut octets = [0; 4];
    pton(AF_INET, text, &mut octets).then(|| octets.into())
}

fn ipv6(text: &str) -> Option<Ipv6Addr> {
    let mut octets = [0; 16];
    pton(AF_INET6, text, &mut octets).then(|| octets.into())
}

const AF_INET: c_int = 2;
const AF_INET6: c_int = if cfg!(target_os = "macos") { 30 } else { 10 };

fn pton(family: c_int, text: &str, octets: &mut [u8]) -> bool {
    unsafe extern "C" {
        fn inet_pton(family: c_int, text: *const c_char, address: *mut c_void) -> c_int;
    }
    let Ok(text) = CString::new(text) else { return false };
    // SAFETY: a string that ends in NUL, and as many octets as an address of the family has.
    unsafe { inet_pton(family, text.as_ptr(), octets.as_mut_ptr().cast()) == 1 }
}
