/**
 * Android's Network Security Config, `res/xml/network_security_config.xml`. The longest domain decides, at any depth; pins are skipped
 * after their expiration (a day of the device's time zone), and for a CA with `overridePins`.
 */

import type { Policy, Rule } from "../model/policy.js";
import { nearestAbove } from "./above.js";
import {
  PolicyBuilder,
  type FromOptions,
  type Place,
  type PolicyConversion,
  fail,
  parentOf,
  readDay,
  requireText,
  shown,
} from "./policy-builder.js";
import type { ConversionFinding } from "./finding.js";
import type { Entry, Format } from "./format.js";
import { type ToOptions, plan } from "./plan.js";
import { type Element, escaped, parseXml } from "./xml.js";

/** A text of another format, and what it does not say. */
export interface TextConversion {
  /** The file's content. */
  readonly text: string;
  /** How it differs from the policy. */
  readonly findings: readonly ConversionFinding[];
}

/** Converts a policy that a verifier has accepted. */
export function toAndroid(policy: Policy, options: ToOptions = {}): TextConversion {
  const { entries, findings } = plan(policy, ANDROID, options);
  return {
    text: `<?xml version="1.0" encoding="utf-8"?>\n<network-security-config>\n${entries.map(written).join("")}</network-security-config>\n`,
    findings,
  };
}

/** @throws ConvertError */
export function fromAndroid(text: string, options: FromOptions = {}): PolicyConversion {
  requireText(text, "text");
  return new Reader(parseXml(text), options).result;
}

const ANDROID: Format = {
  name: "Android",
  reaches: [true],
  roles: false,
  expiry: "local",
  reportMode: false,
  reportTo: false,
  exempts: "subtree",
  overlap: "nearest",
  fewestPins: 1,
  userAnchors: true,
  registered: false,
};

function written({ host, reach, demands, pins, expires, userAnchors }: Entry): string {
  const domain = `    <domain includeSubdomains="${reach !== false}">${escaped(host)}</domain>\n`;
  // An empty set opts out of a parent's pins.
  if (demands === "nothing") return `  <domain-config>\n${domain}    <pin-set/>\n  </domain-config>\n`;
  const expiration = expires === undefined ? "" : ` expiration="${expires}"`;
  const digests = pins.map((pin) => `      <pin digest="SHA-256">${pin.slice("sha256/".length)}</pin>\n`).join("");
  const anchors = userAnchors ? USER_ANCHORS : "";
  return `  <domain-config>\n${domain}    <pin-set${expiration}>\n${digests}    </pin-set>\n${anchors}  </domain-config>\n`;
}

const USER_ANCHORS = `    <trust-anchors>
      <certificates src="system"/>
      <certificates src="user" overridePins="true"/>
    </trust-anchors>
`;

interface Config {
  readonly domains: readonly Domain[];
  /** Its own, or its parents'. */
  readonly pinSet: PinSet | undefined;
  readonly anchors: Anchors | undefined;
  readonly trustKit: TrustKit;
}

interface Domain {
  readonly text: string;
  readonly include: boolean;
  readonly place: Place;
}

interface PinSet {
  readonly digests: readonly { text: string; place: Place }[];
  readonly expires: string | undefined;
}

/** A `domain-config` as TrustKit has it: what it does not say is the outer one's. */
interface TrustKit {
  readonly enforced: boolean;
  /** No reports to TrustKit's makers. */
  readonly ownReports: boolean;
  readonly reportTo: readonly string[];
  /** Of the last domain. */
  readonly include: boolean;
  readonly expires: string | undefined;
}

const NO_TRUSTKIT: TrustKit = { enforced: false, ownReports: false, reportTo: [], include: false, expires: undefined };

/** What a list of trust anchors means for pins: read once, as many domains may share it. */
interface Anchors {
  /** Does Android check no pins for the user's CAs? */
  readonly userAnchors: boolean;
  /** Are the platform's CAs not among them? */
  readonly withoutSystem: boolean;
  /** Other sources whose CAs Android does not pin-check, as a message has them; empty: none. */
  readonly unchecked: string;
}

/** Sources that a message names. */
const MOST_NAMED = 8;

