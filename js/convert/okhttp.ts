/**
 * A policy as pins of OkHttp's `CertificatePinner`, which knows less: it unites all entries that match a host, and has no roles, blocked
 * keys, expiry or exemptions. What is lost is found; nothing gets weaker in silence.
 */

import type { PatternPins } from "../bridge/messages.js";
import { toMillis, wrong } from "../arguments.js";
import type { Pin, PinnedRule, Policy, Rule } from "../policy.js";

export interface OkHttpConversion {
  /** For `CertificatePinner.Builder.add`, or for a push. */
  readonly pins: readonly PatternPins[];
  /** What OkHttp cannot express. */
  readonly findings: readonly ConversionFinding[];
}

/** A difference between a policy and what it became. */
export interface ConversionFinding {
  /** Stable. */
  readonly code: ConversionCode;
  /** `weaker`: something passes that the policy refuses, now or later. `stricter`: something is refused that the policy lets pass. */
  readonly effect: "weaker" | "stricter";
  /** The host of the rule, as the policy writes it; `*` for the policy as a whole. */
  readonly host: string;
  /** What it is. */
  readonly message: string;
}

export type ConversionCode =
  | "blocked-keys"
  | "certificate-pin"
  | "exempt-below"
  | "expiry"
  | "ip-v6"
  | "leaf-and-ca"
  | "no-pins-left"
  | "overlapping-rules"
  | "pin-expiry"
  | "policy-expiry"
  | "report-below"
  | "role"
  | "unlisted-hosts"
  | "user-anchors";

/**
 * Converts a policy that a verifier has accepted. `now`: milliseconds since 1970 or a Date, default this machine's clock; what has
 * expired by then is left out.
 */
export function toOkHttp(policy: Policy, options: { now?: number | Date } = {}): OkHttpConversion {
  if (typeof policy !== "object" || policy === null || !Array.isArray(policy.rules)) throw wrong("the policy", "an object as `verifier.policy`", policy);
  const conversion = new Conversion(policy, toMillis(options.now, "options.now"));
  return { pins: conversion.pins, findings: conversion.findings };
}

/** The same pins as Kotlin source. */
export function okHttpSource(pins: readonly PatternPins[]): string {
  const add = ({ pattern, pins }: PatternPins) => `    .add(${[pattern, ...pins].map((text) => JSON.stringify(text)).join(", ")})\n`;
  return `CertificatePinner.Builder()\n${pins.map(add).join("")}    .build()\n`;
}

interface Converted {
  rule: Rule;
  host: string;
  /** `undefined`: no entry of its own, and the policy lets everything pass. */
  pins: readonly string[] | undefined;
}

class Conversion {
  readonly pins: PatternPins[] = [];
  readonly findings: ConversionFinding[] = [];

  constructor(
    private readonly policy: Policy,
    private readonly now: number,
  ) {
    this.wholePolicy();
    const converted = policy.rules.map((rule) => ({ rule, host: canonical(rule.host), pins: this.ruleOf(rule) }));
    const byHost = new Map(converted.map((entry) => [entry.host, entry]));
    for (const entry of converted) this.comparedWithParents(entry, byHost);
    for (const { rule, host, pins } of converted) {
      if (pins === undefined || pins.length === 0) continue;
      const patterns = rule.subdomains === true ? [`**.${host}`] : rule.subdomains === "one" ? [host, `*.${host}`] : [host];
      this.pins.push(...patterns.map((pattern) => ({ pattern, pins })));
    }
  }

  private wholePolicy(): void {
    const { blocked, unlisted, expires, onExpiry } = this.policy;
    if (blocked !== undefined && blocked.length > 0) this.weaker("blocked-keys", "*", "blocked keys are not looked at");
    if (unlisted === "deny") this.weaker("unlisted-hosts", "*", "hosts without a rule pass, which the policy denies");
    if (expires !== undefined && onExpiry === "deny") this.weaker("policy-expiry", "*", "the pins go on counting after the policy's expiry, when it denies");
  }

