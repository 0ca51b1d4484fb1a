/**
 * TrustKit for Apple's systems: the dictionary `TSKConfiguration`, in `Info.plist` or as JSON. The host's own entry decides, else the
 * longest that includes subdomains; after its expiration (midnight UTC) a domain is not pinned. It throws when a domain that it
 * enforces has fewer than two pins, or is no name below a public suffix.
 */

import { oneOf } from "../base/arguments.js";
import type { Policy } from "../model/policy.js";
import { nearestAbove } from "./above.js";
import type { TextConversion } from "./android.js";
import {
  PolicyBuilder,
  type FromOptions,
  type PolicyConversion,
  fail,
  parentOf,
  readDay,
  readDigest,
  requireText,
} from "./policy-builder.js";
import { parseJson } from "./json.js";
import { type PlistValue, parsePlist, writePlist } from "./plist.js";
import type { Entry, Format } from "./format.js";
import { FILLER, type ToOptions, plan } from "./plan.js";
import { ObjectTree, type Tree, booleanOf, memberNamed, membersOf, stringOf, stringsOf } from "./tree.js";

export interface RegisteredOptions extends ToOptions {
  /** Is this a public suffix, as `co.uk`? Without it, only names that can be below none are found. */
  readonly isPublicSuffix?: (name: string) => boolean;
}

export interface ToTrustKitOptions extends RegisteredOptions {
  /** Default `"plist"`: a property list with `TSKConfiguration`. `"json"`: what stands in it. */
  readonly format?: "plist" | "json";
}

/** Converts a policy that a verifier has accepted. */
export function toTrustKit(policy: Policy, options: ToTrustKitOptions = {}): TextConversion {
  const format = oneOf(options.format, "options.format", ["plist", "json"], "plist");
  const { entries, findings } = plan(policy, TRUSTKIT, options);
  const domains: PlistValue = Object.fromEntries(entries.map((entry) => [entry.host, domainOf(entry)]));
  // On macOS it lets CAs of the user pass unless told otherwise.
  const configuration = { [IGNORE_USER]: false, [DOMAINS]: domains };
  return {
    text: format === "json" ? `${JSON.stringify(configuration, null, 2)}\n` : writePlist({ TSKConfiguration: configuration }),
    findings,
  };
}

