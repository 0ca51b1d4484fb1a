/**
 * Signed policy updates: fetched, verified, never replaced by an older one, and applied without a gap.
 *
 * ```js
 * import { createPolicyStore, webStorage } from "chainpin/updates";
 * const store = await createPolicyStore({ keys, embedded, fetch: fetchBundle, storage: webStorage(localStorage, navigator.locks) });
 * store.start();
 * ```
 */

import * as chainpin from "./index.js";
import { type ChainpinForUpdates, type PolicyStore, type PolicyStoreOptions, openStore } from "../updates/index.js";

/**
 * Opens a store, and reads the newest policy from its storage.
 * @throws TypeError for invalid options; PolicyError for an invalid embedded policy; ChainpinError `wasm-unavailable`.
 */
export function createPolicyStore(options: PolicyStoreOptions): Promise<PolicyStore> {
  return openStore(chainpin, options);
}

/**
 * The same over another entry, as `import * as chainpin from "chainpin/auto"`; `chainpin/slim` must be initialised. A bundler then
 * leaves out the WebAssembly that `createPolicyStore` brings.
 */
export function createPolicyStoreWith(chainpin: ChainpinForUpdates, options: PolicyStoreOptions): Promise<PolicyStore> {
  return openStore(chainpin, options);
}

export { asyncStorage, memoryStorage, preferencesStorage, webStorage } from "../updates/index.js";
export type {
  CapacitorPreferences,
  ChainpinForUpdates,
  PolicyStorage,
  PolicyStore,
  PolicyStoreEvent,
  PolicyStoreOptions,
  ReactNativeStorage,
  UpdateReason,
  UpdateResult,
  WebLocks,
  WebStorage,
} from "../updates/index.js";
