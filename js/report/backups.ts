/**
 * The uses of backup pins that have been told. After a rotation they come with every connection, and to make a report only to find
 * that it repeats another costs 10 ms in Hermes: so they are known by what the verdict holds at hand, chains aside.
 */

import type { Verdict } from "../model/types.js";
import { REPEAT_AFTER, REPORTS } from "./limits.js";

export class ToldBackups {
  private readonly times = new Map<string, number>();

  has(verdict: Verdict, host: string, port: number | undefined, now: number): boolean {
    const at = this.times.get(nameOf(verdict, host, port));
    return at !== undefined && Math.abs(now - at) < REPEAT_AFTER;
  }

  add(verdict: Verdict, host: string, port: number | undefined, now: number): void {
    if (this.times.size >= REPORTS) this.times.clear();
    this.times.set(nameOf(verdict, host, port), now);
  }
}

/** Not `verdict.host`, which is worked out when it is read. */
function nameOf({ rule, policy, matched }: Verdict, host: string, port: number | undefined): string {
  return JSON.stringify([host, port, rule, policy.id, policy.sequence, matched?.pin, matched?.index]);
}
