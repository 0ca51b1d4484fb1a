// `npm run coverage`: how much of the crate its tests run, file by file; fails below the limit.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { at, root, target } from "./lib/paths.mjs";
import { Failure, main, run } from "./lib/run.mjs";
import { cargo, llvmTools, need, tools } from "./lib/tools.mjs";

/** Percent of the lines of `src` that hold code. */
const least = 95;

// Compiled for wasm only, so this does not see it: its tests are those of JavaScript (tests/node, tests/packaging) and of the browser.
const elsewhere = ["src/wasm/exports.rs", "src/wasm/handles.rs", "src/wasm/packing.rs"];

main(() => {
  const readers = llvmTools();
  if (!readers) throw new Failure("llvm-tools is missing: run `npm run setup -- coverage`, or set LLVM_COV and LLVM_PROFDATA");
  const report = join(target, "coverage.lcov");
  const env = { ...readers, CARGO: cargo, CARGO_LLVM_COV_TARGET_DIR: target };
  const words = ["llvm-cov", "--quiet", "--lib", "--tests", "--features", "schema", "--lcov", "--output-path", report];
  run(need(tools.llvmCov), words, { cwd: root, env });

  const files = sources(readFileSync(report, "utf8"));
  console.table(
    Object.fromEntries(
      files.map(({ file, count, covered, missing }) => [
        file,
        { lines: count, covered, percent: percent([{ count, covered }]), missing: missing.slice(0, 12).join(" ") },
      ]),
    ),
  );
  console.log(`${percent(files)} % of the lines of src, without its tests and ${elsewhere.join(", ")}`);
  console.log(`${percent([...files, ...elsewhere.map(unseen)])} % where every line of that counts as not run`);
  if (percent(files) < least) throw new Failure(`at least ${least} % are wanted`);
});

/** Lines that hold code, and how many of them were run. Tests at the end of a file would flatter it. */
function sources(lcov) {
  return lcov.split("end_of_record").flatMap((record) => {
    const file = /^SF:(.+)$/m.exec(record)?.[1].replace(at(""), "");
    if (!file?.startsWith("src/") || elsewhere.includes(file)) return [];
    const text = readFileSync(at(file), "utf8").split("\n");
    const tests = text.findIndex((line) => /^#\[cfg\(.*\btest\b/.test(line));
    const lines = [...record.matchAll(/^DA:(\d+),(\d+)/gm)].map(([, line, count]) => ({ line: Number(line), count: Number(count) }));
    const own = lines.filter(({ line }) => tests < 0 || line <= tests);
    const missing = own.filter(({ count }) => count === 0).map(({ line }) => line);
    return [{ file, count: own.length, covered: own.length - missing.length, missing }];
  });
}

/** A file whose code lines are counted by eye: neither empty nor a comment. */
function unseen(file) {
  const lines = readFileSync(at(file), "utf8")
    .split("\n")
    .filter((line) => !/^\s*(\/\/|$)/.test(line));
  return { count: lines.length, covered: 0 };
}

function percent(files) {
  const sum = (key) => files.reduce((sum, file) => sum + file[key], 0);
  return Math.floor((sum("covered") / sum("count")) * 10_000) / 100;
}
