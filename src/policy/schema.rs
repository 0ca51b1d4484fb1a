//! The policy format as JSON Schema, from the parser's own types. What the parser accepts is valid; what it refuses is not, except
//! where that takes more than one value to see (a host twice, a pin both used and blocked, missing roles), placeholders and the calendar.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::{Map, Value};

use super::json::{Pin, PinObject, Policy, Subdomains};

/// The policy format as JSON Schema, draft 2020-12.
pub fn policy_schema() -> String {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(tidy));
    let schema = settings.into_generator().into_root_schema_for::<Policy<'_>>();
    format!("{:#}", schema.as_value())
}

/// No field is ever null, a number's width is the parser's own affair, and what a thing is comes first.
fn tidy(schema: &mut Schema) {
    let Some(object) = schema.as_object_mut() else {
        return;
    };
    if let Some(Value::Array(types)) = object.get_mut("type") {
        types.retain(|name| name != "null");
        if let [only] = types.as_mut_slice() {
            let only = only.take();
            object.insert("type".to_owned(), only);
        }
    }
    if let Some(Value::Array(choices)) = object.get_mut("anyOf") {
        choices.retain(|choice| choice.get("type").is_none_or(|name| name != "null"));
        if let [Value::Object(only)] = choices.as_mut_slice() {
            let only = core::mem::take(only);
            object.shift_remove("anyOf");
            object.extend(only);
        }
    }
    object.shift_remove("format");
    if object.get("default").is_some_and(Value::is_null) {
        object.shift_remove("default");
    }
    if object.contains_key("const") {
        object.shift_remove("minimum");
    }
    for key in ["description", "title", "$schema"] {
        if let Some(value) = object.shift_remove(key) {
            object.shift_insert(0, key.to_owned(), value);
        }
    }
}

/// Two shapes in place of the parser's one: a rule with pins, and one that is exempt.
pub(super) fn split_rule(rule: &mut Schema) {
    let description = "A host and the keys or certificates that it may present.";
    let pinned = shape(rule, "PinnedRule", description, ["host", "pins"], |field| field != "exempt");
    let beside = ["host", "subdomains", "exempt"];
    let description = "A host opted out of a parent's rule.";
    let exempt = shape(rule, "ExemptRule", description, ["host", "exempt"], |field| beside.contains(&field));
    *rule = json_schema!({ "description": rule.get("description"), "oneOf": [pinned, exempt] });
}

/// The rule with some of its fields.
fn shape(rule: &Schema, title: &str, description: &str, required: [&str; 2], has: impl Fn(&str) -> bool) -> Schema {
    let fields = rule.get("properties").and_then(Value::as_object).into_iter().flatten();
    let properties: Map<String, Value> =
        fields.filter(|(field, _)| has(field)).map(|(field, schema)| (field.clone(), schema.clone())).collect();
    json_schema!({
        "title": title,
        "description": description,
        "type": "object",
        "properties": properties,
        "additionalProperties": false,
        "required": required
    })
}

/// `host`: the letters of names and addresses; no scheme, port, path, wildcard or Unicode.
pub(super) const HOST: &str = r"^([0-9A-Za-z._-]{1,254}|\[?[0-9A-Fa-f:.]+\]?)$";

/// 32 bytes in base64, with a prefix.
pub(super) const PIN: &str = "^(cert-)?sha256/[0-9A-Za-z+/]{43}=$";

/// The same of a key alone.
pub(super) const KEY_PIN: &str = "^sha256/[0-9A-Za-z+/]{43}=$";

/// RFC 3339 with a zone, or a bare date.
pub(super) const DATE: &str =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$";

impl JsonSchema for Subdomains {
    fn schema_name() -> Cow<'static, str> {
        "Subdomains".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({ "description": "Which names below a host a rule reaches.", "enum": [false, true, "one"] })
    }
}

impl JsonSchema for Pin<'_> {
    fn schema_name() -> Cow<'static, str> {
        "Pin".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let object = generator.subschema_for::<PinObject<'_>>();
        json_schema!({
            "description": "`sha256/<base64>` of a key or `cert-sha256/<base64>` of a certificate, alone or with what is known about it.",
            "oneOf": [{ "type": "string", "pattern": PIN }, object]
        })
    }
}
