/** When the next update is due: at once, then weekly, more often as the policy's expiry nears, and soon again after a failure. */

import { steady } from "../base/clock.js";

export interface Refreshed {
  /** Whether all is well, a newer policy or not. */
  readonly ok: boolean;
  /** When the policy in use expires, in milliseconds since 1970. */
  readonly expires: number | undefined;
}

export class Schedule {
  private timer: unknown;
  private running = false;
  private failures = 0;
  private due = 0;
  /** Counts starts: what an earlier one left behind does nothing. */
  private round = 0;

  private readonly now: () => number;

  constructor(
    private readonly refresh: () => Promise<Refreshed>,
    clock: () => number,
  ) {
    this.now = steady(clock);
  }

  start(): void {
    if (this.running) return;
    this.running = true;
    this.failures = 0;
    void this.run(++this.round);
  }

  stop(): void {
    this.running = false;
    clearTimeout(this.timer);
  }

  private async run(round: number): Promise<void> {
    const { ok, expires } = await this.refresh();
    if (!this.running || round !== this.round) return;
    this.failures = ok ? 0 : this.failures + 1;
    const now = this.now();
    const delay = delayUntilNext(now, expires, this.failures, Math.random());
    this.due = now + delay;
    this.wait(round, delay, delay);
  }

  /**
   * Timers stop while a device sleeps, so it looks at the clock every hour; clocks are set back, so it waits for `most` in all; they jump
   * ahead, so it always waits for something.
   */
  private wait(round: number, left: number, most: number): void {
    const step = Math.min(left, HOUR);
    this.timer = setTimeout(() => {
      const rest = most - step;
      const left = Math.min(this.due - this.now(), rest);
      if (left > 0) this.wait(round, left, rest);
      else void this.run(round);
    }, step);
    // In Node, a timer keeps the process alive; this one is not worth it.
    (this.timer as { unref?: () => void }).unref?.();
  }
}

/** In milliseconds; `random` from 0 to 1. */
export function delayUntilNext(now: number, expires: number | undefined, failures: number, random: number): number {
  const remains = expires === undefined ? Infinity : expires - now;
  const regular = remains < NEAR ? Math.max(remains / 8, HOUR) : WEEK;
  const again = failures === 0 ? regular : Math.min(MINUTE * 2 ** (failures - 1), regular);
  // So that devices which failed together do not come back together.
  return again * (0.9 + 0.2 * random);
}

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const WEEK = 7 * DAY;
const NEAR = 14 * DAY;
