import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { realChains } from "./chains.mjs";
import { Group } from "./figures.mjs";
import { median } from "./measure.mjs";
import { policyOf } from "./policies.mjs";

const RULES = 100_000;

/** What the largest policy costs to compile, each time in a fresh process. */
export async function measureLarge({ quick }) {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-bench-"));
  try {
    const file = join(folder, "policy.json");
    const text = JSON.stringify(policyOf(realChains, ({ pins }) => pins[0], RULES));
    writeFileSync(file, text);
    const runs = Array.from({ length: quick ? 1 : 5 }, () => compileInChild(file));
    const typical = (name) => median(runs.map((run) => run[name]));

    const group = new Group("large", `A policy of ${RULES.toLocaleString("en")} rules`);
    group.add("text", "its JSON text", Buffer.byteLength(text), "B");
    group.add("compile", "compiling it", typical("milliseconds"), "ms", { atMost: 1000 });
    group.add("peak", "memory at its highest while compiling", typical("peak"), "MB", { atMost: 200 });
    group.add("kept", "memory kept afterwards", typical("kept"), "MB");
    return group;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function compileInChild(file) {
  const child = spawnSync(process.execPath, ["--expose-gc", fileURLToPath(new URL("compile.mjs", import.meta.url)), file], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.status !== 0) throw new Error(`compiling ended with ${child.signal ?? child.status}`);
  return JSON.parse(child.stdout);
}
