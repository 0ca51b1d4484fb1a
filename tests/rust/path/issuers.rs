//! What an issuer must be: as an intermediate, as the pinned end of a path, and as an anchor that the app gave.

use super::*;
use crate::common::der::{extension, tlv};
use crate::common::made::{Purpose, Template, Usage};

/// A CA with something wrong, and what is said of it in each place. An anchor is trusted as given, its key usage excepted.
struct Flaw {
    name: &'static str,
    ca: fn(Template) -> Template,
    as_intermediate: &'static str,
    as_pinned: &'static str,
    as_anchor: Result<(), &'static str>,
}

const NOT_A_CA: &str = "an issuer is not a CA";
const MAY_NOT_SIGN: &str = "an issuer's key usage does not allow it to sign certificates";
const NOT_FOR_SERVERS: &str = "an issuer's extended key usage lacks serverAuth";
const EXPIRED: &str = "a certificate of the path has expired";
const OUTDATED: &str = "an issuer is not valid at this time";
const CONSTRAINED: &str = "a name is outside the constraints of a CA";

const FLAWS: [Flaw; 11] = [
    Flaw {
        name: "the CA bit is off",
        ca: Template::with_ca_bit_off,
        as_intermediate: NOT_A_CA,
        as_pinned: NOT_A_CA,
        as_anchor: Ok(()),
    },
    Flaw {
        name: "no basic constraints",
        ca: Template::without_basic_constraints,
        as_intermediate: NOT_A_CA,
        as_pinned: NOT_A_CA,
        as_anchor: Ok(()),
    },
    Flaw {
        name: "a leaf's key usage",
        ca: |ca| ca.key_usage(&[Usage::DigitalSignature]),
        as_intermediate: MAY_NOT_SIGN,
        as_pinned: MAY_NOT_SIGN,
        as_anchor: Err(MAY_NOT_SIGN),
    },
    Flaw {
        name: "a key usage for revocation lists only",
        ca: |ca| ca.key_usage(&[Usage::CrlSign]),
        as_intermediate: MAY_NOT_SIGN,
        as_pinned: MAY_NOT_SIGN,
        as_anchor: Err(MAY_NOT_SIGN),
    },
    Flaw {
        name: "for e-mail only",
        ca: |ca| ca.extended_key_usage(&[Purpose::EmailProtection]),
        as_intermediate: NOT_FOR_SERVERS,
        as_pinned: NOT_FOR_SERVERS,
        as_anchor: Ok(()),
    },
    Flaw {
        name: "for clients and time stamps only",
        ca: |ca| ca.extended_key_usage(&[Purpose::ClientAuth, Purpose::TimeStamping]),
        as_intermediate: NOT_FOR_SERVERS,
        as_pinned: NOT_FOR_SERVERS,
        as_anchor: Ok(()),
    },
    Flaw {
        name: "expired",
        ca: |ca| ca.valid("2025-01-01", "2026-05-31T23:59:59Z"),
        as_intermediate: EXPIRED,
        as_pinned: OUTDATED,
        as_anchor: Ok(()),
    },
    Flaw {
        name: "not yet valid",
        ca: |ca| ca.valid("2026-06-01T00:00:01Z", "2030-01-01"),
        as_intermediate: "a certificate of the path is not valid yet",
        as_pinned: OUTDATED,
        as_anchor: Ok(()),
    },
    Flaw {
        name: "a critical extension of its own",
        ca: |ca| ca.extension(&[1, 3, 6, 1, 4, 1, 99_999, 1], true, &[5, 0]),
        as_intermediate: "a critical extension is not known here",
        as_pinned: "an issuer has a critical extension that is not known here",
        as_anchor: Ok(()),
    },
    Flaw {
        name: "for other names",
        ca: |ca| ca.name_constraints(&["example.net", "pi.example.com"], &[]),
        as_intermediate: CONSTRAINED,
        as_pinned: CONSTRAINED,
        as_anchor: Err(CONSTRAINED),
    },
    Flaw {
        name: "not for this name",
        ca: |ca| ca.name_constraints(&["example.com"], &["api.example.com"]),
        as_intermediate: CONSTRAINED,
        as_pinned: CONSTRAINED,
        as_anchor: Err(CONSTRAINED),
    },
];

