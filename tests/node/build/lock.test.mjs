// The lock of the scripts: processes that die while they have it, and others that find that out at the same moment.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { at } from "../../../scripts/lib/paths.mjs";

/** Every file operation comes a moment after it was decided on, as on a busy machine; then the process takes the lock, works, and dies with it. */
const script = `
  import fs from "node:fs";
  import { syncBuiltinESMExports } from "node:module";
  import timers from "node:timers/promises";
  import { pathToFileURL } from "node:url";
  const [lock, busy, turns] = process.argv.slice(1);
  const { mkdirSync, rmdirSync } = fs;
  const pause = (most) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Math.random() * most);
  for (const name of Object.keys(fs).filter((name) => name.endsWith("Sync"))) {
    const real = fs[name];
    fs[name] = (...args) => (pause(40), real(...args));
  }
  const { setTimeout } = timers;
  timers.setTimeout = () => setTimeout(1); // all look all the time
  syncBuiltinESMExports();
  const { withLock } = await import(pathToFileURL(${JSON.stringify(at("scripts", "lib", "lock.mjs"))}));
  for (let turn = 1; ; turn++) await withLock(lock, () => {
    mkdirSync(busy); // fails while another has the lock, too
    pause(100);
    rmdirSync(busy);
    if (turn === Number(turns)) process.kill(process.pid, "SIGKILL");
  });`;

test("one process at a time has the lock, also when many find a dead one's", async (context) => {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-lock-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  const [lock, busy] = [join(folder, "locks", "build"), join(folder, "busy")];
  const deaths = await Promise.all(
    Array.from({ length: 8 }, (_, index) => {
      const child = spawn(process.execPath, ["--input-type=module", "-e", script, lock, busy, String(1 + (index % 3))], {
        stdio: ["ignore", "ignore", "pipe"],
      });
      let errors = "";
      child.stderr.on("data", (data) => (errors += data));
      return new Promise((resolve) => child.on("close", (code, signal) => resolve(errors || signal || code)));
    }),
  );
  assert.deepEqual(deaths, Array(8).fill("SIGKILL"));
  assert.equal(readdirSync(join(folder, "locks")).length, 1, "nothing is left but the last one's lock");
});
