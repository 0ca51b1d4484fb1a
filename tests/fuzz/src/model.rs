//! The decision once more, the slow way: every rule is looked at, pins are compared as text, dates are read by chrono.

use chainpin::Outcome;
use chrono::{DateTime, NaiveDate};
use serde_json::Value;

use crate::certificate::{certificate_pin, pin};
use crate::host::canonical;

/// One certificate as a pin sees it.
#[derive(Clone)]
pub struct Subject {
    pub der: Vec<u8>,
    pub names: [String; 2],
}

impl Subject {
    /// `spki` is not chainpin's reading of it.
    pub fn new(der: &[u8], spki: &[u8]) -> Self {
        Self { der: der.to_vec(), names: [pin(spki), certificate_pin(der)] }
    }
}

/// What a chain that the platform has validated comes to, in the words of a verdict: `pinned 0`, `rejected pin-expired`, `exempt`.
pub fn judge(policy: &Value, host: &str, path: &[Subject], by_user: bool, now: i64) -> String {
    let set = match before_pins(policy, host, path) {
        Ok(rule) => rule,
        Err(outcome) => return outcome,
    };
    if by_user && set["userAnchors"] == "allow" {
        return "exempt".to_owned();
    }
    after_pins(policy, set, matched(set, path, now), now)
}

/// The rule whose pins decide, or what is decided without any: steps 1 to 4.
pub fn before_pins<'p>(policy: &'p Value, host: &str, chain: &[Subject]) -> Result<&'p Value, String> {
    let Some(host) = canonical(host) else { return Err("rejected host-invalid".to_owned()) };
    if chain.iter().flat_map(|subject| &subject.names).any(|name| list(&policy["blocked"]).contains(&Value::from(name.as_str())))
    {
        return Err("rejected key-blocked".to_owned());
    }
    match rule_for(policy, &host) {
        None if policy["unlisted"] == "deny" => Err("rejected unlisted-host".to_owned()),
        None => Err("unlisted".to_owned()),
        Some(rule) if rule["exempt"] == true => Err("exempt".to_owned()),
        Some(rule) => Ok(rule),
    }
}

/// The rule with the longest name that reaches the host.
pub fn rule_for<'p>(policy: &'p Value, host: &str) -> Option<&'p Value> {
    let reaching = list(&policy["rules"]).iter().filter(|rule| {
        let own = host_of(rule);
        let below = host.strip_suffix(&own).and_then(|rest| rest.strip_suffix('.'));
        match (&rule["subdomains"], below) {
            (_, None) => host == own,
            (Value::Bool(any), Some(_)) => *any,
            (Value::String(_), Some(label)) => !label.contains('.'),
            (_, Some(_)) => false,
        }
    });
    reaching.max_by_key(|rule| host_of(rule).len())
}

/// The canonical host of a rule of a policy that was accepted.
pub fn host_of(rule: &Value) -> String {
    canonical(rule["host"].as_str().expect("a host")).expect("a valid one")
}

/// Step 7: the index of the certificate that matches, or the reason of the miss.
pub fn matched(rule: &Value, path: &[Subject], now: i64) -> Result<usize, &'static str> {
    let mut hits = Vec::new();
    for (index, subject) in path.iter().enumerate().filter(|(index, subject)| *index == 0 || subject.der != path[0].der) {
        for pin in pins(rule).into_iter().filter(|pin| subject.names.contains(&pin.text)) {
            hits.push((index, pin));
        }
    }
    let is_live = |pin: &Pin| pin.expires.is_none_or(|expires| now < expires);
    let fits = |index: usize, role: &str| if index == 0 { role != "ca" } else { role != "leaf" };
    if rule["match"] == "leaf-and-ca" {
        let place = |role: &str| -> Vec<bool> {
            hits.iter().filter(|(index, pin)| pin.role == role && fits(*index, role)).map(|(_, pin)| is_live(pin)).collect()
        };
        let [leaf, ca] = ["leaf", "ca"].map(place);
        return match [leaf.contains(&true), ca.contains(&true)] {
            [true, true] => Ok(0),
            _ if !leaf.is_empty() && !ca.is_empty() => Err("pin-expired"),
            _ if hits.iter().any(|(index, pin)| pin.role != "any" && !fits(*index, &pin.role)) => Err("role-mismatch"),
            _ => Err("pin-mismatch"),
        };
    }
    let fitting: Vec<_> = hits.iter().filter(|(index, pin)| fits(*index, &pin.role)).collect();
    match fitting.iter().find(|(_, pin)| is_live(pin)) {
        Some((index, _)) => Ok(*index),
        None if !fitting.is_empty() => Err("pin-expired"),
        None if !hits.is_empty() => Err("role-mismatch"),
        None => Err("pin-mismatch"),
    }
}

/// Steps 8 to 10.
fn after_pins(policy: &Value, rule: &Value, matched: Result<usize, &'static str>, now: i64) -> String {
    if is_over(policy, now) && policy["onExpiry"] == "deny" {
        return "rejected policy-expired".to_owned();
    }
    if is_over(rule, now) && rule["onExpiry"] == "deny" {
        return "rejected rule-expired".to_owned();
    }
    match matched {
        Ok(index) => format!("pinned {index}"),
        Err(reason) if tolerates(rule, now) => format!("tolerated {reason}"),
        Err(reason) => format!("rejected {reason}"),
    }
}

/// Does the rule let a mismatch pass?
pub fn tolerates(rule: &Value, now: i64) -> bool {
    let reports = rule["onExpiry"].is_null() || rule["onExpiry"] == "report";
    rule["mode"] == "report" || (is_over(rule, now) && reports)
}

/// One pin of a rule.
#[derive(Clone, Debug)]
pub struct Pin {
    pub text: String,
    pub role: String,
    pub expires: Option<i64>,
}

/// Pins first, then backup pins.
pub fn pins(rule: &Value) -> Vec<Pin> {
    let both = list(&rule["pins"]).iter().chain(list(&rule["backupPins"]));
    both.map(|pin| Pin {
        text: pin.as_str().or(pin["pin"].as_str()).expect("a pin").to_owned(),
        role: pin["role"].as_str().unwrap_or("any").to_owned(),
        expires: pin["expires"].as_str().map(date),
    })
    .collect()
}

fn is_over(value: &Value, now: i64) -> bool {
    value["expires"].as_str().is_some_and(|expires| now >= date(expires))
}

/// Milliseconds since 1970 of a date in a policy that was accepted.
pub fn date(text: &str) -> i64 {
    match text.parse::<NaiveDate>() {
        Ok(date) => date.and_hms_opt(0, 0, 0).expect("midnight").and_utc().timestamp_millis(),
        Err(_) => DateTime::parse_from_rfc3339(text).unwrap_or_else(|error| panic!("{text}: {error}")).timestamp_millis(),
    }
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map(Vec::as_slice).unwrap_or_default()
}

/// A verdict in the same words; the certificate of a match by its index in the chain, `-1` for an anchor outside.
pub fn told(outcome: &Outcome) -> String {
    let code = outcome.code();
    match outcome {
        Outcome::Pinned(matched) => {
            let index = matched.certificate.map_or("-1".to_owned(), |index| index.to_string());
            format!("{code} {index}")
        }
        Outcome::Rejected(refusal) | Outcome::Tolerated(refusal) => format!("{code} {}", refusal.reason()),
        Outcome::Exempt | Outcome::Unlisted => code.to_owned(),
    }
}
