/** A verdict: unpacked from one number; words, chain and report are made when they are first read. */

import { toPort } from "../base/arguments.js";
import type { Compiled } from "./compiled.js";
import { PinningError } from "../model/errors.js";
import { ANCHOR_SYSTEM, ANCHOR_USER, OUTCOMES, PACKED, VALIDATED } from "../model/generated.js";
import { printable } from "../base/printable.js";
import type { CertificateSummary, Matched, Outcome, PinReport, PolicyName, Reason, Verdict } from "../model/types.js";

/** What a verdict was asked with; ours alone, so that it stays as it was. */
export interface Question {
  readonly host: string;
  readonly chain: Uint8Array;
  readonly flags: number;
  readonly anchors: Compiled<Uint8Array> | undefined;
  readonly now: number;
  readonly port: number | undefined;
}

/** What the verdicts of one verifier share. */
export interface Origin {
  readonly compiled: Compiled<string>;
  /** By the number that stands for each in a packed verdict; 0 is none. */
  readonly reasons: readonly (Reason | undefined)[];
  readonly policy: PolicyName;
  ruleHost(rule: number): string | undefined;
  rulePin(rule: number, pin: number): readonly [pin: string, label?: string] | undefined;
}

/** What is not packed: it is made when it is first read. */
interface Words {
  readonly host: string;
  readonly message: string;
  readonly chain: readonly CertificateSummary[];
}

/** The bits of `flags` for an anchor. */
export const ANCHOR = { unknown: 0, system: ANCHOR_SYSTEM, user: ANCHOR_USER } as const;

/** Two to the number of bits below the rule in a packed verdict; too far up for JavaScript's bit operators. */
const RULE = 2 ** PACKED.RULE.shift;
const HTTPS = 443;
/** Milliseconds; a Date further from 1970 has no text (ECMA-262, time values). */
const LAST_DATE = 8.64e15;

/** A verdict as the module packed it. */
export class PackedVerdict implements Verdict {
  readonly ok: boolean;
  readonly outcome: Outcome;
  /** The host, read without the other words: those take the decision again. */
  private canonical: string | undefined;

  constructor(
    private readonly origin: Origin,
    private readonly question: Question,
    private readonly packed: number,
    private words?: Words,
  ) {
    this.outcome = outcomeOf(packed);
    this.ok = this.outcome !== "rejected";
  }

  get reason(): Reason | undefined {
    return this.origin.reasons[field(this.packed, PACKED.REASON)];
  }

  get host(): string {
    const { host } = this.question;
    return this.words?.host ?? (this.canonical ??= this.origin.compiled.tell((engine) => engine.hostText(host)));
  }

  get rule(): string | undefined {
    return this.ruleIndex < 0 ? undefined : this.origin.ruleHost(this.ruleIndex);
  }

  get policy(): PolicyName {
    return this.origin.policy;
  }

  get matched(): Matched | undefined {
    const { packed } = this;
    const place = field(packed, PACKED.CERTIFICATE);
    if (place === 0) return undefined;
    const [pin, label] = this.origin.rulePin(this.ruleIndex, field(packed, PACKED.PIN)) ?? [""];
    const role = field(packed, PACKED.ROLE) === 1 ? "ca" : "leaf";
    return { pin, role, index: place - 2, backup: field(packed, PACKED.BACKUP) === 1, ...(label !== undefined && { label }) };
  }

  get message(): string {
    return this.tell().message;
  }

  get chain(): readonly CertificateSummary[] {
    return this.tell().chain;
  }

  toError(): PinningError {
    if (this.reason === undefined) throw new TypeError(`a verdict with outcome "${this.outcome}" is no error`);
    return new PinningError(this.reason, this);
  }

  toReport(port?: number): PinReport {
    const { host, chain, flags, anchors, now } = this.question;
    const reported = toPort(port, "port") ?? this.question.port ?? HTTPS;
    if (this.reason === "internal") return this.reportFailure(reported);
    try {
      return this.origin.compiled.tell((engine, handle) =>
        engine.report(handle, host, chain, flags, anchors?.ready(engine) ?? 0, now, reported),
      ) as PinReport;
    } finally {
      anchors?.release();
    }
  }

  /** The public fields, for `JSON.stringify` and logs. */
  toJSON(): object {
    const { ok, outcome, reason, host, rule, policy, matched, message, chain } = this;
    return { ok, outcome, reason, host, rule, policy, matched, message, chain };
  }

  /** What Node's `console.log` shows. */
  [Symbol.for("nodejs.util.inspect.custom")](): object {
    return this.toJSON();
  }

  private get ruleIndex(): number {
    return Math.floor(this.packed / RULE) - 1;
  }

  /** Decides once more, without the signatures that were found valid: the module remembers those. Once for all words. */
  private tell(): Words {
    const { host, chain, flags, anchors, now } = this.question;
    try {
      return (this.words ??= this.origin.compiled.tell((engine, handle) =>
        engine.describe(handle, host, chain, flags, anchors?.ready(engine) ?? 0, now),
      ) as Words);
    } finally {
      anchors?.release();
    }
  }

  /** The module failed on this chain: do not ask it again. */
  private reportFailure(port: number): PinReport {
    const { host, flags, now } = this.question;
    return {
      "date-time": Math.abs(now) > LAST_DATE ? `${now / 1000} s` : new Date(now).toISOString(),
      hostname: host,
      port,
      "include-subdomains": false,
      "served-certificate-chain": [],
      "validated-certificate-chain": [],
      "known-pins": [],
      chainpin: {
        version: 1,
        policy: this.policy,
        outcome: "rejected",
        reason: "internal",
        source: flags & VALIDATED ? "validated" : "presented",
        "known-certificate-pins": [],
        message: this.message,
      },
    };
  }
}

/** Throws for an impossible answer of the module. No verdict is packed as 0; nor may NaN or undefined pass for that. */
export function outcomeOf(packed: number): Outcome {
  const outcome = Number.isSafeInteger(packed) && packed > 0 ? OUTCOMES[field(packed, PACKED.OUTCOME)] : undefined;
  if (outcome === undefined) throw new Error(`${packed} is no verdict`);
  return outcome;
}

/** A field of a packed verdict below the rule. */
function field(packed: number, { shift, bits }: { readonly shift: number; readonly bits: number }): number {
  return (packed >>> shift) & ((1 << bits) - 1);
}

/** The verdict where the module failed: nothing is known of the connection, so it must not be used. */
export function failedVerdict(origin: Origin, question: Question, cause: unknown): Verdict {
  const internal = origin.reasons.indexOf("internal");
  const message = printable(
    `\`${question.host.slice(0, 253)}\` rejected, internal: ${cause instanceof Error ? cause.message : String(cause)}`,
  );
  return new PackedVerdict(origin, question, OUTCOMES.indexOf("rejected") | (internal << PACKED.REASON.shift), {
    host: question.host,
    message,
    chain: [],
  });
}
