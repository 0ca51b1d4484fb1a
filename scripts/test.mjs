// What `npm test` runs: every check and test, in two lanes, since most of them wait for something now and then. A part's output comes
// when the part ends. After a failure, what runs goes on to its end, and nothing else begins.
import { spawn } from "node:child_process";
import { root } from "./lib/paths.mjs";
import { Failure, main, run } from "./lib/run.mjs";

/** On a developer's machine the Android side runs with the newest OkHttp alone: a minute less. */
const okHttp = process.env.CI ? [] : ["5"];

const lanes = [
  [["check"], ["test:rust"], ["test:browser"], ["test:node"]],
  [["test:packaging"], ["test:bridges", ...okHttp], ["test:collector"], ["test:clients"]],
];

main(async () => {
  // First, for two at once would be in each other's way.
  run(process.execPath, ["scripts/setup.mjs"], { cwd: root });
  run(process.execPath, ["scripts/build.mjs"], { cwd: root });

  const started = Date.now();
  const failed = [];
  await Promise.all(lanes.map((lane) => runLane(lane, failed)));
  console.log(`\n${secondsSince(started)} s in all`);
  if (failed.length > 0) throw new Failure(`failed: ${failed.join(", ")}`);
});

async function runLane(lane, failed) {
  for (const [part, ...words] of lane) {
    if (failed.length > 0) return;
    const started = Date.now();
    const { code, output } = await npm("run", "--silent", part, ...(words.length > 0 ? ["--", ...words] : []));
    if (code !== 0) failed.push(part);
    process.stdout.write(`\n=== npm run ${part}: ${code === 0 ? "passed" : "FAILED"}, ${secondsSince(started)} s\n${output}`);
  }
}

function npm(...words) {
  return new Promise((resolve, reject) => {
    const child = spawn("npm", words, { cwd: root, stdio: ["ignore", "pipe", "pipe"], shell: process.platform === "win32" });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? signal, output: Buffer.concat(chunks).toString() }));
  });
}

function secondsSince(started) {
  return Math.round((Date.now() - started) / 1000);
}
