/** The functions of this package, over whichever payload an entry brings. */

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
   * Makes the module ready. Called again, it answers with the same promise.
   * @throws ChainpinError `wasm-unavailable` where the engine has no WebAssembly, or refuses to compile it.
   */
  init(): Promise<void>;
  /** The same at once. Some browsers refuse to compile so much on the main thread: prefer `init` there. */
  initSync(): void;
  /** Which kind of module answers. */
  backend(): "wasm" | "js";
  /**
   * Compiles a policy, given as an object, as JSON text, or as what `verifyBundle` accepted: that is compiled already. Initialises by itself.
   * @throws PolicyError, with `code` and `path`; the policy is refused as a whole.
   */
  createVerifier(policy: Policy | string | AcceptedBundle): Promise<Verifier>;
  /** The same at once; see `initSync`. */
  createVerifierSync(policy: Policy | string | AcceptedBundle): Verifier;
  /**
   * Everything about each certificate of a chain, for people.
   * @throws ChainpinError `chain-empty`, `chain-malformed` or `chain-too-large`; `not-initialised`.
   */
  inspect(chain: ChainInput): CertificateDetails[];
  /**
   * For each certificate, leaf first, those of the chain that bear its issuer's name, and whether their key signed it. To draw a chain
   * with; whether a path is valid takes more, and is for `verify`.
   * @throws as `inspect` does.
   */
  issuersOf(chain: ChainInput): Issuer[][];
  /**
   * The pin of each certificate's key, `sha256/…`, leaf first.
   * @throws as `inspect` does.
   */
  pinsOf(chain: ChainInput): string[];
  /**
   * Parses the app's trusted roots once, for the `anchors` of many requests, to verifiers of any entry. Initialises by itself, at once;
   * see `initSync`.
   * @throws TypeError where they are none, too many or unreadable.
   */
  createAnchors(certificates: ChainInput): Anchors;
  /**
   * What is valid in a policy and yet unwise.
   * @throws PolicyError for a policy that is refused; as `inspect` does for the chain.
   */
  lint(policy: Policy | string, options?: LintOptions): Finding[];
  /**
   * Judges a signed policy, as `chainpin/updates` does with each that it fetches. Initialises by itself, at once; see `initSync`.
   * Whatever is wrong with the bundle is a reason, never an error.
   * @throws TypeError for wrong terms; the keys are named by number.
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
