/** Timers: the app's, the platform's, or none. */

import { requireFunction } from "../base/arguments.js";
import { ANSWER_WITHIN } from "./limits.js";
import type { ReporterOptions } from "./types.js";

export interface Timers {
  start(callback: () => void, milliseconds: number): Timer;
}

export interface Timer {
  cancel(): void;
}

/** @throws TypeError where there is one without the other. */
export function toTimers(start: ReporterOptions["setTimeout"], clear: ReporterOptions["clearTimeout"]): Timers | undefined {
  if (start === null && clear === null) return undefined;
  if (start === undefined && clear === undefined) return typeof setTimeout === "function" ? timersOf(setTimeout, clearTimeout) : undefined;
  requireFunction(start, "options.setTimeout");
  requireFunction(clear, "options.clearTimeout");
  return timersOf(start, clear);
}

/** Fails where no answer comes, if there are timers to tell. */
export function answerOf<T>(work: () => Promise<T>, timers: Timers | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = timers?.start(() => reject(new Error(`no answer within ${ANSWER_WITHIN / 1000} s`)), ANSWER_WITHIN);
    Promise.resolve()
      .then(work)
      .then(
        (value) => {
          timer?.cancel();
          resolve(value);
        },
        (error) => {
          timer?.cancel();
          reject(error);
        },
      );
  });
}

/** Called as functions of their own: as methods of another object, a browser's refuse. */
function timersOf(start: (callback: () => void, milliseconds: number) => unknown, clear: (timer: unknown) => void): Timers {
  return {
    start(callback, milliseconds) {
      const handle = start(callback, Math.ceil(milliseconds));
      // Node's: a report that waits keeps no process alive.
      const { unref } = Object(handle) as { unref?: unknown };
      if (typeof unref === "function") unref.call(handle);
      return { cancel: () => clear(handle) };
    },
  };
}
