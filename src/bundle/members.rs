//! A JSON object as its members, none of them twice.
//!
//! Names are compared as written: no known name needs an escape, so a name with escapes is unknown.

use core::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

/// The text of each name, in its quotes, and of each value.
pub(super) struct Members<'a>(Vec<[&'a str; 2]>);

impl<'a> Members<'a> {
    pub fn parse(text: &'a str) -> Result<Self, &'static str> {
        let members: Self = serde_json::from_str(text).map_err(|_| "not a JSON object")?;
        let mut rest = members.0.as_slice();
        while let Some(([name, _], later)) = rest.split_first() {
            if later.iter().any(|[other, _]| other == name) {
                return Err("a member stands there twice");
            }
            rest = later;
        }
        Ok(members)
    }

    /// The text of a value, which is then no longer among the members.
    pub fn take(&mut self, name: &str) -> Option<&'a str> {
        let [_, value] = self.0.remove(self.position(name)?);
        Some(value)
    }

    pub fn has(&self, name: &str) -> bool {
        self.position(name).is_some()
    }

    fn position(&self, name: &str) -> Option<usize> {
        let unquoted = |text: &'a str| text.strip_prefix('"')?.strip_suffix('"');
        self.0.iter().position(|[text, _]| unquoted(text) == Some(name))
    }

    /// The same for one that is a string.
    pub fn take_string(&mut self, name: &str) -> Option<String> {
        serde_json::from_str(self.take(name)?).ok()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// What is left, as an object.
    pub fn to_json(&self) -> String {
        let mut json = String::from("{");
        for [name, value] in &self.0 {
            for part in [if json.len() > 1 { "," } else { "" }, name, ":", value] {
                json.push_str(part);
            }
        }
        json.push('}');
        json
    }
}

/// Members of one object: three times what a policy has.
const MOST: usize = 32;

impl<'de: 'a, 'a> Deserialize<'de> for Members<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct MembersVisitor;

        impl<'de> Visitor<'de> for MembersVisitor {
            type Value = Members<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut members = Vec::new();
                while let Some((name, value)) = map.next_entry::<&RawValue, &RawValue>()? {
                    if members.len() == MOST {
                        return Err(de::Error::custom("too many members"));
                    }
                    members.push([name.get(), value.get()]);
                }
                Ok(Members(members))
            }
        }

        deserializer.deserialize_map(MembersVisitor)
    }
}