class Reader {
  readonly result: PolicyConversion;
  private readonly builder: PolicyBuilder;
  private readonly configs: Config[] = [];
  private readonly unpinned: { host: string; include: boolean; place: Place }[] = [];
  private readonly seen = new Set<string>();
  private readonly pins = new Map<PinSet, { readonly pins: string[]; readonly host: string; readonly leftOut: boolean }>();
  private usesTrustKit = false;

  constructor(root: Element, options: FromOptions) {
    this.builder = new PolicyBuilder(options);
    if (root.name !== "network-security-config")
      fail("input-shape", `\`network-security-config\` is expected here, not \`${shown(root.name)}\``, root.place);
    const {
      "base-config": base,
      "debug-overrides": debug,
      "domain-config": configs = [],
    } = childrenOf(root, [], { "base-config": 1, "debug-overrides": 1, "domain-config": Infinity });
    const outer: Config = { domains: [], pinSet: undefined, anchors: base?.[0] && this.baseAnchors(base[0]), trustKit: NO_TRUSTKIT };
    if (debug?.[0] !== undefined) {
      this.builder.findings.add(
        "debug-overrides",
        "stricter",
        "*",
        "in debug builds, the CAs of `debug-overrides` are not pin-checked; the policy checks them",
      );
      const { "trust-anchors": anchors } = childrenOf(debug[0], [], { "trust-anchors": 1 });
      if (anchors?.[0] !== undefined) anchorsOf(anchors[0]);
    }
    for (const config of configs) this.read(config, outer);
    for (const config of this.configs) for (const domain of config.domains) this.rule(config, domain);
    this.exempt();
    this.result = this.builder.done();
  }

  private baseAnchors(base: Element): Anchors | undefined {
    const { "trust-anchors": anchors } = childrenOf(base, CONFIG_ATTRIBUTES, { "trust-anchors": 1, ...BESIDE_PINS });
    return anchors?.[0] && anchorsOf(anchors[0]);
  }

  private read(element: Element, outer: Config): void {
    const kinds = { domain: Infinity, "domain-config": Infinity, "pin-set": 1, "trust-anchors": 1, "trustkit-config": 1, ...BESIDE_PINS };
    const found = childrenOf(element, CONFIG_ATTRIBUTES, kinds);
    const domains = (found.domain ?? []).map((domain) => this.domain(domain));
    if (domains.length === 0) fail("input-shape", "a `domain-config` without a `domain`", element.place);
    const [set, anchors, trustKit] = [found["pin-set"]?.[0], found["trust-anchors"]?.[0], found["trustkit-config"]?.[0]];
    if (trustKit !== undefined) this.usesTrustKit = true;
    const pinSet = set === undefined ? outer.pinSet : pinSetOf(set);
    const last = found.domain?.[domains.length - 1] as Element;
    const config: Config = {
      domains,
      pinSet,
      anchors: anchors === undefined ? outer.anchors : anchorsOf(anchors),
      trustKit: trustKitOf(trustKit, last, pinSet, outer.trustKit),
    };
    this.configs.push(config);
    for (const inner of found["domain-config"] ?? []) this.read(inner, config);
  }

  private domain(element: Element): Domain {
    const { includeSubdomains } = attributesOf(element, ["includeSubdomains"]);
    leaf(element);
    return { text: element.text.trim(), include: booleanOf(includeSubdomains, element.place), place: element.place };
  }

  private rule(config: Config, domain: Domain): void {
    const { builder } = this;
    const { text, include, place } = domain;
    // Android ignores the case, and takes the trailing dot from the connection's host alone.
    const read = builder.host(text.toLowerCase(), place);
    if (read === undefined) return;
    const { host, address } = read;
    // With pins or without; Android refuses a second one.
    if (this.seen.has(host)) fail("duplicate", `\`${host}\` stands there already; one entry decides for a host`, place);
    this.seen.add(host);
    if (this.usesTrustKit) this.trustKit(config, domain, host);
    if (address && include) builder.findings.add("subdomains", "same", host, "an address has no subdomains");
    const subdomains = include && !address ? { subdomains: true } : {};
    const { pinSet } = config;
    if (pinSet === undefined) {
      this.unpinned.push({ host, include: include && !address, place });
      return;
    }
    if (pinSet.digests.length === 0) {
      builder.add({ host, ...subdomains, exempt: true }, place);
      return;
    }
    const pins = this.pinsOf(pinSet, host);
    if (pins.length === 0) return;
    if (pinSet.expires !== undefined) {
      builder.findings.both("expiry-time-zone", host, "Android takes midnight of the device's time zone; the policy takes midnight UTC");
    }
    const { reportTo } = config.trustKit;
    const more = {
      ...(pinSet.expires === undefined ? {} : { expires: pinSet.expires }),
      ...(this.userAnchors(config, host) ? { userAnchors: "allow" as const } : {}),
      ...(reportTo.length > 0 ? { reportTo } : {}),
    };
    builder.add({ host, ...subdomains, pins, ...more }, place);
  }

