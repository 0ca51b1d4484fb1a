/** The calls in Kotlin or Java source that make pins, and all that may make pins and cannot be read: nothing is left out in silence. */

import { fail } from "./policy-builder.js";
import { Lexer } from "./kotlin.js";

/** A call of `add` whose arguments are string literals. */
export interface Call {
  readonly line: number;
  readonly strings: readonly string[];
}

/** Code that adds pins if it belongs to a pinner, which nothing shows. */
export interface Unread {
  readonly line: number;
  readonly source: string;
}

/**
 * An `add` belongs to a pinner if it is chained to `CertificatePinner.Builder()`, or stands in that builder's `apply` or `run`, or if one of its
 * strings is a pin or the first is a name with a dot. Then its arguments must all be string literals. Another `add` adds no pin if it has one
 * argument, or a number, or literals that are no pins; of any other it is said that it was not read.
 */
export function readCalls(text: string): { calls: readonly Call[]; unread: readonly Unread[] } {
  const reader = new Reader(text);
  reader.read();
  return reader;
}

/** Of calls that may make pins. Source with more of them is no source of a pinner. */
const MOST_UNREAD = 100;

/** Parentheses and braces in one another; people write ten. */
const MOST_OPEN = 1000;

/** How the last word was reached: after `fun` or `class`, after `::`, after `CertificatePinner.`, after the builder and a dot, after another dot. */
type Access = "bare" | "declared" | "reference" | "pinner" | "chained" | "member";

/** Words that matter here; `scope`: those of Kotlin that hand a builder on. */
type Name =
  | "add"
  | "addAll"
  | "also"
  | "apply"
  | "build"
  | "Builder"
  | "CertificatePinner"
  | "class"
  | "fun"
  | "let"
  | "pin"
  | "Pin"
  | "pins"
  | "run"
  | "";

const NAMES: readonly Name[] = [
  "add",
  "addAll",
  "also",
  "apply",
  "build",
  "Builder",
  "CertificatePinner",
  "class",
  "fun",
  "let",
  "pin",
  "Pin",
  "pins",
  "run",
];

/** A parenthesis, bracket or brace that is open. */
interface Open {
  /** The sign that closes it. */
  readonly end: number;
  /** Behind its end, the builder is at hand again. */
  readonly builder: boolean;
  /** Is it in the braces of the builder's `apply` or `run`? */
  readonly inside: boolean;
  readonly add: Arguments | undefined;
}

class Reader {
  readonly calls: Call[] = [];
  readonly unread: Unread[] = [];
  private readonly lexer: Lexer;
  private readonly open: Open[] = [];
  /** The last token, if it is a word. */
  private word = false;
  private name: Name = "";
  private access: Access = "bare";
  private wordStart = 0;
  private wordLine = 1;
  /** What a dot followed, and what the last tokens but words lead to. */
  private owner: Name = "";
  private joint: "" | "." | ":" | "::" = "";
  /** `ready`: behind a builder; `dotted`: behind its dot. */
  private chain: "" | "ready" | "dotted" = "";

  constructor(text: string) {
    this.lexer = new Lexer(text);
  }

  read(): void {
    const { lexer, open } = this;
    while (lexer.next()) {
      const add = open.length > 0 ? (open[open.length - 1] as Open).add : undefined;
      if (lexer.kind === "sign") {
        this.sign(lexer.code, add);
        continue;
      }
      if (this.word) this.afterWord();
      if (lexer.kind === "word") this.toWord();
      else {
        if (lexer.kind === "string" && lexer.holdsPin && !(lexer.literal && add?.begins === true)) {
          fail(
            "entry-unsupported",
            `\`${lexer.source()}\` does not stand alone as an argument of \`add\`, so that its host cannot be read`,
            lexer.place,
          );
        }
        this.forget();
      }
      add?.token(lexer);
    }
    if (this.word) this.afterWord();
    const left = open.find(({ end }) => end !== BRACE_END);
    if (left !== undefined) fail("input-syntax", "a parenthesis that does not close", lexer.place);
  }

