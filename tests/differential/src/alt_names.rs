//! A SubjectAltName as far as it is in order.

use crate::ber::Ber;
use crate::shape::{is_object_identifier, is_value, read_name};
use crate::show;

pub struct Expected {
    /// DNS names and addresses; none where one of its names is no DER, or of no kind.
    pub shown: Vec<String>,
    /// The DNS names before that one, as they stand.
    pub dns: Vec<String>,
    /// Something in it that a reader may refuse, or read otherwise: then only a part is compared.
    pub is_odd: bool,
}

pub fn expected(values: &[Vec<u8>]) -> Expected {
    let mut expected = Expected { shown: Vec::new(), dns: Vec::new(), is_odd: false };
    let value = match values {
        [] => return expected,
        [one] => one,
        _ => return Expected { is_odd: true, ..expected },
    };
    let names = match Ber::read(value) {
        Some((names, [])) if names.tag == 0x30 && names.is_der => names.content,
        _ => return Expected { is_odd: true, ..expected },
    };
    let mut rest = names;
    let mut is_of_no_kind = false;
    while !rest.is_empty() {
        let Some((name, after)) = Ber::read(rest).filter(|(name, _)| name.is_der && !name.has_high_tag()) else {
            return Expected { shown: Vec::new(), is_odd: true, ..expected };
        };
        rest = after;
        expected.is_odd |= !is_in_order(&name);
        match name.tag {
            0x82 => {
                expected.shown.push(show::dns(name.content));
                expected.dns.extend(String::from_utf8(name.content.to_vec()));
            }
            0x87 => expected.shown.push(show::address(name.content)),
            0xa0 | 0x81 | 0xa3..=0xa5 | 0x86 | 0x88 => {}
            _ => is_of_no_kind = true,
        }
    }
    if is_of_no_kind {
        expected.shown.clear();
    }
    expected
}

/// RFC 5280 section 4.2.1.6, of what can be met: names of X.400 and EDI are odd.
fn is_in_order(name: &Ber<'_>) -> bool {
    match name.tag {
        0x81 | 0x82 | 0x86 | 0x87 => true,
        0x88 => is_object_identifier(name.content),
        0xa0 => match Ber::list(name.content).as_deref() {
            Some([oid, wrapped]) => {
                let value = Ber::list(wrapped.content);
                oid.tag == 0x06
                    && is_object_identifier(oid.content)
                    && wrapped.tag == 0xa0
                    && matches!(value.as_deref(), Some([value]) if is_value(value))
            }
            _ => false,
        },
        0xa4 => match Ber::list(name.content).as_deref() {
            Some([one]) => one.tag == 0x30 && read_name(one.content).is_some(),
            _ => false,
        },
        _ => false,
    }
}
