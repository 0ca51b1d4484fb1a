/** The entries of a `CertificatePinner` in Kotlin or Java source, as a policy: OkHttp unites them, a policy keeps them apart. */

import type { Rule } from "../policy.js";
import { Draft, type FromOptions, type Place, type PolicyConversion, fail, readDigest, requireText, shown } from "./draft.js";
import { type Call, readCalls } from "./pinner-calls.js";

/**
 * Reads every `add("pattern", "sha256/…", …)` of a text. What makes pins and is not written out in string literals is refused; what may make
 * pins, and nothing shows it, is found.
 * @throws ConvertError
 */
export function fromOkHttp(text: string, options: FromOptions = {}): PolicyConversion {
  requireText(text, "text");
  const draft = new Draft(options);
  const { calls, unread } = readCalls(text);
  const [first] = unread;
  if (calls.length === 0) {
    if (first === undefined) fail("nothing-found", 'there is no `.add("host", "sha256/…")`', { path: "" });
    fail("entry-unsupported", `\`${first.source}\` may add pins, and cannot be read; only calls of \`add\` with string literals can`, { path: "", line: first.line });
  }
  for (const { line, source } of unread) {
    draft.findings.add("entry-unread", "weaker", "*", `line ${line}: \`${source}\` was not read; if it adds pins, the policy lacks them`);
  }
  const bases = basesOf(draft, calls);
  for (const [host, base] of bases) {
    const rule = ruleOf(draft, host, base, bases);
    if (rule !== undefined) draft.add(rule, base.place);
  }
  return draft.done();
}

/** The pins of a name's patterns: `name`, `*.name` and `**.name`. */
interface Base {
  readonly place: Place;
  readonly exact: Set<string>;
  readonly one: Set<string>;
  readonly any: Set<string>;
}

function basesOf(draft: Draft, calls: readonly Call[]): Map<string, Base> {
  const bases = new Map<string, Base>();
  for (const { line, strings } of calls) {
    const place = { path: "", line };
    const [pattern = "", ...pins] = strings;
    const stars = /^(\*{1,2}\.)?/.exec(pattern)?.[1] ?? "";
    // OkHttp ignores the case, and keeps the trailing dot.
    const read = draft.host(pattern.slice(stars.length).toLowerCase(), place);
    if (read === undefined) continue;
    if (read.address && stars !== "") fail("host-invalid", `\`${shown(pattern)}\`: an address has no subdomains`, place);
    const base = bases.get(read.host) ?? { place, exact: new Set(), one: new Set(), any: new Set() };
    bases.set(read.host, base);
    const list = stars === "" ? base.exact : stars === "*." ? base.one : base.any;
    for (const pin of pinsOf(draft, pins, read.host, place)) list.add(pin);
  }
  return bases;
}

/** Those that a key can have; a placeholder stays in the set by its own text, for it pins the host all the same. */
function pinsOf(draft: Draft, texts: readonly string[], host: string, place: Place): string[] {
  return texts.map((text) => {
    if (text.startsWith("sha1/")) {
      draft.findings.add("sha1-pin", "stricter", host, `\`${shown(text)}\` is a SHA-1, which policies do not have; it is left out`);
      return text;
    }
    if (!text.startsWith("sha256/")) return fail("pin-invalid", `\`${shown(text)}\` begins with neither \`sha256/\` nor \`sha1/\``, place);
    const pin = readDigest(text.slice("sha256/".length), place);
    if (pin === undefined) draft.findings.add("placeholder-pin", "same", host, `\`${shown(text)}\` is a placeholder, which no key has; it is left out`);
    return pin ?? text;
  });
}

/** One rule for the host and the names below it: where OkHttp treats them differently, the stricter. */
function ruleOf(draft: Draft, host: string, base: Base, bases: ReadonlyMap<string, Base>): Rule | undefined {
  const { findings } = draft;
  const above = inherited(host, bases);
  const self = new Set([...base.exact, ...(bases.get(parentName(host))?.one ?? []), ...base.any, ...above]);
  const deep = new Set([...base.any, ...above]);
  const one = new Set([...base.one, ...deep]);
  const subdomains = base.any.size > 0 ? true : base.one.size > 0 ? "one" : false;
  const below = subdomains === true ? deep : one;

  let chosen = subdomains === false ? self : below;
  if (subdomains !== false && self.size === 0) {
    findings.add("subdomains", "stricter", host, `OkHttp pins the names below \`${host}\`, and not \`${host}\` itself; the policy pins both`);
  } else if (subdomains !== false && !same(self, below)) {
    const common = new Set([...below].filter((pin) => self.has(pin)));
    if (common.size > 0) {
      chosen = common;
      findings.add("subdomains", "stricter", host, `\`${host}\` and the names below it have different pins; the policy takes those of both`);
    } else {
      chosen = new Set([...self, ...below]);
      findings.add("subdomains", "weaker", host, `\`${host}\` and the names below it have different pins; the policy takes all`);
    }
  }
  if (subdomains === true && !same(one, deep)) {
    findings.add("subdomains", "stricter", host, `names one label below \`${host}\` have more pins; the policy takes those of all names below it`);
  }
  if (chosen.size === 0) return undefined;
  const pins = [...chosen].filter((pin) => readable(pin));
  if (pins.length === 0) {
    findings.add("no-pins-left", "weaker", host, "no pin is left; the host gets no rule");
    return undefined;
  }
  return { host, ...(subdomains === false ? {} : { subdomains }), pins };
}

/** What `**.` of the names above a host brings. */
function inherited(host: string, bases: ReadonlyMap<string, Base>): string[] {
  const pins: string[] = [];
  for (let name = parentName(host); name !== ""; name = parentName(name)) pins.push(...(bases.get(name)?.any ?? []));
  return pins;
}

function parentName(host: string): string {
  const dot = host.indexOf(".");
  return dot < 0 ? "" : host.slice(dot + 1);
}

function same(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((pin) => b.has(pin));
}

function readable(pin: string): boolean {
  return pin.startsWith("sha256/") && readDigest(pin.slice("sha256/".length), { path: "" }) !== undefined;
}
