//! DER by hand: elements, and a certificate small enough to count its bytes.

/// One element, with the shortest length there is.
pub fn tlv(tag: u8, content: &[u8]) -> Vec<u8> {
    let length = content.len();
    let mut element = match length {
        0..=0x7f => vec![tag, length as u8],
        0x80..=0xff => vec![tag, 0x81, length as u8],
        0x100..=0xffff => vec![tag, 0x82, (length >> 8) as u8, length as u8],
        _ => vec![tag, 0x83, (length >> 16) as u8, (length >> 8) as u8, length as u8],
    };
    element.extend_from_slice(content);
    element
}

/// A SEQUENCE of elements.
pub fn sequence(elements: &[&[u8]]) -> Vec<u8> {
    tlv(0x30, &elements.concat())
}

/// The fields of a certificate, each as it will stand, so that a test can put anything in the place of one.
#[derive(Clone)]
pub struct Fields {
    pub version: Vec<u8>,
    pub serial: Vec<u8>,
    pub inner_algorithm: Vec<u8>,
    pub issuer: Vec<u8>,
    pub validity: Vec<u8>,
    pub subject: Vec<u8>,
    pub spki: Vec<u8>,
    pub issuer_unique_id: Vec<u8>,
    pub subject_unique_id: Vec<u8>,
    pub extensions: Vec<u8>,
    /// Whatever stands after the last field of the TBSCertificate.
    pub after_tbs_fields: Vec<u8>,
    pub outer_algorithm: Vec<u8>,
    pub signature: Vec<u8>,
    /// Whatever stands after the signature, inside the outer SEQUENCE.
    pub after_signature: Vec<u8>,
}

/// The offsets of the fields in [`Fields::minimal`], counted by hand.
pub mod offset {
    pub const TBS: usize = 2;
    pub const VERSION: usize = 4;
    pub const SERIAL: usize = 9;
    pub const INNER_ALGORITHM: usize = 12;
    pub const ISSUER: usize = 19;
    pub const VALIDITY: usize = 21;
    pub const NOT_BEFORE: usize = 23;
    pub const NOT_AFTER: usize = 38;
    pub const SUBJECT: usize = 53;
    pub const SPKI: usize = 55;
    pub const OUTER_ALGORITHM: usize = 68;
    pub const SIGNATURE: usize = 75;
    pub const END: usize = 79;
}

pub const UNIX_2020: &[u8] = b"\x17\x0d200101000000Z";
pub const UNIX_2030: &[u8] = b"\x17\x0d300101000000Z";

impl Fields {
    /// A version 3 certificate without names or extensions, and with a key and signature of no bits worth mention: 79 bytes.
    pub fn minimal() -> Self {
        let algorithm = sequence(&[&[0x06, 0x03, 0x2a, 0x03, 0x04]]);
        Self {
            version: vec![0xa0, 0x03, 0x02, 0x01, 0x02],
            serial: vec![0x02, 0x01, 0x01],
            inner_algorithm: algorithm.clone(),
            issuer: vec![0x30, 0x00],
            validity: sequence(&[UNIX_2020, UNIX_2030]),
            subject: vec![0x30, 0x00],
            spki: sequence(&[&algorithm, &[0x03, 0x02, 0x00, 0x55]]),
            issuer_unique_id: Vec::new(),
            subject_unique_id: Vec::new(),
            extensions: Vec::new(),
            after_tbs_fields: Vec::new(),
            outer_algorithm: algorithm,
            signature: vec![0x03, 0x02, 0x00, 0xaa],
            after_signature: Vec::new(),
        }
    }

    /// The minimal certificate with these extensions, each already a SEQUENCE.
    pub fn with_extensions(extensions: &[&[u8]]) -> Self {
        Self { extensions: tlv(0xa3, &sequence(extensions)), ..Self::minimal() }
    }

    /// The fields of a certificate that was made well; what reads them is not the code under test.
    pub fn of(der: &[u8]) -> Self {
        let mut certificate = Elements(content(der));
        let mut tbs = Elements(content(&certificate.next()));
        let fields = Self {
            version: tbs.next_if(&[0xa0]),
            serial: tbs.next(),
            inner_algorithm: tbs.next(),
            issuer: tbs.next(),
            validity: tbs.next(),
            subject: tbs.next(),
            spki: tbs.next(),
            issuer_unique_id: tbs.next_if(&[0x81]),
            subject_unique_id: tbs.next_if(&[0x82]),
            extensions: tbs.next_if(&[0xa3]),
            after_tbs_fields: tbs.0,
            outer_algorithm: certificate.next(),
            signature: certificate.next(),
            after_signature: certificate.0,
        };
        assert_eq!(fields.encode(), der);
        fields
    }

    pub fn tbs(&self) -> Vec<u8> {
        sequence(&[
            &self.version,
            &self.serial,
            &self.inner_algorithm,
            &self.issuer,
            &self.validity,
            &self.subject,
            &self.spki,
            &self.issuer_unique_id,
            &self.subject_unique_id,
            &self.extensions,
            &self.after_tbs_fields,
        ])
    }

    pub fn encode(&self) -> Vec<u8> {
        sequence(&[&self.tbs(), &self.outer_algorithm, &self.signature, &self.after_signature])
    }
}

/// What one element holds.
pub fn content(element: &[u8]) -> Vec<u8> {
    element[header_length(element)..].to_vec()
}

/// A BIT STRING of whole bytes.
pub fn bit_string(bytes: &[u8]) -> Vec<u8> {
    tlv(0x03, &[&[0], bytes].concat())
}

/// Elements one after another.
struct Elements(Vec<u8>);

impl Elements {
    fn next(&mut self) -> Vec<u8> {
        let header = header_length(&self.0);
        let length = match header {
            2 => self.0[1].into(),
            _ => self.0[2..header].iter().fold(0, |length, byte| length << 8 | usize::from(*byte)),
        };
        let rest = self.0.split_off(header + length);
        core::mem::replace(&mut self.0, rest)
    }

    /// Nothing where another element stands there.
    fn next_if(&mut self, tag: &[u8]) -> Vec<u8> {
        if self.0.starts_with(tag) { self.next() } else { Vec::new() }
    }
}

fn header_length(element: &[u8]) -> usize {
    match element[1] {
        0..=0x7f => 2,
        form => 2 + usize::from(form & 0x7f),
    }
}

/// An extension; `oid` in content octets.
pub fn extension(oid: &[u8], critical: bool, value: &[u8]) -> Vec<u8> {
    let flag: &[u8] = if critical { &[0x01, 0x01, 0xff] } else { &[] };
    sequence(&[&tlv(0x06, oid), flag, &tlv(0x04, value)])
}

/// A SubjectAltName of DNS names.
pub fn alt_names(names: &[&str]) -> Vec<u8> {
    let names: Vec<Vec<u8>> = names.iter().map(|name| tlv(0x82, name.as_bytes())).collect();
    extension(&[0x55, 0x1d, 0x11], false, &tlv(0x30, &names.concat()))
}
