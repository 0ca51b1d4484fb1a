/**
 * The words, literals and signs of Kotlin or Java source. Where the two languages read a text differently, it is refused: code must not hide in what
 * one of them takes for a comment or a string.
 */

import { type Place, fail, shown } from "./policy-builder.js";

/** One token after another; the fields are those of the last one. */
export class Lexer {
  kind: "word" | "string" | "number" | "character" | "sign" = "sign";
  line = 1;
  start = 0;
  end = 0;
  /** Of a string: is its value written out, and the same in both languages? */
  literal = false;
  /** Of a string: its characters, escapes not read yet, and whether an escape may stand for a letter. */
  private raw = "";
  private coded = false;
  private at: number;
  /** The line of `at`. */
  private lines = 1;

  constructor(private readonly text: string) {
    this.at = text.charCodeAt(0) === BYTE_ORDER_MARK ? 1 : 0;
  }

  /** False at the end of the text. */
  next(): boolean {
    this.skip();
    const { text, at } = this;
    if (at >= text.length) return false;
    this.start = at;
    this.line = this.lines;
    const code = text.charCodeAt(at);
    if (isWordStart(code)) this.word();
    else if (code === QUOTE) this.string();
    else if (code === APOSTROPHE) this.character();
    else if (code >= ZERO && code <= NINE) this.number();
    else if (code === BACKTICK) this.quotedWord();
    else this.sign(code);
    this.end = this.at;
    return true;
  }

  /** Of a sign: the character. */
  get code(): number {
    return this.text.charCodeAt(this.start);
  }

  /** The source from there to the end of the token, in one line. */
  source(from = this.start): string {
    return shown(this.text.slice(from, Math.min(this.end, from + 100)).replace(/\s+/g, " "));
  }

  /** The word, without backticks. */
  is(word: string): boolean {
    const quoted = this.text.charCodeAt(this.start) === BACKTICK ? 1 : 0;
    return this.end - this.start === word.length + 2 * quoted && this.text.startsWith(word, this.start + quoted);
  }

  /** A string's value. */
  get value(): string {
    return this.raw.indexOf("\\") < 0 ? this.raw : unescaped(this.raw);
  }

  /** Does a string hold a pin, or part of one? Only an escape of a letter can hide it. */
  get holdsPin(): boolean {
    return PIN.test(this.raw) || (this.coded && PIN.test(unescaped(this.raw)));
  }

  get place(): Place {
    return { path: "", line: this.line };
  }

  /** White space and comments. */
  private skip(): void {
    const { text } = this;
    for (; this.at < text.length; ) {
      const code = text.charCodeAt(this.at);
      if (code === NEWLINE || code === RETURN) this.newline(this.at++);
      else if (code === SPACE || code === TAB || code === FORM_FEED) this.at++;
      else if (code === SLASH && text.charCodeAt(this.at + 1) === SLASH) this.lineComment();
      else if (code === SLASH && text.charCodeAt(this.at + 1) === STAR) this.comment();
      else return;
    }
  }

  private newline(at: number): void {
    if (this.text.charCodeAt(at) === NEWLINE || this.text.charCodeAt(at + 1) !== NEWLINE) this.lines++;
  }

  private lineComment(): void {
    this.line = this.lines;
    const from = this.at;
    for (; this.at < this.text.length; this.at++) {
      const code = this.text.charCodeAt(this.at);
      if (code === NEWLINE || code === RETURN) break;
    }
    this.noHiddenEnd(from, this.at, ENDS_LINE);
  }

  private comment(): void {
    this.line = this.lines;
    const { text, at: from } = this;
    const end = text.indexOf("*/", from + 2);
    if (end < 0) fail("input-syntax", "`/*` without its end", this.place);
    if (text.slice(from + 2, end).indexOf("/*") >= 0) {
      fail("entry-unsupported", "`/*` in a comment, which ends at another place in Kotlin than in Java", this.place);
    }
    this.noHiddenEnd(from, end, ENDS_COMMENT);
    this.to(end + 2);
  }

