/** The calls of `add` in Kotlin or Java source that make pins, with their string literals. */

import { fail, shown } from "./draft.js";
import { MOST_VALUES } from "./tree.js";

export interface Call {
  readonly line: number;
  readonly strings: readonly string[];
}

/**
 * An `add` belongs to a pinner where it is chained to `CertificatePinner.Builder()`, or where one of its strings is a pin. Its arguments must all
 * be string literals: another argument is refused.
 */
export function callsOf(text: string): Call[] {
  const tokens = tokensOf(text);
  const closing = closingOf(tokens);
  const calls: Call[] = [];
  /** The parenthesis where the chain of a builder stands so far. */
  let chain = -1;
  tokens.forEach(({ kind, text, line }, at) => {
    if (kind !== "word" || !is(tokens[at + 1], "(")) return;
    const dot = is(tokens[at - 1], ".") ? (is(tokens[at - 2], "?") ? at - 2 : at - 1) : -1;
    const builder = text === "Builder" && dot === at - 1 && tokens[at - 2]?.text === "CertificatePinner";
    const chained = dot > 0 && dot - 1 === chain;
    if (builder || chained) chain = closing.get(at + 1) as number;
    if (text !== "add") return;
    const args = argumentsOf(tokens, at + 1, closing);
    if (chained || args.some(({ kind, text }) => kind === "string" && /^sha(?:1|256)\//.test(text))) calls.push({ line, strings: stringsOf(args, line) });
  });
  return calls;
}

/** What stands directly between the parentheses; of inner ones, the first alone. */
function argumentsOf(tokens: readonly Token[], open: number, closing: ReadonlyMap<number, number>): Token[] {
  const end = closing.get(open) as number;
  const args: Token[] = [];
  for (let at = open + 1; at < end; at = (closing.get(at) ?? at) + 1) args.push(tokens[at] as Token);
  return args;
}

function stringsOf(args: readonly Token[], line: number): string[] {
  const strings: string[] = [];
  args.forEach((token, index) => {
    const fits = index % 2 === 0 ? token.kind === "string" : token.text === "," && token.kind === "sign";
    if (!fits) fail("entry-unsupported", `\`${shown(token.text)}\` in the arguments of \`add\`; only string literals can be read`, { path: "", line: token.line });
    if (index % 2 === 0) strings.push(token.text);
  });
  if (strings.length === 0) fail("entry-unsupported", "`add` without arguments", { path: "", line });
  return strings;
}

interface Token {
  readonly kind: "word" | "string" | "sign";
  readonly text: string;
  readonly line: number;
}

/** Words, string literals and single signs; comments and white space are left out. */
function tokensOf(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  for (let at = 0; at < text.length; ) {
    const start = at;
    const push = (kind: Token["kind"], value: string) => {
      if (tokens.length === MOST_VALUES) fail("input-too-large", `more than ${MOST_VALUES} words and signs`, { path: "", line });
      tokens.push({ kind, text: value, line });
    };
    const until = (end: string, from: number) => {
      const found = text.indexOf(end, from);
      return found < 0 ? fail("input-syntax", `\`${shown(text.slice(start, start + 3))}\` without its end`, { path: "", line }) : found + end.length;
    };
    if (text.startsWith("//", at)) {
      const end = text.indexOf("\n", at);
      at = end < 0 ? text.length : end;
    } else if (text.startsWith("/*", at)) {
      at = until("*/", at + 2);
      const inner = text.indexOf("/*", start + 2);
      if (inner >= 0 && inner < at - 2) fail("entry-unsupported", "`/*` in a comment, which ends at another place in Kotlin than in Java", { path: "", line });
    } else if (text.startsWith('"""', at)) {
      at = until('"""', at + 3);
      push("string", plain(text.slice(start + 3, at - 3), line));
    } else if (text.charAt(at) === '"') {
      at = afterString(text, at, line);
      push("string", unescaped(text.slice(start + 1, at - 1), line));
    } else {
      LEXEME.lastIndex = at;
      const [all, blank, , word] = LEXEME.exec(text) as RegExpExecArray;
      at += (all as string).length;
      if (word !== undefined) push("word", word);
      else if (blank === undefined) push("sign", all as string);
    }
    for (let index = start; index < at; index++) if (text.charCodeAt(index) === NEWLINE) line++;
  }
  return tokens;
}

const NEWLINE = 10;

/** White space, a character literal, a word, or one sign. */
const LEXEME = /(\s+)|('(?:[^'\\\n]|\\u?.)[0-9a-fA-F]{0,4}')|([A-Za-z_]\w*)|[^]/y;

function afterString(text: string, open: number, line: number): number {
  for (let at = open + 1; at < text.length; at++) {
    const sign = text.charAt(at);
    if (sign === '"') return at + 1;
    if (sign === "\\") at++;
    else if (sign === "\n") break;
  }
  return fail("input-syntax", "a string that does not end", { path: "", line });
}

/** Kotlin puts values in where `$` stands; no host and no pin has one. */
function plain(text: string, line: number): string {
  if (text.indexOf("$") >= 0) fail("entry-unsupported", `\`${shown(text)}\` takes its value from elsewhere`, { path: "", line });
  return text;
}

function unescaped(text: string, line: number): string {
  return plain(text.replace(/\\\$/g, "\\u0024"), line).replace(/\\(?:u([0-9a-fA-F]{4})|([^]))/g, (_, hex, letter) => {
    if (hex !== undefined) return String.fromCharCode(parseInt(hex, 16));
    return ESCAPES[letter] ?? letter;
  });
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b" };

function is(token: Token | undefined, sign: string): boolean {
  return token?.kind === "sign" && token.text === sign;
}

/** Where each parenthesis closes. */
function closingOf(tokens: readonly Token[]): Map<number, number> {
  const closing = new Map<number, number>();
  const open: number[] = [];
  tokens.forEach((token, at) => {
    if (is(token, "(")) open.push(at);
    else if (is(token, ")")) closing.set(open.pop() ?? fail("input-syntax", "a parenthesis that does not open", { path: "", line: token.line }), at);
  });
  const left = open.pop();
  if (left !== undefined) fail("input-syntax", "a parenthesis that does not close", { path: "", line: tokens[left]?.line });
  return closing;
}