  /** Read once for all domains of a set. */
  private pinsOf(set: PinSet, host: string): string[] {
    const { findings } = this.builder;
    const known = this.pins.get(set);
    if (known === undefined) {
      const before = findings.list.length;
      const pins = this.builder.pins(set.digests, host);
      this.pins.set(set, { pins, host, leftOut: findings.list.length > before });
      return pins;
    }
    if (known.leftOut)
      findings.add("placeholder-pin", "same", host, `placeholders, which no key has, are left out, as for \`${known.host}\``);
    if (known.pins.length === 0) findings.add("no-pins-left", "weaker", host, "no pin is left; the host gets no rule");
    return known.pins;
  }

  private userAnchors({ anchors }: Config, host: string): boolean {
    if (anchors === undefined) return false;
    const { findings } = this.builder;
    const { userAnchors, withoutSystem, unchecked } = anchors;
    if (withoutSystem) {
      findings.add(
        "trust-anchors",
        "weaker",
        host,
        "Android trusts only the CAs of the file; a policy does not say whom the platform trusts",
      );
    }
    if (unchecked !== "")
      findings.add("override-pins", "stricter", host, `Android checks no pins for the CAs of ${unchecked}; the policy does`);
    return userAnchors;
  }

  /** Before Android 7 TrustKit does the pinning, and reads some things otherwise. */
  private trustKit({ domains, pinSet, trustKit }: Config, domain: Domain, host: string): void {
    const { findings } = this.builder;
    const last = domain === domains[domains.length - 1];
    if (!last) findings.both("trustkit-reading", host, "before Android 7, TrustKit takes the last `domain` of a `domain-config` alone");
    if (pinSet === undefined) {
      findings.both("trustkit-reading", host, "before Android 7, TrustKit takes a `domain-config` without pins as if it were not there");
      return;
    }
    if (last && trustKit.include && !domain.include) {
      findings.both("trustkit-reading", host, "before Android 7, TrustKit takes `includeSubdomains` from the outer `domain-config`");
    }
    if (pinSet.digests.length === 0) return;
    if (trustKit.expires !== pinSet.expires) {
      findings.add(
        "trustkit-reading",
        "stricter",
        host,
        "before Android 7, TrustKit takes `expiration` from the outer `domain-config`; the policy's rule has none",
      );
    }
    if (!trustKit.enforced)
      findings.add("report-mode", "stricter", host, "before Android 7, TrustKit only reports a mismatch; the policy refuses it");
    if (!trustKit.ownReports) findings.add("default-report", "same", host, "TrustKit also reports to its makers; the policy does not");
  }

  /** A domain without pins takes its names out of a longer reach. */
  private exempt(): void {
    const pinned = new Map([...this.builder.byHost].filter(([, rule]) => rule.exempt !== true));
    const above = nearestAbove(new Set([...pinned.keys(), ...this.unpinned.map(({ host }) => host)]));
    for (const { host, include, place } of this.unpinned) {
      const rule: Rule = { host, ...(include ? { subdomains: true } : {}), exempt: true };
      if (parentOf(host, pinned, above) !== undefined) this.builder.add(rule, place);
    }
  }
}

const CONFIG_ATTRIBUTES = ["cleartextTrafficPermitted", "hstsEnforced"];

/** Children that have no part in pinning. */
const BESIDE_PINS = { certificateTransparency: 1, domainEncryption: 1 };

