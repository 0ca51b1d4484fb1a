//! The policy as JSON writes it: field names, types, and nothing unknown, twice or null. `compile` checks what it means.
//! The published JSON Schema is made from these types (feature `schema`), so their documentation is written for policy authors.

use core::fmt;
use core::marker::PhantomData;
use std::borrow::Cow;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor, value::MapAccessDeserializer};
use serde_json::error::Category;

use super::json_path::path_at;
use super::model;
use super::problem::{PolicyError, PolicyProblem};

/// Which keys each host may present, and what happens when it presents another.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(title = "chainpin policy"))]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a policy object")]
pub(crate) struct Policy<'a> {
    /// Version of the policy format.
    #[cfg_attr(feature = "schema", schemars(extend("const" = 1)))]
    #[serde(deserialize_with = "integer")]
    pub version: u64,
    /// Whose policy this is, one per app and environment; shown in verdicts and reports.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = r"^[ -~]{1,128}$")))]
    #[serde(borrow)]
    pub id: Cow<'a, str>,
    /// Grows with each change; updates never go back.
    #[cfg_attr(feature = "schema", schemars(range(min = 1, max = 9_007_199_254_740_991_u64)))]
    #[serde(deserialize_with = "integer")]
    pub sequence: u64,
    /// When this policy was issued (RFC 3339 with a zone; a bare date means 00:00:00 UTC).
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::patterns::DATE)))]
    #[serde(default, deserialize_with = "present")]
    pub issued_at: Option<String>,
    /// When this policy expires (RFC 3339 with a zone; a bare date means 00:00:00 UTC).
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::patterns::DATE)))]
    #[serde(default, deserialize_with = "present")]
    pub expires: Option<String>,
    /// After the policy's expiry: go on (the default), or refuse every host that has a rule.
    #[serde(default, deserialize_with = "present")]
    pub on_expiry: Option<PolicyExpiry>,
    /// Hosts without a rule: let them pass (the default), or refuse them.
    #[serde(default, deserialize_with = "present")]
    pub unlisted: Option<Unlisted>,
    /// Pins of keys that are never accepted, whatever the rule.
    #[cfg_attr(feature = "schema", schemars(inner(regex(pattern = crate::pin::KEY_PATTERN))))]
    #[serde(default)]
    pub blocked: Vec<String>,
    /// One rule per host.
    #[cfg_attr(feature = "schema", schemars(length(max = 100_000)))]
    #[serde(borrow, deserialize_with = "objects")]
    pub rules: Vec<Rule<'a>>,
}

/// What one host must present.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema), schemars(transform = super::patterns::split_rule))]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a rule object")]
pub(crate) struct Rule<'a> {
    /// A DNS name in A-label form, or an IP address.
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::patterns::HOST)))]
    #[serde(borrow)]
    pub host: Cow<'a, str>,
    /// Names below the host that the rule reaches too: none (false, the default), of any depth (true), of one more label ("one").
    #[serde(default, deserialize_with = "present")]
    pub subdomains: Option<Subdomains>,
    /// The keys or certificates in use.
    #[cfg_attr(feature = "schema", schemars(length(min = 1, max = 64)))]
    #[serde(borrow, default, deserialize_with = "present")]
    pub pins: Option<Vec<Pin<'a>>>,
    /// Keys not in use yet: the way out when the key must change.
    #[cfg_attr(feature = "schema", schemars(length(max = 63)))]
    #[serde(borrow, default, deserialize_with = "present")]
    pub backup_pins: Option<Vec<Pin<'a>>>,
    /// One pin must match (the default), or one on the leaf and another on a CA.
    #[serde(rename = "match", default, deserialize_with = "present")]
    pub matching: Option<Matching>,
    /// Refuse a mismatch (the default), or let it pass and report it.
    #[serde(default, deserialize_with = "present")]
    pub mode: Option<Mode>,
    /// When this rule expires (RFC 3339 with a zone; a bare date means 00:00:00 UTC).
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::patterns::DATE)))]
    #[serde(default, deserialize_with = "present")]
    pub expires: Option<String>,
    /// After the rule's expiry: let a mismatch pass and report it (the default), go on as before, or refuse the host.
    #[serde(default, deserialize_with = "present")]
    pub on_expiry: Option<RuleExpiry>,
    /// A validated path to a CA that the user installed: check its pins (the default), or let it pass.
    #[serde(default, deserialize_with = "present")]
    pub user_anchors: Option<UserAnchors>,
    /// Addresses (https) to which mismatches are reported.
    #[serde(default, deserialize_with = "present")]
    pub report_to: Option<Vec<String>>,
    /// True: this host is opted out of a parent's rule; only `subdomains` may stand beside it.
    #[cfg_attr(feature = "schema", schemars(extend("const" = true)))]
    #[serde(default, deserialize_with = "present")]
    pub exempt: Option<bool>,
}

