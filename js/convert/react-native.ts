/**
 * Options of `initializeSslPinning` of react-native-ssl-public-key-pinning: TrustKit on iOS, OkHttp on Android. What the two read
 * differently is found: overlapping domains (the longest on iOS, all together on Android), and expiry.
 */

import { wrong } from "../base/arguments.js";
import type { Policy } from "../model/policy.js";
import { PolicyBuilder, type FromOptions, type PolicyConversion, fail, overlapsOf, readDay, requireText } from "./policy-builder.js";
import type { ConversionFinding } from "./finding.js";
import { parseJson } from "./json.js";
import type { Entry, Format } from "./format.js";
import { FILLER, plan } from "./plan.js";
import { type Tree, booleanOf, isPlain, membersOf, stringOf, stringsOf, treeOf } from "./tree.js";
import type { RegisteredOptions } from "./trustkit.js";

/** The argument of `initializeSslPinning`. */
export interface ReactNativePins {
  [domain: string]: {
    includeSubdomains?: boolean;
    /** Base64 of SHA-256, without `sha256/`. */
    publicKeyHashes: string[];
    /** `yyyy-MM-dd`. */
    expirationDate?: string;
  };
}

/** Options for the library, and what they do not say. */
export interface ReactNativeConversion {
  /** The argument of `initializeSslPinning`. */
  readonly value: ReactNativePins;
  /** How it differs from the policy. */
  readonly findings: readonly ConversionFinding[];
}

/** Converts a policy that a verifier has accepted. */
export function toReactNative(policy: Policy, options: RegisteredOptions = {}): ReactNativeConversion {
  const { entries, findings } = plan(policy, REACT_NATIVE, options);
  const value: ReactNativePins = Object.fromEntries(entries.map((entry) => [entry.host, domainOf(entry)]));
  return { value, findings };
}

/** The options as an object, or as JSON. @throws ConvertError */
export function fromReactNative(pins: string | object, options: FromOptions = {}): PolicyConversion {
  if (typeof pins === "string") requireText(pins, "pins");
  else if (typeof pins !== "object" || pins === null || !(Array.isArray(pins) || isPlain(pins)))
    throw wrong("pins", "a plain object or a text", pins);
  const builder = new PolicyBuilder(options);
  for (const [name, domain] of membersOf(typeof pins === "string" ? parseJson(pins) : treeOf(pins))) addRule(builder, name, domain);
  for (const { rule, parent } of overlapsOf(builder.byHost)) {
    const { host } = rule;
    builder.findings.add(
      "overlapping-rules",
      "stricter",
      host,
      `on Android, the pins of \`${parent.host}\` count too; the policy takes the nearest alone`,
    );
    if (rule.exempt !== true && rule.expires !== undefined) {
      builder.findings.add(
        "overlapping-rules",
        "weaker",
        host,
        `on Android, the pins of \`${parent.host}\` are left when these have expired`,
      );
    }
  }
  return builder.done();
}

const REACT_NATIVE: Format = {
  name: "react-native-ssl-public-key-pinning",
  reaches: [true],
  roles: false,
  expiry: "start",
  reportMode: false,
  reportTo: false,
  exempts: "none",
  overlap: "either",
  fewestPins: 2,
  userAnchors: false,
  registered: true,
};

function domainOf({ reach, pins, expires }: Entry): ReactNativePins[string] {
  const publicKeyHashes = pins.map((pin) => pin.slice("sha256/".length));
  if (publicKeyHashes.length < REACT_NATIVE.fewestPins) publicKeyHashes.push(FILLER);
  return {
    ...(reach === false ? {} : { includeSubdomains: true }),
    publicKeyHashes,
    ...(expires === undefined ? {} : { expirationDate: expires }),
  };
}

function addRule(builder: PolicyBuilder, name: string, domain: Tree): void {
  const members = membersOf(domain, ["includeSubdomains", "publicKeyHashes", "expirationDate"]);
  const [include, hashes, expiration] = ["includeSubdomains", "publicKeyHashes", "expirationDate"].map((key) => members.get(key));
  if (hashes === undefined) fail("pins-too-few", "there is no `publicKeyHashes`", domain);
  const digests = stringsOf(hashes);
  if (digests.length === 0) fail("pins-too-few", "no pin in the list", hashes);
  const expires = expiration === undefined ? {} : { expires: readDay(stringOf(expiration), expiration) };
  const reaches = include !== undefined && booleanOf(include);
  // Android brings names into this form, iOS does not.
  const read = builder.host(name, domain);
  if (read === undefined) return;
  const { host, address } = read;
  const pins = builder.pins(digests, host);
  if (pins.length === 0) return;
  const where =
    address || host.indexOf(".") < 0 ? "a host that is no name below a public suffix" : digests.length < 2 ? "a single pin" : undefined;
  if (where !== undefined) {
    builder.findings.add(
      address || host.indexOf(".") < 0 ? "host-not-public" : "single-pin",
      "same",
      host,
      `on iOS, the library refuses all options because of ${where}`,
    );
  }
  if (expiration !== undefined) {
    builder.findings.both(
      "expiry-time-zone",
      host,
      "Android takes midnight of the device's time zone; iOS and the policy take midnight UTC",
    );
    builder.findings.add(
      "expiry-at-start",
      "weaker",
      host,
      "Android looks at the date only when the app starts; the policy lets a mismatch pass from that moment on",
    );
  }
  if (reaches && address) builder.findings.add("subdomains", "same", host, "an address has no subdomains");
  const subdomains = reaches && !address ? { subdomains: true } : {};
  builder.add({ host, ...subdomains, pins, ...expires }, domain);
}
