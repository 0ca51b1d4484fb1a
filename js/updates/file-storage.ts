/**
 * Where a policy store keeps its log in Node and Electron: two files in a folder of the app's own.
 *
 * ```js
 * import { createPolicyStore } from "chainpin/updates";
 * import { fileStorage } from "chainpin/file-storage";
 * const store = await createPolicyStore({ keys, embedded, fetch: fetchBundle, storage: fileStorage("/var/lib/acme/policies") });
 * ```
 */

import { AsyncLocalStorage } from "node:async_hooks";
import { createHash } from "node:crypto";
import * as files from "node:fs/promises";
import { type Lease, type LeaseTimers, isOneOf, machineTimers, withLease } from "./file-lease.js";
import type { FileSystem } from "./file-system.js";
import type { PolicyStorage } from "./storage.js";

export type { LeaseTimers } from "./file-lease.js";
export type { FileSystem, OpenFile } from "./file-system.js";

/**
 * Files in `folder`, which is made if it is not there, readable by their owner only. A value is written to a new file, flushed to the
 * disk and then put in place of the old one, so that a power cut leaves one or the other.
 *
 * One process at a time works in the folder, also where containers or machines share it. `lock` waits for up to 30 s. A process that dies
 * or stops while it has the lock loses it after 5 s; if it goes on later, `set` throws and writes nothing. `fs` and `timers` are for tests.
 */
export function fileStorage(folder: string, fs: FileSystem = files, timers: LeaseTimers = machineTimers): PolicyStorage {
  if (typeof folder !== "string" || folder === "") throw new TypeError("the folder must be the path of one");
  /** The lease that the running code was given by `lock`. It stays its own after it has ended, so that late code writes nothing. */
  const own = new AsyncLocalStorage<Lease>();
  const alone = async <T>(work: (lease: Lease) => Promise<T>): Promise<T> => {
    await fs.mkdir(folder, { recursive: true, mode: 0o700 });
    return withLease(fs, folder, timers, work);
  };
  const replace = async (lease: Lease, key: string, value: string) => {
    await lease.replace(pathOf(folder, key), value);
    await syncFolder(fs, folder);
  };
  return {
    get: (key) => readFrom(fs, pathOf(folder, key)),
    set(key, value) {
      const lease = own.getStore();
      return lease === undefined ? alone((lease) => replace(lease, key, value)) : replace(lease, key, value);
    },
    lock: (work) => alone((lease) => own.run(lease, work)),
  };
}

/** Any key as a name that every file system takes. */
function pathOf(folder: string, key: string): string {
  const name = key.replace(/[^a-z0-9.-]/g, (character) => `_${character.charCodeAt(0).toString(16)}_`);
  return `${folder}/${name.length <= NAME_LENGTH ? name : `_${createHash("sha256").update(key).digest("hex")}`}`;
}

/** File systems take 255. */
const NAME_LENGTH = 200;

async function readFrom(fs: FileSystem, path: string): Promise<string | undefined> {
  try {
    return await fs.readFile(path, "utf8");
  } catch (error) {
    if (isOneOf(["ENOENT"], error)) return undefined;
    throw error;
  }
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
