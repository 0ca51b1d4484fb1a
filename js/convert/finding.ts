/** What a conversion changes. Nothing gets weaker, or stricter, in silence. */

/** A difference between a policy and what it became, or between another format's text and the policy that it became. */
export interface ConversionFinding {
  /** Stable. */
  readonly code: ConversionCode;
  /**
   * Of the result, beside what it was made from. `weaker`: something passes that was refused, now or later. `stricter`: something is
   * refused that passed. `same`: the same connections pass; what is lost stands beside them, as where mismatches are reported.
   */
  readonly effect: Effect;
  /** The host of the rule, as it was written; `*` for all. */
  readonly host: string;
  /** What it is. */
  readonly message: string;
}

export type Effect = "weaker" | "stricter" | "same";

export type ConversionCode =
  | "address-range"
  | "blocked-keys"
  | "certificate-pin"
  | "debug-overrides"
  | "default-report"
  | "exempt-below"
  | "expiry"
  | "expiry-at-start"
  | "expiry-rounded"
  | "expiry-time-zone"
  | "host-not-public"
  | "host-spelling"
  | "ip-address"
  | "ip-v6"
  | "leaf-and-ca"
  | "list-age"
  | "max-age"
  | "no-pins-left"
  | "overlapping-rules"
  | "override-pins"
  | "pin-expiry"
  | "placeholder-pin"
  | "policy-expiry"
  | "public-suffix"
  | "report-below"
  | "report-mode"
  | "report-to"
  | "role"
  | "sha1-pin"
  | "single-pin"
  | "subdomains"
  | "trust-anchors"
  | "trustkit-reading"
  | "unlisted-hosts"
  | "user-anchors";

/** Findings as they come; what is found twice of one host stands once. */
export class Findings {
  readonly list: ConversionFinding[] = [];
  private readonly seen = new Set<string>();

  add(code: ConversionCode, effect: Effect, host: string, message: string): void {
    const key = `${code} ${effect} ${host} ${message}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.list.push({ code, effect, host, message });
  }

  /** Some hosts or moments weaker, others stricter. */
  both(code: ConversionCode, host: string, message: string): void {
    this.add(code, "weaker", host, message);
    this.add(code, "stricter", host, message);
  }
}
