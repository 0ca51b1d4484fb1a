// What a platform does with a handshake: the chain as the server sent it, and the path from the leaf to a root that it trusts.
import { X509Certificate } from "node:crypto";
import { Duplex } from "node:stream";

/** A socket whose incoming bytes are kept until the server's Certificate message of TLS 1.2 has passed, which is not encrypted. */
export class Tap extends Duplex {
  seen = Buffer.alloc(0);

  constructor(socket) {
    super();
    this.socket = socket;
    socket.on("data", (bytes) => {
      if (this.seen !== undefined) this.seen = Buffer.concat([this.seen, bytes]);
      if (!this.push(bytes)) socket.pause();
    });
    socket.on("end", () => this.push(null));
    socket.on("error", (error) => this.destroy(error));
    socket.on("close", () => this.destroy());
  }
  _read() {
    this.socket.resume();
  }
  _write(bytes, encoding, done) {
    this.socket.write(bytes, encoding, done);
  }
  _final(done) {
    this.socket.end(done);
  }
  _destroy(error, done) {
    this.socket.destroy();
    done(error);
  }

  /** The certificates as they were sent, DER. */
  certificates() {
    const chain = certificatesOf(handshakeOf(this.seen));
    this.seen = undefined;
    return chain;
  }
}

/** RFC 5246, section 6.2.1: the fragments of the handshake records, joined. */
function handshakeOf(bytes) {
  const parts = [];
  for (let at = 0; at + 5 <= bytes.length; ) {
    const end = at + 5 + bytes.readUInt16BE(at + 3);
    if (bytes[at] !== 22) break;
    parts.push(bytes.subarray(at + 5, end));
    at = end;
  }
  return Buffer.concat(parts);
}

/** RFC 5246, section 7.4.2. */
function certificatesOf(handshake) {
  for (let at = 0; at + 4 <= handshake.length; ) {
    const [type, end] = [handshake[at], at + 4 + handshake.readUIntBE(at + 1, 3)];
    if (type === 11) {
      const chain = [];
      for (let from = at + 7; from < end; ) {
        const to = from + 3 + handshake.readUIntBE(from, 3);
        chain.push(handshake.subarray(from + 3, to));
        from = to;
      }
      return chain;
    }
    at = end;
  }
  throw new Error("no Certificate message of TLS 1.2");
}

/** From the leaf to a root, by signatures: what is not on that path is left out. Undefined where there is none. */
export function pathOf(sent, roots) {
  const pool = sent.slice(1).map((der) => new X509Certificate(der));
  const trusted = roots.map(({ der }) => new X509Certificate(der));
  const path = [new X509Certificate(sent[0])];
  for (;;) {
    const last = path.at(-1);
    const issued = (issuer) => last.checkIssued(issuer) && last.verify(issuer.publicKey);
    const root = trusted.find(issued);
    if (root) return { path: [...path, root].map(({ raw }) => raw), root: root.raw };
    const next = pool.find((candidate) => issued(candidate) && !path.includes(candidate));
    if (next === undefined) return undefined;
    path.push(next);
  }
}
