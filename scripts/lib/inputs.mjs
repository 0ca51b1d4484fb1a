// What makes a build unnecessary: the same inputs as last time, and all of its outputs still there.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { at } from "./paths.mjs";

/** A hash over the names and contents of files and folders (relative to the root), and over `more`. */
export function hashOf(paths, more = "") {
  const hash = createHash("sha256").update(more);
  for (const path of paths) for (const file of filesIn(path)) hash.update(`\0${file}\0`).update(readFileSync(at(file)));
  return hash.digest("hex");
}

export function isFresh(stamp, hash) {
  if (!existsSync(stamp)) return false;
  const { hash: last, outputs } = JSON.parse(readFileSync(stamp, "utf8"));
  return last === hash && outputs.every(existsSync);
}

export function markFresh(stamp, hash, outputs) {
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, JSON.stringify({ hash, outputs }, null, 1));
}

function filesIn(path) {
  if (!existsSync(at(path))) return [];
  if (statSync(at(path)).isFile()) return [path];
  return readdirSync(at(path))
    .sort()
    .flatMap((name) => (name === "generated" ? [] : filesIn(`${path}/${name}`)));
}
