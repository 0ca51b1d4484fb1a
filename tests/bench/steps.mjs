// What work costs whatever the machine: how often the module that ships enters a function or goes round a loop. A counter is put in at
// those places; the same steps on every machine.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instances } from "../node/lib/instances.mjs";
import * as chainpin from "chainpin/slim";
import { at } from "../../scripts/lib/paths.mjs";

export { chainpin };

/** Makes `chainpin` ready with the counter in it. `{ counted, memory }`: `counted(work)` is how many steps the work took. */
export async function countSteps() {
  await chainpin.init(counting(readFileSync(at("pkg", "dist", "chainpin.wasm"))));
  // An instance is made with the first work.
  chainpin.createVerifierSync({ version: 1, id: "first", sequence: 1, rules: [] }).dispose();
  const module = instances.at(-1).exports;
  const counted = (work) => {
    const before = module.work();
    work();
    return Number(module.work() - before);
  };
  return { counted, memory: module.memory };
}

/** The module with a counter, which `work()` returns: by binaryen's text, which has a function's locals and each loop on lines of their own. */
function counting(wasm) {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-work-"));
  try {
    const [plain, text, counted] = ["plain.wasm", "counted.wat", "counted.wasm"].map((name) => join(folder, name));
    writeFileSync(plain, wasm);
    writeFileSync(text, withCounter(binaryen("wasm-dis", ["--mvp-features", plain])));
    binaryen("wasm-as", ["--mvp-features", text, "-o", counted]);
    return readFileSync(counted);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function withCounter(text) {
  const step = "(global.set $work (i64.add (global.get $work) (i64.const 1)))";
  const lines = [];
  let inHead = false;
  for (const line of text.split("\n")) {
    if (inHead && !/^ *\(local /.test(line)) {
      lines.push(step);
      inHead = false;
    }
    lines.push(line);
    if (/^ \(func /.test(line)) inHead = true;
    if (/^ *\(loop /.test(line)) lines.push(step);
  }
  const end = lines.lastIndexOf(")");
  lines.splice(end, 0, "(global $work (mut i64) (i64.const 0))", '(func $work (export "work") (result i64) (global.get $work))');
  return lines.join("\n");
}

function binaryen(command, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [at("node_modules", "binaryen", "bin", command), ...args], {
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  if (status !== 0) throw new Error(`${command}: ${stderr.slice(0, 500)}`);
  return stdout;
}
