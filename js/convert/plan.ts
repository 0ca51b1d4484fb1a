/** A policy as entries of a format that knows less: what can be said, and what is lost. Each format writes the entries in its own words. */

import { toMillis, wrong } from "../base/arguments.js";
import type { Pin, PinnedRule, Policy, Rule } from "../model/policy.js";
import { type ConversionCode, type ConversionFinding, type Effect, Findings } from "./finding.js";
import { type Entry, type Format, exemption } from "./format.js";
import { isIpv4 } from "./host.js";
import { type Planned, compareOverlaps } from "./overlap.js";

/** Options of every conversion from a policy. */
export interface ToOptions {
  /** Milliseconds since 1970 or a Date, default this machine's clock; what has expired by then is left out. */
  readonly now?: number | Date;
  /** A rule that the format cannot express exactly: leave it out (default, false), or write the nearest form (true). A finding tells either. */
  readonly lossy?: boolean;
}

/** More of them, which not every format has. */
export interface PlanOptions extends ToOptions {
  readonly isPublicSuffix?: (name: string) => boolean;
  readonly unmarked?: "leaf" | "ca";
}

/** A pin that no key has: where a format wants two and the rule has one. */
export const FILLER = "A".repeat(43) + "=";

/** The entries of a policy that a verifier has accepted. */
export function plan(
  policy: Policy,
  format: Format,
  options: PlanOptions = {},
): { entries: readonly Entry[]; findings: readonly ConversionFinding[] } {
  if (typeof policy !== "object" || policy === null || !Array.isArray(policy.rules))
    throw wrong("the policy", "an object as `verifier.policy`", policy);
  const made = new Plan(policy, format, options, toMillis(options.now, "options.now"));
  return { entries: made.entries, findings: made.findings.list };
}

interface Difference {
  code: ConversionCode;
  effect: Effect;
  message: string;
  /** Is it too small to leave the rule out? */
  note: boolean;
}

class Plan {
  readonly entries: Entry[];
  readonly findings = new Findings();

  constructor(
    private readonly policy: Policy,
    private readonly format: Format,
    private readonly options: PlanOptions,
    private readonly now: number,
  ) {
    this.wholePolicy();
    const planned = policy.rules.map((rule) => this.planned(rule));
    compareOverlaps(planned, format, this.findings);
    this.entries = planned.flatMap(({ entry }) => (entry === undefined ? [] : [entry]));
  }

  private wholePolicy(): void {
    const { blocked, unlisted, expires, onExpiry } = this.policy;
    if (blocked !== undefined && blocked.length > 0) this.findings.add("blocked-keys", "weaker", "*", "blocked keys are not looked at");
    if (unlisted === "deny") this.findings.add("unlisted-hosts", "weaker", "*", "hosts without a rule pass, which the policy denies");
    if (expires !== undefined && onExpiry === "deny") {
      this.findings.add("policy-expiry", "weaker", "*", "the pins go on counting after the policy's expiry, when it denies");
    }
  }

  private planned(rule: Rule): Planned {
    const differences: Difference[] = [];
    const host = canonical(rule.host);
    const { passes, entry } = this.nearest(rule, host, (code, effect, message, note = false) =>
      differences.push({ code, effect, message, note }),
    );
    const leftOut = this.options.lossy !== true && !passes && differences.some(({ note }) => !note);
    for (const { code, effect, message, note } of differences) {
      if (!leftOut) this.findings.add(code, effect, rule.host, message);
      else if (!note) this.findings.add(code, "weaker", rule.host, `${message}; the rule is left out`);
    }
    return { rule, host, reach: rule.subdomains ?? false, passes, entry: leftOut ? undefined : entry };
  }

