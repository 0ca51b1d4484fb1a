//! Names and addresses: one canonical form, the same as another reader's, and stable.
#![no_main]

use chainpin::Host;
use chainpin_fuzz::host::canonical;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|data: &[u8]| {
    let Ok(text) = core::str::from_utf8(data) else { return };
    let parsed = Host::parse(text);
    let found = parsed.as_ref().ok().map(Host::to_string);
    assert_eq!(found, canonical(text), "{parsed:?}");
    match (parsed, found) {
        (Ok(host), Some(canonical)) => {
            for again in [canonical, text.to_ascii_uppercase()] {
                assert_eq!(Host::parse(&again).as_ref(), Ok(&host), "{again}");
            }
        }
        (Err(error), _) => drop(error.to_string()),
        (Ok(_), None) => unreachable!("it was just written"),
    }
});
