//! Certificates made for a test, signed by ring, which the code under test does not use.
//!
//! ```ignore
//! let root = ca("Root").self_signed();
//! let intermediate = ca("Intermediate").path_length(0).signed_by(&root);
//! let leaf = leaf("api.example.com").valid("2026-01-01", "2026-04-01").signed_by(&intermediate);
//! judge(&policy, "api.example.com", &[leaf, intermediate], PRESENTED, "2026-02-01");
//! ```

use std::net::IpAddr;
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use rcgen::{
    BasicConstraints, CertificateParams, CustomExtension, DistinguishedName, DnType, IsCa, Issuer, KeyPair, NameConstraints,
    SanType, SerialNumber, SignatureAlgorithm, SigningKey,
};
#[allow(unused_imports, reason = "each test file uses a part")]
pub use rcgen::{
    ExtendedKeyUsagePurpose as Purpose, GeneralSubtree, KeyUsagePurpose as Usage, PKCS_ECDSA_P256_SHA256 as P256,
    PKCS_ECDSA_P384_SHA384 as P384, PKCS_ED25519 as ED25519,
};

use super::der::{Fields, bit_string};
use super::{certificate_pin_of, pin_of, time};

/// A leaf for these hosts (names or addresses) as a public CA would issue it, valid from 2026-01-01 to 2027-01-01.
pub fn leaf_for(hosts: &[&str]) -> Template {
    let mut template = Template::new(hosts.first().copied().unwrap_or("a leaf without names"));
    template.params.subject_alt_names = hosts.iter().map(|host| alt_name(host)).collect();
    template.params.key_usages = vec![Usage::DigitalSignature];
    template.params.extended_key_usages = vec![Purpose::ServerAuth];
    template
}

/// A leaf for one host.
pub fn leaf(host: &str) -> Template {
    leaf_for(&[host])
}

/// A CA that may sign certificates, without a path length, valid like the leaves.
pub fn ca(name: &str) -> Template {
    let mut template = Template::new(name);
    template.params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    template.params.key_usages = vec![Usage::KeyCertSign, Usage::CrlSign];
    template
}

/// A certificate that is about to be issued.
#[derive(Clone)]
pub struct Template {
    params: CertificateParams,
    key: Key,
}

/// Which key it will hold.
#[derive(Clone)]
enum Key {
    New(&'static SignatureAlgorithm),
    Given(Rc<KeyPair>),
}

impl Template {
    fn new(name: &str) -> Self {
        let template = Self { params: CertificateParams::default(), key: Key::New(&P256) };
        template.named(name).valid("2026-01-01", "2027-01-01")
    }

    /// Its subject's common name, which is its whole subject.
    pub fn named(mut self, name: &str) -> Self {
        self.params.distinguished_name = DistinguishedName::new();
        self.params.distinguished_name.push(DnType::CommonName, name);
        self
    }

    /// A subject without any part.
    pub fn without_name(mut self) -> Self {
        self.params.distinguished_name = DistinguishedName::new();
        self
    }

    /// Its subject's organisation, beside the common name.
    pub fn of_organisation(mut self, name: &str) -> Self {
        self.params.distinguished_name.push(DnType::OrganizationName, name);
        self
    }

    /// First and last moment of validity, in RFC 3339.
    pub fn valid(mut self, not_before: &str, not_after: &str) -> Self {
        self.params.not_before = system_time(not_before).into();
        self.params.not_after = system_time(not_after).into();
        self
    }

    /// A new key of this kind: `&P256`, `&P384`, `&ED25519`.
    pub fn with_new_key(mut self, algorithm: &'static SignatureAlgorithm) -> Self {
        self.key = Key::New(algorithm);
        self
    }

    /// The key of a certificate that was made before: a renewal, a cross-sign, or a forgery around a pinned key.
    pub fn with_key_of(mut self, other: &Made) -> Self {
        self.key = Key::Given(other.key.clone());
        self
    }

    pub fn serial(mut self, bytes: &[u8]) -> Self {
        self.params.serial_number = Some(SerialNumber::from_slice(bytes));
        self
    }

    /// cA TRUE, on whatever this is.
    pub fn with_ca_bit(mut self) -> Self {
        self.params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        self
    }

    /// A BasicConstraints extension that says cA FALSE.
    pub fn with_ca_bit_off(mut self) -> Self {
        self.params.is_ca = IsCa::ExplicitNoCa;
        self
    }

