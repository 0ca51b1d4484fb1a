/** The policy that another format's text becomes, rule by rule. */

import { wrong } from "../base/arguments.js";
import { ConvertError } from "../model/errors.js";
import { POLICY_BYTES, POLICY_RULES, RULE_PINS } from "../model/generated.js";
import type { Pin, Policy, Rule } from "../model/policy.js";
import { isOneBelow, nearestAbove } from "./above.js";
import { type ConversionFinding, Findings } from "./finding.js";
import { isIpv6, readHost } from "./host.js";
import { EMPTY_INPUTS } from "./placeholders.js";

/** Options of every conversion to a policy. */
export interface FromOptions {
  /** The policy's `id`; default `"converted"`. */
  readonly id?: string;
  /** The policy's `sequence`; default 1. */
  readonly sequence?: number;
}

/** What another format's text becomes. */
export interface PolicyConversion {
  /** One that `createVerifier` accepts. */
  readonly policy: Policy;
  /** Where it differs from the text. */
  readonly findings: readonly ConversionFinding[];
}

/** Where something stands in a text. */
export interface Place {
  readonly path: string;
  readonly line?: number | undefined;
}

export function fail(code: ConvertError["code"], message: string, { path, line }: Place): never {
  throw new ConvertError(code, message, path, line);
}

export function requireText(text: unknown, name: string): asserts text is string {
  if (typeof text !== "string") throw wrong(name, "a string", text);
  if (text.length > POLICY_BYTES) fail("input-too-large", `${text.length} characters; ${POLICY_BYTES} is the most`, { path: "" });
}

export class PolicyBuilder {
  readonly findings = new Findings();
  private readonly rules = new Map<string, Rule>();
  private readonly blocked = new Set<string>();
  private readonly id: string;
  private readonly sequence: number;
  /** Bytes of the policy as JSON: rules may share long lists, so that it can be far longer than the text. */
  private size: number;

  constructor({ id = "converted", sequence = 1 }: FromOptions) {
    if (typeof id !== "string" || !/^[\x21-\x7e]{1,128}$/.test(id)) throw wrong("options.id", "1 to 128 printable ASCII characters", id);
    if (typeof sequence !== "number" || sequence % 1 !== 0 || sequence < 1 || sequence > Number.MAX_SAFE_INTEGER) {
      throw wrong("options.sequence", "an integer from 1 on", sequence);
    }
    this.id = id;
    this.sequence = sequence;
    this.size = bytesOf(this.done().policy);
  }

  /** A rule whose host and pins have been read. */
  add(rule: Rule, place: Place): void {
    if (this.rules.has(rule.host)) fail("duplicate", `\`${rule.host}\` stands there already; one entry decides for a host`, place);
    if (this.rules.size === POLICY_RULES) fail("too-many-rules", `more than ${POLICY_RULES} rules`, place);
    if (rule.exempt !== true && rule.pins.length > RULE_PINS)
      fail("too-many-pins", `${rule.pins.length} pins; ${RULE_PINS} is the most in a rule`, place);
    this.grow(bytesOf(rule) + (this.rules.size > 0 ? COMMA : 0), place);
    this.rules.set(rule.host, rule);
  }

  block(pin: string, place: Place): void {
    if (this.blocked.has(pin)) return;
    this.grow(bytesOf(pin) + (this.blocked.size > 0 ? COMMA : BLOCKED), place);
    this.blocked.add(pin);
  }

  private grow(bytes: number, place: Place): void {
    this.size += bytes;
    if (this.size > POLICY_BYTES)
      fail("input-too-large", `the policy would have more than ${POLICY_BYTES} bytes; rules repeat the lists that domains share`, place);
  }

  /**
   * A host in canonical form. `undefined`, with a finding: an IPv6 address. `exact`: the format compares letters and the trailing dot
   * as they stand, so that a name in another form matches nothing there.
   */
  host(text: string, place: Place, exact = true): { host: string; address: boolean } | undefined {
    if (isIpv6(text)) {
      this.findings.add("ip-v6", "weaker", text, "rules for IPv6 addresses are not converted");
      return undefined;
    }
    const read = readHost(text);
    if (read === undefined) fail("host-invalid", `\`${shown(text)}\` is neither a DNS name in ASCII nor an IPv4 address`, place);
    if (exact && read.host !== text) {
      this.findings.add("host-spelling", "stricter", text, `\`${text}\` matches no connection there; the rule is for \`${read.host}\``);
    }
    return read;
  }

