// Both adapters against a native side that makes real TLS connections: one list of scenarios, in Chromium and in Hermes.
// `node tests/bridges/main.mjs [WORD…]`: only scenarios whose name has one of the words.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Failure, main } from "../../scripts/lib/run.mjs";
import { checkCodegen } from "./codegen.mjs";
import { startChromium } from "./engines/chromium.mjs";
import { startHermes } from "./engines/hermes.mjs";
import { startServers } from "./native/servers.mjs";
import { tryReadmes } from "./readme.mjs";
import { scenarios } from "./scenarios.mjs";
import { World, sleep } from "./world.mjs";

const longestSeconds = 60;

main(async () => {
  const words = process.argv.slice(2);
  const wanted = scenarios.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)));
  checkCodegen();
  const folder = mkdtempSync(join(tmpdir(), "chainpin-bridges-"));
  const { servers, certificates } = await startServers();
  let failed = 0;
  try {
    for (const start of [startChromium, () => startHermes(join(folder, "app"))]) {
      const engine = await start();
      try {
        await engine.open();
        failed += await runAll(wanted, new World({ engine, servers, certificates }));
        if (engine.browser) await tryReadmes(engine.browser, { servers, certificates });
      } finally {
        await engine.close();
      }
    }
  } finally {
    for (const server of Object.values(servers)) server.close();
    rmSync(folder, { recursive: true });
  }
  if (failed > 0) throw new Failure(`${failed} scenarios failed`);
});

/** Prints a row for each; returns how many were not as expected. */
async function runAll(scenarios, world) {
  const started = Date.now();
  console.log(`\n${world.engine.name}`);
  const mine = scenarios.filter(({ only }) => only === undefined || only === world.engine.name);
  const width = Math.max(...mine.map(({ name }) => name.length));
  let failed = 0;
  for (const { name, expected, run } of mine) {
    const seen = await seenOf(run, world);
    const ok = seen === expected;
    if (!ok) failed++;
    console.log(`  ${ok ? "ok  " : "FAIL"} ${name.padEnd(width)}  expected  ${expected}\n       ${"".padEnd(width)}  seen      ${seen}`);
  }
  console.log(`  ${mine.length - failed} as expected, ${failed} not, ${((Date.now() - started) / 1000).toFixed(1)} s`);
  return failed;
}

async function seenOf(run, world) {
  try {
    const seen = await Promise.race([run(world), sleep(longestSeconds * 1000).then(() => `nothing within ${longestSeconds} s`)]);
    const leaked = await world.leaked();
    return leaked === 0 ? seen : `${seen}, ${leaked} leaked`;
  } catch (error) {
    return String(error.stack).split("\n").slice(0, 2).join(" ").slice(0, 400);
  }
}
