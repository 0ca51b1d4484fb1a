//! The place of an error in a policy: from the parser's line and column to `rules[3].pins[0]`.

use crate::printable::Printable;

/// What the text has open at some point.
enum Open<'a> {
    Array { index: usize },
    Object { key: Option<&'a str> },
}

/// The path to what was read last before `column` bytes of `line` (both count from 1, as `serde_json` does).
pub(super) fn path_at(text: &str, line: usize, column: usize) -> String {
    let before_line: usize = text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
    let read = text.as_bytes().get(..before_line.saturating_add(column)).unwrap_or(text.as_bytes());
    let mut open: Vec<Open<'_>> = Vec::new();
    let mut at = 0;
    while let Some(byte) = read.get(at) {
        at += 1;
        match byte {
            b'{' => open.push(Open::Object { key: None }),
            b'[' => open.push(Open::Array { index: 0 }),
            b'}' | b']' => {
                open.pop();
            }
            b',' => match open.last_mut() {
                Some(Open::Array { index }) => *index += 1,
                Some(Open::Object { key }) => *key = None,
                None => {}
            },
            b'"' => {
                let length = string_length(read.get(at..).unwrap_or_default());
                if let Some(Open::Object { key: key @ None }) = open.last_mut() {
                    *key = text.get(at..at + length);
                }
                at += length + 1;
            }
            _ => {}
        }
    }
    open.iter().fold(String::new(), |path, level| match level {
        Open::Array { index } => format!("{path}[{index}]"),
        Open::Object { key: Some(key) } if path.is_empty() => shortened(key),
        Open::Object { key: Some(key) } => format!("{path}.{}", shortened(key)),
        Open::Object { key: None } => path,
    })
}

/// Bytes up to the closing quote.
fn string_length(text: &[u8]) -> usize {
    let mut escaped = false;
    let is_end = |byte: &u8| {
        let ends = *byte == b'"' && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    };
    text.iter().position(is_end).unwrap_or(text.len())
}

/// Characters of a key that are shown: longer than any that the format has.
const KEY_SHOWN: usize = 40;

fn shortened(key: &str) -> String {
    let shown: String = key.chars().take(KEY_SHOWN).collect();
    Printable(&shown).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_what_was_read_last() {
        let text = "{\n \"a\": [1, {\"b\\\"]\": \"}{\", \"c\": [\n[2], 3]}] }";
        for (up_to, path) in [
            ("{", ""),
            ("\"a\"", "a"),
            ("[1", "a[0]"),
            ("{\"b\\\"]\"", "a[1].b\\\"]"),
            ("\"}{\"", "a[1].b\\\"]"),
            ("\"c\": [\n[2", "a[1].c[0][0]"),
            ("3", "a[1].c[1]"),
            ("3]}", "a[1]"),
            ("]}]", "a"),
            ("]}] }", ""),
        ] {
            let read = text.find(up_to).and_then(|at| text.get(..at + up_to.len())).unwrap_or_default();
            let line = read.matches('\n').count() + 1;
            let column = read.rsplit('\n').next().map_or(0, str::len);
            assert_eq!(path_at(text, line, column), path, "{up_to}");
        }
        assert_eq!(path_at("", 1, 0), "");
        assert_eq!(path_at("[1", 7, 9), "[0]");
    }
}
