/** The functions of this package, over the payload that an entry provides. */

import { requireObject, requireString, toMillis, wrong } from "../base/arguments.js";
import { AnchorSet } from "./anchors.js";
import { Backend, type Payload } from "./backend.js";
import { type AcceptedBundle, Bundles, isAcceptedBundle } from "./bundle.js";
import { CHAIN, packChain } from "./chain.js";
import { translated } from "./failure.js";
import type { Policy } from "../model/policy.js";
import type { BundleTerms, BundleVerdict } from "./bundle.js";
import type { Anchors, CertificateDetails, ChainInput, Finding, Issuer, LintOptions, Verifier } from "../model/types.js";
import { CompiledVerifier } from "./verifier.js";

/** What every entry offers. */
export interface Chainpin {
  /**
   * Makes the module ready. Later calls return the same promise.
   * @throws ChainpinError `wasm-unavailable` if the engine has no WebAssembly, or refuses to compile it.
   */
  init(): Promise<void>;
  /** The same, synchronously. Some browsers refuse to compile a module of this size on the main thread: prefer `init` there. */
  initSync(): void;
  /** The kind of module in use. */
  backend(): "wasm" | "js";
  /**
   * Compiles a policy: an object, JSON text, or an accepted bundle of `verifyBundle`, which is compiled already. Calls `init` if needed.
   * @throws PolicyError, with `code` and `path`, if the policy is invalid.
   */
  createVerifier(policy: Policy | string | AcceptedBundle): Promise<Verifier>;
  /** The same, synchronously. See `initSync`. */
  createVerifierSync(policy: Policy | string | AcceptedBundle): Verifier;
  /**
   * Details of each certificate of a chain, to show to people.
   * @throws ChainpinError `chain-empty`, `chain-malformed` or `chain-too-large`; `not-initialised`.
   */
  inspect(chain: ChainInput): CertificateDetails[];
  /**
   * For each certificate, leaf first: the certificates of the chain that have its issuer's name, and whether their key signed it. Use it to
   * draw a chain. It does not show that a path is valid: `verify` does that.
   * @throws as `inspect` does.
   */
  issuersOf(chain: ChainInput): Issuer[][];
  /**
   * The pin of each certificate's key, `sha256/…`, leaf first.
   * @throws as `inspect` does.
   */
  pinsOf(chain: ChainInput): string[];
  /**
   * Parses the app's trusted roots once, to pass as `anchors` in many requests, to verifiers of any entry. Calls `initSync` if needed;
   * see `initSync`.
   * @throws TypeError if there are none or too many, or if one cannot be read.
   */
  createAnchors(certificates: ChainInput): Anchors;
  /**
   * What is valid in a policy but unwise.
   * @throws PolicyError for an invalid policy; for the chain, as `inspect` does.
   */
  lint(policy: Policy | string, options?: LintOptions): Finding[];
  /**
   * Verifies a signed policy, as `chainpin/updates` does with each one that it fetches. Calls `initSync` if needed; see `initSync`.
   * An invalid bundle gives a reason, not an error.
   * @throws TypeError for invalid terms. The message names keys by number.
   */
  verifyBundle(bundle: string, terms: BundleTerms): BundleVerdict;
}

export function chainpin(payload: Payload): Chainpin {
  const backend = new Backend(payload);
  const bundles = new Bundles(backend);
  const createVerifierSync = (policy: Policy | string | AcceptedBundle): Verifier => {
    const text = toText(policy);
    backend.initSync();
    return new CompiledVerifier(backend, text, bundles.take(policy));
  };
  return {
    init: () => backend.init(),
    initSync: () => backend.initSync(),
    backend: () => backend.kind,
    async createVerifier(policy) {
      const text = toText(policy);
      await backend.init();
      return new CompiledVerifier(backend, text, bundles.take(policy));
    },
    createVerifierSync,
    inspect: (chain) => {
      const packed = packChain(chain, "chain", CHAIN);
      return translated(() => backend.run((engine) => engine.inspect(packed)));
    },
    issuersOf: (chain) => {
      const packed = packChain(chain, "chain", CHAIN);
      return translated(() => backend.run((engine) => engine.issuersOf(packed)));
    },
    pinsOf: (chain) => {
      const packed = packChain(chain, "chain", CHAIN);
      return translated(() => backend.run((engine) => engine.pinsOf(packed)));
    },
    createAnchors: (certificates) => {
      backend.initSync();
      const anchors = new AnchorSet(certificates, "certificates");
      anchors.parseIn(backend);
      return anchors;
    },
    lint: (policy, options = {}) => {
      requireObject(options, "the options");
      const chain = options.chain === undefined ? undefined : packChain(options.chain, "options.chain", CHAIN);
      const suffixes = guard(options.isPublicSuffix);
      if (options.updateUrl !== undefined) requireString(options.updateUrl, "options.updateUrl");
      const text = toText(policy);
      const now = toMillis(options.now, "options.now");
      const findings = translated(() => backend.run((engine) => engine.lint(text, chain, now, suffixes?.ask, options.updateUrl)));
      if (suffixes?.failure !== undefined) throw suffixes.failure.error;
      return findings;
    },
    verifyBundle: (bundle, terms) => {
      backend.initSync();
      return bundles.verify(bundle, terms);
    },
  };
}

/** A policy crosses as JSON text, into the one parser. */
function toText(policy: unknown): string {
  if (typeof policy === "string") return policy;
  if (typeof policy !== "object" || policy === null) throw wrong("the policy", "an object or JSON text", policy);
  return isAcceptedBundle(policy) ? policy.policy : JSON.stringify(policy);
}

/** A caller's function that may throw; what it throws must not cross the module, where it would pass for a failure of the module's own. */
function guard(isPublicSuffix: ((name: string) => boolean) | undefined) {
  if (isPublicSuffix === undefined) return undefined;
  if (typeof isPublicSuffix !== "function") throw wrong("options.isPublicSuffix", "a function", isPublicSuffix);
  const guarded: { failure: { error: unknown } | undefined; ask(name: string): boolean } = {
    failure: undefined,
    ask(name) {
      try {
        return isPublicSuffix(name);
      } catch (error) {
        guarded.failure = { error };
        return false;
      }
    },
  };
  return guarded;
}