  /** Java reads escapes before it knows what is a comment or a string, Kotlin does not. */
  private noHiddenEnd(from: number, to: number, escape: RegExp): void {
    const part = this.text.slice(from, to);
    if (part.indexOf("\\u") >= 0 && escape.test(part))
      fail("entry-unsupported", "an escape ends a comment or a string in Java, and not in Kotlin", this.place);
  }

  /** Moves on, and counts lines. */
  private to(end: number): void {
    while (this.at < end) {
      const code = this.text.charCodeAt(this.at);
      if (code === NEWLINE || code === RETURN) this.newline(this.at);
      this.at++;
    }
  }

  private word(): void {
    this.kind = "word";
    const { text } = this;
    let at = this.at + 1;
    while (isWordPart(text.charCodeAt(at))) at++;
    this.at = at;
  }

  /** Kotlin's name in backticks. */
  private quotedWord(): void {
    this.kind = "word";
    const end = this.text.indexOf("`", this.at + 1);
    if (end < 0) fail("input-syntax", "a backtick without its end", this.place);
    this.to(end + 1);
  }

  private number(): void {
    this.kind = "number";
    const { text } = this;
    let at = this.at + 1;
    while (
      isWordPart(text.charCodeAt(at)) ||
      (text.charCodeAt(at) === DOT && text.charCodeAt(at + 1) >= ZERO && text.charCodeAt(at + 1) <= NINE)
    )
      at++;
    this.at = at;
  }

  private sign(code: number): void {
    this.kind = "sign";
    if (code === BACKSLASH) fail("entry-unsupported", "an escape outside a string, which Java reads as a letter", this.place);
    if (code < SPACE || (code > 0x7e && INVISIBLE.test(this.text.charAt(this.at)))) {
      fail("entry-unsupported", "an invisible character, which Java leaves out of names", this.place);
    }
    this.at++;
  }

  private character(): void {
    const { text, at } = this;
    let end = at + 2;
    if (text.charCodeAt(at + 1) === BACKSLASH) end = this.afterEscape(at + 1, APOSTROPHE);
    const whole = text.charCodeAt(end) === APOSTROPHE && end > at + 1;
    this.kind = whole ? "character" : "sign";
    this.at = whole ? end + 1 : at + 1;
  }

  private string(): void {
    this.kind = "string";
    this.literal = true;
    this.coded = false;
    if (this.text.startsWith('"""', this.at)) this.rawString();
    else this.plainString();
  }

  private plainString(): void {
    const { text } = this;
    const from = this.at + 1;
    for (let at = from; at < text.length; ) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        this.raw = text.slice(from, at);
        this.at = at + 1;
        return;
      }
      if (code === BACKSLASH) at = this.afterEscape(at, QUOTE);
      else if (code === DOLLAR) at = this.afterDollar(at);
      else if (code === NEWLINE || code === RETURN) break;
      else at++;
    }
    fail("input-syntax", "a string that does not end", this.place);
  }

  /** Kotlin's raw string, which ends with the last three of its quotes, or Java's text block. */
  private rawString(): void {
    const { text } = this;
    const from = this.at + 3;
    let end = text.indexOf('"""', from);
    if (end < 0) fail("input-syntax", '`"""` without its end', this.place);
    while (text.charCodeAt(end + 3) === QUOTE) end++;
    this.raw = text.slice(from, end);
    if (this.raw.indexOf('\\"') >= 0 || text.charCodeAt(end - 1) === BACKSLASH) {
      fail("entry-unsupported", 'a backslash before a quote in `"""`, which ends at another place in Kotlin than in Java', this.place);
    }
    this.noHiddenEnd(from, end, ENDS_STRING);
    for (let at = this.raw.indexOf("$"); at >= 0; at = this.raw.indexOf("$", at)) at = this.afterDollar(from + at) - from;
    // A text block leaves out what indents it, and reads escapes.
    if (/[\\\n\r]/.test(this.raw)) this.literal = false;
    this.coded = true;
    this.to(end + 3);
  }

  /** Where an escape ends. One that stands for a quote ends a string of Java. */
  private afterEscape(backslash: number, quote: number): number {
    const { text } = this;
    let at = backslash + 1;
    const first = text.charCodeAt(at);
    if (first >= ZERO && first <= SEVEN) {
      this.coded = true;
      const most = at + (first <= THREE ? 3 : 2);
      while (at < most && text.charCodeAt(at) >= ZERO && text.charCodeAt(at) <= SEVEN) at++;
      return at;
    }
    if (first !== SMALL_U) return at + 1;
    this.coded = true;
    while (text.charCodeAt(at) === SMALL_U) at++;
    const code = parseInt(text.slice(at, at + 4), 16);
    if (code === BACKSLASH || code === NEWLINE || code === RETURN || (code === quote && quote === QUOTE)) {
      fail("entry-unsupported", "an escape ends a comment or a string in Java, and not in Kotlin", this.place);
    }
    return at + 4;
  }

  /** Kotlin puts values in where `$` stands. Code between braces may hold no string, comment or call that matters here. */
  private afterDollar(dollar: number): number {
    const { text } = this;
    const code = text.charCodeAt(dollar + 1);
    if (isWordStart(code) || code === BACKTICK) this.literal = false;
    if (code !== BRACE) return dollar + 1;
    this.literal = false;
    const end = text.indexOf("}", dollar);
    if (end < 0 || CODE_IN_STRING.test(text.slice(dollar + 2, end))) {
      fail(
        "entry-unsupported",
        "code in a string, which ends at another place in Kotlin than in Java or may add pins; give the lines of the builder alone",
        this.place,
      );
    }
    return end;
  }
}