impl<'a> Policy<'a> {
    pub fn parse(text: &'a str) -> Result<Self, PolicyError> {
        serde_json::from_str(text).map(|Object(policy)| policy).map_err(|error| {
            let path = path_at(text, error.line(), error.column());
            let problem = match error.classify() {
                Category::Data => PolicyProblem::Shape(error.to_string()),
                Category::Eof | Category::Io | Category::Syntax => PolicyProblem::Syntax(error.to_string()),
            };
            PolicyError::new(&path, problem)
        })
    }
}

impl Rule<'_> {
    /// The first field that an exempt rule must not have.
    pub fn field_beside_exempt(&self) -> Option<&'static str> {
        let Self {
            host: _,
            subdomains: _,
            exempt: _,
            pins,
            backup_pins,
            matching,
            mode,
            expires,
            on_expiry,
            user_anchors,
            report_to,
        } = self;
        let given = [
            ("pins", pins.is_some()),
            ("backupPins", backup_pins.is_some()),
            ("match", matching.is_some()),
            ("mode", mode.is_some()),
            ("expires", expires.is_some()),
            ("onExpiry", on_expiry.is_some()),
            ("userAnchors", user_anchors.is_some()),
            ("reportTo", report_to.is_some()),
        ];
        given.into_iter().find_map(|(field, is_given)| is_given.then_some(field))
    }
}

/// A pin alone, or with what is known about it.
pub(crate) struct Pin<'a> {
    pub pin: Cow<'a, str>,
    pub role: Option<PinRole>,
    pub label: Option<String>,
    pub expires: Option<String>,
}

/// A pin with what is known about it.
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[derive(Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, expecting = "a pin, or an object with a pin")]
pub(super) struct PinObject<'a> {
    #[cfg_attr(feature = "schema", schemars(description = crate::pin::KINDS, regex(pattern = crate::pin::PATTERN)))]
    #[serde(borrow)]
    pin: Cow<'a, str>,
    /// Where on the path it may match; `any` by default.
    #[serde(default, deserialize_with = "present")]
    role: Option<PinRole>,
    /// For people.
    #[serde(default, deserialize_with = "present")]
    label: Option<String>,
    /// From when on it no longer counts (RFC 3339 with a zone; a bare date means 00:00:00 UTC).
    #[cfg_attr(feature = "schema", schemars(regex(pattern = super::patterns::DATE)))]
    #[serde(default, deserialize_with = "present")]
    expires: Option<String>,
}

impl<'de: 'a, 'a> Deserialize<'de> for Pin<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct PinVisitor;

        impl<'de> Visitor<'de> for PinVisitor {
            type Value = Pin<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a pin, or an object with a pin")
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                Ok(Pin { pin: Cow::Owned(text.to_owned()), role: None, label: None, expires: None })
            }

            fn visit_borrowed_str<E: de::Error>(self, text: &'de str) -> Result<Self::Value, E> {
                Ok(Pin { pin: Cow::Borrowed(text), role: None, label: None, expires: None })
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                let PinObject { pin, role, label, expires } = PinObject::deserialize(MapAccessDeserializer::new(map))?;
                Ok(Pin { pin, role, label, expires })
            }
        }

        deserializer.deserialize_any(PinVisitor)
    }
}

/// `false`, `true` or `"one"`.
#[derive(Clone, Copy)]
pub(crate) enum Subdomains {
    Any,
    None,
    One,
}

impl<'de> Deserialize<'de> for Subdomains {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct SubdomainsVisitor;

