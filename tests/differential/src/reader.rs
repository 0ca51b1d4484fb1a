//! Who reads certificates, and what each says of one.

pub mod chainpin;
pub mod node;
pub mod openssl;
pub mod webpki;

#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Reader {
    Chainpin,
    Node,
    Openssl,
    Webpki,
}

/// What a reader says of a certificate; nothing where it does not tell.
#[derive(Debug, Default)]
pub struct Reading {
    /// SHA-256 of the SubjectPublicKeyInfo.
    pub key: Option<Vec<u8>>,
    /// SHA-256 of the certificate.
    pub fingerprint: Option<Vec<u8>>,
    /// notBefore and notAfter in RFC 3339; an inner nothing where a date cannot be read.
    pub dates: Option<[Option<String>; 2]>,
    pub subject: Option<Name>,
    pub issuer: Option<Name>,
    pub alt_names: Option<AltNames>,
    /// 1, 2 or 3.
    pub version: Option<i64>,
    /// The content of the INTEGER.
    pub serial: Option<Vec<u8>>,
    /// Dotted type, and whether it is critical.
    pub extensions: Option<Vec<(String, bool)>>,
}

#[derive(Debug)]
pub enum Name {
    /// In RFC 4514 notation, as chainpin shows it.
    Text(String),
    /// Attributes in order, whatever RDN they are in.
    Attributes(Vec<Attribute>),
    /// The content of the SEQUENCE.
    Content(Vec<u8>),
    /// Node's lines `CN=…`, first RDN first.
    Lines(String),
}

#[derive(Debug)]
pub struct Attribute {
    /// The content of its type.
    pub oid: Vec<u8>,
    pub tag: u8,
    pub utf8: Option<String>,
}

#[derive(Debug)]
pub enum AltNames {
    /// DNS names and addresses as chainpin shows them.
    All(Vec<String>),
    /// Only DNS names that a host could have.
    ValidDns(Vec<String>),
    /// The extension cannot be read.
    Unreadable,
}
