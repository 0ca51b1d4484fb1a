/** What the policies say to one observation: as a key of sums, and as a line of output. */

import type { Outcome, Reason } from "chainpin";
import { toJson } from "../print.js";
import { Broken } from "./observation.js";

export interface HostOpinion extends Opinion {
  /** Without line feeds. */
  readonly host: string;
  /** The host of the rule that decided; undefined where none did. */
  readonly rule: string | undefined;
  /** What the old policy says; undefined where there is none. */
  readonly before: Opinion | undefined;
  readonly count: number;
}

export interface Opinion {
  readonly outcome: Outcome;
  readonly reason: Reason | undefined;
}

/**
 * What becomes of connections under the new policy. `refused`: they pass now, and would not. `admitted`: the reverse. `unpinned`: a pin matches
 * now, and none would have to. `pinned`: the reverse. `same`: none of these.
 */
export type Change = "refused" | "admitted" | "unpinned" | "pinned" | "same";

export function changeOf({ outcome }: Opinion, before: Opinion): Change {
  const [passed, passes] = [before.outcome !== "rejected", outcome !== "rejected"];
  if (passed && !passes) return "refused";
  if (!passed && passes) return "admitted";
  const [was, is] = [before.outcome === "pinned", outcome === "pinned"];
  return was === is ? "same" : was ? "unpinned" : "pinned";
}

/** In sums, what stands for all hosts beyond the limit. */
export const OTHERS = "*";
/** A host that somebody wrote so, which is none. */
const ASTERISK = '"*"';

/** All but the count. Nothing in it holds a line feed. */
export function keyOf({ host, rule, outcome, reason, before }: HostOpinion): string {
  const now = `${host === OTHERS ? ASTERISK : host}\n${rule ?? ""}\n${outcome}\n${reason ?? ""}`;
  return before === undefined ? now : `${now}\n${before.outcome}\n${before.reason ?? ""}`;
}

export function readKey(key: string): Omit<HostOpinion, "count"> {
  const [host = "", rule, outcome, reason, outcomeBefore, reasonBefore] = key.split("\n");
  return {
    host,
    rule: rule || undefined,
    ...opinion(outcome, reason),
    before: outcomeBefore === undefined ? undefined : opinion(outcomeBefore, reasonBefore),
  };
}

function opinion(outcome: string | undefined, reason: string | undefined): Opinion {
  return { outcome: outcome as Outcome, reason: (reason || undefined) as Reason | undefined };
}

/** NDJSON, of `--ndjson`. */
export function lineOf(said: HostOpinion | Broken): string {
  if (said instanceof Broken) return `${toJson({ error: said.problem, message: said.message })}\n`;
  const { host, count, ...rest } = said;
  return `${toJson({ host, count, ...inWords(rest) })}\n`;
}

/** For JSON: what is absent is left out. */
export function inWords({ rule, outcome, reason, before }: Omit<HostOpinion, "host" | "count">): object {
  return { rule, outcome, reason, ...(before && { before, change: changeOf({ outcome, reason }, before) }) };
}
