/** The entries of a `CertificatePinner` in Kotlin or Java source, as a policy: OkHttp unites them, a policy keeps them apart. */

import { RULE_PINS } from "../model/generated.js";
import type { Rule } from "../model/policy.js";
import { isOneBelow, nearestAbove } from "./above.js";
import {
  PolicyBuilder,
  type FromOptions,
  type Place,
  type PolicyConversion,
  fail,
  readDigest,
  requireText,
  shown,
} from "./policy-builder.js";
import { type Call, readCalls } from "./pinner-calls.js";

/**
 * Reads every `add("pattern", "sha256/…", …)` of a text. What makes pins and is not written out in string literals is refused; what may make
 * pins, and nothing shows it, is found.
 * @throws ConvertError
 */
export function fromOkHttp(text: string, options: FromOptions = {}): PolicyConversion {
  requireText(text, "text");
  const builder = new PolicyBuilder(options);
  const { calls, unread } = readCalls(text);
  const [first] = unread;
  if (calls.length === 0) {
    if (first === undefined) fail("nothing-found", 'there is no `.add("host", "sha256/…")`', { path: "" });
    fail("entry-unsupported", `\`${first.source}\` may add pins, and cannot be read; only calls of \`add\` with string literals can`, {
      path: "",
      line: first.line,
    });
  }
  for (const { line, source } of unread) {
    builder.findings.add("entry-unread", "weaker", "*", `line ${line}: \`${source}\` was not read; if it adds pins, the policy lacks them`);
  }
  const patterns = new Patterns(builder, calls);
  for (const [host, base] of patterns.bases) {
    const rule = patterns.ruleOf(host, base);
    if (rule !== undefined) builder.add(rule, base.place);
  }
  return builder.done();
}

/** The pins of a name's patterns: `name`, `*.name` and `**.name`. */
interface Base {
  readonly place: Place;
  exact: ReadonlySet<string>;
  one: ReadonlySet<string>;
  any: ReadonlySet<string>;
}

/** Pins of all rules: as many as the text of a policy can hold, 32 MiB of `"sha256/…",`. */
const RULE_PINS_OF_ALL = Math.floor((32 * 1024 * 1024) / 54);

const NONE: ReadonlySet<string> = new Set();

class Patterns {
  readonly bases = new Map<string, Base>();
  private readonly above: ReadonlyMap<string, string>;
  /** What `**.` of a name and of those above it bring to names below it. */
  private readonly reaching = new Map<string, ReadonlySet<string>>();
  /** Pins that no rule can have; they stay in the sets by their own text, for they pin the host all the same. */
  private readonly unusable = new Set<string>();
  private readonly singles = new Map<string, ReadonlySet<string>>();
  private total = 0;

  constructor(
    private readonly builder: PolicyBuilder,
    calls: readonly Call[],
  ) {
    for (const call of calls) this.add(call);
    this.above = nearestAbove(this.bases);
  }

  private add({ line, strings }: Call): void {
    const { builder, bases } = this;
    const place = { path: "", line };
    const [pattern = "", ...pins] = strings;
    const stars = /^(\*{1,2}\.)?/.exec(pattern)?.[1] ?? "";
    // OkHttp ignores the case, and keeps the trailing dot.
    const read = builder.host(pattern.slice(stars.length).toLowerCase(), place);
    if (read === undefined) return;
    if (read.address && stars !== "") fail("host-invalid", `\`${shown(pattern)}\`: an address has no subdomains`, place);
    // To OkHttp, too, a pattern alone pins nothing.
    if (pins.length === 0) return;
    const base = bases.get(read.host) ?? { place, exact: NONE, one: NONE, any: NONE };
    bases.set(read.host, base);
    const list = stars === "" ? "exact" : stars === "*." ? "one" : "any";
    const found = pins.map((pin) => this.pin(pin, read.host, place));
    base[list] = base[list].size === 0 && found.length === 1 ? this.single(found[0] as string) : new Set([...base[list], ...found]);
    atMost(base[list], read.host, place);
  }

  /** A set of one pin, which many hosts may share. */
  private single(pin: string): ReadonlySet<string> {
    const known = this.singles.get(pin) ?? new Set([pin]);
    this.singles.set(pin, known);
    return known;
  }

