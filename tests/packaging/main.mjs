// What npm would publish, in tiny apps of every kind: packed once, installed, built and run. `node tests/packaging/main.mjs [APP…]`.
// An app is a folder of `apps/`: its sources, and `run.mjs`, which builds and runs them and checks what they say (`lib/app.mjs`).
import { fork } from "node:child_process";
import { cpSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { Failure, main } from "../../scripts/lib/run.mjs";
import { install } from "./lib/install.mjs";
import { bundleScenario } from "./lib/scenario.mjs";

const apps = fileURLToPath(new URL("apps/", import.meta.url));
const atOnce = 2;
/** Begun first, so that nothing waits for them in the end. */
const slow = ["metro", "webpack", "types"];
const longestSeconds = 400;

main(async () => {
  const known = [...new Set([...slow, ...readdirSync(apps)])];
  const wanted = process.argv.slice(2);
  const stray = wanted.find((name) => !known.includes(name));
  if (stray) throw new Failure(`no app \`${stray}\`; there are ${known.join(", ")}`);

  const started = Date.now();
  const folder = mkdtempSync(join(tmpdir(), "chainpin-packaging-"));
  const installed = await install(join(folder, "installed"));
  await bundleScenario(installed);

  const queue = wanted.length > 0 ? wanted : known;
  const failed = [];
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      if (!(await runApp(name, folder, installed))) failed.push(name);
    }
  };
  const count = queue.length;
  await Promise.all(Array.from({ length: atOnce }, worker));

  console.log(`  ${((Date.now() - started) / 1000).toFixed(0)} s`);
  console.log(`${count - failed.length} passed, ${failed.length} failed`);
  if (failed.length > 0) throw new Failure(`failed: ${failed.sort().join(", ")}; the apps are in ${folder}`);
  rmSync(folder, { recursive: true });
});

/** In a folder of its own, which is outside of this checkout: `chainpin` is found in its node_modules or nowhere. */
async function runApp(name, folder, installed) {
  const started = Date.now();
  const app = join(folder, name);
  cpSync(installed, app, { recursive: true });
  cpSync(join(apps, name), app, { recursive: true });

  const { code, checked, output } = await runInChild(join(apps, name, "run.mjs"), app);
  const passed = code === 0 && checked.length > 0;
  console.log(
    `${passed ? "ok  " : "FAIL"} ${name.padEnd(12)}${((Date.now() - started) / 1000).toFixed(1).padStart(6)} s  ${checked.join(" · ")}`,
  );
  if (!passed)
    console.log(
      (output.trim() || `ended with ${code} and checked nothing`)
        .split("\n")
        .map((line) => `       ${line.slice(0, 300)}`)
        .slice(-50)
        .join("\n"),
    );
  return passed;
}

function runInChild(script, cwd) {
  return new Promise((resolve) => {
    const env = { ...process.env, NODE_PATH: "", NO_COLOR: "1" };
    delete env.FORCE_COLOR;
    const child = fork(script, { cwd, env, silent: true, timeout: longestSeconds * 1000 });
    const checked = [];
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += chunk));
    child.on("message", (line) => checked.push(line));
    child.on("close", (code, signal) => resolve({ code: code ?? signal, checked, output }));
  });
}
