/** The options of a reporter, checked. */

import { requireObject, wrong } from "../arguments.js";
import { hostOf } from "./address.js";
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
    if (typeof address !== "string" || hostOf(address) === undefined) throw wrong("options.reportTo", "an array of https addresses", address);
  }
  if (typeof backupUse !== "boolean") throw wrong("options.backupUse", "true or false", backupUse);
  requireFunction(now, "options.now");
  requireFunction(random, "options.random");
  if (onEvent !== undefined) requireFunction(onEvent, "options.onEvent");
  return { verifier, send, storage, reportTo: [...reportTo] as readonly string[], backupUse, now, random, onEvent, timers: toTimers(options) };
}

/** Taken out of the options: called as methods of another object, a browser's refuse. */
function toTimers({ setTimeout: start, clearTimeout: clear }: ReporterOptions) {
  if (start === undefined && clear === undefined) return platformTimers();
  if (start === null && clear === null) return undefined;
  requireFunction(start, "options.setTimeout");
  requireFunction(clear, "options.clearTimeout");
  return {
    start: (callback: () => void, milliseconds: number): unknown => start(callback, milliseconds),
    clear: (handle: unknown): void => clear(handle),
  };
}

function platformTimers() {
  if (typeof setTimeout !== "function") return undefined;
  return {
    start: (callback: () => void, milliseconds: number): unknown => setTimeout(callback, milliseconds),
    clear: (handle: unknown): void => clearTimeout(handle),
  };
}

function requireFunction(value: unknown, name: string): asserts value is Function {
  if (typeof value !== "function") throw wrong(name, "a function", value);
}
