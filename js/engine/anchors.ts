/**
 * The app's trusted roots. An entry of its own in the build, so that what `createAnchors` of one entry makes serves the verifiers
 * of every other.
 */

import type { Backend } from "./backend.js";
import { type Carriage, packChain } from "./chain.js";
import { ANCHORS, Compiled } from "./compiled.js";
import { translated } from "./failure.js";
import type { Anchors, ChainInput } from "../model/types.js";

/** One certificate more than the core accepts, and four times its bytes, for text with explanations. */
const CARRIAGE: Carriage = { pieces: 1025, bytes: 16 * 1024 * 1024 };

/** By mark and not by class: an app may have the package twice, as an ES module and as CommonJS. */
const MARK = Symbol.for("chainpin.anchors.1");

export class AnchorSet implements Anchors {
  readonly [MARK] = true;
  private readonly packed: Uint8Array;
  /** One for each module that was asked with them; an app has one or two. */
  private readonly parsed = new Map<Backend, Compiled<Uint8Array>>();
  private disposed = false;

  /** Only packs them; what they are shows where they are parsed. */
  constructor(certificates: ChainInput, name: string) {
    this.packed = packChain(certificates, name, CARRIAGE);
  }

  /** As that module holds them; parsed when they are first used there. */
  of(backend: Backend): Compiled<Uint8Array> {
    const known = this.parsed.get(backend);
    if (known !== undefined) return known;
    const compiled = new Compiled(backend, ANCHORS, this.packed);
    this.parsed.set(backend, compiled);
    return this.disposed ? compiled.expire() : compiled;
  }

  /** @throws TypeError if there are none or too many, or if one cannot be read. */
  parseIn(backend: Backend): void {
    translated(() => this.of(backend).use(() => undefined));
  }

  dispose(): void {
    this.disposed = true;
    for (const compiled of this.parsed.values()) compiled.free();
  }
}

export function isAnchorSet(anchors: unknown): anchors is AnchorSet {
  return typeof anchors === "object" && anchors !== null && (anchors as { [MARK]?: unknown })[MARK] === true;
}
