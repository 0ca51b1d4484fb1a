/** Open connections, judged again when their policy is replaced. */

import type { TLSSocket } from "node:tls";
import type { ReplaceableVerifier } from "../../engine/replaceable.js";
import type { Verifier } from "../../model/types.js";
import type { Evidence } from "./evidence.js";

/** Watches a connection until it closes. */
export function watch(verifier: Verifier, socket: TLSSocket, evidence: Evidence): void {
  if (!isReplaceable(verifier)) return;
  let open = all.get(verifier);
  if (open === undefined) all.set(verifier, (open = new OpenConnections(verifier)));
  open.add(socket, evidence);
}

const all = new WeakMap<Verifier, OpenConnections>();

class OpenConnections {
  private readonly open = new Map<TLSSocket, Evidence>();
  private stop: (() => void) | undefined;

  constructor(private readonly verifier: ReplaceableVerifier) {}

  add(socket: TLSSocket, evidence: Evidence): void {
    // Listening only while something is open: a verifier keeps nothing alive.
    this.stop ??= this.verifier.onReplaced(() => this.judgeAgain());
    if (!this.open.has(socket)) socket.once("close", () => this.remove(socket));
    this.open.set(socket, evidence);
  }

  private remove(socket: TLSSocket): void {
    this.open.delete(socket);
    if (this.open.size > 0) return;
    this.stop?.();
    this.stop = undefined;
  }

  private judgeAgain(): void {
    for (const [socket, evidence] of this.open) {
      const objection = socket.destroyed ? undefined : evidence.objection();
      if (objection !== undefined) socket.destroy(objection);
    }
  }
}

function isReplaceable(verifier: Verifier): verifier is ReplaceableVerifier {
  return typeof (verifier as Partial<ReplaceableVerifier>).onReplaced === "function";
}
