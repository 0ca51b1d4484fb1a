// Tasks side by side: in each lane one after the other, since most of them wait for something now and then. A task's output comes when it
// ends. After a failure, what runs goes on to its end, and nothing else begins.
import { spawn } from "node:child_process";
import { root } from "./paths.mjs";
import { Failure } from "./run.mjs";

/** `lanes` holds lists of tasks, each a name and its words; what they need is set up and built. */
export async function runLanes(lanes) {
  const started = Date.now();
  const failed = [];
  await Promise.all(lanes.map((lane) => runLane(lane, failed)));
  console.log(`\n${secondsSince(started)} s in all`);
  if (failed.length > 0) throw new Failure(`failed: ${failed.join(", ")}`);
}

async function runLane(lane, failed) {
  for (const [name, ...words] of lane) {
    if (failed.length > 0) return;
    const started = Date.now();
    const { code, output } = await outcome(["scripts/task.mjs", "--prepared", name, ...words]);
    if (code !== 0) failed.push(name);
    process.stdout.write(`\n=== npm run ${name}: ${code === 0 ? "passed" : "FAILED"}, ${secondsSince(started)} s\n${output}`);
  }
}

function outcome(words) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, words, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
    const chunks = [];
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => chunks.push(chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => resolve({ code: code ?? signal, output: Buffer.concat(chunks).toString() }));
  });
}

function secondsSince(started) {
  return Math.round((Date.now() - started) / 1000);
}
