/** What `monitor` makes of one host's answer. */

import type { Anchors, Verdict, Verifier } from "chainpin";
import { daysUntil, inDays } from "./days.js";
import type { Visit } from "./fleet.js";
import type { Target } from "./target.js";

/** The worst first. `ok`: pinned, exempt or without a rule, as the policy has it. */
export const STATUSES = ["mismatch", "unreachable", "backup-in-use", "expires-soon", "ok"] as const;

export type Status = (typeof STATUSES)[number];

export interface MonitorResult {
  readonly target: Target;
  readonly status: Status;
  /** Absent where it was not reached. */
  readonly verdict?: Verdict;
  /** Why it was not reached. */
  readonly error?: { readonly reason: string; readonly why: string };
  readonly trusted?: boolean;
  /** What expires soon, whatever the status. */
  readonly expiring: readonly Expiry[];
}

export interface Expiry {
  readonly what: string;
  /** RFC 3339. */
  readonly at: string;
  /** Negative where it is past. */
  readonly days: number;
}

export interface MonitorTerms {
  readonly verifier: Verifier;
  readonly anchors: Anchors | undefined;
  /** Days that count as soon. */
  readonly days: number;
}

export function resultOf({ target, presented, error }: Visit, { verifier, anchors, days }: MonitorTerms): MonitorResult {
  if (presented === undefined) return { target, status: "unreachable", error: { reason: error.reason, why: error.why }, expiring: [] };
  const verdict = verifier.verify({ host: target.name, port: target.port, chain: presented.chain, ...(anchors && { anchors }) });
  const expiring = [...certificates(verdict, days), ...pinsAndRule(verdict, verifier, days)];
  return { target, status: statusOf(verdict, expiring), verdict, trusted: presented.trust.trusted, expiring };
}

/** Of the policy itself. */
export function policyExpiry({ policy: { expires } }: Verifier, days: number): Expiry[] {
  return soon("the policy", expires, days);
}

/** For people. */
export function expiryInWords({ what, at, days }: Expiry): string {
  return days < 0 ? `${what} expired on ${at.slice(0, 10)}` : `${what} expires in ${inDays(days)}, on ${at.slice(0, 10)}`;
}

/** A mismatch that is let pass is one: a report rule, or an expired one, is not there to stay. */
function statusOf({ reason, matched }: Verdict, expiring: readonly Expiry[]): Status {
  if (reason !== undefined) return "mismatch";
  if (matched?.backup === true) return "backup-in-use";
  return expiring.length > 0 ? "expires-soon" : "ok";
}

function certificates({ chain }: Verdict, days: number): Expiry[] {
  return chain.flatMap(({ index, subject, issuer, onPath, notBefore, notAfter }) => {
    // A root lives on in the stores of others; one off the path is not needed.
    if (notAfter === undefined || (index > 0 && (!onPath || subject === issuer))) return [];
    // Short-lived ones are renewed in the last third of their life.
    const third = notBefore === undefined ? days : (Date.parse(notAfter) - Date.parse(notBefore)) / 86_400_000 / 3;
    return soon(index === 0 ? "its certificate" : `the certificate of ${subject}`, notAfter, Math.min(days, third));
  });
}

function pinsAndRule({ rule: ruleHost, matched }: Verdict, verifier: Verifier, days: number): Expiry[] {
  const rule = ruleHost === undefined ? undefined : verifier.ruleFor(ruleHost);
  if (rule === undefined || rule.exempt === true) return [];
  const pins = [...rule.pins, ...(rule.backupPins ?? [])];
  const pin = pins.find((pin) => typeof pin !== "string" && pin.pin === matched?.pin);
  return [
    ...soon("its rule", rule.expires, days),
    ...soon("the pin that matches", typeof pin === "object" ? pin.expires : undefined, days),
  ];
}

function soon(what: string, at: string | undefined, days: number): Expiry[] {
  if (at === undefined) return [];
  const left = daysUntil(at);
  return left < days ? [{ what, at, days: left }] : [];
}
