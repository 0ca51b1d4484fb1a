// What a verdict costs whatever the machine: how often the module enters a function or goes round a loop, and how far its memory grows.
// The module that ships, with a counter put in at those places; the same steps on every machine.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { instances } from "../node/lib/instances.mjs";
import * as chainpin from "chainpin/slim";
import { at } from "../../scripts/lib/paths.mjs";
import { realChains } from "./chains.mjs";
import { Group } from "./figures.mjs";
import { policyOf } from "./policies.mjs";

/** A tenth above what was counted when the limit was set. */
const limits = { validated: 800, presented: 225_000, "policy-1000": 770_000 };

export async function measureWork() {
  await chainpin.init(counting(readFileSync(at("pkg", "dist", "chainpin.wasm"))));
  const verifier = chainpin.createVerifierSync(policyOf(realChains, ({ pins }) => pins[0], 10));
  const module = instances.at(-1).exports;
  const counted = (work) => {
    const before = module.work();
    work();
    return (module.work() - before) >>> 0;
  };

  const group = new Group("work", "Steps of the WebAssembly module: functions entered and loops gone round");
  const add = (id, what, steps) => group.add(id, what, steps, "steps", { atMost: limits[id] });

  const validated = ({ host, now, ders }) => expect("pinned", verifier.verify({ host, chain: ders, source: "validated", now }));
  realChains.forEach(validated);
  add("validated", `a verdict on a validated chain of two, mean of ${realChains.length}`, Math.round(counted(() => realChains.forEach(validated)) / realChains.length));

  // A verifier that has not seen them: it remembers signatures.
  const fresh = chainpin.createVerifierSync(policyOf(realChains, ({ pins }) => pins[1], 10));
  const presented = ({ host, now, ders }) => expect("pinned", fresh.verify({ host, chain: ders, now }));
  add("presented", "the same, presented and pinned by its CA: one signature", Math.round(counted(() => realChains.forEach(presented)) / realChains.length));

  const policy = JSON.stringify(policyOf(realChains, ({ pins }) => pins[0], 1000));
  add("policy-1000", "compiling a policy of 1,000 rules", counted(() => chainpin.createVerifierSync(policy)));

  const before = module.memory.buffer.byteLength;
  for (let round = 0; round < 2000; round++) validated(realChains[round % realChains.length]);
  group.add("growth", "growth of the memory in 2,000 verdicts", module.memory.buffer.byteLength - before, "B", { atMost: 0 });
  return group;
}

function expect(outcome, verdict) {
  if (verdict.outcome !== outcome) throw new Error(`${verdict.outcome} ${verdict.reason} instead of ${outcome}`);
}

/** The module with a counter, which `work()` tells: by binaryen's text, which has a function's locals and each loop on lines of their own. */
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
  const step = "(global.set $work (i32.add (global.get $work) (i32.const 1)))";
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
  lines.splice(end, 0, "(global $work (mut i32) (i32.const 0))", '(func $work (export "work") (result i32) (global.get $work))');
  return lines.join("\n");
}

function binaryen(command, args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [at("node_modules", "binaryen", "bin", command), ...args], { encoding: "utf8", maxBuffer: 1 << 28 });
  if (status !== 0) throw new Error(`${command}: ${stderr.slice(0, 500)}`);
  return stdout;
}
