//! Texts that look like pins and name no key: what examples are filled with, and what broken commands print.

use core::fmt;
use std::sync::OnceLock;

use crate::crypto::{Digest, sha256};

/// What was hashed in place of a key.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
#[non_exhaustive]
pub enum Hashed {
    /// What `echo` printed for an empty variable.
    EmptyLine,
    /// An error message of OpenSSL.
    ErrorMessage,
    /// No bytes at all.
    Nothing,
}

impl fmt::Display for Hashed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::EmptyLine => "an empty line",
            Self::ErrorMessage => "an error message of OpenSSL",
            Self::Nothing => "empty input",
        })
    }
}

/// What a digest is the SHA-256 of, where that is known and no key.
pub(super) fn hashed(digest: &Digest) -> Option<Hashed> {
    static DIGESTS: OnceLock<Vec<(Digest, Hashed)>> = OnceLock::new();
    let digests = DIGESTS.get_or_init(|| {
        let mut digests = vec![(sha256(b""), Hashed::Nothing)];
        for (texts, hashed) in [(&LINES[..], Hashed::EmptyLine), (&ERRORS, Hashed::ErrorMessage)] {
            for text in texts {
                digests.push((sha256(text.as_bytes()), hashed));
            }
        }
        digests
    });
    // The first byte tells nearly all apart.
    digests.iter().find(|(known, _)| known.first() == digest.first() && known == digest).map(|(_, hashed)| *hashed)
}

/// One character 43 or 44 times, before the padding: what examples in documentation are filled with.
pub(super) fn is_filler(encoded: &str) -> bool {
    let digits = encoded.trim_end_matches('=').as_bytes();
    let same = digits.first().is_some_and(|first| digits.iter().all(|digit| digit == first));
    same && (43..=44).contains(&digits.len())
}

/// What `echo` prints for an empty variable; some shells' has no `-n`.
const LINES: [&str; 4] = ["\n", "\r\n", "-n\n", "-n \n"];

/// What OpenSSL 1.1.1, 3.0, 3.5 and 3.6 were seen to print into a pipe with `2>&1`. Texts, which take less of the module than digests.
const ERRORS: [&str; 18] = [
    "Could not read certificate from <stdin>\nUnable to load certificate\n",
    "Could not find certificate from <stdin>\n",
    "unable to load certificate\n",
    "Could not read key of Public Key from <stdin>\n",
    "Could not find private key of Public Key from <stdin>\n",
    "unable to load Public Key\n",
    "Could not read public key from <stdin>\n",
    "Could not find private key of public key from <stdin>\n",
    "Could not read key from <stdin>\n",
    "Could not find private key of key from <stdin>\n",
    "Could not read private key from <stdin>\n",
    "Could not find private key from <stdin>\n",
    "read EC key\nCould not read public key from <stdin>\nunable to load Key\n",
    "read EC key\nCould not find private key of public key from <stdin>\nunable to load Key\n",
    "Could not find private key of public key from <stdin>\nunable to load Key\n",
    "read EC key\nCould not read private key from <stdin>\nunable to load Key\n",
    "read EC key\nCould not find private key from <stdin>\nunable to load Key\n",
    "Could not find private key from <stdin>\nunable to load Key\n",
];

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine as _, engine::general_purpose::STANDARD};

    /// As they were printed. `js/convert/placeholders.ts` has the same.
    const PRINTED: [(&str, Hashed); 23] = [
        ("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Hashed::Nothing),
        ("AbpHGcgLb+kRsJGnwFEktk7uzpZOCcBY74+YBdrKVGs=", Hashed::EmptyLine),
        ("frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=", Hashed::EmptyLine),
        ("cUeo8lX0nLdpPc0ZtrRuE5aA1IoD4KB16iN9635rrMk=", Hashed::EmptyLine),
        ("NSNNPm+07u2BjVHDOsxk8WUAXov0+KrROs4De8KxSiQ=", Hashed::EmptyLine),
        ("/UYB3POyhbUixtn/Jlw6vaoEU2rhq74ZHwoCpmlWtAo=", Hashed::ErrorMessage),
        ("8IfhkL/REH6/8fE6YrQYILUFgFPeIeMP40uhzYSPFFA=", Hashed::ErrorMessage),
        ("rnbrHFdXbb/iFk3m//fa1thp9q43XrWBBocYZOQUalk=", Hashed::ErrorMessage),
        ("IpWdbyGGt6bkT5JIGabgWJaJ7iV9FiI3YhCpV4tdvqQ=", Hashed::ErrorMessage),
        ("TpUv6DcwyJRttVquLHodSGDXZpTWXRkpTzJZZh1HYp8=", Hashed::ErrorMessage),
        ("MISs6MsWMScoZnlYArzMjaXFeBACMLHT/WQIuaPiW54=", Hashed::ErrorMessage),
        ("ki+Yo5lW9WJbdbKU7m+DYdt/LLoL7GZBiNt4pgCENzU=", Hashed::ErrorMessage),
        ("gyRZWUQyZ0DMiy7+VsBm/2NRCwayL4juYC7zNWVnK40=", Hashed::ErrorMessage),
        ("IbSPlpLBdCikkrrq1CjueiCeJKWLxypsLc1pJycCfhE=", Hashed::ErrorMessage),
        ("o6mBNJh7CBXJBN1GYFIwNk+kSasl7ZmHQkhHyx0onQ4=", Hashed::ErrorMessage),
        ("ow5AXkGHZQ6RiqpIHY4NLjoGrsM/R3zfzDrplJBWIWE=", Hashed::ErrorMessage),
        ("ZJw4cbMRvMPk5VUaobXC+IJ13jLiTNM7qUe5EMjG+bE=", Hashed::ErrorMessage),
        ("5OpYuljMcHPn+HCRJeNquJU0y+1UB2fdLKflzPK2a8I=", Hashed::ErrorMessage),
        ("MI9XNIOt1VlHSzAklZZZ+qe2qQHcWMx5at2lC7icHPo=", Hashed::ErrorMessage),
        ("9TSbp/AKXzioNp3WPREYP9RrCcEkrQhn0oKJ1FnL33c=", Hashed::ErrorMessage),
        ("yjjOKQjL39Ydf7QQCW5LZs+qrez0KtscnPOtJ6jQuFg=", Hashed::ErrorMessage),
        ("9vTnwjbVWgwZGCwUwsBhvULMhB+dK3vkQCLSBwb4vzY=", Hashed::ErrorMessage),
        ("J+4dLgPE5RPzTEKTNCg0ZwERlf4f9FsfKcv7u1+103A=", Hashed::ErrorMessage),
    ];

    #[test]
    fn the_digests_of_broken_commands_are_known() {
        for (printed, expected) in PRINTED {
            let digest = STANDARD.decode(printed).unwrap().try_into().unwrap();
            assert_eq!(hashed(&digest), Some(expected), "{printed}");
        }
        assert_eq!(PRINTED.len(), 1 + LINES.len() + ERRORS.len());
        assert_eq!(hashed(&sha256(b"a key")), None);
    }
}
