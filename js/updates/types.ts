import type { BundleReason, Jwk } from "../engine/bundle.js";
import type { Policy } from "../model/policy.js";
import type { ReplaceableVerifier } from "../engine/replaceable.js";
import type { Finding } from "../model/types.js";
import type { PolicyStorage } from "./storage.js";

/** The policy in use: the embedded one, or the newest that was signed for it. Made by `createPolicyStore`. */
export interface PolicyStore {
  /** Hold this one: it answers by the newest policy, and tells adapters when that changes. */
  readonly verifier: ReplaceableVerifier;
  /** The policy in use. */
  readonly policy: Policy;
  /** What is unwise in it, the address of the updates included. */
  readonly findings: readonly Finding[];
  /**
   * Fetches a bundle and, if it is newer and rightly signed, keeps it and uses it. Never throws; calls that come while one is running
   * get its answer.
   */
  update(): Promise<UpdateResult>;
  /** Updates now, then weekly, and more often as the policy's expiry nears; again at once after a policy was accepted. Called again, does nothing. */
  start(): void;
  /** Ends what `start` began. */
  stop(): void;
}

/** What `createPolicyStore` is given. */
export interface PolicyStoreOptions {
  /** The public keys that may sign policies, until a signed policy names others: 1 to 8, each with a `kid` of its own. */
  keys: readonly Jwk[];
  /** The policy to begin with: an object or JSON text. */
  embedded: Policy | string;
  /** Brings the newest bundle: the text of a JWS, nothing before or after it. Where it fails or takes over a minute: `fetch-failed`. */
  fetch: () => Promise<string>;
  /** Where accepted bundles are kept; it need not be trusted. */
  storage: PolicyStorage;
  /** Where `fetch` fetches from, for the findings. */
  url?: string;
  /** The clock, in milliseconds since 1970. Default: this machine's. */
  now?: () => number;
  /** How far this machine's clock may be behind the signer's, in milliseconds. Default: 24 hours. */
  clockSkew?: number;
  /** Is told what happens, in order, each time a little later. What it throws becomes an unhandled rejection. */
  onEvent?: (event: PolicyStoreEvent) => void;
}

/** What an update came to. */
export interface UpdateResult {
  /** A newer policy is in use. */
  readonly accepted: boolean;
  /** Why not. */
  readonly reason?: UpdateReason;
  /** The same for a developer's log. */
  readonly message?: string;
}

/** Why an update was not accepted. */
export type UpdateReason =
  | BundleReason
  /**
   * Your `fetch` threw, brought no text, or took over a minute.
   *
   * Why: The network is away, or the address is wrong.
   *
   * Do: Nothing; it is tried again, ever less often.
   */
  | "fetch-failed"
  /**
   * The verifier itself failed; nothing has changed.
   *
   * Why: A mistake in chainpin, or memory ran out.
   *
   * Do: Please report it.
   */
  | "internal"
  /**
   * Storage could not be read or written. Nothing is used that could not be kept.
   *
   * Why: The disk is full, or the browser forbids it.
   *
   * Do: Make room; look at the message.
   */
  | "storage-failed";

/** What happened in a store. */
export type PolicyStoreEvent =
  /** A fetched bundle is in use. */
  | { readonly code: "accepted"; readonly sequence: number; readonly keysChanged: boolean }
  /** Another tab or process had accepted it; found in storage. */
  | { readonly code: "adopted"; readonly sequence: number }
  /** A fetched bundle was not accepted, or none could be fetched or kept. `not-newer` is how it goes on most days. */
  | { readonly code: "refused"; readonly reason: UpdateReason; readonly message: string }
  /** What is in storage does not lead from the embedded keys to a policy; it counts no more. */
  | { readonly code: "log-dropped"; readonly reason: BundleReason | "log-malformed"; readonly message: string }
  /** Storage could not be read at the start: the embedded policy is in use until it can. */
  | { readonly code: "storage-unreadable"; readonly message: string }
  /** The new policy is in use, and an adapter that was told so threw this. */
  | { readonly code: "listener-failed"; readonly error: unknown };