/** The start of a pin, in any case: OkHttp refuses others, and people write them. */
const PIN = /sha-?(?:1|256)\//i;

/** Escapes of line ends; of `*` and `/`; of `"` and `\\`. */
const ENDS_LINE = /\\u+000[ad]/i;
const ENDS_COMMENT = /\\u+002[af]/i;
const ENDS_STRING = /\\u+00(?:22|5c)/i;

const CODE_IN_STRING = /["'\\{`\n\r]|\/[/*]|\b(?:add|addAll|Pin|pin)\b|::/;

/** Controls, and the format characters of Unicode (general category Cf). */
const INVISIBLE =
  /[\x7f-\x9f\xad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud804\ud80d\ud82f\ud834\udb40]/;

const TAB = 9;
const NEWLINE = 10;
const FORM_FEED = 12;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const DOLLAR = 36;
const APOSTROPHE = 39;
const STAR = 42;
const DOT = 46;
const SLASH = 47;
const ZERO = 48;
const THREE = 51;
const SEVEN = 55;
const NINE = 57;
const BACKSLASH = 92;
const UNDERSCORE = 95;
const BACKTICK = 96;
const SMALL_U = 117;
const BRACE = 123;
const BYTE_ORDER_MARK = 0xfeff;

function isWordStart(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === UNDERSCORE;
}

function isWordPart(code: number): boolean {
  return isWordStart(code) || (code >= ZERO && code <= NINE);
}

/** As both languages read escapes: an octal number and several `u` are Java's. What is no escape stays. */
function unescaped(raw: string): string {
  let text = "";
  let from = 0;
  for (let at = raw.indexOf("\\"); at >= 0 && at < raw.length - 1; at = raw.indexOf("\\", from)) {
    text += raw.slice(from, at);
    let end = at + 2;
    const first = raw.charCodeAt(at + 1);
    if (first === SMALL_U) {
      while (raw.charCodeAt(end) === SMALL_U) end++;
      text += String.fromCharCode(parseInt(raw.slice(end, end + 4), 16));
      end += 4;
    } else if (first >= ZERO && first <= SEVEN) {
      const most = at + (first <= THREE ? 4 : 3);
      while (end < most && raw.charCodeAt(end) >= ZERO && raw.charCodeAt(end) <= SEVEN) end++;
      text += String.fromCharCode(parseInt(raw.slice(at + 1, end), 8));
    } else {
      const letter = raw.charAt(at + 1);
      text += ESCAPES[letter] ?? letter;
    }
    from = end;
  }
  return text + raw.slice(from);
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f", s: " " };
