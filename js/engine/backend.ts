/** The seam between the API and the module that decides: starts it, and replaces it when it has failed. */

import { ChainpinError } from "../model/errors.js";
import type * as glue from "../generated/glue.js";

/** The functions of `src/wasm/exports.rs`. */
export type Engine = Omit<typeof glue, "__wbg_set_wasm" | "imports" | "setTextCodec">;

/** One way to load the module. */
export interface Payload {
  readonly kind: "wasm" | "js";
  readonly engine: Engine;
  /** What can be kept between instances; the promise is awaited once. */
  compile(): Promise<object>;
  compileSync(): object;
  /** Makes a fresh instance and binds the engine's functions to it. */
  instantiate(compiled: object): void;
}

/** A failure inside the module: its memory cannot be trusted any more. */
export class Trap extends ChainpinError<"internal"> {
  constructor(cause: unknown) {
    super("internal", `the verifier failed and was restarted (${isThrown(cause) ? cause.message : String(cause)}); please report this`, {
      cause,
    });
  }
}

export class Backend {
  /** Counts instances: a handle of an earlier one means nothing. */
  generation = 0;
  private compiled: object | undefined;
  private starting: Promise<void> | undefined;
  private alive = false;

  constructor(private readonly payload: Payload) {}

  get kind(): "wasm" | "js" {
    return this.payload.kind;
  }

  init(): Promise<void> {
    this.starting ??= this.payload.compile().then(
      (compiled) => {
        this.compiled ??= compiled;
      },
      (error) => {
        this.starting = undefined;
        throw error;
      },
    );
    return this.starting;
  }

  initSync(): void {
    this.compiled ??= this.payload.compileSync();
  }

  /**
   * Calls into the module. What it throws on purpose comes through; anything else is a trap: the instance is thrown away,
   * and the next call gets a fresh one.
   */
  run<T>(work: (engine: Engine) => T): T {
    try {
      this.revive();
      return work(this.payload.engine);
    } catch (error) {
      if (isDeliberate(error)) throw error;
      this.alive = false;
      throw new Trap(error);
    }
  }

  private revive(): void {
    if (this.alive) return;
    if (this.compiled === undefined) {
      throw new ChainpinError("not-initialised", "chainpin is not initialised; await init(), or call initSync(), first");
    }
    this.payload.instantiate(this.compiled);
    this.generation += 1;
    this.alive = true;
  }
}

/** What `src/wasm/` throws on purpose. */
export interface Thrown {
  code: string;
  message: string;
  path?: string;
}

export function isThrown(error: unknown): error is Thrown {
  return typeof error === "object" && error !== null && !(error instanceof Error) && typeof (error as Thrown).code === "string";
}

/** A module that has lost a policy throws `internal`, which is a failure like a trap. */
function isDeliberate(error: unknown): boolean {
  return isThrown(error) ? error.code !== "internal" : error instanceof ChainpinError;
}
