/** A verifier whose policy can change while adapters use it: by a signed update, or by hand. */

import { wrong } from "../base/arguments.js";
import type { Policy, Rule } from "../model/policy.js";
import type { Finding, Verdict, Verifier, VerifyRequest } from "../model/types.js";

/** Uses the newest policy. Each verdict is by the old policy or by the new one, never by a mixture. */
export interface ReplaceableVerifier extends Verifier {
  /**
   * Uses `next` from the next verdict on, then calls the listeners, in which adapters judge their open connections again.
   * Returns the previous verifier; dispose of it.
   * @throws TypeError if `next` is not a verifier, or is replaceable itself.
   * @throws what a listener throws, after all of them have been called.
   */
  replace(next: Verifier): Verifier;
  /** Calls `listener` after each replacement. Returns a function that stops it. */
  onReplaced(listener: () => void): () => void;
}

/**
 * Creates a verifier whose policy can be replaced while adapters use it.
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

/** A replaceable verifier could change without a call of these listeners. */
function requireFixed(verifier: Verifier): Verifier {
  if (typeof verifier?.verify !== "function") throw wrong("the verifier", "what `createVerifier` gives", verifier);
  if ("onReplaced" in verifier) throw new TypeError("the verifier is replaceable already: give what `createVerifier` gives");
  return verifier;
}
