import { randomUUID } from "node:crypto";
import { mkdirSync, readdirSync, renameSync, rmSync, rmdirSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { setTimeout } from "node:timers/promises";

/**
 * Runs `body` while no other process of this machine runs one under the same lock; a lock older than `longest` (ms) is nobody's.
 *
 * `folder` is free while it is absent or empty; who has it has a folder in it, `PID.TOKEN`. As in js/updates/file-lease.ts, each rename names the
 * holder that it was decided on, so that nobody ends another's fresh lock. There are process numbers here, for a build does not renew a lease.
 */
export async function withLock(folder, body, longest = 30 * 60_000) {
  const name = `${process.pid}.${randomUUID()}`;
  mkdirSync(dirname(folder), { recursive: true });
  let told = false;
  while (!take(folder, name)) {
    const holder = holderOf(folder);
    if (holder !== undefined && !isAlive(folder, holder, longest)) {
      end(folder, holder);
      continue;
    }
    if (!told) console.log("· another run is at it; waiting");
    told = true;
    await setTimeout(200);
  }
  try {
    return await body();
  } finally {
    end(folder, name);
  }
}

function take(folder, name) {
  const ready = `${folder}.${name}`;
  mkdirSync(join(ready, name), { recursive: true });
  unless(["ENOENT", ...inUse], () => rmdirSync(folder)); // Windows puts no folder in the place of an empty one
  const isTaken = unless(inUse, () => (renameSync(ready, folder), true));
  if (!isTaken) rmSync(ready, { recursive: true });
  return isTaken;
}

function end(folder, name) {
  const over = `${folder}.${name}.over`;
  if (unless(["ENOENT"], () => (renameSync(join(folder, name), over), true))) rmSync(over, { recursive: true });
  unless(["ENOENT", ...inUse], () => rmdirSync(folder));
}

function holderOf(folder) {
  return unless(["ENOENT"], () => readdirSync(folder)[0]);
}

function isAlive(folder, name, longest) {
  const made = unless(["ENOENT"], () => statSync(join(folder, name)).mtimeMs);
  if (made === undefined || Date.now() - made > longest) return false;
  try {
    return process.kill(Number.parseInt(name), 0);
  } catch (error) {
    return error.code === "EPERM";
  }
}

/** What a folder is that is not empty; Windows says so of every folder that is there. */
const inUse = ["ENOTEMPTY", "EEXIST", ...(process.platform === "win32" ? ["EPERM", "EACCES", "EBUSY"] : [])];

function unless(codes, step) {
  try {
    return step();
  } catch (error) {
    if (!codes.includes(error.code)) throw error;
  }
}
