/** Something compiled inside the module, rebuilt from its source whenever the instance that held it is gone. */

import { type Backend, type Engine, Trap } from "./backend.js";

/** How a kind of value is made and freed. */
export interface Kind<Source> {
  compile(engine: Engine, source: Source): number;
  free(engine: Engine, handle: number): void;
}

/** From JSON text. */
export const POLICY: Kind<string> = {
  compile: (engine, text) => engine.compilePolicy(text),
  free: (engine, handle) => engine.freePolicy(handle),
};

/** From packed certificates. */
export const ANCHORS: Kind<Uint8Array> = {
  compile: (engine, packed) => engine.compileAnchors(packed),
  free: (engine, handle) => engine.freeAnchors(handle),
};

export class Compiled<Source> {
  private readonly slot: Slot;
  private freed = false;

  constructor(
    private readonly backend: Backend,
    private readonly kind: Kind<Source>,
    private readonly source: Source,
    /** What the module has compiled already; this takes it over. */
    made?: { readonly handle: number },
  ) {
    this.slot = { backend, free: kind.free, generation: made === undefined ? -1 : backend.generation, handle: made?.handle ?? 0 };
    registry?.register(this, this.slot, this);
  }

  /** Calls into the module with this value's handle. */
  use<T>(work: (engine: Engine, handle: number) => T): T {
    return this.backend.run((engine) => work(engine, this.ready(engine)));
  }

  /**
   * The same for what is asked later and decides nothing: a value that has been freed is compiled for this call alone,
   * and where the module fails, a fresh instance is asked once more.
   */
  tell<T>(work: (engine: Engine, handle: number) => T): T {
    try {
      return this.use(work);
    } catch (error) {
      if (!(error instanceof Trap)) throw error;
      return this.use(work);
    } finally {
      this.release();
    }
  }

  /** This value's handle, inside a call into the module. */
  ready(engine: Engine): number {
    const { slot } = this;
    if (slot.generation !== this.backend.generation) {
      slot.handle = this.kind.compile(engine, this.source);
      slot.generation = this.backend.generation;
    }
    return slot.handle;
  }

  /** What has been freed, and compiled again for a call, is freed after it. */
  release(): void {
    if (this.freed) free(this.slot);
  }

  /** Frees after the next call: a collector does not see how much memory waits for it in the module. */
  expire(): this {
    this.freed = true;
    return this;
  }

  /** Frees the memory in the module; a later `use` compiles anew. */
  free(): void {
    this.freed = true;
    free(this.slot);
  }
}

interface Slot {
  readonly backend: Backend;
  readonly free: (engine: Engine, handle: number) => void;
  generation: number;
  handle: number;
}

function free(slot: Slot): void {
  if (slot.generation !== slot.backend.generation) return;
  const { handle } = slot;
  slot.generation = -1;
  try {
    slot.backend.run((engine) => slot.free(engine, handle));
  } catch {
    // The instance is gone, and what was to be freed with it. Nobody can catch what is thrown in a finalizer.
  }
}

/** Where the engine has none, memory is freed by `dispose` alone. */
const registry = typeof FinalizationRegistry === "undefined" ? undefined : new FinalizationRegistry(free);