function pinSetOf(element: Element): PinSet {
  const { expiration } = attributesOf(element, ["expiration"]);
  const { pin: pins = [] } = childrenOf(element, ["expiration"], { pin: Infinity });
  const digests = pins.map((pin) => {
    const { digest } = attributesOf(pin, ["digest"]);
    leaf(pin);
    if (digest !== "SHA-256")
      fail("pin-invalid", `\`digest\` must be \`SHA-256\`${digest === undefined ? "" : `, not \`${shown(digest)}\``}`, pin.place);
    return { text: pin.text, place: pin.place };
  });
  return { digests, expires: expiration === undefined ? undefined : readDay(expiration, element.place) };
}

function trustKitOf(element: Element | undefined, last: Element, pinSet: PinSet | undefined, outer: TrustKit): TrustKit {
  const { includeSubdomains } = last.attributes;
  const include = includeSubdomains === undefined ? outer.include : includeSubdomains === "true";
  const rest = { include, expires: pinSet?.expires ?? outer.expires };
  if (element === undefined) return { ...outer, ...rest };
  const { "report-uri": uris = [] } = childrenOf(element, ["enforcePinning", "disableDefaultReportUri"], { "report-uri": Infinity });
  const { enforcePinning, disableDefaultReportUri } = element.attributes;
  return {
    ...rest,
    enforced: booleanOf(enforcePinning, element.place),
    ownReports: disableDefaultReportUri === undefined ? outer.ownReports : booleanOf(disableDefaultReportUri, element.place),
    reportTo: uris.map((uri) => {
      attributesOf(uri, []);
      leaf(uri);
      return uri.text.trim();
    }),
  };
}

function anchorsOf(element: Element): Anchors {
  const { certificates = [] } = childrenOf(element, [], { certificates: Infinity });
  const sources = new Set<string>();
  const unchecked = new Set<string>();
  for (const certificate of certificates) {
    const { src, overridePins } = attributesOf(certificate, ["src", "overridePins"]);
    leaf(certificate);
    if (src === undefined) fail("input-shape", "`certificates` without `src`", certificate.place);
    sources.add(src);
    if (booleanOf(overridePins, certificate.place)) unchecked.add(src);
  }
  const userAnchors = unchecked.delete("user");
  return { userAnchors, withoutSystem: sources.size > 0 && !sources.has("system"), unchecked: named([...unchecked]) };
}

function named(sources: readonly string[]): string {
  const more = sources.length - MOST_NAMED;
  const names = sources.slice(0, MOST_NAMED).map((source) => `\`${shown(source)}\``);
  return `${names.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

/** The children by name, none unknown, none more often than given. */
function childrenOf<Name extends string>(
  element: Element,
  attributes: readonly string[],
  most: Record<Name, number>,
): Partial<Record<Name, Element[]>> {
  attributesOf(element, attributes);
  if (element.text.trim() !== "") fail("input-shape", `\`${shown(element.name)}\` holds text`, element.place);
  const found: Partial<Record<Name, Element[]>> = {};
  for (const child of element.children) {
    const name = child.name as Name;
    if (!Object.prototype.hasOwnProperty.call(most, name))
      fail("input-shape", `\`${shown(name)}\` is not known here; there are ${Object.keys(most).join(", ")}`, child.place);
    const list = (found[name] ??= []);
    list.push(child);
    if (list.length > most[name]) fail("duplicate", `a second \`${name}\``, child.place);
  }
  return found;
}

/** Those of Android's own, none unknown: it would ignore a misspelt one. `tools:ignore` and the like are other tools'. */
function attributesOf({ attributes, place }: Element, known: readonly string[]): Readonly<Record<string, string>> {
  for (const name of Object.keys(attributes)) {
    if (known.indexOf(name) < 0 && name !== "xmlns" && name.indexOf(":") < 0) {
      const more = known.length > 0 ? `; there ${known.length > 1 ? "are" : "is"} ${known.join(", ")}` : "";
      fail("input-shape", `the attribute \`${shown(name)}\` is not known here${more}`, place);
    }
  }
  return attributes;
}

function leaf({ name, children, place }: Element): void {
  if (children.length > 0) fail("input-shape", `\`${name}\` holds no other elements`, place);
}

function booleanOf(text: string | undefined, place: Place): boolean {
  if (text !== undefined && text !== "true" && text !== "false")
    fail("input-shape", `\`${shown(text)}\` is neither \`true\` nor \`false\``, place);
  return text === "true";
}
