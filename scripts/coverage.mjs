// `npm run coverage`: how much of the crate its tests run, file by file; fails below the limit.
import { at, root, target } from "./lib/paths.mjs";
import { Failure, main, output, run } from "./lib/run.mjs";
import { cargo, llvmTools, need, tools } from "./lib/tools.mjs";

/** Percent of the lines of `src`. */
const least = 95;

// What is compiled for wasm only: its tests are those of JavaScript (tests/node, tests/packaging) and of the browser.
const elsewhere = ["src/wasm.rs"];

main(() => {
  const readers = llvmTools();
  if (!readers) throw new Failure("llvm-tools is missing: run `npm run setup -- coverage`, or set LLVM_COV and LLVM_PROFDATA");
  const env = { ...readers, CARGO: cargo, CARGO_LLVM_COV_TARGET_DIR: target };
  const command = need(tools.llvmCov);
  run(command, ["llvm-cov", "--no-report", "--quiet", "--lib", "--tests", "--features", "schema"], { cwd: root, env });
  const json = output(command, ["llvm-cov", "report", "--json", "--summary-only"], { cwd: root, env });
  if (json === undefined) throw new Failure("`cargo llvm-cov report` failed");

  const rows = JSON.parse(json).data[0].files.map(({ filename, summary }) => ({ file: filename.replace(at(""), ""), ...summary.lines }));
  const sources = rows.filter(({ file }) => file.startsWith("src/"));
  console.table(Object.fromEntries(sources.map(({ file, count, covered }) => [file, { lines: count, covered, percent: percent([{ count, covered }]) }])));
  const counted = sources.filter(({ file }) => !elsewhere.includes(file));
  console.log(`${percent(counted)} % of src without ${elsewhere.join(", ")}; ${percent(sources)} % of all that was compiled here`);
  if (percent(counted) < least) throw new Failure(`at least ${least} % are wanted`);
});

function percent(rows) {
  const sum = (key) => rows.reduce((sum, row) => sum + row[key], 0);
  return Math.floor((sum("covered") / sum("count")) * 10_000) / 100;
}