    /// No BasicConstraints extension at all.
    pub fn without_basic_constraints(mut self) -> Self {
        self.params.is_ca = IsCa::NoCa;
        self
    }

    /// So many CAs may stand between it and a leaf.
    pub fn path_length(mut self, length: u8) -> Self {
        self.params.is_ca = IsCa::Ca(BasicConstraints::Constrained(length));
        self
    }

    /// Its key usage; empty for no such extension.
    pub fn key_usage(mut self, usages: &[Usage]) -> Self {
        self.params.key_usages = usages.to_vec();
        self
    }

    /// Its extended key usage; empty for no such extension.
    pub fn extended_key_usage(mut self, purposes: &[Purpose]) -> Self {
        self.params.extended_key_usages = purposes.to_vec();
        self
    }

    /// Name constraints: DNS names below which it may issue, and below which it must not.
    pub fn name_constraints(mut self, permitted: &[&str], excluded: &[&str]) -> Self {
        let subtrees = |names: &[&str]| names.iter().map(|name| GeneralSubtree::DnsName((*name).to_owned())).collect();
        self.params.name_constraints =
            Some(NameConstraints { permitted_subtrees: subtrees(permitted), excluded_subtrees: subtrees(excluded) });
        self
    }

    /// Any extension: `content` is the DER that the extnValue wraps.
    pub fn extension(mut self, oid: &[u64], critical: bool, content: &[u8]) -> Self {
        let mut extension = CustomExtension::from_oid_content(oid, content.to_vec());
        extension.set_criticality(critical);
        self.params.custom_extensions.push(extension);
        self
    }

    pub fn self_signed(self) -> Made {
        let key = self.key();
        let der = self.params.self_signed(&*key).unwrap().der().to_vec();
        Made { der, params: self.params, key }
    }

    pub fn signed_by(self, issuer: &Made) -> Made {
        self.signed_as(&issuer.params, &issuer.key)
    }

    /// A forgery: the issuer's name and key identifier, another's signature.
    pub fn signed_in_the_name_of(self, issuer: &Made, signer: &Made) -> Made {
        self.signed_as(&issuer.params, &signer.key)
    }

    fn signed_as(self, issuer: &CertificateParams, signer: &KeyPair) -> Made {
        let key = self.key();
        let der = self.params.signed_by(&*key, &Issuer::from_params(issuer, signer)).unwrap().der().to_vec();
        Made { der, params: self.params, key }
    }

    fn key(&self) -> Rc<KeyPair> {
        match &self.key {
            Key::New(algorithm) => Rc::new(KeyPair::generate_for(algorithm).unwrap()),
            Key::Given(key) => key.clone(),
        }
    }
}

/// A certificate, with the key that lets it sign others.
#[derive(Clone)]
pub struct Made {
    pub der: Vec<u8>,
    params: CertificateParams,
    key: Rc<KeyPair>,
}

impl Made {
    /// `sha256/…` of its key.
    pub fn pin(&self) -> String {
        pin_of(&Fields::of(&self.der).spki)
    }

    /// A signature by its key.
    pub fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.key.sign(message).unwrap()
    }

    /// Its fields as `patch` leaves them, signed anew by `issuer`, which needs a P-256 key.
    pub fn patched(&self, issuer: &Self, patch: impl FnOnce(&mut Fields)) -> Self {
        let mut fields = Fields::of(&self.der);
        patch(&mut fields);
        fields.signature = bit_string(&issuer.sign(&fields.tbs()));
        Self { der: fields.encode(), ..self.clone() }
    }

    /// Its fields as `patch` leaves them, under the old signature.
    pub fn broken(&self, patch: impl FnOnce(&mut Fields)) -> Self {
        let mut fields = Fields::of(&self.der);
        patch(&mut fields);
        Self { der: fields.encode(), ..self.clone() }
    }

    /// `cert-sha256/…`
    pub fn certificate_pin(&self) -> String {
        certificate_pin_of(&self.der)
    }
}

impl AsRef<[u8]> for Made {
    fn as_ref(&self) -> &[u8] {
        &self.der
    }
}

fn alt_name(host: &str) -> SanType {
    match host.parse::<IpAddr>() {
        Ok(address) => SanType::IpAddress(address),
        Err(_) => SanType::DnsName(host.try_into().unwrap()),
    }
}

fn system_time(text: &str) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_millis(time(text).as_millis().try_into().unwrap())
}
