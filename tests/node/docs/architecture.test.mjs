// docs/architecture.md: its list of folders is the tree's, and its picture has every layer.
import assert from "node:assert/strict";
import { readFileSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { rust, typescript } from "../../../scripts/layers/layers.mjs";
import { at } from "../../../scripts/lib/paths.mjs";

const page = readFileSync(at("docs", "architecture.md"), "utf8");
const [, picture] = /^```text\n([^]*?)^```$/m.exec(page);
const list = [...page.split("\n## Folders\n")[1].matchAll(/^\| `([^`]+)` \|/gm)].map(([, folder]) => folder);
/** Whose folders are listed, too. */
const opened = ["js", "native", "src"];
/** Made by the build and by npm. */
const made = ["js/generated", "node_modules", "target"];

test("the list of folders is the tree's, in its order", () => {
  const folders = foldersIn("").flatMap((name) => [name, ...(opened.includes(name) ? foldersIn(name) : [])]);
  assert.deepEqual(list, folders);
});

test("the picture has every layer, and no other", () => {
  const drawn = [...picture.matchAll(/\b(?:js|src)\/[\w-]+/g)].map(([layer]) => layer).sort();
  const layers = [...Object.keys(typescript).map((name) => `js/${name}`), ...rust.flat().map((name) => `src/${name}`)].sort();
  assert.deepEqual(drawn, layers);
});

test("in the picture, layers of the crate stand in the order that is checked", () => {
  const lines = picture.split("\n");
  const heights = rust.map((row) => row.map((name) => lines.findLastIndex((line) => new RegExp(`\\bsrc/${name}\\b`).test(line))));
  for (let row = 1; row < heights.length; row++) assert.ok(Math.max(...heights[row]) <= Math.min(...heights[row - 1]), rust[row].join());
});

function foldersIn(parent) {
  const entries = readdirSync(at(parent), { withFileTypes: true }).filter((entry) => entry.isDirectory() && !entry.name.startsWith("."));
  const paths = entries.map(({ name }) => (parent === "" ? name : `${parent}/${name}`));
  return paths.filter((path) => !made.includes(path)).sort();
}
