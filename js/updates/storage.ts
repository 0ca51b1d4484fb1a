/** Where a store keeps its log. Each adapter takes the object that it is for, so that none is required. */

import { requireObject, wrong } from "../base/arguments.js";

/** A place for a few texts. It need not be trusted, and a write may be torn. */
export interface PolicyStorage {
  /** What was set, or nothing. */
  get(key: string): Promise<string | null | undefined>;
  /** Keeps a text. Fulfilled once it is kept. */
  set(key: string, value: string): Promise<void>;
  /** Runs `work` while nobody else does who uses the same place: no other tab, no other process. Given up after a minute. Default: nobody in this one. */
  lock?<T>(work: () => Promise<T>): Promise<T>;
}

/** Nothing outlives the process: for tests, and for servers that start with a fresh policy. */
export function memoryStorage(): PolicyStorage {
  const values = new Map<string, string>();
  return {
    get: async (key) => values.get(key),
    set: async (key, value) => void values.set(key, value),
  };
}

/** `webStorage(localStorage, navigator.locks)`. Without locks, tabs may write over each other's: both are signed policies. */
export function webStorage(storage: WebStorage, locks?: WebLocks): PolicyStorage {
  requireMethods(storage, "the storage", ["getItem", "setItem"]);
  if (locks !== undefined) requireMethods(locks, "the locks", ["request"]);
  return {
    get: async (key) => storage.getItem(key),
    set: async (key, value) => storage.setItem(key, value),
    lock: (work) => (locks === undefined ? exclusively(storage, work) : locks.request("chainpin.updates", work)),
  };
}

/** `localStorage`, or what is like it. */
export interface WebStorage {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
}

/** `navigator.locks`. */
export interface WebLocks {
  request<T>(name: string, work: () => Promise<T>): Promise<T>;
}

/** `preferencesStorage(Preferences)`, of `@capacitor/preferences`. */
export function preferencesStorage(preferences: CapacitorPreferences): PolicyStorage {
  requireMethods(preferences, "the preferences", ["get", "set"]);
  return {
    get: async (key) => (await preferences.get({ key })).value,
    set: (key, value) => preferences.set({ key, value }),
    lock: (work) => exclusively(preferences, work),
  };
}

/** `Preferences` of `@capacitor/preferences`. */
export interface CapacitorPreferences {
  get(options: { key: string }): Promise<{ value: string | null }>;
  set(options: { key: string; value: string }): Promise<void>;
}

/** `asyncStorage(AsyncStorage)`, of `@react-native-async-storage/async-storage`. */
export function asyncStorage(storage: ReactNativeStorage): PolicyStorage {
  requireMethods(storage, "the storage", ["getItem", "setItem"]);
  return {
    get: (key) => storage.getItem(key),
    set: (key, value) => storage.setItem(key, value),
    lock: (work) => exclusively(storage, work),
  };
}

/** `AsyncStorage` of `@react-native-async-storage/async-storage`. */
export interface ReactNativeStorage {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<void>;
}

/** Runs `work` after all that was given for the same object before. */
export function exclusively<T>(object: object, work: () => Promise<T>): Promise<T> {
  const turn = (queues.get(object) ?? Promise.resolve()).then(work);
  const ended = () => undefined;
  queues.set(object, turn.then(ended, ended));
  return turn;
}

const queues = new WeakMap<object, Promise<void>>();

export function requireMethods(object: unknown, name: string, methods: readonly string[]): void {
  // A Capacitor plugin is a proxy, and may be a function to `typeof`.
  if (typeof object !== "function") requireObject(object, name);
  for (const method of methods) {
    const value = (object as Record<string, unknown>)[method];
    if (typeof value !== "function") throw wrong(`${name}'s ${method}`, "a function", value);
  }
}
