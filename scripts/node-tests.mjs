// The tests of a folder in Node's test runner: `node scripts/node-tests.mjs FOLDER [WORD…]`.
//   --…   an option for the runner, as `--test-name-pattern=anchors`
//   WORD  a part of a file's path: only the files with one of these words run
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { at, root } from "./lib/paths.mjs";
import { Failure, main, run } from "./lib/run.mjs";

main(() => {
  const [folder, ...words] = process.argv.slice(2);
  const options = words.filter((word) => word.startsWith("-"));
  const parts = words.filter((word) => !word.startsWith("-"));
  const files = testsIn(folder).filter((file) => parts.length === 0 || parts.some((part) => file.includes(part)));
  if (files.length === 0) throw new Failure(`no test in ${folder} has ${parts.map((part) => `\`${part}\``).join(" or ")} in its path`);
  run(process.execPath, ["--test", ...options, ...files], { cwd: root });
});

function testsIn(folder) {
  const names = readdirSync(at(folder), { recursive: true }).filter(
    (name) => /\.test\.[cm]?js$/.test(name) && !name.includes("node_modules"),
  );
  return names.map((name) => join(folder, name)).sort();
}