#[test]
fn a_flawed_issuer_leads_nowhere() {
    let root = ca("Root").self_signed();
    for Flaw { name, ca: flaw, as_intermediate, as_pinned, as_anchor } in FLAWS {
        println!("{name}");
        let flawed = flaw(ca("Flawed")).signed_by(&root);
        let leaf = leaf(HOST).signed_by(&flawed);
        let chain = [&leaf, &flawed, &root];
        // In between: the root is what is pinned.
        assert_off_path(&pinned([root.pin()], &chain), 2, as_intermediate);
        assert_no_path(&anchored([root.pin()], &chain, &[&root]), as_intermediate);
        // Pinned itself.
        for pin in [flawed.pin(), flawed.certificate_pin()] {
            assert_off_path(&pinned([&pin], &chain), 1, as_pinned);
            assert_no_path(&anchored([&pin], &chain, &[&root]), as_intermediate);
            // Given by the app.
            let given = anchored([&pin], &chain, &[&flawed]);
            match as_anchor {
                Ok(()) => assert_eq!((given.summary().as_str(), on_path(&given)), ("pinned ca 1", vec![0, 1])),
                Err(why) => assert_no_path(&given, why),
            }
        }
        // A flaw above the pinned certificate is none of its business, and neither is one beside the path.
        let below = ca("Below").signed_by(&flawed);
        let leaf = super::leaf(HOST).signed_by(&below);
        assert_eq!(pinned([below.pin()], &[&leaf, &below, &flawed]).summary(), "pinned ca 1");
        assert_eq!(pinned([below.pin()], &[&leaf, &flawed, &below]).summary(), "pinned ca 2");
    }
}

/// The same extensions, saying what they should.
#[test]
fn an_issuer_that_says_what_it_should_is_one() {
    let root = ca("Root").self_signed();
    for flawless in [
        |ca: Template| ca.key_usage(&[]),
        |ca: Template| ca.key_usage(&[Usage::KeyCertSign]),
        |ca: Template| ca.extended_key_usage(&[Purpose::ClientAuth, Purpose::ServerAuth]),
        |ca: Template| ca.valid("2026-06-01T00:00:00Z", "2026-06-01T00:00:00Z"),
        |ca: Template| ca.extension(&[1, 3, 6, 1, 4, 1, 99_999, 1], false, &[5, 0]),
        |ca: Template| ca.name_constraints(&["example.net", "example.com"], &["www.example.com"]),
        |ca: Template| ca.path_length(0),
    ] {
        let issuer = flawless(ca("Issuer")).signed_by(&root);
        let leaf = leaf(HOST).signed_by(&issuer);
        let chain = [&leaf, &issuer, &root];
        assert_eq!(pinned([issuer.pin()], &chain).summary(), "pinned ca 1");
        let judged = pinned([root.pin()], &chain);
        assert_eq!((judged.summary().as_str(), on_path(&judged)), ("pinned ca 2", vec![0, 1, 2]));
        assert_eq!(anchored([root.pin()], &chain[..2], &[&root]).summary(), "pinned ca outside");
    }
}

/// How many CAs may follow: on every place of the path.
#[test]
fn a_path_length_is_kept() {
    const TOO_LONG: &str = "more intermediates than an issuer allows";
    let root = ca("Root").path_length(1).self_signed();
    let first = ca("First").path_length(0).signed_by(&root);
    let second = ca("Second").signed_by(&first);
    let leaf_of_first = leaf(HOST).signed_by(&first);
    let leaf_of_second = leaf(HOST).signed_by(&second);
    let allowed = [&leaf_of_first, &first, &root];
    assert_eq!(pinned([first.pin()], &allowed).summary(), "pinned ca 1");
    assert_eq!(pinned([root.pin()], &allowed).summary(), "pinned ca 2");
    let too_long = [&leaf_of_second, &second, &first, &root];
    assert_eq!(pinned([second.pin()], &too_long).summary(), "pinned ca 1");
    assert_off_path(&pinned([first.pin()], &too_long), 2, TOO_LONG);
    assert_off_path(&pinned([root.pin()], &too_long), 3, TOO_LONG);
    assert_no_path(&anchored([root.pin()], &too_long, &[&root]), TOO_LONG);
    // An anchor's own path length is not looked at.
    let unlimited = ca("Unlimited").path_length(0).self_signed();
    let first = ca("First").signed_by(&unlimited);
    let leaf = leaf(HOST).signed_by(&first);
    assert_off_path(&pinned([unlimited.pin()], &[&leaf, &first, &unlimited]), 2, TOO_LONG);
    assert_eq!(anchored([unlimited.pin()], &[&leaf, &first, &unlimited], &[&unlimited]).summary(), "pinned ca 2");
}

/// RFC 5280 section 4.2.1.9 does not count a CA that issues to its own name. At the end of a path that is so; webpki counts it
/// where it stands in between, which is stricter, and a documented limit.
#[test]
fn a_self_issued_ca_counts_in_between_and_not_before_the_end() {
    let root = ca("Root").self_signed();
    let old = ca("Issuer").path_length(0).signed_by(&root);
    let new = ca("Issuer").path_length(0).signed_by(&old);
    let leaf = leaf(HOST).signed_by(&new);
    let chain = [&leaf, &new, &old, &root];
    assert_eq!(pinned([old.pin()], &chain).summary(), "pinned ca 2");
    assert_eq!(pinned([root.pin()], &chain).summary(), "rejected pin-mismatch");
    assert_eq!(anchored([old.pin()], &chain, &[&root]).summary(), "rejected path-invalid");
}

