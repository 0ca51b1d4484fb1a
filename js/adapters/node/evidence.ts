/** What a connection is judged by; kept while it is open, to be judged by again. */

import { isIP } from "node:net";
import type { AnchorSet } from "../../engine/anchors.js";
import type { Verdict, Verifier } from "../../model/types.js";
import type { OnVerdict } from "./options.js";

export interface Facts {
  /** The name that TLS checked. */
  readonly checked: string;
  /** The host that was asked for, where it is known. */
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly chain: readonly Uint8Array[];
  readonly anchors: AnchorSet;
}

export class Evidence {
  constructor(
    private readonly verifier: Verifier,
    private readonly facts: Facts,
    private readonly onVerdict: OnVerdict | undefined,
  ) {}

  /** Why this connection must not be used: the policy's error, or whatever failed on the way to its answer. */
  objection(): Error | undefined {
    try {
      const { checked, host } = this.facts;
      const verdicts = [this.judge(checked)];
      // With a `servername`, or a Host header, TLS checks another name than that of the URL: both must pass.
      if (host !== undefined && host !== checked) verdicts.push(this.judge(host));
      const refusal = verdicts.find((verdict) => verdict?.ok === false);
      return refusal && (refusal.toError() || new TypeError("the verifier refused without an error"));
    } catch (error) {
      return error instanceof Error ? error : new Error("the verifier, or onVerdict, threw what is no error", { cause: error });
    }
  }

  private judge(host: string): Verdict | undefined {
    const { checked, port, chain, anchors } = this.facts;
    const verdict = this.verifier.verify({ host, chain, source: "presented", anchors, ...(port !== undefined && { port }) });
    // A verifier may be anybody's; only `true` lets a connection pass.
    if (typeof verdict?.ok !== "boolean") throw new TypeError("the verifier gave no verdict");
    // The address under a name counts where it has a rule of its own; `unlisted: "deny"` is about names.
    if (host !== checked && verdict.reason === "unlisted-host" && isIP(host) !== 0) return undefined;
    this.onVerdict?.(verdict, { host, port });
    return verdict;
  }
}
