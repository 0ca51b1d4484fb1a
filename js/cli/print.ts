/** Answers go to standard output, all else (notes, progress, errors) to standard error. */

import colors from "picocolors";

const { FORCE_COLOR, NO_COLOR } = process.env;

/** For standard error. */
export const { bold, dim, green, red, yellow } = colorsFor(process.stderr);
/** For standard output, which may be a file where the other is a terminal. */
export const paint = colorsFor(process.stdout);

/** The widest line that is not a pin or a name; terminals have 80 columns at least. */
const WIDTH = 78;

export function complain(message: string): void {
  console.error(`${red("chainpin:")} ${printable(message)}`);
}

export function note(message: string): void {
  console.error(message);
}

/** An answer for people. */
export function say(text = ""): void {
  console.log(text);
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}

/** What others wrote (servers, files) must not steer the terminal: control characters, and those that turn the direction of writing. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, (character) =>
    character === "\n" ? character : `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`,
  );
}

/** Words in lines of at most 78 columns, each begun with so many spaces. */
export function wrapped(text: string, indent: number): string {
  const lines = [""];
  for (const word of text.split(" ")) {
    const line = lines[lines.length - 1] ?? "";
    if (line === "") lines[lines.length - 1] = word;
    else if (indent + line.length + 1 + word.length <= WIDTH) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.map((line) => " ".repeat(indent) + line).join("\n");
}

/** `1 host`, `2 hosts`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}

function colorsFor(stream: NodeJS.WriteStream) {
  const terminal = stream.isTTY === true && process.env["TERM"] !== "dumb";
  return colors.createColors(!NO_COLOR && (terminal || Boolean(FORCE_COLOR)));
}
