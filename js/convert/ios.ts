/**
 * iOS, `NSPinnedDomains` in `Info.plist`. A domain has pins of the leaf, of CAs, or both, and then one of each must match;
 * `NSIncludesSubdomains` is one label more. No expiry, no exemption. Where domains overlap, Apple does not say which one counts.
 */

import { oneOf } from "../base/arguments.js";
import type { Pin, Policy } from "../model/policy.js";
import type { TextConversion } from "./android.js";
import { PolicyBuilder, type FromOptions, type PolicyConversion, fail, overlapsOf, readDigest, requireText } from "./policy-builder.js";
import { type PlistValue, parsePlist, writePlist } from "./plist.js";
import type { Entry, Format } from "./format.js";
import { type ToOptions, plan } from "./plan.js";
import { type Tree, booleanOf, itemsOf, memberNamed, membersOf, stringOf } from "./tree.js";

export interface ToIosOptions extends ToOptions {
  /** With `lossy`: what a pin without a role counts as; default `"leaf"`. */
  readonly unmarked?: "leaf" | "ca";
}

/** Converts a policy that a verifier has accepted, to a property list with what belongs into `Info.plist`. */
export function toIos(policy: Policy, options: ToIosOptions = {}): TextConversion {
  const { entries, findings } = plan(policy, IOS, {
    ...options,
    unmarked: oneOf(options.unmarked, "options.unmarked", ["leaf", "ca"], "leaf"),
  });
  const domains: PlistValue = Object.fromEntries(entries.map((entry) => [entry.host, domainOf(entry)]));
  return { text: writePlist({ NSAppTransportSecurity: { NSPinnedDomains: domains } }), findings };
}

/** A whole `Info.plist`, or a property list with `NSPinnedDomains` alone. @throws ConvertError */
export function fromIos(text: string, options: FromOptions = {}): PolicyConversion {
  requireText(text, "text");
  const tree = parsePlist(text);
  const root = membersOf(tree);
  const security = root.get("NSAppTransportSecurity");
  const domains = (security === undefined ? root : membersOf(security)).get(DOMAINS);
  const stray = memberNamed(tree, DOMAINS, domains);
  if (stray !== undefined) fail("input-shape", `\`${DOMAINS}\` stands in \`NSAppTransportSecurity\`; iOS reads it nowhere else`, stray);
  if (domains === undefined) fail("nothing-found", `there is no \`${DOMAINS}\``, { path: "" });
  const builder = new PolicyBuilder(options);
  for (const [name, domain] of membersOf(domains)) addRule(builder, name, domain);
  overlapping(builder);
  return builder.done();
}

const IOS: Format = {
  name: "iOS",
  reaches: ["one"],
  roles: true,
  expiry: "none",
  reportMode: false,
  reportTo: false,
  exempts: "none",
  overlap: "unknown",
  fewestPins: 1,
  userAnchors: false,
  registered: false,
  addresses: "before iOS 17, addresses are not pinned",
};

const DOMAINS = "NSPinnedDomains";
const LEAF = "NSPinnedLeafIdentities";
const CA = "NSPinnedCAIdentities";
const INCLUDES = "NSIncludesSubdomains";
const SPKI = "SPKI-SHA256-BASE64";

function domainOf({ reach, leaf, ca }: Entry): PlistValue {
  const list = (pins: readonly string[]) => pins.map((pin) => ({ [SPKI]: pin.slice("sha256/".length) }));
  return {
    ...(reach === false ? {} : { [INCLUDES]: true }),
    ...(leaf.length > 0 ? { [LEAF]: list(leaf) } : {}),
    ...(ca.length > 0 ? { [CA]: list(ca) } : {}),
  };
}

function addRule(builder: PolicyBuilder, name: string, domain: Tree): void {
  const members = membersOf(domain, [INCLUDES, LEAF, CA]);
  const includes = members.get(INCLUDES);
  const reaches = includes !== undefined && booleanOf(includes);
  const lists = ([LEAF, CA] as const).flatMap((key) => {
    const list = members.get(key);
    return list === undefined ? [] : [{ key, role: ROLES[key], digests: digestsOf(list) }];
  });
  if (lists.length === 0) fail("pins-too-few", `there is neither \`${LEAF}\` nor \`${CA}\``, domain);
  if (/^[0-9A-Fa-f.:]+\/[0-9]+$/.test(name)) {
    builder.findings.add("address-range", "weaker", name, "ranges of addresses are not converted");
    return;
  }
  const read = builder.host(name, domain);
  if (read === undefined) return;
  const { host, address } = read;
  if (reaches && address) builder.findings.add("subdomains", "same", host, "an address has no subdomains");
  const subdomains = reaches && !address ? { subdomains: "one" as const } : {};
  const both = lists.length === 2;
  const found = lists.map(({ key, role, digests }) =>
    builder.pins(digests, host, both ? noneOf(key) : undefined).map((pin) => ({ pin, role })),
  );
  // Where one of two lists can match nothing, the domain can match nothing.
  if (found.some((pins) => pins.length === 0)) return;
  const pins: Pin[] = found.flat();
  builder.add({ host, ...subdomains, pins, ...(both ? { match: "leaf-and-ca" as const } : {}) }, domain);
}

const ROLES = { [LEAF]: "leaf", [CA]: "ca" } as const;

function noneOf(key: typeof LEAF | typeof CA): string {
  const other = key === LEAF ? CA : LEAF;
  return `iOS wants a pin of both lists, and \`${key}\` has placeholders alone; the host gets no rule, and the pins of \`${other}\` are left out`;
}

function digestsOf(list: Tree) {
  const items = itemsOf(list);
  if (items.length === 0) fail("pins-too-few", "no pin in the list", list);
  return items.map((item) => {
    const digest = membersOf(item, [SPKI]).get(SPKI);
    if (digest === undefined) return fail("input-shape", `there is no \`${SPKI}\``, item);
    const text = stringOf(digest);
    readDigest(text, digest);
    return { text, place: digest };
  });
}

function overlapping(builder: PolicyBuilder): void {
  for (const { rule, parent } of overlapsOf(builder.byHost)) {
    builder.findings.both(
      "overlapping-rules",
      rule.host,
      `\`${parent.host}\` has other pins; Apple does not say which ones count, and the policy takes the nearest`,
    );
  }
}
