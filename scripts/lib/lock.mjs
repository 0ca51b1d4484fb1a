import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout } from "node:timers/promises";

/** Runs `body` while no other process of this machine runs one under the same lock file. */
export async function withLock(file, body) {
  mkdirSync(dirname(file), { recursive: true });
  let told = false;
  while (!take(file)) {
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

function take(file) {
  try {
    writeFileSync(file, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
    if (alive(file)) return false;
    rmSync(file, { force: true });
    return take(file);
  }
}

const longest = 30 * 60_000;

// A lock whose owner has died is nobody's.
function alive(file) {
  try {
    if (Date.now() - statSync(file).mtimeMs > longest) return false;
    const pid = Number(readFileSync(file, "utf8"));
    return pid === 0 || process.kill(pid, 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}
