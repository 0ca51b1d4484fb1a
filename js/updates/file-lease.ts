/**
 * One holder at a time among all that share a folder: processes, containers with process numbers of their own, machines on a shared volume.
 *
 *     _lock/             free while it is absent or empty
 *       TOKEN/           a lease: a random name that never comes again
 *         beat           counts up for as long as the holder lives
 *         1.new          what the holder is writing
 *       TOKEN.over/      a lease that has ended; everyone who sees it helps to clear it
 *     _lock.TOKEN/       a lease that is about to be put in place of `_lock`
 *
 * No process number and no clock is compared. A waiter counts the looks in which the beat stood still. Every rename names the lease that it
 * was decided on, so nobody ever ends another's fresh lease. A holder writes from inside its lease: once the lease has ended, there is
 * nothing left to rename, and a holder that slept too long cannot write. `_lock` is free only when all of an ended lease is gone.
 */

import { randomUUID } from "node:crypto";
import type { FileSystem } from "./file-system.js";

/** Timers of a lease. Default: the machine's. */
export interface LeaseTimers {
  /** Fulfilled after so many milliseconds. */
  sleep(milliseconds: number): Promise<void>;
  /** Calls `tick` again and again, so many milliseconds apart, until the returned function is called. Does not keep the process alive. */
  every(milliseconds: number, tick: () => void): () => void;
}

/** Runs `work` with a lease of `folder`, which exists. */
export async function withLease<T>(fs: FileSystem, folder: string, timers: LeaseTimers, work: (lease: Lease) => Promise<T>): Promise<T> {
  const lease = await wait(fs, folder, timers);
  const stop = timers.every(RENEW_EVERY, () => void lease.renew());
  try {
    return await work(lease);
  } finally {
    stop();
    await sweep(fs, folder, lease);
    await end(fs, lockIn(folder), lease.token);
  }
}

export class Lease {
  private beats = 0;
  private isRenewing = false;
  private writes = 0;

  constructor(
    private readonly fs: FileSystem,
    private readonly lock: string,
    readonly token: string,
  ) {}

  /** Its folder; gone once the lease has ended. */
  get folder(): string {
    return `${this.lock}/${this.token}`;
  }

  /** Puts a file with this text at `path`, flushed to the disk. Throws once the lease has ended, and then nothing was written. */
  async replace(path: string, text: string): Promise<void> {
    const fresh = `${this.folder}/${++this.writes}.new`;
    try {
      const file = await this.fs.open(fresh, "wx", 0o600);
      try {
        await file.writeFile(text, "utf8");
        await file.sync();
      } finally {
        await file.close();
      }
      await this.fs.rename(fresh, path);
    } catch (error) {
      if (isOneOf(GONE, error))
        throw new Error(
          `nothing was written: ${this.lock} is another process's by now, since this one did not renew it for ${LEASE / 1000} s`,
        );
      throw error;
    }
  }

  /** Never throws: a lease that cannot be renewed ends, and `replace` says so. */
  async renew(): Promise<void> {
    if (this.isRenewing || this.beats === MOST_BEATS) return;
    this.isRenewing = true;
    try {
      const file = await this.fs.open(`${this.folder}/beat`, "w", 0o600);
      try {
        await file.writeFile(String(++this.beats));
      } finally {
        await file.close();
      }
    } catch {
      // See above.
    } finally {
      this.isRenewing = false;
    }
  }
}

async function wait(fs: FileSystem, folder: string, timers: LeaseTimers): Promise<Lease> {
  const lock = lockIn(folder);
  let seen = "";
  let still = 0;
  for (let waited = 0; waited <= LONGEST_WAIT; waited += LOOK_EVERY) {
    const holder = await holderOf(fs, lock);
    if (holder === undefined) {
      const lease = await take(fs, lock);
      if (lease !== undefined) return lease;
    } else {
      const sign = `${holder} ${await beatOf(fs, lock, holder)}`;
      if (sign !== seen) still = 0;
      seen = sign;
      if (still >= LEASE) await end(fs, lock, holder);
      still += LOOK_EVERY;
    }
    await timers.sleep(LOOK_EVERY);
  }
  throw new Error(`${lock} is held by another process, and has been for ${LONGEST_WAIT / 1000} s`);
}

