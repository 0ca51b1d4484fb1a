/**
 * JSON with places, and with comments where a format has them. A member that stands twice is refused: `JSON.parse` takes the last one, other
 * readers the first.
 */

import { type Place, fail, shown } from "./draft.js";
import { MOST_DEPTH, MOST_VALUES, type Tree, below } from "./tree.js";

export function parseJson(text: string, { comments = false } = {}): Tree {
  return new Parser(text, comments).whole();
}

class Parser {
  private at = 0;
  private line = 1;
  private values = 0;

  constructor(
    private readonly text: string,
    private readonly comments: boolean,
  ) {
    if (text.startsWith("\ufeff")) this.at = 1;
  }

  whole(): Tree {
    this.skip();
    const tree = this.value("", 0);
    if (this.at < this.text.length) this.unexpected("");
    return tree;
  }

  private value(path: string, depth: number): Tree {
    const place = this.place(path);
    if (++this.values > MOST_VALUES) fail("input-too-large", `more than ${MOST_VALUES} values`, place);
    if (depth > MOST_DEPTH) fail("input-too-large", `more than ${MOST_DEPTH} values in one another`, { path: "", line: this.line });
    switch (this.text.charAt(this.at)) {
      case "{":
        return { kind: "object", members: this.members(path, depth), ...place };
      case "[":
        return { kind: "array", items: this.items(path, depth), ...place };
      case '"':
        return { kind: "string", text: this.string(path), ...place };
    }
    const [word] = this.match(WORD) ?? this.unexpected(path);
    this.at += word.length;
    this.skip();
    return word === "true" || word === "false" ? { kind: "boolean", value: word === "true", ...place } : { kind: "other", name: shown(word), ...place };
  }

  private members(path: string, depth: number): Map<string, Tree> {
    const members = new Map<string, Tree>();
    this.list("}", path, () => {
      const { line } = this;
      if (this.text.charAt(this.at) !== '"') this.unexpected(path);
      const name = this.string(path);
      const at = below(path, name);
      if (members.has(name)) fail("duplicate", `\`${shown(name)}\` stands twice in one object`, { path: at, line });
      this.take(":", at);
      members.set(name, this.value(at, depth + 1));
    });
    return members;
  }

  private items(path: string, depth: number): Tree[] {
    const items: Tree[] = [];
    this.list("]", path, () => items.push(this.value(`${path}[${items.length}]`, depth + 1)));
    return items;
  }

  private list(end: string, path: string, one: () => void): void {
    this.at++;
    this.skip();
    if (this.text.charAt(this.at) !== end) {
      one();
      while (this.text.charAt(this.at) === ",") {
        this.take(",", path);
        one();
      }
    }
    this.take(end, path);
  }

  private string(path: string): string {
    let end = this.at + 1;
    while (end < this.text.length && this.text.charAt(end) !== '"') end += this.text.charAt(end) === "\\" ? 2 : 1;
    const literal = this.text.slice(this.at, end + 1);
    let value: string;
    try {
      value = JSON.parse(literal) as string;
    } catch {
      return fail("input-syntax", `not JSON: \`${shown(literal)}\` is no string`, this.place(path));
    }
    this.at = end + 1;
    this.skip();
    return value;
  }

  private take(sign: string, path: string): void {
    if (this.text.charAt(this.at) !== sign) this.unexpected(path);
    this.at++;
    this.skip();
  }

  /** White space, and comments where they may stand. */
  private skip(): void {
    for (let found = this.match(SPACE); found !== null || this.comments; found = this.match(SPACE)) {
      const blank = found === null ? this.comment() : found[0];
      if (blank === "") return;
      for (let at = blank.indexOf("\n"); at >= 0; at = blank.indexOf("\n", at + 1)) this.line++;
      this.at += blank.length;
    }
  }

  private comment(): string {
    const { text, at } = this;
    if (text.startsWith("//", at)) {
      const end = text.indexOf("\n", at);
      return text.slice(at, end < 0 ? text.length : end);
    }
    if (!text.startsWith("/*", at)) return "";
    const end = text.indexOf("*/", at + 2);
    if (end < 0) fail("input-syntax", "not JSON: a comment that does not end", this.place(""));
    return text.slice(at, end + 2);
  }

  private match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.at;
    return pattern.exec(this.text);
  }

  private place(path: string): Place {
    return { path, line: this.line };
  }

  private unexpected(path: string): never {
    const rest = this.text.slice(this.at, this.at + 20).split(/\s/)[0];
    return fail("input-syntax", `not JSON: ${this.at < this.text.length ? `\`${rest}\`` : "the end of the text"} is not expected here`, this.place(path));
  }
}

const SPACE = /[ \t\r\n]+/y;

const WORD = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9_.+-])/y;
