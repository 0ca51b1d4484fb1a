/** A policy that keeps itself up to date. */

import type { Chainpin } from "../engine/api.js";
import { requireObject, requireString, wrong } from "../base/arguments.js";
import { CLOCK_SKEW } from "../engine/bundle.js";
import type { Policy } from "../model/policy.js";
import { type ReplaceableVerifier, createReplaceable } from "../engine/replaceable.js";
import type { Finding, Verifier } from "../model/types.js";
import { withDeadline } from "./deadline.js";
import { errorText } from "../model/error-text.js";
import { type Judge, type State, advance, replay, writeLog } from "./log.js";
import { type Refreshed, Schedule } from "./schedule.js";
import { Slots, StorageFailure } from "./slots.js";
import { exclusively, requireMethods } from "./storage.js";
import type { PolicyStore, PolicyStoreEvent, PolicyStoreOptions, UpdateReason, UpdateResult } from "./types.js";

/** As much of an entry as a store uses: `chainpin`, `chainpin/js`, `chainpin/auto`, or `chainpin/slim` when it is initialised. */
export type ChainpinForUpdates = Pick<Chainpin, "createVerifier" | "createVerifierSync" | "lint" | "verifyBundle">;

export async function openStore(chainpin: ChainpinForUpdates, options: PolicyStoreOptions): Promise<PolicyStore> {
  requireOptions(options);
  const first = await chainpin.createVerifier(options.embedded);
  const store = new Store(chainpin, options, first);
  await store.readAtStart();
  return store;
}

class Store implements PolicyStore {
  readonly verifier: ReplaceableVerifier;
  private readonly id: string;
  private readonly embedded: State;
  private readonly slots: Slots;
  private readonly schedule: Schedule;
  private readonly now: () => number;
  private current: Verifier;
  private state: State;
  private updating: Promise<UpdateResult> | undefined;

  /** @throws TypeError for keys that are none. */
  constructor(
    private readonly chainpin: ChainpinForUpdates,
    private readonly options: PolicyStoreOptions,
    first: Verifier,
  ) {
    this.now = options.now ?? Date.now;
    this.id = first.policy.id;
    this.embedded = toState(first.policy, options);
    this.state = this.embedded;
    this.requireKeys();
    this.current = first;
    this.verifier = createReplaceable(first);
    this.slots = new Slots(options.storage, this.id);
    this.schedule = new Schedule(() => this.refresh(), this.now);
  }

  get policy(): Policy {
    return this.verifier.policy;
  }

  get findings(): readonly Finding[] {
    const { url } = this.options;
    return this.chainpin.lint(this.state.policy, { now: this.now(), ...(url === undefined ? {} : { updateUrl: url }) });
  }

  update(): Promise<UpdateResult> {
    this.updating ??= this.fetchAndAccept().then((result) => {
      this.updating = undefined;
      const { accepted, reason, message } = result;
      if (!accepted) this.tell({ code: "refused", reason: reason as UpdateReason, message: message as string });
      return result;
    });
    return this.updating;
  }

  start(): void {
    this.schedule.start();
  }

  stop(): void {
    this.schedule.stop();
  }

  async readAtStart(): Promise<void> {
    const { accepted, message } = await this.alone(async () => {
      await this.adopt(() => undefined);
      return { accepted: true };
    });
    if (!accepted) this.tell({ code: "storage-unreadable", message: message as string });
  }

  /** One bundle may lead to the next: to the keys that sign it. */
  private async refresh(): Promise<Refreshed> {
    let result = await this.update();
    for (let more = MOST_AT_ONCE - 1; result.accepted && more > 0; more--) result = await this.update();
    return { ok: result.accepted || result.reason === "not-newer", expires: this.state.expires };
  }

  private async fetchAndAccept(): Promise<UpdateResult> {
    let bundle: string;
    try {
      bundle = await withDeadline(this.options.fetch(), FETCH_SECONDS, "fetch");
      requireString(bundle, "what fetch brings");
    } catch (error) {
      return refused("fetch-failed", error);
    }
    return this.alone(() => this.accept(bundle));
  }

  /** Reads what others have accepted, judges the bundle, writes it down, and only then uses it. */
  private async accept(bundle: string): Promise<UpdateResult> {
    await this.adopt((sequence) => this.tell({ code: "adopted", sequence }));
    const verdict = this.judge(bundle, { ...this.state, floor: this.state.sequence }, "refuse");
    if (!verdict.accepted) return refused(verdict.reason, verdict.message);
    const state = advance(this.state, bundle, verdict);
    // Compiled before it is written, so that what is written can be used.
    const verifier = this.chainpin.createVerifierSync(state.accepted ?? state.policy);
    try {
      await this.slots.write(writeLog(state), state);
    } catch (error) {
      verifier.dispose();
      throw error;
    }
    this.tell({ code: "accepted", sequence: state.sequence, keysChanged: verdict.keys !== undefined });
    this.use(state, verifier);
    return { accepted: true };
  }

