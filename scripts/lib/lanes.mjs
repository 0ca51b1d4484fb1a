// npm scripts side by side: in each lane one after the other, since most of them wait for something now and then. A part's output comes
// when the part ends. After a failure, what runs goes on to its end, and nothing else begins.
import { spawn } from "node:child_process";
import { root } from "./paths.mjs";
import { Failure } from "./run.mjs";

/** `lanes` holds lists of parts, each the name of a script and its arguments. */
export async function runLanes(lanes) {
  const started = Date.now();
  const failed = [];
  await Promise.all(lanes.map((lane) => runLane(lane, failed)));
  console.log(`\n${secondsSince(started)} s in all`);
  if (failed.length > 0) throw new Failure(`failed: ${failed.join(", ")}`);
}

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