  /** The pins of a rule; empty where none is left, which is weaker. */
  private ruleOf(rule: Rule): readonly string[] | undefined {
    if (rule.exempt === true) return undefined;
    const { host, expires, onExpiry = "report" } = rule;
    if (expires !== undefined && onExpiry !== "enforce") {
      if (onExpiry === "deny") this.weaker("expiry", host, "the pins go on counting after the rule's expiry, when it denies");
      else if (millisOf(expires) <= this.now) return undefined;
      else if (rule.mode !== "report") this.stricter("expiry", host, "a mismatch is refused after the rule's expiry too, until other pins come");
    }
    if (rule.mode === "report") return undefined;
    if (host.indexOf(":") >= 0) {
      this.weaker("ip-v6", host, "rules for IPv6 addresses are not converted");
      return [];
    }
    if (rule.match === "leaf-and-ca") this.weaker("leaf-and-ca", host, "one pin is enough, where the rule wants one on the leaf and one on a CA");
    if (rule.userAnchors === "allow") this.stricter("user-anchors", host, "pins are checked for a CA that the user installed, too");
    const pins = this.pinsOf(rule);
    if (pins.length === 0) this.weaker("no-pins-left", host, "no pin is left that OkHttp could check, so that every certificate passes");
    return pins;
  }

  private pinsOf(rule: PinnedRule): string[] {
    const { host } = rule;
    const kept = [...rule.pins, ...(rule.backupPins ?? [])].map(described).filter(({ pin, role, expires }) => {
      if (expires !== undefined && !(this.now < millisOf(expires))) return false;
      if (pin.indexOf("sha256/") !== 0) {
        this.stricter("certificate-pin", host, `\`${pin}\` is of a whole certificate, and left out`);
        return false;
      }
      if (expires !== undefined) this.weaker("pin-expiry", host, `\`${pin}\` goes on counting after its expiry`);
      if (role !== undefined && role !== "any" && rule.match !== "leaf-and-ca") this.weaker("role", host, `\`${pin}\` counts wherever it stands, not only as \`${role}\``);
      return true;
    });
    return [...new Set(kept.map(({ pin }) => pin))];
  }

  /** OkHttp unites what this package keeps apart: the nearest rule alone decides. */
  private comparedWithParents({ rule, host, pins }: Converted, byHost: Map<string, Converted>): void {
    for (let at = host.indexOf("."), depth = 1; at >= 0; at = host.indexOf(".", at + 1), depth++) {
      const parent = byHost.get(host.slice(at + 1));
      if (parent?.pins === undefined || parent.pins.length === 0) continue;
      const { subdomains } = parent.rule;
      if (subdomains !== true && !(subdomains === "one" && depth === 1)) continue;
      if (rule.exempt === true) this.stricter("exempt-below", rule.host, `the pins of \`${parent.rule.host}\` are checked, from which the rule exempts`);
      else if (pins === undefined) this.stricter("report-below", rule.host, `the pins of \`${parent.rule.host}\` are enforced, where the rule lets a mismatch pass`);
      else if (parent.pins.some((pin) => pins.indexOf(pin) < 0)) {
        this.weaker("overlapping-rules", rule.host, `the pins of \`${parent.rule.host}\` count too, and the rule has others`);
      }
    }
  }

  private weaker(code: ConversionCode, host: string, message: string): void {
    this.findings.push({ code, effect: "weaker", host, message });
  }

  private stricter(code: ConversionCode, host: string, message: string): void {
    this.findings.push({ code, effect: "stricter", host, message });
  }
}

function described(pin: Pin): { pin: string; role?: string; expires?: string } {
  return typeof pin === "string" ? { pin } : pin;
}

/** Not a number where this engine reads less than the policy's parser; each comparison above then takes the strict way. */
function millisOf(date: string): number {
  return Date.parse(date.toUpperCase());
}

/** As OkHttp compares it; the policy has been accepted, so this is a name or an address. */
function canonical(host: string): string {
  return host.toLowerCase().replace(/\.$/, "");
}