/// Only version 3 can say that it is a CA; the app may trust another.
#[test]
fn an_issuer_of_version_1_is_for_the_app_to_trust() {
    let root = ca("Root").self_signed();
    let old_root = root.patched(&root, |fields| {
        fields.version.clear();
        fields.extensions.clear();
    });
    let leaf = leaf(HOST).signed_by(&root);
    assert_off_path(&pinned([root.pin()], &[&leaf, &old_root]), 1, "an issuer is not of version 3");
    for pin in [root.pin(), old_root.certificate_pin()] {
        assert_eq!(anchored([&pin], &[&leaf, &old_root], &[&old_root]).summary(), "pinned ca 1");
        assert_eq!(anchored([&pin], &[&leaf], &[&old_root]).summary(), "pinned ca outside");
    }
    let old_intermediate = ca("Intermediate").signed_by(&root);
    let old_intermediate = old_intermediate.patched(&root, |fields| {
        fields.version.clear();
        fields.extensions.clear();
    });
    let leaf = super::leaf(HOST).signed_by(&old_intermediate);
    for anchors in [[&root], [&old_root]] {
        assert_eq!(anchored([root.pin()], &[&leaf, &old_intermediate], &anchors).summary(), "rejected path-invalid");
    }
    assert_eq!(pinned([root.pin()], &[&leaf, &old_intermediate, &root]).summary(), "rejected pin-mismatch");
}

/// A path is built from a server's certificate. A CA's own may be pinned, and that is all.
#[test]
fn a_ca_as_leaf_is_pinned_by_its_own_key_alone() {
    let root = ca("Root").self_signed();
    let device = leaf(HOST).with_ca_bit().signed_by(&root);
    assert_eq!(pinned([device.pin()], &[&device, &root]).summary(), "pinned leaf 0");
    assert_off_path(&pinned([root.pin()], &[&device, &root]), 1, "the leaf is a CA certificate");
    assert_no_path(&anchored([device.pin()], &[&device, &root], &[&root]), "the leaf is a CA certificate");
    assert_eq!(anchored([device.pin()], &[&device, &root], &[&device]).summary(), "pinned leaf 0");
}

/// Basic constraints, key usage and their like in a form that says nothing.
#[test]
fn an_unreadable_extension_makes_no_issuer() {
    let root = ca("Root").self_signed();
    for (oid, content) in [
        (&[0x55, 0x1d, 0x13], &b"\x30\x03\x01\x01\x01"[..]),
        (&[0x55, 0x1d, 0x13], b"\x30\x03\x02\x01\x00"),
        (&[0x55, 0x1d, 0x13], b"\x30\x06\x01\x01\xff\x02\x01\xff"),
        (&[0x55, 0x1d, 0x13], b"\x30\x00"),
        (&[0x55, 0x1d, 0x13], b"\x01\x01\xff"),
        (&[0x55, 0x1d, 0x13], b""),
        (&[0x55, 0x1d, 0x0f], b"\x03\x01\x00"),
        (&[0x55, 0x1d, 0x0f], b"\x05\x00"),
        (&[0x55, 0x1d, 0x0f], b""),
        (&[0x55, 0x1d, 0x25], b"\x30\x00"),
        (&[0x55, 0x1d, 0x25], b"\x30\x03\x02\x01\x05"),
        (&[0x55, 0x1d, 0x25], b""),
        (&[0x55, 0x1d, 0x1e], b"\x30\x04\xa0\x02\x30\x01"),
    ] {
        let bare = ca("Issuer").signed_by(&root).patched(&root, |fields| {
            let mut extensions = vec![extension(oid, true, content)];
            if oid != &[0x55, 0x1d, 0x13] {
                extensions.push(extension(&[0x55, 0x1d, 0x13], true, b"\x30\x03\x01\x01\xff"));
            }
            fields.extensions = tlv(0xa3, &tlv(0x30, &extensions.concat()));
        });
        let leaf = leaf(HOST).signed_by(&bare);
        let chain = [&leaf, &bare, &root];
        assert_eq!(pinned([bare.pin()], &chain).summary(), "rejected pin-mismatch", "{oid:x?} {content:x?}");
        assert_eq!(pinned([root.pin()], &chain).summary(), "rejected pin-mismatch", "{oid:x?} {content:x?}");
        assert_eq!(anchored([root.pin()], &chain, &[&root]).summary(), "rejected path-invalid", "{oid:x?} {content:x?}");
    }
}
