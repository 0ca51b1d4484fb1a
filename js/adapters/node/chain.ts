/** A peer's certificates, from Node's own form. */

import type { DetailedPeerCertificate, PeerCertificate, TLSSocket } from "node:tls";
import { wrong } from "../../base/arguments.js";

/**
 * The certificates of a connection, leaf first, in DER; empty before the handshake.
 *
 * They are linked by name, as Node does it, with the root of Node's own store where that is the next: nobody has checked a signature.
 * Hand them to a verifier with source `presented`, never `validated`.
 *
 * ```js
 * socket.once("secureConnect", () => console.log(pinsOf(chainOf(socket))));
 * ```
 */
export function chainOf(socket: TLSSocket): Uint8Array[] {
  if (typeof socket?.getPeerCertificate !== "function") throw wrong("the socket", "a TLSSocket", socket);
  // Not getPeerX509Certificate: up to Node 24 it takes the certificates away from whoever asks next.
  return linked(socket.getPeerCertificate(true));
}

/** From what Node gives to `checkServerIdentity`. */
export function linked(certificate: PeerCertificate): Uint8Array[] {
  const chain: Uint8Array[] = [];
  const seen = new Set<object>();
  let next: Partial<DetailedPeerCertificate> | undefined = certificate;
  // A root is linked to itself.
  while (next?.raw !== undefined && !seen.has(next)) {
    seen.add(next);
    chain.push(next.raw);
    next = next.issuerCertificate;
  }
  return chain;
}
