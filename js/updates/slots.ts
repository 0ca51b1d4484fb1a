/**
 * The log's two places in storage, written in turns: a write that is torn, or stopped by a power cut, never touches the place that holds
 * what is in use.
 */

import type { Replayed, State } from "./log.js";
import type { PolicyStorage } from "./storage.js";
import { withDeadline } from "./deadline.js";
import { errorText } from "../model/error-text.js";

export class Slots {
  private readonly keys: readonly [string, string];
  /** What was in each place when last looked at, and what it came to. */
  private readonly seen: { text: string; replayed: Replayed }[] = [];

  constructor(
    private readonly storage: PolicyStorage,
    id: string,
  ) {
    this.keys = [`chainpin.${id}.a`, `chainpin.${id}.b`];
  }

  /**
   * Reads both places, and replays what has changed in them.
   * @returns the newest state, and what of the news does not replay.
   * @throws StorageFailure
   */
  async read(replay: (text: string) => Replayed): Promise<{ newest: State | undefined; dropped: Exclude<Replayed, { state: State }>[] }> {
    const dropped: Exclude<Replayed, { state: State }>[] = [];
    for (const [index, key] of this.keys.entries()) {
      const text = await this.get(key);
      if (typeof text !== "string" || text === "") {
        delete this.seen[index];
      } else if (this.seen[index]?.text !== text) {
        const replayed = replay(text);
        this.seen[index] = { text, replayed };
        if (!("state" in replayed)) dropped.push(replayed);
      }
    }
    return { newest: this.stateIn(this.newest()), dropped };
  }

  /**
   * Writes to the place that does not hold the newest state, and reads it back: some storages drop what does not fit and say nothing.
   * @throws StorageFailure
   */
  async write(text: string, state: State): Promise<void> {
    const index = this.newest() === 0 ? 1 : 0;
    const key = this.keys[index] as string;
    delete this.seen[index];
    await answered("set", () => this.storage.set(key, text));
    if ((await this.get(key)) !== text) throw new StorageFailure("the storage does not give back what was written to it");
    this.seen[index] = { text, replayed: { state } };
  }

  private get(key: string): Promise<string | null | undefined> {
    return answered("get", () => this.storage.get(key));
  }

  private newest(): number | undefined {
    const [a, b] = [this.stateIn(0), this.stateIn(1)];
    if (a === undefined && b === undefined) return undefined;
    return (a?.sequence ?? 0) >= (b?.sequence ?? 0) ? 0 : 1;
  }

  private stateIn(index: number | undefined): State | undefined {
    const replayed = index === undefined ? undefined : this.seen[index]?.replayed;
    return replayed !== undefined && "state" in replayed ? replayed.state : undefined;
  }
}

/** The storage threw, or gave no answer, or a wrong one. */
export class StorageFailure extends Error {}

async function answered<T>(name: string, ask: () => Promise<T>): Promise<T> {
  try {
    return await withDeadline(ask(), STORAGE_SECONDS, `the storage's ${name}`);
  } catch (error) {
    throw new StorageFailure(errorText(error));
  }
}

/** A storage that takes longer does not answer any more; phones under load take a second. */
const STORAGE_SECONDS = 30;
