/** Where several rules reach a name: what was written, beside what the policy says. */

import type { Rule } from "../policy.js";
import type { Findings } from "./finding.js";
import type { Entry, Target } from "./target.js";

/** A rule, and what was written for it. */
export interface Planned {
  readonly rule: Rule;
  readonly host: string;
  readonly reach: boolean | "one";
  /** Does the policy let everything pass here? */
  readonly passes: boolean;
  entry: Entry | undefined;
}

/** Finds where entries of other rules decide, and takes out exemptions from nothing where a target refuses them. */
export function compareOverlaps(planned: readonly Planned[], target: Target, findings: Findings): void {
  new Overlaps(planned, target, findings);
}

export function exemption(host: string, reach: boolean | "one"): Entry {
  return { host, reach, demands: "nothing", pins: [], leaf: [], ca: [], expires: undefined, userAnchors: false, reportTo: [] };
}

class Overlaps {
  constructor(
    planned: readonly Planned[],
    private readonly target: Target,
    private readonly findings: Findings,
  ) {
    const byHost = new Map(planned.map((one) => [one.host, one]));
    if (target.exempts === "host") this.withoutNeedlessExemptions(planned, byHost);
    for (const one of planned) this.comparedWithPolicy(one, byHost);
  }

  /** A target may refuse an exemption from nothing. */
  private withoutNeedlessExemptions(planned: readonly Planned[], byHost: Map<string, Planned>): void {
    const exempt = planned.filter(({ entry }) => entry?.demands === "nothing");
    for (const one of exempt) one.entry = undefined;
    const needed = exempt.filter(({ host }) => this.written(host, 0, byHost).length > 0);
    for (const one of needed) {
      one.entry = exemption(one.host, false);
      if (one.reach !== false) this.findings.add("subdomains", "same", one.rule.host, `${this.target.name} exempts the host alone; what is above it counts for names below`);
    }
  }

  /** The host, names one label below it, names further below: does what was written from another rule decide there? */
  private comparedWithPolicy(one: Planned, byHost: Map<string, Planned>): void {
    for (const depth of [0, 1, 2]) {
      const [rule] = matching(one.host, depth, byHost, ({ reach }) => reach, false);
      // Then a rule reaches further than the policy says, which its own finding tells.
      if (rule === undefined) continue;
      const entries = this.written(one.host, depth, byHost);
      if (entries.length === 0 || (entries.length === 1 && entries[0] === rule.entry)) continue;
      this.compare(rule, entries);
    }
  }

  private written(host: string, depth: number, byHost: Map<string, Planned>): Entry[] {
    const found = matching(host, depth, byHost, ({ entry }) => entry?.reach, this.target.overlap !== "nearest");
    return found.map(({ entry }) => entry as Entry);
  }

  private compare({ rule, passes, entry }: Planned, entries: readonly Entry[]): void {
    const { findings, target } = this;
    const demanding = entries.filter(({ demands }) => demands === "pins");
    const others = entries.filter((other) => other !== entry).map(({ host }) => `\`${host}\``).join(", ");
    if (passes) {
      if (demanding.length === 0) return;
      if (rule.exempt === true) findings.add("exempt-below", "stricter", rule.host, `the pins of ${others} are checked, from which the rule exempts`);
      else findings.add("report-below", "stricter", rule.host, `the pins of ${others} are enforced, where the rule lets a mismatch pass`);
      return;
    }
    if (entry !== undefined && entries.every((other) => alike(other, entry))) return;
    if (demanding.length === 0) {
      findings.add("overlapping-rules", "weaker", rule.host, `what is written for ${others} lets every certificate pass`);
    } else if (entry === undefined) {
      findings.both("overlapping-rules", rule.host, `the pins of ${others} are checked instead`);
    } else if (target.overlap === "unknown" || target.overlap === "either") {
      findings.both("overlapping-rules", rule.host, `${others} has other pins, and ${target.name} may take those, or both`);
    } else {
      const united = demanding.flatMap(({ pins }) => pins);
      const message = `the pins of ${others} count${target.overlap === "united" ? " too" : ""}, and the rule has others`;
      const dated = demanding.some(({ expires, userAnchors }) => expires !== entry.expires || userAnchors !== entry.userAnchors);
      if (dated || united.some((pin) => entry.pins.indexOf(pin) < 0)) findings.add("overlapping-rules", "weaker", rule.host, message);
      if (dated || entry.pins.some((pin) => united.indexOf(pin) < 0)) findings.add("overlapping-rules", "stricter", rule.host, message);
    }
  }
}

/** What matches a name that stands `depth` labels below `host`, the nearest first; all of them, or the nearest alone. */
function matching(host: string, depth: number, byHost: Map<string, Planned>, reachOf: (one: Planned) => boolean | "one" | undefined, all: boolean): Planned[] {
  const found: Planned[] = [];
  for (let name = host, distance = depth; ; distance++) {
    const one = byHost.get(name);
    const reach = one && reachOf(one);
    if (one !== undefined && reach !== undefined && (distance === 0 || reach === true || (reach === "one" && distance === 1))) {
      found.push(one);
      if (!all) return found;
    }
    const dot = name.indexOf(".");
    if (dot < 0) return found;
    name = name.slice(dot + 1);
  }
}

function alike(a: Entry, b: Entry): boolean {
  const key = ({ demands, pins, leaf, ca, expires, userAnchors }: Entry) => JSON.stringify([demands, [...pins].sort(), [...leaf].sort(), [...ca].sort(), expires, userAnchors]);
  return key(a) === key(b);
}
