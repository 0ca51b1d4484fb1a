/** Options that several commands have, and how their values are read. */

import { type Command, InvalidArgumentError, Option } from "commander";
import { toMoment } from "./days.js";
import { START_TLS, type StartTls } from "./target.js";

/** How to connect, and what to trust. */
export interface ConnectionOptions {
  readonly starttls?: StartTls;
  readonly timeout: number;
  /** A file; false for none at all. */
  readonly anchors?: string | false;
}

export function withConnection(command: Command): Command {
  return command
    .addOption(new Option("--starttls <protocol>", "what is spoken before TLS").choices(START_TLS))
    .addOption(
      new Option("--timeout <time>", "for one host: the name, the connection and TLS together, as 10s or 500ms")
        .argParser(toDuration)
        .default(10_000, "10s"),
    )
    .option("--anchors <file>", "the roots that you trust, PEM or DER (default: Node's, and those of NODE_EXTRA_CA_CERTS)")
    .option("--no-anchors", "trust no roots: a pin is the only anchor, as for devices with certificates of their own");
}

/** Milliseconds. */
export function toDuration(text: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m)?$/.exec(text) ?? [];
  const millis = Number(number) * { ms: 1, s: 1000, m: 60_000 }[unit as "ms" | "s" | "m"];
  if (!(millis >= 1 && millis <= 3_600_000)) throw new InvalidArgumentError("It is not a time from 1ms to 60m, as 10s.");
  return millis;
}

export function toDate(text: string): Date {
  const millis = toMoment(text);
  if (millis === undefined) throw new InvalidArgumentError("It is not a date, as 2027-01-31 or 2027-01-31T12:00:00Z.");
  return new Date(millis);
}

/** Integers of a range. */
export function toInteger(least: number, most: number): (text: string) => number {
  return (text) => {
    const number = Number(text);
    if (!/^\d+$/.test(text) || number < least || number > most)
      throw new InvalidArgumentError(`It is not an integer from ${least} to ${most}.`);
    return number;
  };
}

/** A policy's. */
export function toId(text: string): string {
  if (!/^[\x21-\x7e]{1,128}$/.test(text)) throw new InvalidArgumentError("It is 1 to 128 characters of ASCII, without spaces.");
  return text;
}