  private forget(): void {
    this.word = false;
    this.joint = "";
    this.chain = "";
  }

  private toWord(): void {
    const { lexer } = this;
    const name = NAMES.find((name) => lexer.is(name)) ?? "";
    this.access = this.accessOf();
    this.name = name;
    this.word = true;
    this.wordStart = lexer.start;
    this.wordLine = lexer.line;
    this.joint = "";
    this.chain = "";
  }

  private accessOf(): Access {
    if (this.chain === "dotted") return "chained";
    if (this.joint === ".") return this.owner === "CertificatePinner" ? "pinner" : "member";
    if (this.joint === "::") return "reference";
    return this.word && (this.name === "fun" || this.name === "class") ? "declared" : "bare";
  }

  /** A word that is no call. */
  private afterWord(): void {
    const { name, access } = this;
    const refers = access === "reference" && (name === "add" || name === "pin" || name === "Pin");
    if (refers || access === "chained" || (access === "pinner" && name === "Pin")) this.report(this.wordStart, this.wordLine);
  }

  private sign(code: number, add: Arguments | undefined): void {
    const { word } = this;
    if (code === DOT) {
      if (word) this.afterWord();
      this.owner = word ? this.name : "";
      this.joint = ".";
      this.chain = this.chain === "ready" ? "dotted" : "";
      this.word = false;
      add?.token(this.lexer);
      return;
    }
    if ((code === QUESTION || code === BANG) && this.chain === "ready") return;
    if (code === PARENTHESIS) this.call();
    else {
      if (code === BRACE && word && this.access === "chained") this.lambda();
      else {
        if (word) this.afterWord();
        if (code === BRACE) this.push(BRACE_END, false, false);
        else if (code === BRACKET) this.push(BRACKET_END, false, false);
      }
    }
    const joint = code === COLON ? (this.joint === ":" ? "::" : ":") : "";
    this.forget();
    this.joint = joint;
    if (code === PARENTHESIS_END || code === BRACKET_END || code === BRACE_END) this.close(code);
    else if (code === COMMA && add !== undefined) add.comma(this.lexer);
    else add?.token(this.lexer);
  }

  /** A parenthesis opens: behind a word, a call. */
  private call(): void {
    const { word, name, access } = this;
    if (!word) return this.push(PARENTHESIS_END, false, false);
    if (name === "add" && access !== "declared" && access !== "reference")
      return this.push(PARENTHESIS_END, false, false, this.argumentsOfAdd());
    if (access === "chained") {
      if (!HANDS_ON[name]) this.report(this.wordStart, this.wordLine);
      return this.push(PARENTHESIS_END, HANDS_ON[name] !== "ends", false);
    }
    if (name === "Pin" && access === "pinner")
      fail("entry-unsupported", "`CertificatePinner.Pin(…)`; only calls of `add` are read", { path: "", line: this.wordLine });
    if ((name === "Pin" || name === "pin") && access !== "declared") this.report(this.wordStart, this.wordLine);
    if (name === "addAll" && access === "member" && this.owner === "pins") this.report(this.wordStart, this.wordLine);
    this.push(PARENTHESIS_END, name === "Builder" && access === "pinner", false);
  }

  private argumentsOfAdd(): Arguments {
    const { access, open } = this;
    const inside = open.length > 0 && (open[open.length - 1] as Open).inside;
    return new Arguments(access === "chained" || (access === "bare" && inside), this.wordStart, this.wordLine);
  }

  /** A brace opens behind a word of the builder's chain. */
  private lambda(): void {
    const { name } = this;
    if (!HANDS_ON[name]) this.report(this.wordStart, this.wordLine);
    this.push(BRACE_END, HANDS_ON[name] !== "ends", name === "apply" || name === "run");
  }

  private push(end: number, builder: boolean, inside: boolean, add?: Arguments): void {
    const { open } = this;
    if (open.length === MOST_OPEN)
      fail("input-too-large", `more than ${MOST_OPEN} parentheses and braces in one another`, this.lexer.place);
    const outer = open.length > 0 && (open[open.length - 1] as Open).inside;
    open.push({ end, builder, inside: inside || outer, add });
  }

