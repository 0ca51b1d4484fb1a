/**
 * Answers go to standard output, all else (notes, progress, errors) to standard error.
 *
 * Nothing else in the command writes to either: what is printed for people is `Shown`, which only the functions here make, and they escape
 * what others wrote (servers, certificates, policies, files, names of files), so that it cannot steer the terminal or write a line of its own.
 */

import { once } from "node:events";
import colors from "picocolors";
import { escapedBy, printable } from "../base/printable.js";

/** Text that a terminal may be given. */
class Shown {
  /** Only this class fits. */
  declare protected readonly isShown: true;

  constructor(readonly text: string) {}
}

export type { Shown };

/** What goes into a text: of others, or made here. */
type Part = string | number | Shown;

/** A line: what stands between its words is escaped. */
export function line(words: TemplateStringsArray, ...parts: readonly Part[]): Shown {
  return new Shown(words.map((text, index) => text + (index < parts.length ? shown(parts[index] as Part) : "")).join(""));
}

/** A message of the package or of a command's parser, which escaped what is of others: its own line feeds stay. */
export function lines(message: string): Shown {
  return new Shown(message.split("\n").map(printable).join("\n"));
}

/** Words in lines of at most 78 columns, each begun with so many spaces. `lead`: what they begin with, in its colour. */
export function wrapped(text: string, indent: number, lead: Shown | undefined = undefined, leadLength = 0): Shown {
  const wrapped = [""];
  for (const word of printable(text).split(" ")) {
    const last = wrapped[wrapped.length - 1] ?? "";
    if (last === "") wrapped[wrapped.length - 1] = word;
    else if (indent + last.length + 1 + word.length <= WIDTH) wrapped[wrapped.length - 1] = `${last} ${word}`;
    else wrapped.push(word);
  }
  // Coloured after it is wrapped: the marks of colours take no columns.
  const led = lead === undefined ? wrapped : wrapped.map((line, index) => (index === 0 ? lead.text + line.slice(leadLength) : line));
  return new Shown(led.map((line) => " ".repeat(indent) + line).join("\n"));
}

/** The widest line that is not a pin or a name; terminals have 80 columns at least. */
const WIDTH = 78;

function shown(part: Part): string {
  return part instanceof Shown ? part.text : printable(String(part));
}

export type Colour = (part: Part) => Shown;

const { FORCE_COLOR, NO_COLOR } = process.env;

function coloursFor(stream: NodeJS.WriteStream) {
  const terminal = stream.isTTY === true && process.env["TERM"] !== "dumb";
  const { bold, dim, green, red, yellow } = colors.createColors(!NO_COLOR && (terminal || Boolean(FORCE_COLOR)));
  const colour =
    (paint: (text: string) => string): Colour =>
    (part) =>
      new Shown(paint(shown(part)));
  return { bold: colour(bold), dim: colour(dim), green: colour(green), red: colour(red), yellow: colour(yellow) };
}

/** For standard error. */
export const { bold, dim, green, red, yellow } = coloursFor(process.stderr);
/** For standard output, which may be a file where the other is a terminal. */
export const paint = coloursFor(process.stdout);

/** Each message in a line of its own. */
export function complain(...messages: readonly string[]): void {
  for (const message of messages) note(line`${red("chainpin:")} ${message}`);
}

export function note(text: Shown): void {
  console.error(text.text);
}

/** An answer for people. */
export function say(text: Shown = line``): void {
  console.log(text.text);
}

/** In place of what it wrote before; nothing: only that goes. */
export function redraw(text = ""): void {
  // One column less than there are: a full line would wrap.
  process.stderr.write(`\r\u001b[K${printable(text).slice(0, (process.stderr.columns || 80) - 1)}`);
}

/** An answer for programs. */
export function printJson(value: unknown): void {
  printDocument(`${toJson(value, 2)}\n`);
}

/** JSON that is safe in a terminal, too: the same values, in escapes. */
export function toJson(value: unknown, indent?: number): string {
  return inEscapes(JSON.stringify(value, null, indent));
}

/** A file's content: JSON, XML or Kotlin, each with its own escapes for what a terminal must not be given. */
export function printDocument(text: string): void {
  process.stdout.write(text.startsWith("<") ? escapedBy(text, inXml) : inEscapes(text));
}

/** Bytes of `toJson`, line by line; waits where nobody reads. */
export async function stream(json: string | Uint8Array): Promise<void> {
  if (!process.stdout.write(json)) await once(process.stdout, "drain");
}

function inEscapes(text: string): string {
  return escapedBy(text, (character) =>
    isLayout(character) ? character : character.replace(/[^]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`),
  );
}

function inXml(character: string): string {
  return isLayout(character) ? character : `&#x${Number(character.codePointAt(0)).toString(16)};`;
}

/** In a string of JSON both are escaped. */
function isLayout(character: string): boolean {
  return character === "\n" || character === "\t";
}

/** For the parser of arguments, which repeats them. */
export const parserOutput = {
  writeOut: (text: string) => void process.stdout.write(lines(text).text),
  writeErr: (text: string) => void process.stderr.write(lines(text).text),
  // `error: unknown option '--x'`, with a proposal in a second line.
  outputError: (text: string, write: (text: string) => void) => {
    const [, error = "", proposal = ""] = /^([^]*?)(\n\(Did you mean [ -~]*\)|)\n?$/.exec(text) ?? [];
    write(`${printable(error)}${proposal}\n`);
  },
};

/** `1 host`, `2 hosts`. */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
