//! Text from outside, as messages show it.

use core::fmt::{self, Write as _};

/// A text that stays where a message puts it: what controls a terminal, breaks a line, changes the writing direction or is invisible
/// is escaped, as `\u{1b}`.
pub(crate) struct Printable<'a>(pub &'a str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|character| match is_printable(character) {
            true => f.write_char(character),
            false => write!(f, "\\u{{{:x}}}", u32::from(character)),
        })
    }
}

pub(crate) fn is_printable(character: char) -> bool {
    !UNPRINTABLE.iter().any(|(first, last)| (*first..=*last).contains(&character))
}

/// Control characters (general category Cc), line and paragraph separators, annotations, and what Unicode calls
/// `Default_Ignorable_Code_Point` (DerivedCoreProperties.txt): bidi controls, joiners, fillers, tags, variation selectors.
/// `js/base/printable.ts` has the same. A table, which takes less of the module than a pattern.
const UNPRINTABLE: [(char, char); 19] = [
    ('\0', '\u{1f}'),
    ('\u{7f}', '\u{9f}'),
    ('\u{ad}', '\u{ad}'),
    ('\u{34f}', '\u{34f}'),
    ('\u{61c}', '\u{61c}'),
    ('\u{115f}', '\u{1160}'),
    ('\u{17b4}', '\u{17b5}'),
    ('\u{180b}', '\u{180f}'),
    ('\u{200b}', '\u{200f}'),
    ('\u{2028}', '\u{202e}'),
    ('\u{2060}', '\u{206f}'),
    ('\u{3164}', '\u{3164}'),
    ('\u{fe00}', '\u{fe0f}'),
    ('\u{feff}', '\u{feff}'),
    ('\u{ffa0}', '\u{ffa0}'),
    ('\u{fff0}', '\u{fffb}'),
    ('\u{1bca0}', '\u{1bca3}'),
    ('\u{1d173}', '\u{1d17a}'),
    ('\u{e0000}', '\u{e0fff}'),
];