  private close(end: number): void {
    const { open, lexer } = this;
    const last = open[open.length - 1];
    if (last === undefined || last.end !== end) {
      // The lines of a builder may come with a brace of what they stood in.
      if (last === undefined && end === BRACE_END) return;
      return fail("input-syntax", `\`${lexer.source()}\` closes nothing that is open`, lexer.place);
    }
    open.pop();
    const added = last.add !== undefined && this.finish(last.add);
    if (last.builder || added) this.chain = "ready";
  }

  /** Is it a pinner's? */
  private finish(add: Arguments): boolean {
    add.end();
    const { known, pin, host, stray, strings, count, number } = add;
    if (known && count === 0) fail("entry-unsupported", "`add` without arguments", { path: "", line: add.line });
    if (known || pin || (host && count > 1 && stray !== undefined && !number)) {
      if (stray !== undefined)
        fail("entry-unsupported", `\`${stray.source}\` in the arguments of \`add\`; only string literals can be read`, {
          path: "",
          line: stray.line,
        });
      this.calls.push({ line: add.line, strings });
      return true;
    }
    if (count > 1 && stray !== undefined && !number) this.report(add.start, add.line);
    return false;
  }

  private report(start: number, line: number): void {
    if (this.unread.length === MOST_UNREAD) {
      fail(
        "entry-unsupported",
        `more than ${MOST_UNREAD} calls that may add pins and cannot be read; give the lines of the builder alone`,
        { path: "", line },
      );
    }
    this.unread.push({ line, source: this.lexer.source(start) });
  }
}

/** What a call leaves of a builder's chain: the builder, or something else. */
const HANDS_ON: Readonly<Partial<Record<Name, "builder" | "ends">>> = {
  also: "builder",
  apply: "builder",
  build: "ends",
  let: "ends",
  run: "ends",
};

/** The arguments of a call of `add`, as they come. */
class Arguments {
  readonly strings: string[] = [];
  /** Whole arguments. */
  count = 0;
  /** The first token that is no string literal of its own. */
  stray: { readonly source: string; readonly line: number } | undefined;
  /** Is a string a pin, the first one a name with a dot, one argument a number or a character? */
  pin = false;
  host = false;
  number = false;
  private tokens = 0;
  private numeric = false;

  constructor(
    readonly known: boolean,
    readonly start: number,
    readonly line: number,
  ) {}

  /** Does an argument begin here? */
  get begins(): boolean {
    return this.tokens === 0;
  }

  /** One that stands directly between the parentheses, commas aside. */
  token(lexer: Lexer): void {
    const first = this.tokens++ === 0;
    this.numeric = first && (lexer.kind === "number" || lexer.kind === "character");
    if (!first || lexer.kind !== "string" || !lexer.literal) {
      this.stray ??= { source: lexer.source(), line: lexer.line };
      return;
    }
    this.strings.push(lexer.value);
    this.pin ||= lexer.holdsPin;
    this.host ||= this.count === 0 && NAME_WITH_DOT.test(lexer.value);
  }

  comma(lexer: Lexer): void {
    if (this.tokens === 0) this.stray ??= { source: lexer.source(), line: lexer.line };
    this.end();
  }

  end(): void {
    if (this.tokens === 0) return;
    this.count++;
    this.number ||= this.numeric;
    this.tokens = 0;
    this.numeric = false;
  }
}

/** 256: the longest name, with two stars and a dot. */
const NAME_WITH_DOT = /^(?=[^]{1,256}$)(?:\*{1,2}\.)?[\w-]+(?:\.[\w-]+)+\.?$/;

const BANG = 33;
const PARENTHESIS = 40;
const PARENTHESIS_END = 41;
const COMMA = 44;
const DOT = 46;
const COLON = 58;
const QUESTION = 63;
const BRACKET = 91;
const BRACKET_END = 93;
const BRACE = 123;
const BRACE_END = 125;
