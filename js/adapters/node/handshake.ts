/** Holds a TLS socket to its verdict: nobody is told of a connection that the verifier has not passed. */

import type { ConnectionOptions, TLSSocket } from "node:tls";
import { ChainpinError } from "../../model/errors.js";

/** One handshake; the check says here that the verifier has passed it. */
export interface Handshake {
  passed: boolean;
}

/**
 * `secureConnect` is emitted only for a connection that has passed: a listener cannot keep it from others, and http2 takes the connection
 * over in it, which ends the process where it has been closed. `begin` is called right before Node checks the certificate.
 */
export function hold(socket: TLSSocket, handshake: Handshake, begin?: () => void): void {
  const emit = socket.emit as (...what: unknown[]) => boolean;
  const gate = (...what: unknown[]): boolean => {
    if (what[0] === "secure") begin?.();
    if (what[0] !== "secureConnect") return emit.apply(socket, what);
    if (socket.emit === gate) socket.emit = emit;
    // Where a session is resumed, or something has taken the check out of the options, nobody has seen a certificate.
    if (!handshake.passed || socket.isSessionReused()) {
      socket.destroy(
        new ChainpinError("connection-unjudged", "the connection was made without a verdict on its certificate, and was closed"),
      );
    }
    // Closed already, where the policy was replaced while it answered.
    if (socket.destroyed) return false;
    socket.uncork();
    return emit.apply(socket, what);
  };
  socket.emit = gate;
  socket.cork();
}

/**
 * The handshakes of connections that others open. Node shows their sockets in one place only: where TLS 1.3 is offered, it asks for a
 * pre-shared key before the first byte, with the socket as `this`.
 */
export class Handshakes {
  #current: Handshake | undefined;
  readonly #held = new WeakSet<TLSSocket>();

  /** To be called by the check where the verifier has passed a connection. */
  pass(): void {
    if (this.#current !== undefined) this.#current.passed = true;
  }

  /** Never a key. What it throws, Node makes the socket's error. */
  pskCallback(): NonNullable<ConnectionOptions["pskCallback"]> {
    const handshakes = this;
    const callback = function (this: unknown): null {
      handshakes.#take(this as TLSSocket & { _rejectUnauthorized?: boolean });
      return null;
    };
    ours.add(callback);
    return callback;
  }

  #take(socket: TLSSocket & { _rejectUnauthorized?: boolean }): void {
    if (socket._rejectUnauthorized === false) throw unsafe();
    // Twice where the server wants another group.
    if (this.#held.has(socket)) return;
    this.#held.add(socket);
    const handshake = { passed: false };
    hold(socket, handshake, () => (this.#current = handshake));
  }
}

export function isOurs(pskCallback: unknown): boolean {
  return typeof pskCallback === "function" && ours.has(pskCallback);
}

const ours = new WeakSet<object>();

export function unsafe(): TypeError {
  return new TypeError("rejectUnauthorized must not be false: Node then ignores what the verifier answers");
}
