//! Node's `X509Certificate`, in a process of its own: a line of certificates in, a line of answers out.

use std::io::{BufRead, BufReader, Write};
use std::net::Ipv6Addr;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use base64::{Engine, engine::general_purpose::STANDARD};
use serde_json::Value;

use super::{AltNames, Name, Reading};
use crate::show;

pub struct Node {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
}

impl Node {
    pub fn start() -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/node.mjs");
        let mut child = Command::new("node").arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let input = child.stdin.take().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        Self { child, input, output }
    }

    pub fn read(&mut self, ders: &[Vec<u8>]) -> Vec<Option<Reading>> {
        let texts: Vec<String> = ders.iter().map(|der| STANDARD.encode(der)).collect();
        writeln!(self.input, "{}", serde_json::to_string(&texts).unwrap()).unwrap();
        let mut line = String::new();
        self.output.read_line(&mut line).unwrap();
        let answers: Vec<Value> = serde_json::from_str(&line).unwrap();
        assert_eq!(answers.len(), ders.len());
        answers.iter().map(reading).collect()
    }

    pub fn stop(mut self) {
        drop(self.input);
        assert!(self.child.wait().unwrap().success());
    }
}

fn reading(answer: &Value) -> Option<Reading> {
    let text = |name: &str| answer[name].as_str().map(str::to_owned);
    let digest = |name: &str| answer[name].as_str().map(|text| STANDARD.decode(text).unwrap());
    answer.is_object().then(|| Reading {
        key: digest("key"),
        fingerprint: digest("fingerprint"),
        dates: Some([text("notBefore"), text("notAfter")]),
        subject: Some(Name::Lines(text("subject").unwrap_or_default())),
        issuer: Some(Name::Lines(text("issuer").unwrap_or_default())),
        alt_names: text("altNames").map(|text| alt_names(&text)),
        ..Reading::default()
    })
}

/// `DNS:a.example, IP Address:10.0.0.1, DNS:"…"`: what stands in quotes is a JSON string.
fn alt_names(text: &str) -> AltNames {
    let mut shown = Vec::new();
    let mut rest = text;
    while !rest.is_empty() {
        let (kind, value) = rest.split_once(':').unwrap();
        let end = if value.starts_with('"') { quoted(value) } else { value.find(", ").unwrap_or(value.len()) };
        let (value, after) = value.split_at(end);
        let value = if value.starts_with('"') { serde_json::from_str(value).unwrap() } else { value.to_owned() };
        match kind {
            "DNS" => shown.push(show::dns(&latin1(&value))),
            "IP Address" => shown.push(match value.parse::<Ipv6Addr>() {
                Ok(v6) => v6.to_string(),
                Err(_) if value.starts_with("<invalid") => show::UNREADABLE.to_owned(),
                Err(_) => value,
            }),
            _ => {}
        }
        rest = after.strip_prefix(", ").unwrap_or(after);
    }
    AltNames::All(shown)
}

/// Node shows octets as Latin-1.
fn latin1(text: &str) -> Vec<u8> {
    text.chars().map(|one| u8::try_from(u32::from(one)).unwrap_or(b'?')).collect()
}

/// Where a JSON string ends.
fn quoted(text: &str) -> usize {
    let mut is_escaped = false;
    for (at, octet) in text.bytes().enumerate().skip(1) {
        match octet {
            _ if is_escaped => is_escaped = false,
            b'\\' => is_escaped = true,
            b'"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}