  /** The nearest form of a rule, and how it differs. */
  private nearest(rule: Rule, host: string, differs: Differs): { passes: boolean; entry: Entry | undefined } {
    const { format } = this;
    const unusable = this.unusable(host, rule);
    if (rule.exempt === true) {
      if (unusable !== undefined || format.exempts === "none") return { passes: true, entry: undefined };
      const reach = this.reachOf(rule);
      if (reach !== (rule.subdomains ?? false))
        differs("subdomains", "same", `${format.name} has no \`"one"\`; names further below are exempt too`, true);
      return { passes: true, entry: exemption(host, reach) };
    }

    const expiry = this.expiryOf(rule, differs);
    const passes = rule.mode === "report" || expiry.passes;
    if (rule.mode === "report" && !format.reportMode)
      differs("report-mode", "same", `${format.name} has no report mode; nothing tells a mismatch`, true);
    if ((rule.reportTo ?? []).length > 0 && !format.reportTo) differs("report-to", "same", "the report addresses are lost", true);
    if (unusable !== undefined) {
      differs(unusable.code, passes ? "same" : "weaker", unusable.message, passes);
      return { passes, entry: undefined };
    }
    if (passes && !(format.reportMode && !expiry.passes)) {
      return { passes, entry: format.exempts === "subtree" ? exemption(host, this.reachOf(rule)) : undefined };
    }

    // Where everything passes anyway, only the reports differ.
    const told: Differs = passes ? (code, _, message) => differs(code, "same", message, true) : differs;
    const reach = this.reachOf(rule);
    if (reach !== (rule.subdomains ?? false)) {
      if (reach === true) told("subdomains", "stricter", `${format.name} has no \`"one"\`; names further below are pinned too`);
      else told("subdomains", "weaker", `${format.name} reaches one label below; names further below pass`);
    }
    if (rule.userAnchors === "allow") {
      if (!format.userAnchors) told("user-anchors", "stricter", "pins are checked for a CA that the user installed, too");
      else
        told("user-anchors", "weaker", `${format.name} is told to trust CAs that the user installed, which it does not by default`, true);
    }
    if (format.addresses !== undefined && isIpv4(host)) told("ip-address", "weaker", format.addresses, true);
    const lists = this.listsOf(rule, told);
    if (lists.pins.length === 0) {
      told("no-pins-left", "weaker", `no pin is left that ${format.name} could check, so that every certificate passes`);
      return { passes, entry: undefined };
    }
    if (lists.pins.length < format.fewestPins && rule.mode !== "report") {
      told("single-pin", "same", `${format.name} wants ${format.fewestPins} pins; one that no key has is added`);
    }
    const entry: Entry = {
      host,
      reach,
      demands: rule.mode === "report" ? "report" : "pins",
      ...lists,
      expires: expiry.date,
      userAnchors: rule.userAnchors === "allow",
      reportTo: rule.reportTo ?? [],
    };
    return { passes, entry };
  }

  private reachOf({ subdomains = false }: Rule): boolean | "one" {
    const { reaches } = this.format;
    return subdomains === false || reaches.indexOf(subdomains) >= 0 ? subdomains : (reaches[0] ?? false);
  }

  private unusable(host: string, { subdomains = false }: Rule): { code: ConversionCode; message: string } | undefined {
    const { format, options } = this;
    if (host.indexOf(":") >= 0) return { code: "ip-v6", message: "rules for IPv6 addresses are not converted" };
    if (!format.registered) return undefined;
    const last = host.slice(host.lastIndexOf(".") + 1);
    const known = options.isPublicSuffix === undefined || options.isPublicSuffix(last);
    if (isIpv4(host) || host === last || PRIVATE_SUFFIXES.indexOf(last) >= 0 || !known) {
      return { code: "host-not-public", message: `${format.name} refuses what is no name below a public suffix` };
    }
    if (subdomains !== false && options.isPublicSuffix?.(host) === true) {
      return { code: "public-suffix", message: `${format.name} refuses subdomains of a public suffix` };
    }
    return undefined;
  }

  private expiryOf({ expires, onExpiry = "report", mode }: PinnedRule, differs: Differs): { passes: boolean; date?: string | undefined } {
    if (expires === undefined || onExpiry === "enforce") return { passes: false };
    if (onExpiry === "deny") {
      differs("expiry", "weaker", "the pins go on counting after the rule's expiry, when it denies");
      return { passes: false };
    }
    const { name, expiry } = this.format;
    const at = millisOf(expires);
    if (expiry === "none" && at <= this.now) {
      differs("expiry", "same", "the rule has expired, so that a mismatch passes; nothing is written", true);
      return { passes: true };
    }
    const date = expiry === "none" ? undefined : dateFrom(at);
    if (date === undefined) {
      if (mode !== "report") differs("expiry", "stricter", "a mismatch is refused after the rule's expiry too, until other pins come");
      return { passes: false };
    }
    if (Date.parse(date) !== at) {
      differs("expiry-rounded", mode === "report" ? "same" : "stricter", `${name} expires at midnight; the pins count until ${date}`, true);
    }
    if (mode !== "report") {
      if (expiry !== "utc") {
        const message = `${name} takes midnight of the device's time zone, up to 14 hours before and 12 hours after UTC`;
        differs("expiry-time-zone", "weaker", message, true);
        differs("expiry-time-zone", "stricter", message, true);
      }
      if (expiry === "start") differs("expiry-at-start", "stricter", `${name} on Android looks at the date only when the app starts`, true);
    }
    return { passes: false, date };
  }