  /** Canonical pins, without those that no key can have; empty where none is left, which is told, as `none`. */
  pins(
    texts: readonly { readonly text: string; readonly place: Place }[],
    host: string,
    none = "no pin is left; the host gets no rule",
  ): string[] {
    const pins = texts.flatMap(({ text, place }) => {
      const pin = readDigest(text, place);
      if (pin !== undefined) return [pin];
      this.findings.add("placeholder-pin", "same", host, `\`${shown(text)}\` is a placeholder, which no key has; it is left out`);
      return [];
    });
    if (texts.length > 0 && pins.length === 0) this.findings.add("no-pins-left", "weaker", host, none);
    return [...new Set(pins)];
  }

  /** The policy, when all rules are there. */
  done(): PolicyConversion {
    const { id, sequence, findings } = this;
    const rules = [...this.rules.values()];
    const blocked = this.blocked.size > 0 ? { blocked: [...this.blocked] } : {};
    return { policy: { version: 1, id, sequence, ...blocked, rules }, findings: findings.list };
  }

  /** What was added so far: to look for a parent. */
  get byHost(): ReadonlyMap<string, Rule> {
    return this.rules;
  }
}

/** The nearest rule above a host that reaches it and is one of those. `above`: see `nearestAbove`. */
export function parentOf(
  host: string,
  byHost: ReadonlyMap<string, Rule>,
  above: ReadonlyMap<string, string>,
  isOne: (rule: Rule) => boolean = () => true,
): Rule | undefined {
  for (let name = above.get(host); name !== undefined; name = above.get(name)) {
    const rule = byHost.get(name);
    if (rule !== undefined && (rule.subdomains === true || (rule.subdomains === "one" && isOneBelow(host, name))) && isOne(rule))
      return rule;
  }
  return undefined;
}

/** The rules that a rule above them overlaps, with that rule: it accepts other keys. */
export function overlapsOf(byHost: ReadonlyMap<string, Rule>): { rule: Rule; parent: Rule }[] {
  const above = nearestAbove(byHost);
  // A number for each set of keys: lists are long to compare.
  const numbers = new Map<string, number>();
  const keys = new Map(
    [...byHost.values()].map((rule) => {
      const text = rule.exempt === true ? "" : JSON.stringify([rule.pins.map(textOf).sort(), rule.match ?? "any", rule.expires ?? ""]);
      const number = numbers.get(text) ?? numbers.size;
      numbers.set(text, number);
      return [rule, number];
    }),
  );
  return [...byHost].flatMap(([host, rule]) => {
    const parent = parentOf(host, byHost, above, (one) => keys.get(one) !== keys.get(rule));
    return parent === undefined ? [] : [{ rule, parent }];
  });
}

/** `sha256/…` in canonical base64 from the base64 alone; `undefined`: a placeholder, which policies refuse. */
export function readDigest(text: string, place: Place): string | undefined {
  const digest = text.trim();
  if (PLACEHOLDER.test(digest)) return undefined;
  if (!/^[A-Za-z0-9+/]{43}=?$/.test(digest)) {
    fail("pin-invalid", `\`${shown(text)}\` is not the base64 of a SHA-256, which has 43 characters and \`=\``, place);
  }
  // The last character holds four bits of the digest, and two that readers ignore.
  const last = ALPHABET.indexOf(digest.charAt(42));
  const canonical = `${digest.slice(0, 42)}${ALPHABET.charAt(last & ~3)}=`;
  return PLACEHOLDER.test(canonical) || EMPTY_INPUTS.has(canonical) ? undefined : `sha256/${canonical}`;
}

/** `yyyy-MM-dd` that is a day of the calendar. */
export function readDay(text: string, place: Place): string {
  const millis = /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) ? Date.parse(text) : NaN;
  if (isNaN(millis) || new Date(millis).toISOString().slice(0, 10) !== text)
    fail("date-invalid", `\`${shown(text)}\` is not a day as 2027-03-01`, place);
  return text;
}

export function shown(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

/** Of a value as JSON in UTF-8. */
function bytesOf(value: unknown): number {
  const text = JSON.stringify(value);
  let bytes = text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    // A pair has four bytes, two for each half.
    if (unit >= 0x80) bytes += unit < 0x800 || (unit >= 0xd800 && unit < 0xe000) ? 1 : 2;
  }
  return bytes;
}

const COMMA = 1;

/** The member of a policy without keys in it, and its comma. */
const BLOCKED = '"blocked":[],'.length;

const PLACEHOLDER = /^([A-Za-z0-9+/])\1{42}(?:\1|=)?$/;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

function textOf(pin: Pin): string {
  return typeof pin === "string" ? pin : `${pin.pin} ${pin.role ?? ""}`;
}
