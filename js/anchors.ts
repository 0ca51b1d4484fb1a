/** The app's trusted roots: parsed once, used for many verdicts. */

import type { Backend } from "./backend.js";
import { type Carriage, packChain } from "./chain.js";
import { ANCHORS, Compiled } from "./compiled.js";
import { translated } from "./failure.js";
import type { Anchors, ChainInput } from "./types.js";

/** One certificate more than the core accepts, and four times its bytes, for text with explanations. */
const CARRIAGE: Carriage = { pieces: 1025, bytes: 16 * 1024 * 1024 };

export class AnchorSet implements Anchors {
  readonly compiled: Compiled<Uint8Array>;

  /** @throws TypeError where the certificates are none, too many or unreadable. */
  constructor(backend: Backend, certificates: ChainInput, name: string) {
    this.compiled = new Compiled(backend, ANCHORS, packChain(certificates, name, CARRIAGE));
    translated(() => this.compiled.use(() => undefined));
  }

  dispose(): void {
    this.compiled.free();
  }
}
