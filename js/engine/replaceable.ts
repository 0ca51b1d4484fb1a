/** A verifier whose policy can change under the adapters that hold it: a signed update, a switch by hand. */

import { wrong } from "../base/arguments.js";
import type { Policy, Rule } from "../model/policy.js";
import type { Finding, Verdict, Verifier, VerifyRequest } from "../model/types.js";

/** Answers by the newest policy: each verdict by the old one or by the new one, never by a mixture. */
export interface ReplaceableVerifier extends Verifier {
  /**
   * Lets `next` answer from the next verdict on, then tells the listeners, in which adapters judge their open connections again.
   * Returns the verifier that answered until now, which is the caller's to dispose.
   * @throws TypeError for what is no verifier, or replaceable itself.
   * @throws what a listener throws, after all of them have been told.
   */
  replace(next: Verifier): Verifier;
  /** Calls `listener` after each replacement. Returns what stops that. */
  onReplaced(listener: () => void): () => void;
}

/**
 * Makes a verifier that adapters can hold while its policy changes.
 *
 * ```js
 * const verifier = createReplaceable(await createVerifier(policy));
 * const agent = createAgent(verifier);
 * verifier.replace(await createVerifier(newerPolicy)).dispose();
 * ```
 */
export function createReplaceable(first: Verifier): ReplaceableVerifier {
  return new Replaceable(requireFixed(first));
}

class Replaceable implements ReplaceableVerifier {
  private readonly listeners = new Set<{ readonly listener: () => void }>();

  constructor(private current: Verifier) {}

  verify(request: VerifyRequest): Verdict {
    return this.current.verify(request);
  }

  ruleFor(host: string): Rule | undefined {
    return this.current.ruleFor(host);
  }

  get findings(): readonly Finding[] {
    return this.current.findings;
  }

  get policy(): Policy {
    return this.current.policy;
  }

  dispose(): void {
    this.current.dispose();
  }

  replace(next: Verifier): Verifier {
    const previous = this.current;
    this.current = requireFixed(next);
    const failures: unknown[] = [];
    for (const { listener } of [...this.listeners]) {
      try {
        listener();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
    return previous;
  }

  onReplaced(listener: () => void): () => void {
    if (typeof listener !== "function") throw wrong("the listener", "a function", listener);
    const entry = { listener };
    this.listeners.add(entry);
    return () => void this.listeners.delete(entry);
  }
}

/** What changes by itself would not be heard of here. */
function requireFixed(verifier: Verifier): Verifier {
  if (typeof verifier?.verify !== "function") throw wrong("the verifier", "what `createVerifier` gives", verifier);
  if ("onReplaced" in verifier) throw new TypeError("the verifier is replaceable already: give what `createVerifier` gives");
  return verifier;
}
