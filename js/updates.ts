/**
 * Policies that are kept up to date: fetched, signed, never older than before, and in use without a gap.
 *
 * ```js
 * import { createPolicyStore, webStorage } from "chainpin/updates";
 * const store = await createPolicyStore({ keys, embedded, fetch: fetchBundle, storage: webStorage(localStorage, navigator.locks) });
 * store.start();
 * ```
 */

import * as chainpin from "./index.js";
import { type ChainpinForUpdates, openStore } from "./updates/store.js";
import type { PolicyStore, PolicyStoreOptions } from "./updates/types.js";

/**
 * Opens a store over `chainpin`, and reads from its storage which policy is the newest.
 * @throws TypeError for wrong options; PolicyError for an embedded policy that is refused; ChainpinError `wasm-unavailable`.
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

export { asyncStorage, memoryStorage, preferencesStorage, webStorage } from "./updates/storage.js";
export type { CapacitorPreferences, PolicyStorage, ReactNativeStorage, WebLocks, WebStorage } from "./updates/storage.js";
export type { ChainpinForUpdates } from "./updates/store.js";
export type { PolicyStore, PolicyStoreEvent, PolicyStoreOptions, UpdateReason, UpdateResult } from "./updates/types.js";
