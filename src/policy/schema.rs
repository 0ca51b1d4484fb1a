//! The policy format as JSON Schema, from the parser's own types. What the parser accepts is valid; what it rejects is not, except
//! for faults that more than one value shows (a host twice, a pin both used and blocked, missing roles), placeholders and the calendar.

use std::borrow::Cow;

use schemars::generate::SchemaSettings;
use schemars::transform::RecursiveTransform;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde_json::Value;

use super::json::{Pin, PinObject, Policy, Subdomains};
use crate::pin::{KINDS, PATTERN};

/// The policy format as JSON Schema, draft 2020-12.
pub fn policy_schema() -> String {
    let settings = SchemaSettings::draft2020_12().with_transform(RecursiveTransform(tidy));
    let schema = settings.into_generator().into_root_schema_for::<Policy<'_>>();
    format!("{:#}", schema.as_value())
}

/// No field is ever null, the width of a number is left out, and the description comes first.
pub(crate) fn tidy(schema: &mut Schema) {
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
            "description": format!("{}, alone or with what is known about it.", KINDS.trim_end_matches('.')),
            "oneOf": [{ "type": "string", "pattern": PATTERN }, object]
        })
    }
}
