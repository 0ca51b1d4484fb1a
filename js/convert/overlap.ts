/** Where several rules reach a name: what was written, beside what the policy says. */

import type { Rule } from "../model/policy.js";
import { isOneBelow, nearestAbove } from "./above.js";
import type { Findings } from "./finding.js";
import { type Entry, type Format, exemption } from "./format.js";

/** A rule, and what was written for it. */
export interface Planned {
  readonly rule: Rule;
  readonly host: string;
  readonly reach: boolean | "one";
  /** Does the policy let everything pass here? */
  readonly passes: boolean;
  entry: Entry | undefined;
}

/** Finds where entries of other rules decide, and takes out exemptions from nothing where a format refuses them. */
export function compareOverlaps(planned: readonly Planned[], format: Format, findings: Findings): void {
  new Overlaps(planned, format, findings);
}

/** A rule, and the nearest one above its host. */
interface Placed {
  readonly one: Planned;
  above: Placed | undefined;
}

class Overlaps {
  private readonly byHost: ReadonlyMap<string, Placed>;
  /** A number for all entries that demand the same, and for all that have the same pins. */
  private readonly demands = new Numbers(({ demands, pins, leaf, ca, expires, userAnchors }: Entry) =>
    JSON.stringify([demands, [...pins].sort(), [...leaf].sort(), [...ca].sort(), expires, userAnchors]),
  );
  private readonly sets = new Numbers(({ pins }: Entry) => [...pins].sort().join());
  /** Of two numbers of pins: are all pins of the first among those of the second? */
  private readonly subsets = new Map<string, boolean>();

  constructor(
    planned: readonly Planned[],
    private readonly format: Format,
    private readonly findings: Findings,
  ) {
    const byHost = new Map(planned.map((one) => [one.host, { one, above: undefined as Placed | undefined }]));
    for (const [host, above] of nearestAbove(byHost)) (byHost.get(host) as Placed).above = byHost.get(above);
    this.byHost = byHost;
    if (format.exempts === "host") this.withoutNeedlessExemptions(planned);
    for (const one of planned) this.comparedWithPolicy(one);
  }

  /** A format may refuse an exemption from nothing. */
  private withoutNeedlessExemptions(planned: readonly Planned[]): void {
    const exempt = planned.filter(({ entry }) => entry?.demands === "nothing");
    for (const one of exempt) one.entry = undefined;
    const needed = exempt.filter(({ host }) => this.written(host, 0).length > 0);
    for (const one of needed) {
      one.entry = exemption(one.host, false);
      if (one.reach !== false)
        this.findings.add(
          "subdomains",
          "same",
          one.rule.host,
          `${this.format.name} exempts the host alone; what is above it counts for names below`,
        );
    }
  }

  /** The host, names one label below it, names further below: does what was written from another rule decide there? */
  private comparedWithPolicy(one: Planned): void {
    for (const depth of [0, 1, 2]) {
      const [rule] = this.matching(one.host, depth, ({ reach }) => reach, false);
      // Then a rule reaches further than the policy says, which its own finding tells.
      if (rule === undefined) continue;
      const entries = this.written(one.host, depth);
      if (entries.length === 0 || (entries.length === 1 && entries[0] === rule.entry)) continue;
      this.compare(rule, entries);
    }
  }

  private written(host: string, depth: number): Entry[] {
    const found = this.matching(host, depth, ({ entry }) => entry?.reach, this.format.overlap !== "nearest");
    return found.map(({ entry }) => entry as Entry);
  }

