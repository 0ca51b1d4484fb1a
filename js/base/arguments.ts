/** Guards of arguments. What fails here is a programmer's mistake, so it throws `TypeError` and names the argument. */

import { printable } from "./printable.js";

export function requireObject(value: unknown, name: string): asserts value is object {
  if (typeof value !== "object" || value === null) throw wrong(name, "an object", value);
}

export function requireString(value: unknown, name: string): asserts value is string {
  if (typeof value !== "string") throw wrong(name, "a string", value);
}

export function requireFunction(value: unknown, name: string): asserts value is Function {
  if (typeof value !== "function") throw wrong(name, "a function", value);
}

/** For options of which all are known. */
export function requireOnly(options: object, known: readonly string[], name: string): void {
  for (const [option, value] of Object.entries(options)) {
    if (value !== undefined && !known.includes(option))
      throw new TypeError(`${name}: ${option} has no effect here; what counts is ${known.join(", ")}`);
  }
}

export function oneOf<T extends string>(value: unknown, name: string, words: readonly T[], absent: T): T {
  if (value === undefined) return absent;
  if (words.indexOf(value as T) < 0) throw wrong(name, words.map((word) => `"${word}"`).join(" or "), value);
  return value as T;
}

/** Milliseconds since 1970; the machine's clock where nothing is given. */
export function toMillis(now: unknown, name: string): number {
  if (now === undefined) return Date.now();
  const millis = typeof now === "object" && Object.prototype.toString.call(now) === "[object Date]" ? Number(now) : now;
  if (typeof millis !== "number" || !isFinite(millis)) throw wrong(name, "a finite number of milliseconds or a valid Date", now);
  return millis;
}

export function toPort(port: unknown, name: string): number | undefined {
  if (port === undefined) return undefined;
  if (typeof port !== "number" || port % 1 !== 0 || port < 0 || port > 65535) throw wrong(name, "an integer from 0 to 65535", port);
  return port;
}

export function wrong(name: string, expected: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${expected}, got ${describe(value)}`);
}

function describe(value: unknown): string {
  if (typeof value === "string") return printable(JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value));
  if (typeof value === "object" && value !== null) return Object.prototype.toString.call(value).slice(8, -1);
  return String(value);
}
