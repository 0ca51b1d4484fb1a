//! One certificate in DER: its pins are OpenSSL's, and nothing is read past its end.
#![no_main]

use chainpin::{Certificate, Malformed, Problem, inspect};
use chainpin_fuzz::certificate::{certificate_pin, keys, pin};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|der: &[u8]| {
    let certificate = match Certificate::parse(der) {
        Ok(certificate) => certificate,
        Err(malformed) => {
            assert!(malformed.offset <= der.len(), "{malformed:?}");
            return drop(malformed.problem.to_string());
        }
    };
    let spki = certificate.spki();
    assert_eq!(certificate.der(), der);
    assert!(der.as_ptr_range().contains(&spki.as_ptr()) && spki.as_ptr_range().end <= der.as_ptr_range().end);
    assert_eq!(certificate.certificate_pin().to_string(), certificate_pin(der));
    assert_eq!(certificate.key_pin().to_string(), pin(spki));
    for other in keys(der) {
        assert_eq!(certificate.key_pin().to_string(), pin(&other), "another reader's key");
    }
    let details = inspect(&certificate);
    assert_eq!(details.summary.pin, pin(spki));

    let longer = [der, &[0]].concat();
    let trailing = Malformed { offset: der.len(), problem: Problem::Trailing };
    assert_eq!(Certificate::parse(&longer).err(), Some(trailing));
    assert_eq!(Certificate::parse(&der[..der.len() - 1]).err().map(|malformed| malformed.problem), Some(Problem::Truncated));
});