/** The name of the lease that is in use. Clears what is over. */
async function holderOf(fs: FileSystem, lock: string): Promise<string | undefined> {
  const [name] = await namesIn(fs, lock);
  if (name === undefined || !name.endsWith(OVER)) return name;
  await clear(fs, lock, name);
  return (await namesIn(fs, lock))[0];
}

async function take(fs: FileSystem, lock: string): Promise<Lease | undefined> {
  const token = randomUUID();
  const ready = `${lock}.${token}`;
  try {
    await fs.mkdir(`${ready}/${token}`, { recursive: true, mode: 0o700 });
    await unless([...GONE, ...IN_USE], fs.rmdir(lock)); // Windows puts no folder in the place of an empty one
    await fs.rename(ready, lock); // fails where `lock` has a lease in it
    return new Lease(fs, lock, token);
  } catch (error) {
    if (!isOneOf([...GONE, ...IN_USE], error)) throw error;
    await fs.rm(ready, { recursive: true, force: true });
    return undefined;
  }
}

/** Ends this very lease, if it has not ended: its holder, or whoever saw it stand still. */
async function end(fs: FileSystem, lock: string, token: string): Promise<void> {
  await unless([...GONE, ...IN_USE], fs.rename(`${lock}/${token}`, `${lock}/${token}${OVER}`));
  await clear(fs, lock, `${token}${OVER}`);
}

/** Steps that anybody may take at any time, again and again: nobody brings an ended lease back. */
async function clear(fs: FileSystem, lock: string, name: string): Promise<void> {
  await unless([...GONE, ...IN_USE], fs.rm(`${lock}/${name}`, { recursive: true, force: true }));
  await unless([...GONE, ...IN_USE], fs.rmdir(lock));
}

/** What processes left behind that died in `take`. One that lives finds its folder gone, and makes another. */
async function sweep(fs: FileSystem, folder: string, lease: Lease): Promise<void> {
  for (const name of await namesIn(fs, folder)) {
    if (name.startsWith(`${LOCK}.`)) await unless([...GONE, ...IN_USE], fs.rename(`${folder}/${name}`, `${lease.folder}/${name}`));
  }
}

async function beatOf(fs: FileSystem, lock: string, token: string): Promise<string> {
  return (await unless(GONE, fs.readFile(`${lock}/${token}/beat`, "utf8"))) ?? "";
}

async function namesIn(fs: FileSystem, folder: string): Promise<readonly string[]> {
  return (await unless(GONE, fs.readdir(folder))) ?? [];
}

function lockIn(folder: string): string {
  return `${folder}/${LOCK}`;
}

/** No key's file has this name: in theirs, `_` stands around hexadecimal digits. */
const LOCK = "_lock";
const OVER = ".over";

/** A holder that shows no sign of life for so long has died, or sleeps (ms). Two reads and a write take milliseconds. */
const LEASE = 5_000;
/** Five signs of life in a lease: a slow disk may lose some. */
const RENEW_EVERY = 1_000;
/** Work that hangs is renewed for five minutes; each of its steps is given up after 30 s. */
const MOST_BEATS = 300;
const LOOK_EVERY = 50;
/** Several leases long: the dead do not use it up. */
const LONGEST_WAIT = 30_000;

/** Somebody else was first. ESTALE is NFS's. */
const GONE: readonly string[] = ["ENOENT", "ESTALE"];
/** A folder that is not empty; on Windows and NFS, also one whose files somebody has open. */
const IN_USE: readonly string[] = ["ENOTEMPTY", "EEXIST", "EBUSY", ...(process.platform === "win32" ? ["EPERM", "EACCES"] : [])];

/** Nothing where it fails with one of these codes. */
async function unless<T>(codes: readonly string[], step: Promise<T>): Promise<T | undefined> {
  try {
    return await step;
  } catch (error) {
    if (isOneOf(codes, error)) return undefined;
    throw error;
  }
}

export function isOneOf(codes: readonly string[], error: unknown): boolean {
  return codes.includes(String((error as { code?: unknown }).code));
}

export const machineTimers: LeaseTimers = {
  sleep: (milliseconds) => new Promise((resolve) => void setTimeout(resolve, milliseconds)),
  every(milliseconds, tick) {
    const timer = setInterval(tick, milliseconds);
    (timer as { unref?: () => void }).unref?.();
    return () => clearInterval(timer);
  },
};
