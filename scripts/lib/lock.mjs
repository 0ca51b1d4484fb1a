import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Runs `body` while no other process of this machine runs one under the same lock file; a lock older than `longest` (ms) is nobody's. */
export async function withLock(file, body, longest = 30 * 60_000) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!take(file, longest)) {
    if (!told) console.log("· another run is at it; waiting");
    told = true;
    await setTimeout(200);
  }
  try {
    return await body();
  } finally {
    rmSync(file, { force: true });
  }
}

function take(file, longest) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (alive(file, longest)) return false;
    rmSync(file, { force: true });
    return take(file, longest);
  }
}

// A lock whose owner has died is nobody's.
function alive(file, longest) {
  try {
    if (Date.now() - statSync(file).mtimeMs > longest) return false;
    const pid = Number(readFileSync(file, "utf8"));
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