        impl Visitor<'_> for SubdomainsVisitor {
            type Value = Subdomains;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("true, false or \"one\"")
            }

            fn visit_bool<E: de::Error>(self, any: bool) -> Result<Self::Value, E> {
                Ok(if any { Subdomains::Any } else { Subdomains::None })
            }

            fn visit_str<E: de::Error>(self, text: &str) -> Result<Self::Value, E> {
                match text {
                    "one" => Ok(Subdomains::One),
                    other => Err(E::invalid_value(de::Unexpected::Str(other), &self)),
                }
            }
        }

        deserializer.deserialize_any(SubdomainsVisitor)
    }
}

/// An enum of JSON strings, with its counterpart in `model`.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($variant:ident = $word:literal),+ }) => {
        $(#[$doc])*
        #[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
        #[derive(Clone, Copy)]
        pub(crate) enum $name {
            $(#[cfg_attr(feature = "schema", schemars(rename = $word))] $variant),+
        }

        // Not derived: that would take `{ "word": null }` too, and call `null` a syntax error.
        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                deserializer.deserialize_str(WordVisitor(&[$(($word, Self::$variant)),+]))
            }
        }

        impl From<$name> for model::$name {
            fn from(word: $name) -> Self {
                match word {
                    $($name::$variant => Self::$variant),+
                }
            }
        }
    };
}

words!(
    /// What happens after the policy's expiry.
    PolicyExpiry { Deny = "deny", Enforce = "enforce" }
);
words!(
    /// What happens to hosts without a rule.
    Unlisted { Allow = "allow", Deny = "deny" }
);
words!(
    /// Which pins must match.
    Matching { Any = "any", LeafAndCa = "leaf-and-ca" }
);
words!(
    /// Whether a mismatch refuses the connection.
    Mode { Enforce = "enforce", Report = "report" }
);
words!(
    /// What happens after the rule's expiry.
    RuleExpiry { Deny = "deny", Enforce = "enforce", Report = "report" }
);
words!(
    /// Whether a path to a CA that the user installed is pin-checked.
    UserAnchors { Allow = "allow", Enforce = "enforce" }
);
words!(
    /// Where on the path a pin may match.
    PinRole { Any = "any", Ca = "ca", Leaf = "leaf" }
);

impl From<Subdomains> for model::Subdomains {
    fn from(reach: Subdomains) -> Self {
        match reach {
            Subdomains::Any => Self::Any,
            Subdomains::None => Self::None,
            Subdomains::One => Self::One,
        }
    }
}

/// Words, each with what it stands for.
struct WordVisitor<T: 'static>(&'static [(&'static str, T)]);

impl<T: Copy> Visitor<'_> for WordVisitor<T> {
    type Value = T;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let words: Vec<String> = self.0.iter().map(|(word, _)| format!("`{word}`")).collect();
        f.write_str(&words.join(" or "))
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<T, E> {
        let known = self.0.iter().find(|(word, _)| *word == text);
        known.map(|(_, value)| *value).ok_or_else(|| E::invalid_value(de::Unexpected::Str(text), &self))
    }
}

/// serde's derived code takes an array of the fields' values for an object; here only an object is one.
struct Object<T>(T);

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Object<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct ObjectVisitor<T>(PhantomData<T>);

        impl<'de, T: Deserialize<'de>> Visitor<'de> for ObjectVisitor<T> {
            type Value = Object<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Self::Value, A::Error> {
                T::deserialize(MapAccessDeserializer::new(map)).map(Object)
            }
        }

        deserializer.deserialize_map(ObjectVisitor(PhantomData))
    }
}

fn objects<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    Ok(Vec::<Object<T>>::deserialize(deserializer)?.into_iter().map(|Object(object)| object).collect())
}

/// A whole number in words of JSON, whose errors name no width in bits.
fn integer<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    struct IntegerVisitor;

    impl Visitor<'_> for IntegerVisitor {
        type Value = u64;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a positive integer")
        }

        fn visit_u64<E: de::Error>(self, integer: u64) -> Result<Self::Value, E> {
            Ok(integer)
        }
    }

    deserializer.deserialize_u64(IntegerVisitor)
}

/// A field that is left out when it has nothing to say: `null` is refused like any other wrong type.
fn present<'de, D: Deserializer<'de>, T: Deserialize<'de>>(deserializer: D) -> Result<Option<T>, D::Error> {
    T::deserialize(deserializer).map(Some)
}
