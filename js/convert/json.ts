/**
 * JSON with places, and with comments where a format has them. A member that stands twice is refused: `JSON.parse` takes the last one, other
 * readers the first.
 */

import { type Place, fail, shown } from "./policy-builder.js";
import { ArrayTree, BooleanTree, MOST_DEPTH, MOST_VALUES, type Node, ObjectTree, OtherTree, StringTree, type Tree, below } from "./tree.js";

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
    const tree = this.value(undefined, "", 0);
    if (this.at < this.text.length) this.unexpected(undefined);
    return tree;
  }

  private value(parent: Node | undefined, key: string | number, depth: number): Tree {
    const { line } = this;
    if (++this.values > MOST_VALUES) fail("input-too-large", `more than ${MOST_VALUES} values`, this.place(parent));
    if (depth > MOST_DEPTH) fail("input-too-large", `more than ${MOST_DEPTH} values in one another`, { path: "", line });
    switch (this.text.charCodeAt(this.at)) {
      case BRACE:
        return this.members(new ObjectTree(parent, key, line), depth);
      case BRACKET:
        return this.items(new ArrayTree(parent, key, line), depth);
      case QUOTE:
        return new StringTree(
          parent,
          key,
          line,
          this.string(() => new ArrayTree(parent, key, line).path),
        );
    }
    WORD.lastIndex = this.at;
    if (!WORD.test(this.text)) this.unexpected(new ArrayTree(parent, key, line));
    const word = this.text.slice(this.at, WORD.lastIndex);
    this.at = WORD.lastIndex;
    this.skip();
    return word === "true" || word === "false"
      ? new BooleanTree(parent, key, line, word === "true")
      : new OtherTree(parent, key, line, shown(word));
  }

  private members(tree: ObjectTree, depth: number): ObjectTree {
    const { members } = tree;
    this.list(BRACE_END, tree, () => {
      const { line } = this;
      if (this.text.charCodeAt(this.at) !== QUOTE) this.unexpected(tree);
      const name = this.string(() => tree.path);
      if (members.has(name)) fail("duplicate", `\`${shown(name)}\` stands twice in one object`, { path: below(tree.path, name), line });
      if (this.text.charCodeAt(this.at) !== COLON) this.unexpected({ path: below(tree.path, name) });
      this.next();
      members.set(name, this.value(tree, name, depth + 1));
    });
    return tree;
  }

  private items(tree: ArrayTree, depth: number): ArrayTree {
    const { items } = tree;
    this.list(BRACKET_END, tree, () => items.push(this.value(tree, items.length, depth + 1)));
    return tree;
  }

  private list(end: number, place: Place, one: () => void): void {
    this.next();
    if (this.text.charCodeAt(this.at) !== end) {
      one();
      while (this.text.charCodeAt(this.at) === COMMA) {
        this.next();
        one();
      }
    }
    if (this.text.charCodeAt(this.at) !== end) this.unexpected(place);
    this.next();
  }

  private string(path: () => string): string {
    const { text } = this;
    const from = this.at;
    let end = from + 1;
    let plain = true;
    for (let code = text.charCodeAt(end); end < text.length && code !== QUOTE; code = text.charCodeAt(end)) {
      if (code === BACKSLASH) end++;
      plain &&= code !== BACKSLASH && code >= SPACE;
      end++;
    }
    let value = text.slice(from + 1, end);
    if (!plain || end >= text.length) {
      const literal = text.slice(from, end + 1);
      try {
        value = JSON.parse(literal) as string;
      } catch {
        return fail("input-syntax", `not JSON: \`${shown(literal)}\` is no string`, { path: path(), line: this.line });
      }
    }
    this.at = end;
    this.next();
    return value;
  }

  /** The next character that is no white space. */
  private next(): void {
    this.at++;
    this.skip();
  }

  /** White space, and comments where they may stand. */
  private skip(): void {
    const { text } = this;
    for (;;) {
      const code = text.charCodeAt(this.at);
      if (code === NEWLINE) this.line++;
      else if (code === SLASH && this.comments && this.comment()) continue;
      else if (code !== SPACE && code !== TAB && code !== RETURN) return;
      this.at++;
    }
  }

  /** Is there one? It is left behind. */
  private comment(): boolean {
    const { text, at } = this;
    const isLine = text.charCodeAt(at + 1) === SLASH;
    if (!isLine && text.charAt(at + 1) !== "*") return false;
    const found = isLine ? text.indexOf("\n", at) : text.indexOf("*/", at + 2);
    if (!isLine && found < 0) fail("input-syntax", "not JSON: a comment that does not end", { path: "", line: this.line });
    const end = isLine ? (found < 0 ? text.length : found) : found + 2;
    for (let feed = at; feed < end; feed++) if (text.charCodeAt(feed) === NEWLINE) this.line++;
    this.at = end;
    return true;
  }

  private place(node: Node | undefined): Place {
    return { path: node?.path ?? "", line: this.line };
  }

  private unexpected(place: Place | undefined): never {
    const rest = this.text.slice(this.at, this.at + 20).split(/\s/)[0];
    const what = this.at < this.text.length ? `\`${rest}\`` : "the end of the text";
    return fail("input-syntax", `not JSON: ${what} is not expected here`, { path: place?.path ?? "", line: this.line });
  }
}

const WORD = /(?:true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?)(?![A-Za-z0-9_.+-])/y;

const TAB = 9;
const NEWLINE = 10;
const RETURN = 13;
const SPACE = 32;
const QUOTE = 34;
const COMMA = 44;
const SLASH = 47;
const COLON = 58;
const BRACKET = 91;
const BACKSLASH = 92;
const BRACKET_END = 93;
const BRACE = 123;
const BRACE_END = 125;