  private pin(text: string, host: string, place: Place): string {
    const { findings } = this.builder;
    if (text.startsWith("sha1/"))
      findings.add("sha1-pin", "stricter", host, `\`${shown(text)}\` is a SHA-1, which policies do not have; it is left out`);
    else if (!text.startsWith("sha256/"))
      return fail("pin-invalid", `\`${shown(text)}\` begins with neither \`sha256/\` nor \`sha1/\``, place);
    else {
      const pin = readDigest(text.slice("sha256/".length), place);
      if (pin !== undefined) return pin;
      findings.add("placeholder-pin", "same", host, `\`${shown(text)}\` is a placeholder, which no key has; it is left out`);
    }
    this.unusable.add(text);
    return text;
  }

  /** One rule for the host and the names below it: where OkHttp treats them differently, the stricter. */
  ruleOf(host: string, base: Base): Rule | undefined {
    const { findings } = this.builder;
    const self = this.union(host, base, [base.exact, this.oneAbove(host), base.any, this.inherited(host)]);
    const deep = this.reach(host, base);
    const one = this.union(host, base, [base.one, deep]);
    const subdomains = base.any.size > 0 ? true : base.one.size > 0 ? "one" : false;
    const below = subdomains === true ? deep : one;

    let chosen = subdomains === false ? self : below;
    if (subdomains !== false && self.size === 0) {
      findings.add(
        "subdomains",
        "stricter",
        host,
        `OkHttp pins the names below \`${host}\`, and not \`${host}\` itself; the policy pins both`,
      );
    } else if (subdomains !== false && !same(self, below)) {
      const common = new Set([...below].filter((pin) => self.has(pin)));
      if (common.size > 0) {
        chosen = common;
        findings.add(
          "subdomains",
          "stricter",
          host,
          `\`${host}\` and the names below it have different pins; the policy takes those of both`,
        );
      } else {
        chosen = new Set([...self, ...below]);
        findings.add("subdomains", "weaker", host, `\`${host}\` and the names below it have different pins; the policy takes all`);
      }
    }
    if (subdomains === true && !same(one, deep)) {
      findings.add(
        "subdomains",
        "stricter",
        host,
        `names one label below \`${host}\` have more pins; the policy takes those of all names below it`,
      );
    }
    if (chosen.size === 0) return undefined;
    const pins = [...chosen].filter((pin) => !this.unusable.has(pin));
    if (pins.length === 0) {
      findings.add("no-pins-left", "weaker", host, "no pin is left; the host gets no rule");
      return undefined;
    }
    return { host, ...(subdomains === false ? {} : { subdomains }), pins };
  }

  /** Of sets that mostly are empty, and then one of them. */
  private union(host: string, { place }: Base, sets: readonly ReadonlySet<string>[]): ReadonlySet<string> {
    const [first, second] = sets.filter(({ size }) => size > 0);
    if (first === undefined || second === undefined) return first ?? NONE;
    const all = new Set<string>();
    for (const set of sets) for (const pin of set) all.add(pin);
    atMost(all, host, place);
    this.total += all.size;
    if (this.total > RULE_PINS_OF_ALL)
      fail("too-many-pins", `more than ${RULE_PINS_OF_ALL} pins, as each name has those of the patterns above it`, place);
    return all;
  }

  /** What `*.` of the name one label above brings. */
  private oneAbove(host: string): ReadonlySet<string> {
    const name = this.above.get(host);
    return name !== undefined && isOneBelow(host, name) ? (this.bases.get(name) as Base).one : NONE;
  }

  private inherited(host: string): ReadonlySet<string> {
    const name = this.above.get(host);
    return name === undefined ? NONE : this.reach(name, this.bases.get(name) as Base);
  }

  private reach(host: string, base: Base): ReadonlySet<string> {
    if (base.any.size === 0) return this.inherited(host);
    const known = this.reaching.get(host);
    if (known !== undefined) return known;
    const all = this.union(host, base, [base.any, this.inherited(host)]);
    this.reaching.set(host, all);
    return all;
  }
}

function atMost(pins: ReadonlySet<string>, host: string, place: Place): void {
  if (pins.size > RULE_PINS) fail("too-many-pins", `\`${host}\` has more than ${RULE_PINS} pins`, place);
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  if (a === b) return true;
  if (a.size !== b.size) return false;
  for (const pin of a) if (!b.has(pin)) return false;
  return true;
}
