/** The options of a reporter, checked. */

import { requireFunction, requireObject, wrong } from "../base/arguments.js";
import { steady } from "../base/clock.js";
import { hostOf } from "./address.js";
import { toTimers } from "./timers.js";
import type { ReporterOptions } from "./types.js";

export type Settings = ReturnType<typeof toSettings>;

/** @throws TypeError */
export function toSettings(options: ReporterOptions) {
  requireObject(options, "the options");
  const { verifier, send, storage, reportTo = [], backupUse = true, now = Date.now, random = Math.random, onEvent } = options;
  if (typeof verifier?.ruleFor !== "function") throw wrong("options.verifier", "what `createVerifier` gives", verifier);
  requireFunction(send, "options.send");
  if (storage !== undefined) {
    requireObject(storage, "options.storage");
    requireFunction(storage.get, "options.storage.get");
    requireFunction(storage.set, "options.storage.set");
  }
  if (!Array.isArray(reportTo)) throw wrong("options.reportTo", "an array of https addresses", reportTo);
  for (const address of reportTo) {
    if (typeof address !== "string" || hostOf(address) === undefined)
      throw wrong("options.reportTo", "an array of https addresses", address);
  }
  if (typeof backupUse !== "boolean") throw wrong("options.backupUse", "true or false", backupUse);
  requireFunction(now, "options.now");
  requireFunction(random, "options.random");
  if (onEvent !== undefined) requireFunction(onEvent, "options.onEvent");
  return {
    verifier,
    send,
    storage,
    reportTo: [...reportTo] as readonly string[],
    backupUse,
    now: steady(now),
    random,
    onEvent,
    timers: toTimers(options.setTimeout, options.clearTimeout),
  };
}