/** A property list or JSON, with `TSKConfiguration` or with what stands in it. @throws ConvertError */
export function fromTrustKit(text: string, options: FromOptions = {}): PolicyConversion {
  requireText(text, "text");
  const json = /^\ufeff?\s*\{/.test(text);
  const root = json ? renamed(parseJson(text), KEY_LEVELS) : parsePlist(text);
  const configuration = membersOf(root).get("TSKConfiguration") ?? root;
  const stray = memberNamed(root, DOMAINS, membersOf(configuration).get(DOMAINS));
  if (stray !== undefined) fail("duplicate", `a second \`${DOMAINS}\``, stray);
  if (!membersOf(configuration).has(DOMAINS)) fail("nothing-found", `there is no \`${DOMAINS}\``, { path: "" });
  const members = membersOf(configuration, [DOMAINS, IGNORE_USER, "TSKSwizzleNetworkDelegates"]);

  const builder = new PolicyBuilder(options);
  const ignoresUser = members.get(IGNORE_USER);
  if (ignoresUser !== undefined && booleanOf(ignoresUser)) {
    builder.findings.add(
      "user-anchors",
      "stricter",
      "*",
      "TrustKit on macOS checks no pins for a CA that the user installed; the policy does",
    );
  }
  const excluded: [string, Tree][] = [];
  for (const [name, domain] of membersOf(members.get(DOMAINS) as Tree)) {
    const exclude = membersOf(domain, DOMAIN_KEYS).get(EXCLUDE);
    if (exclude !== undefined && booleanOf(exclude)) excluded.push([name, domain]);
    else addRule(builder, name, domain);
  }
  addExemptions(builder, excluded);
  return builder.done();
}

const TRUSTKIT: Format = {
  name: "TrustKit",
  reaches: [true],
  roles: false,
  expiry: "utc",
  reportMode: true,
  reportTo: true,
  exempts: "host",
  overlap: "nearest",
  fewestPins: 2,
  userAnchors: false,
  registered: true,
};

const DOMAINS = "TSKPinnedDomains";
const IGNORE_USER = "TSKIgnorePinningForUserDefinedTrustAnchors";
const HASHES = "TSKPublicKeyHashes";
const ENFORCE = "TSKEnforcePinning";
const INCLUDE = "TSKIncludeSubdomains";
const EXPIRATION = "TSKExpirationDate";
const REPORT_TO = "TSKReportUris";
const NO_DEFAULT_REPORT = "TSKDisableDefaultReportUri";
/** Spelt so in TrustKit: the value of its constant `kTSKExcludeSubdomainFromParentPolicy` lacks the T. */
const EXCLUDE = "kSKExcludeSubdomainFromParentPolicy";
const DOMAIN_KEYS = [HASHES, ENFORCE, INCLUDE, EXPIRATION, REPORT_TO, NO_DEFAULT_REPORT, EXCLUDE, "TSKPublicKeyAlgorithms"];

function domainOf({ reach, demands, pins, expires, reportTo }: Entry): PlistValue {
  if (demands === "nothing") return { [EXCLUDE]: true };
  const hashes = pins.map((pin) => pin.slice("sha256/".length));
  if (demands === "pins" && hashes.length < TRUSTKIT.fewestPins) hashes.push(FILLER);
  return {
    [HASHES]: hashes,
    [ENFORCE]: demands === "pins",
    [INCLUDE]: reach !== false,
    ...(expires === undefined ? {} : { [EXPIRATION]: expires }),
    ...(reportTo.length > 0 ? { [REPORT_TO]: [...reportTo] } : {}),
    // Otherwise every mismatch is told to TrustKit's makers, which no policy asks for.
    [NO_DEFAULT_REPORT]: true,
  };
}

function addRule(builder: PolicyBuilder, name: string, domain: Tree): void {
  const members = membersOf(domain);
  const flag = (key: string, absent: boolean) => (members.has(key) ? booleanOf(members.get(key) as Tree) : absent);
  const hashes = members.get(HASHES);
  if (hashes === undefined) fail("pins-too-few", `there is no \`${HASHES}\``, domain);
  const digests = stringsOf(hashes);
  const enforced = flag(ENFORCE, true);
  // It compares decoded digests, placeholders among them.
  const distinct = new Set(digests.map(({ text, place }) => readDigest(text, place) ?? text)).size;
  if (distinct < (enforced ? 2 : 1)) fail("pins-too-few", `${distinct} distinct; TrustKit wants ${enforced ? 2 : 1}`, hashes);

  const [expiration, reportTo] = [members.get(EXPIRATION), members.get(REPORT_TO)];
  const more = {
    ...(enforced ? {} : { mode: "report" as const }),
    ...(expiration === undefined ? {} : { expires: readDay(stringOf(expiration), expiration) }),
    ...(reportTo === undefined ? {} : { reportTo: stringsOf(reportTo).map(({ text }) => text) }),
  };
  const subdomains = flag(INCLUDE, false) ? { subdomains: true } : {};
  const host = registeredHost(builder, name, domain);
  const pins = builder.pins(digests, host);
  if (!flag(NO_DEFAULT_REPORT, false))
    builder.findings.add("default-report", "same", host, "TrustKit also reports to its makers; the policy does not");
  if (pins.length > 0) builder.add({ host, ...subdomains, pins, ...more }, domain);
}

function addExemptions(builder: PolicyBuilder, excluded: readonly [string, Tree][]): void {
  const pinned = new Map(builder.byHost);
  const hosts = excluded.map(([name, domain]) => {
    if (membersOf(domain).size > 1) fail("input-shape", `\`${EXCLUDE}\` beside other keys, which TrustKit refuses`, domain);
    return { host: registeredHost(builder, name, domain), domain };
  });
  const above = nearestAbove(new Set([...pinned.keys(), ...hosts.map(({ host }) => host)]));
  for (const { host, domain } of hosts) {
    if (parentOf(host, pinned, above) === undefined)
      fail("input-shape", `\`${EXCLUDE}\`, and no domain above \`${host}\` includes its subdomains`, domain);
    builder.add({ host, exempt: true }, domain);
  }
}

/** TrustKit compares hosts as they stand, and refuses addresses and names without a dot. */
function registeredHost(builder: PolicyBuilder, name: string, domain: Tree): string {
  const read = builder.host(name, domain);
  if (read === undefined || read.address || read.host.indexOf(".") < 0)
    return fail("host-invalid", `TrustKit refuses \`${name}\`, which is no name below a public suffix`, domain);
  return read.host;
}

/** Objects from the one around `TSKConfiguration` to that of a domain. */
const KEY_LEVELS = 4;

/** JSON is often written with the names of TrustKit's constants, which are its keys with a `k` before them. */
function renamed(tree: Tree, depth: number): Tree {
  if (tree.kind !== "object" || depth === 0) return tree;
  const named = new ObjectTree(tree.parent, tree.key, tree.line);
  const { members } = named;
  for (const [name, member] of tree.members) {
    const key = name === "kTSKExcludeSubdomainFromParentPolicy" ? EXCLUDE : name.replace(/^kTSK/, "TSK");
    if (members.has(key)) fail("duplicate", `\`${key}\` stands twice in one object`, member);
    members.set(key, renamed(member, depth - 1));
  }
  return named;
}
