/**
 * OkHttp's `CertificatePinner`, which unites all entries that match a host, and has no roles, blocked keys, expiry or exemptions.
 * What is lost is found; nothing gets weaker in silence. One thing holds for every host: to OkHttp, `host.` with a dot at its end is another name
 * than `host`, so that a URL with it passes its pinner. The bridge's native side takes the dot off first; a client of your own has to.
 */

import type { Policy } from "../model/policy.js";
import type { ConversionFinding } from "./finding.js";
import type { Format } from "./format.js";
import { type ToOptions, plan } from "./plan.js";

/** Pins for the hosts that a pattern of OkHttp's `CertificatePinner` matches: `host`, `*.host` (one label), `**.host` (any depth, or none). */
export interface PatternPins {
  /** As above. */
  readonly pattern: string;
  /** `sha256/…`; any of them may match. */
  readonly pins: readonly string[];
}

/** Pins for OkHttp, and what they do not say. */
export interface OkHttpConversion {
  /** For `CertificatePinner.Builder.add`, or for a push. */
  readonly pins: readonly PatternPins[];
  /** What OkHttp cannot express. */
  readonly findings: readonly ConversionFinding[];
}

/** Converts a policy that a verifier has accepted. */
export function toOkHttp(policy: Policy, options: ToOptions = {}): OkHttpConversion {
  const { entries, findings } = plan(policy, OKHTTP, options);
  const pins = entries.flatMap(({ host, reach, pins }) => {
    const patterns = reach === true ? [`**.${host}`] : reach === "one" ? [host, `*.${host}`] : [host];
    return patterns.map((pattern) => ({ pattern, pins }));
  });
  return { pins, findings };
}

/** The same pins as Kotlin source. */
export function okHttpSource(pins: readonly PatternPins[]): string {
  const add = ({ pattern, pins }: PatternPins) => `    .add(${[pattern, ...pins].map((text) => JSON.stringify(text)).join(", ")})\n`;
  return `CertificatePinner.Builder()\n${pins.map(add).join("")}    .build()\n`;
}

const OKHTTP: Format = {
  name: "OkHttp",
  reaches: [true, "one"],
  roles: false,
  expiry: "none",
  reportMode: false,
  reportTo: false,
  exempts: "none",
  overlap: "united",
  fewestPins: 1,
  userAnchors: false,
  registered: false,
};
