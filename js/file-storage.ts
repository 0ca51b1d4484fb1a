/**
 * Where a policy store keeps its log in Node and Electron: two files in a folder of the app's own.
 *
 * ```js
 * import { createPolicyStore } from "chainpin/updates";
 * import { fileStorage } from "chainpin/file-storage";
 * const store = await createPolicyStore({ keys, embedded, fetch: fetchBundle, storage: fileStorage("/var/lib/acme/policies") });
 * ```
 */

import { createHash } from "node:crypto";
import * as files from "node:fs/promises";
import type { PolicyStorage } from "./updates/storage.js";

/** What is used of `node:fs/promises`. */
export interface FileSystem {
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>;
  open(path: string, flags: string, mode?: number): Promise<OpenFile>;
  readFile(path: string, encoding: "utf8"): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { force: boolean }): Promise<void>;
  stat(path: string): Promise<{ mtimeMs: number }>;
}

/** What is used of its `FileHandle`. */
export interface OpenFile {
  writeFile(text: string, encoding?: "utf8"): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Files in `folder`, which is made if it is not there, readable by their owner only. A value is written beside the old one, flushed to the
 * disk and then put in its place, so that a power cut leaves the one or the other. Processes wait for each other.
 */
export function fileStorage(folder: string, fs: FileSystem = files): PolicyStorage {
  if (typeof folder !== "string" || folder === "") throw new TypeError("the folder must be the path of one");
  return {
    get: (key) => readFrom(fs, pathOf(folder, key)),
    set: (key, value) => replace(fs, folder, pathOf(folder, key), value),
    lock: (work) => withLock(fs, folder, work),
  };
}

/** Any key as a name that every file system takes. */
function pathOf(folder: string, key: string): string {
  const name = key.replace(/[^a-z0-9.-]/g, (character) => `_${character.charCodeAt(0).toString(16)}_`);
  return `${folder}/${name.length <= NAME_LENGTH ? name : `_${createHash("sha256").update(key).digest("hex")}`}`;
}

/** File systems take 255, and `.new` comes after it. */
const NAME_LENGTH = 200;

async function readFrom(fs: FileSystem, path: string): Promise<string | undefined> {
  try {
    return await fs.readFile(path, "utf8");
  } catch (error) {
    if (isMissing(error)) return undefined;
    throw error;
  }
}

async function replace(fs: FileSystem, folder: string, path: string, value: string): Promise<void> {
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  const fresh = `${path}.new`; // one name: under the lock nobody else writes, and what a crash left behind is written over
  const file = await fs.open(fresh, "w", 0o600);
  try {
    await file.writeFile(value, "utf8");
    await file.sync();
  } finally {
    await file.close();
  }
  await fs.rename(fresh, path);
  await syncFolder(fs, folder);
}

/** Makes the new name last. Windows does so by itself, and opens no folders. */
async function syncFolder(fs: FileSystem, folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await fs.open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** A file that one process can make; it says who has. */
async function withLock<T>(fs: FileSystem, folder: string, work: () => Promise<T>): Promise<T> {
  await fs.mkdir(folder, { recursive: true, mode: 0o700 });
  const path = `${folder}/lock`;
  for (const since = Date.now(); !(await take(fs, path)); ) {
    if (Date.now() - since > LOCK_WAIT) throw new Error(`${path} is held by another process, and has been for ${LOCK_WAIT / 1000} s`);
    await new Promise<void>((resolve) => setTimeout(resolve, LOCK_POLL));
  }
  try {
    return await work();
  } finally {
    await fs.rm(path, { force: true });
  }
}

async function take(fs: FileSystem, path: string): Promise<boolean> {
  if (await make(fs, path)) return true;
  if (!(await isAbandoned(fs, path))) return false;
  // Two that find it abandoned must not both remove it: the second would remove the first one's new lock.
  const right = `${path}.break`;
  if (!(await make(fs, right))) {
    if (await isAbandoned(fs, right)) await fs.rm(right, { force: true });
    return false;
  }
  try {
    if (await isAbandoned(fs, path)) await fs.rm(path, { force: true });
  } finally {
    await fs.rm(right, { force: true });
  }
  return make(fs, path);
}

async function make(fs: FileSystem, path: string): Promise<boolean> {
  try {
    const file = await fs.open(path, "wx", 0o600);
    try {
      await file.writeFile(String(process.pid));
    } finally {
      await file.close();
    }
    return true;
  } catch (error) {
    if (codeOf(error) === "EEXIST") return false;
    throw error;
  }
}

/** Its owner has died, or it is older than any lock that is in use: the number may be another process's by now. */
async function isAbandoned(fs: FileSystem, path: string): Promise<boolean> {
  try {
    const age = Date.now() - (await fs.stat(path)).mtimeMs;
    const owner = Number(await fs.readFile(path, "utf8"));
    // Made a moment ago, and not written yet.
    if (owner === 0) return age > LOCK_POLL * 20;
    return age > LOCK_LIFE || !isAlive(owner);
  } catch (error) {
    if (isMissing(error)) return false;
    throw error;
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return codeOf(error) === "EPERM";
  }
}

/** Two reads and a write take milliseconds; each of them is given up after 30 s. */
const LOCK_LIFE = 5 * 60_000;
const LOCK_WAIT = 30_000;
const LOCK_POLL = 50;

function isMissing(error: unknown): boolean {
  return codeOf(error) === "ENOENT";
}

function codeOf(error: unknown): unknown {
  return (error as { code?: unknown }).code;
}
