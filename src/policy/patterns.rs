//! What the schema says about texts and rules, and the parser's types do not: regular expressions, and the two shapes of a rule.

use schemars::{Schema, json_schema};
use serde_json::{Map, Value};

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

/// RFC 3339 with a zone, or a bare date.
pub(super) const DATE: &str =
    "^[0-9]{4}-[0-9]{2}-[0-9]{2}([Tt][0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]+)?([Zz]|[+-][0-9]{2}:[0-9]{2}))?$";