  private compare({ rule, passes, entry }: Planned, entries: readonly Entry[]): void {
    const { findings, format } = this;
    const demanding = entries.filter(({ demands }) => demands === "pins");
    if (passes) {
      if (demanding.length === 0) return;
      const others = named(entries, entry);
      if (rule.exempt === true)
        findings.add("exempt-below", "stricter", rule.host, `the pins of ${others} are checked, from which the rule exempts`);
      else findings.add("report-below", "stricter", rule.host, `the pins of ${others} are enforced, where the rule lets a mismatch pass`);
      return;
    }
    const demanded = entry && this.demands.of(entry);
    if (entries.every((other) => this.demands.of(other) === demanded)) return;
    const others = named(entries, entry);
    if (demanding.length === 0) {
      findings.add("overlapping-rules", "weaker", rule.host, `what is written for ${others} lets every certificate pass`);
    } else if (entry === undefined) {
      findings.both("overlapping-rules", rule.host, `the pins of ${others} are checked instead`);
    } else if (format.overlap === "unknown" || format.overlap === "either") {
      findings.both("overlapping-rules", rule.host, `${others} has other pins, and ${format.name} may take those, or both`);
    } else {
      const message = `the pins of ${others} count${format.overlap === "united" ? " too" : ""}, and the rule has others`;
      const dated = demanding.some(({ expires, userAnchors }) => expires !== entry.expires || userAnchors !== entry.userAnchors);
      if (dated || demanding.some((other) => !this.isSubset(other, entry))) findings.add("overlapping-rules", "weaker", rule.host, message);
      if (dated || !this.isCovered(entry, demanding)) findings.add("overlapping-rules", "stricter", rule.host, message);
    }
  }

  /** Are all pins of the one among the other's? */
  private isSubset(one: Entry, other: Entry): boolean {
    const [a, b] = [this.sets.of(one), this.sets.of(other)];
    if (a === b) return true;
    const key = `${a} ${b}`;
    let known = this.subsets.get(key);
    if (known === undefined) {
      const pins = new Set(other.pins);
      known = one.pins.every((pin) => pins.has(pin));
      this.subsets.set(key, known);
    }
    return known;
  }

  /** Has each of an entry's pins a place in those together? Most often the entry is one of them. */
  private isCovered(entry: Entry, others: readonly Entry[]): boolean {
    if (others.some((other) => this.isSubset(entry, other))) return true;
    const pins = new Set(others.flatMap(({ pins }) => pins));
    return entry.pins.every((pin) => pins.has(pin));
  }

  /** What matches a name that stands `depth` labels below `host`, the nearest first; all of them, or the nearest alone. */
  private matching(host: string, depth: number, reachOf: (one: Planned) => boolean | "one" | undefined, all: boolean): Planned[] {
    const found: Planned[] = [];
    const own = this.byHost.get(host);
    for (let placed = own; placed !== undefined; placed = placed.above) {
      const { one } = placed;
      const reach = reachOf(one);
      const isBelow = () => (depth === 1 ? placed === own : depth === 0 && isOneBelow(host, one.host));
      if (reach === undefined || !(reach === true || (depth === 0 && placed === own) || (reach === "one" && isBelow()))) continue;
      found.push(one);
      if (!all) return found;
    }
    return found;
  }
}

/** Numbers for what has the same text. */
class Numbers<Value extends object> {
  private readonly byText = new Map<string, number>();
  private readonly byValue = new Map<Value, number>();

  constructor(private readonly textOf: (value: Value) => string) {}

  of(value: Value): number {
    const known = this.byValue.get(value);
    if (known !== undefined) return known;
    const text = this.textOf(value);
    const number = this.byText.get(text) ?? this.byText.size;
    this.byText.set(text, number);
    this.byValue.set(value, number);
    return number;
  }
}

/** The hosts of some entries but one, of many the first. */
function named(entries: readonly Entry[], except: Entry | undefined): string {
  const others = entries.filter((other) => other !== except);
  const hosts = others
    .slice(0, MOST_NAMED)
    .map(({ host }) => `\`${host}\``)
    .join(", ");
  return others.length > MOST_NAMED ? `${hosts} and ${others.length - MOST_NAMED} more` : hosts;
}

/** Hosts in one message: a name can stand below 126 others. */
const MOST_NAMED = 3;
