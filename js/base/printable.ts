/** Text of others (servers, certificates, policies, files), as messages, terminals and pages show it. */

/**
 * Control characters, line and paragraph separators, annotations, lone surrogates, and what Unicode calls `Default_Ignorable_Code_Point`
 * (DerivedCoreProperties.txt): bidi controls, joiners, fillers, tags, variation selectors. `src/printable.rs` has the same. The group
 * is a pair of surrogates that stays. Without the flag `u`: compilers to ES5 make much of it.
 */
const UNPRINTABLE =
  /\ud82f[\udca0-\udca3]|\ud834[\udd73-\udd7a]|[\udb40-\udb43][\udc00-\udfff]|([\ud800-\udbff][\udc00-\udfff])|[\0-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb]/g;

/** The text in its place: what steers a terminal, breaks a line, turns the direction of writing or is invisible is escaped, as `\u{1b}`. */
export function printable(text: string): string {
  return escapedBy(text, (character) => `\\u{${Number(character.codePointAt(0)).toString(16)}}`);
}

/** The same, with an escape of another notation. */
export function escapedBy(text: string, escape: (character: string) => string): string {
  return text.replace(UNPRINTABLE, (character: string, pair?: string) => pair ?? escape(character));
}