  private listsOf(rule: PinnedRule, differs: Differs): Pick<Entry, "pins" | "leaf" | "ca"> {
    const { format } = this;
    const both = rule.match === "leaf-and-ca";
    const kept = [...rule.pins, ...(rule.backupPins ?? [])].map(described).filter(({ pin, role = "any", expires }) => {
      if (expires !== undefined && !(this.now < millisOf(expires))) return false;
      if (both && role === "any") return false;
      if (pin.indexOf("sha256/") !== 0) {
        differs("certificate-pin", "stricter", `\`${pin}\` is no SHA-256 of a key, and left out`);
        return false;
      }
      if (expires !== undefined) differs("pin-expiry", "weaker", `\`${pin}\` goes on counting after its expiry`);
      if (role !== "any" && !both && !format.roles)
        differs("role", "weaker", `\`${pin}\` counts wherever it stands, not only as \`${role}\``);
      return true;
    });
    if (both && !format.roles) differs("leaf-and-ca", "weaker", "one pin is enough, where the rule wants one on the leaf and one on a CA");
    const of = (role: string) => distinct(kept.filter((pin) => (pin.role ?? "any") === role));
    if (!format.roles) return { pins: distinct(kept), leaf: [], ca: [] };
    const [leaf, ca] = [of("leaf"), of("ca")];
    if (both) return leaf.length > 0 && ca.length > 0 ? { pins: distinct(kept), leaf, ca } : { pins: [], leaf: [], ca: [] };
    return this.oneList(kept, differs);
  }

  /** A format with roles wants both of its lists to match: for a rule that wants one pin, one list stays. */
  private oneList(kept: readonly Described[], differs: Differs): Pick<Entry, "pins" | "leaf" | "ca"> {
    const { name } = this.format;
    const unmarked = this.options.unmarked ?? "leaf";
    const placed = kept.map(({ pin, role }) => ({ pin, role: role === "leaf" || role === "ca" ? role : unmarked }));
    const list = placed[0]?.role ?? unmarked;
    for (const { pin, role } of kept) {
      const marked = role === "leaf" || role === "ca";
      if (marked && role !== list) differs("role", "stricter", `${name} has no "leaf or CA"; \`${pin}\` is left out`);
      else if (!marked && list !== unmarked) differs("role", "stricter", `${name} has no "leaf or CA"; \`${pin}\` is left out`);
      else if (!marked) differs("role", "stricter", `\`${pin}\` has no role, and ${name} wants one; it counts only as \`${list}\``);
    }
    const pins = distinct(placed.filter(({ role }) => role === list));
    return { pins, leaf: list === "leaf" ? pins : [], ca: list === "ca" ? pins : [] };
  }
}

type Differs = (code: ConversionCode, effect: Effect, message: string, note?: boolean) => void;

type Described = { pin: string; role?: string; expires?: string };

/** Special-use names (RFC 6761, RFC 9476 and the like), which no registry has. */
const PRIVATE_SUFFIXES = ["alt", "example", "home", "internal", "invalid", "lan", "local", "localhost", "onion", "test"];

function described(pin: Pin): Described {
  return typeof pin === "string" ? { pin } : pin;
}

function distinct(pins: readonly { pin: string }[]): string[] {
  return [...new Set(pins.map(({ pin }) => pin))];
}

/** Not a number where this engine reads less than the policy's parser; each comparison then takes the strict way. */
function millisOf(date: string): number {
  return Date.parse(date.toUpperCase());
}

/** The day that begins then, or the next one. */
function dateFrom(millis: number): string | undefined {
  const day = 86_400_000;
  const midnight = Math.ceil(millis / day) * day;
  // Four digits: the formats have no more.
  return midnight >= 0 && midnight < Date.UTC(9999, 0) ? new Date(midnight).toISOString().slice(0, 10) : undefined;
}

/** The policy has been accepted, so this is a name or an address. */
function canonical(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}
