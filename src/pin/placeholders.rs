//! Texts that look like pins and name no key: what examples are filled with, and what broken commands print.

use core::fmt;

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

/// What a digest in base64 is the SHA-256 of, where that is known and no key.
pub(super) fn hashed(encoded: &str) -> Option<Hashed> {
    BROKEN_COMMANDS.iter().find(|(digest, _)| *digest == encoded).map(|(_, hashed)| *hashed)
}

/// One character 43 or 44 times, before the padding: what examples in documentation are filled with.
pub(super) fn is_filler(encoded: &str) -> bool {
    let digits = encoded.trim_end_matches('=').as_bytes();
    let same = digits.first().is_some_and(|first| digits.iter().all(|digit| digit == first));
    same && (43..=44).contains(&digits.len())
}

/// What pipes into `openssl dgst -sha256 -binary | base64` come to when a step before fails; seen with OpenSSL 1.1.1, 3.0, 3.5 and 3.6.
/// `js/convert/placeholders.ts` has the same.
const BROKEN_COMMANDS: [(&str, Hashed); 23] = [
    ("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=", Hashed::Nothing),
    // "\n"
    ("AbpHGcgLb+kRsJGnwFEktk7uzpZOCcBY74+YBdrKVGs=", Hashed::EmptyLine),
    // "\r\n"
    ("frcCV1k9oG9oKj3dpUqdJg1PxRT2RSN/XKdLCPjaYaY=", Hashed::EmptyLine),
    // "-n\n"
    ("cUeo8lX0nLdpPc0ZtrRuE5aA1IoD4KB16iN9635rrMk=", Hashed::EmptyLine),
    // "-n \n"
    ("NSNNPm+07u2BjVHDOsxk8WUAXov0+KrROs4De8KxSiQ=", Hashed::EmptyLine),
    // "Could not read certificate from <stdin>\nUnable to load certificate\n"
    ("/UYB3POyhbUixtn/Jlw6vaoEU2rhq74ZHwoCpmlWtAo=", Hashed::ErrorMessage),
    // "Could not find certificate from <stdin>\n"
    ("8IfhkL/REH6/8fE6YrQYILUFgFPeIeMP40uhzYSPFFA=", Hashed::ErrorMessage),
    // "unable to load certificate\n"
    ("rnbrHFdXbb/iFk3m//fa1thp9q43XrWBBocYZOQUalk=", Hashed::ErrorMessage),
    // "Could not read key of Public Key from <stdin>\n"
    ("IpWdbyGGt6bkT5JIGabgWJaJ7iV9FiI3YhCpV4tdvqQ=", Hashed::ErrorMessage),
    // "Could not find private key of Public Key from <stdin>\n"
    ("TpUv6DcwyJRttVquLHodSGDXZpTWXRkpTzJZZh1HYp8=", Hashed::ErrorMessage),
    // "unable to load Public Key\n"
    ("MISs6MsWMScoZnlYArzMjaXFeBACMLHT/WQIuaPiW54=", Hashed::ErrorMessage),
    // "Could not read public key from <stdin>\n"
    ("ki+Yo5lW9WJbdbKU7m+DYdt/LLoL7GZBiNt4pgCENzU=", Hashed::ErrorMessage),
    // "Could not find private key of public key from <stdin>\n"
    ("gyRZWUQyZ0DMiy7+VsBm/2NRCwayL4juYC7zNWVnK40=", Hashed::ErrorMessage),
    // "Could not read key from <stdin>\n"
    ("IbSPlpLBdCikkrrq1CjueiCeJKWLxypsLc1pJycCfhE=", Hashed::ErrorMessage),
    // "Could not find private key of key from <stdin>\n"
    ("o6mBNJh7CBXJBN1GYFIwNk+kSasl7ZmHQkhHyx0onQ4=", Hashed::ErrorMessage),
    // "Could not read private key from <stdin>\n"
    ("ow5AXkGHZQ6RiqpIHY4NLjoGrsM/R3zfzDrplJBWIWE=", Hashed::ErrorMessage),
    // "Could not find private key from <stdin>\n"
    ("ZJw4cbMRvMPk5VUaobXC+IJ13jLiTNM7qUe5EMjG+bE=", Hashed::ErrorMessage),
    // "read EC key\nCould not read public key from <stdin>\nunable to load Key\n"
    ("5OpYuljMcHPn+HCRJeNquJU0y+1UB2fdLKflzPK2a8I=", Hashed::ErrorMessage),
    // "read EC key\nCould not find private key of public key from <stdin>\nunable to load Key\n"
    ("MI9XNIOt1VlHSzAklZZZ+qe2qQHcWMx5at2lC7icHPo=", Hashed::ErrorMessage),
    // "Could not find private key of public key from <stdin>\nunable to load Key\n"
    ("9TSbp/AKXzioNp3WPREYP9RrCcEkrQhn0oKJ1FnL33c=", Hashed::ErrorMessage),
    // "read EC key\nCould not read private key from <stdin>\nunable to load Key\n"
    ("yjjOKQjL39Ydf7QQCW5LZs+qrez0KtscnPOtJ6jQuFg=", Hashed::ErrorMessage),
    // "read EC key\nCould not find private key from <stdin>\nunable to load Key\n"
    ("9vTnwjbVWgwZGCwUwsBhvULMhB+dK3vkQCLSBwb4vzY=", Hashed::ErrorMessage),
    // "Could not find private key from <stdin>\nunable to load Key\n"
    ("J+4dLgPE5RPzTEKTNCg0ZwERlf4f9FsfKcv7u1+103A=", Hashed::ErrorMessage),
];

#[cfg(test)]
mod tests {
    use super::*;
    use base64::{Engine as _, engine::general_purpose::STANDARD};
    use sha2::{Digest as _, Sha256};

    /// Each is the digest of the text in the line above it.
    #[test]
    fn the_digests_are_those_of_their_texts() {
        let source = include_str!("placeholders.rs");
        let mut text = String::new();
        let mut count = 0;
        for line in source.lines().map(str::trim) {
            if let Some(json) = line.strip_prefix("// \"") {
                text = serde_json::from_str(&format!("\"{json}")).unwrap();
            } else if let Some((digest, _)) = line.strip_prefix("(\"").and_then(|rest| rest.split_once("\", Hashed::")) {
                assert_eq!(STANDARD.encode(Sha256::digest(&text)), digest, "{text:?}");
                count += 1;
            }
        }
        assert_eq!(count, BROKEN_COMMANDS.len());
    }
}
