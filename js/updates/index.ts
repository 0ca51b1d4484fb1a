/** Signed policy updates: the store, and where it keeps its log. */

export { asyncStorage, memoryStorage, preferencesStorage, webStorage } from "./storage.js";
export type { CapacitorPreferences, PolicyStorage, ReactNativeStorage, WebLocks, WebStorage } from "./storage.js";
export { openStore } from "./store.js";
export type { ChainpinForUpdates } from "./store.js";
export type { PolicyStore, PolicyStoreEvent, PolicyStoreOptions, UpdateReason, UpdateResult } from "./types.js";