  /** Uses what is in storage, where that is newer. */
  private async adopt(adopted: (sequence: number) => void): Promise<void> {
    const { newest, dropped } = await this.slots.read((text) => replay(text, this.embedded, this.judge));
    for (const { reason, message } of dropped) this.tell({ code: "log-dropped", reason, message });
    if (newest === undefined) return;
    if (newest.sequence > this.state.sequence) {
      adopted(newest.sequence);
      this.use(newest, this.chainpin.createVerifierSync(newest.accepted ?? newest.policy));
    } else if (newest.latest > this.state.latest) {
      this.state = { ...this.state, latest: newest.latest };
    }
  }

  private use(state: State, verifier: Verifier): void {
    const previous = this.current;
    this.current = verifier;
    this.state = state;
    try {
      this.verifier.replace(verifier);
    } catch (error) {
      // The policy is in use all the same: listeners are told after the swap.
      this.tell({ code: "listener-failed", error });
    }
    previous.dispose();
  }

  /** Checks the keys before anything else: `verifyBundle` throws for wrong ones, whatever the bundle. */
  private requireKeys(): void {
    this.judge("", { ...this.embedded, floor: 0 }, "refuse");
  }

  private readonly judge: Judge = (bundle, { keys, floor, latest }, expired) => {
    // What was accepted once was no longer in the future then: the clock has been set back since, and takes nothing back.
    const clockSkew = expired === "accept" ? Number.MAX_SAFE_INTEGER : (this.options.clockSkew ?? CLOCK_SKEW);
    return this.chainpin.verifyBundle(bundle, { keys, id: this.id, floor, latest, now: this.now(), clockSkew, expired });
  };

  /** Does it while no other tab or process does; whatever goes wrong is a reason. */
  private async alone(work: () => Promise<UpdateResult>): Promise<UpdateResult> {
    const { storage } = this.options;
    let turn: Promise<UpdateResult> | undefined;
    let why: unknown = "the storage's lock did not run what it was given";
    const once = async () => {
      // What is no failure of the storage is one of the module, or of a clock of the app's.
      turn ??= work().catch((error) => refused(error instanceof StorageFailure ? "storage-failed" : "internal", error));
      await turn;
    };
    try {
      await withDeadline(storage.lock === undefined ? exclusively(storage, once) : storage.lock(once), LOCK_SECONDS, "the storage's lock");
    } catch (error) {
      why = error; // the lock's own: what was begun stays so
    }
    // What has not begun by now never will: a lock that comes later finds its turn taken.
    return (turn ??= Promise.resolve(refused("storage-failed", why)));
  }

  private tell(event: PolicyStoreEvent): void {
    const { onEvent } = this.options;
    if (onEvent !== undefined) void Promise.resolve().then(() => onEvent(event));
  }
}

/** Bundles in a row: more changes of keys than anybody makes in the life of an app's version. */
const MOST_AT_ONCE = 8;

/** A tab that is frozen, or a process that hangs, may hold it for ever. */
const LOCK_SECONDS = 60;

/** A server that takes longer is tried again later. */
const FETCH_SECONDS = 60;

function toState(policy: Policy, { keys }: PolicyStoreOptions): State {
  return {
    sequence: policy.sequence,
    policy: JSON.stringify(policy),
    expires: toMillis(policy.expires),
    keys,
    latest: toMillis(policy.issuedAt) ?? 0,
    log: [],
  };
}

/** A date that the module has found valid. ECMAScript wants RFC 3339 in capitals. */
function toMillis(date: string | undefined): number | undefined {
  const millis = date === undefined ? NaN : Date.parse(date.toUpperCase());
  return isNaN(millis) ? undefined : millis;
}

function refused(reason: UpdateReason, why: unknown): UpdateResult {
  return { accepted: false, reason, message: errorText(why) };
}

function requireOptions(options: PolicyStoreOptions): void {
  requireObject(options, "the options");
  requireMethods(options.storage, "storage", ["get", "set"]);
  if (typeof options.fetch !== "function") throw wrong("fetch", "a function", options.fetch);
  if (options.url !== undefined) requireString(options.url, "url");
  for (const name of ["now", "onEvent"] as const) {
    if (options[name] !== undefined && typeof options[name] !== "function") throw wrong(name, "a function", options[name]);
  }
}
