// The development tools of tests/packaging, which is where they are installed.
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { at } from "../../../scripts/lib/paths.mjs";

export const require = createRequire(at("tests", "packaging", "package.json"));

/** A tool's package, or a file in it. */
export function tool(name, ...path) {
  return join(dirname(require.resolve(`${name}/package.json`)), ...path);
}

/** The answers of an app that is asked through `post(text)`: commands with a tag, and the rest in `heard`. */
export class Talk {
  heard = [];
  pending = new Map();
  tags = 0;

  constructor(post) {
    this.post = post;
  }

  /** Returns a promise of what the app says of it, which has `tag`. */
  ask(command) {
    const tag = `t${++this.tags}`;
    const answer = new Promise((resolve) => this.pending.set(tag, resolve));
    this.post(JSON.stringify({ tag, ...command }));
    return Object.assign(answer, { tag });
  }

  hear(text) {
    const said = JSON.parse(text);
    if (said.tag === undefined) return void this.heard.push(said);
    this.pending.get(said.tag)?.(said);
    this.pending.delete(said.tag);
  }
}
