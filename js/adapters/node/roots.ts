/** The roots that Node trusts, as anchors: read once in a process. */

import { readFileSync } from "node:fs";
import tls, { type ConnectionOptions } from "node:tls";
import { wrong } from "../../base/arguments.js";
import { AnchorSet } from "../../engine/anchors.js";

/**
 * The anchors for a connection's `ca` option, or for Node's own roots.
 * @throws TypeError for what is no PEM.
 */
export function anchorsOf(ca: ConnectionOptions["ca"]): AnchorSet {
  if (ca === undefined || ca === null) return nodesOwn();
  const key = typeof ca === "string" ? keyOf(ca) : ca;
  const known = given.get(key);
  if (known !== undefined) return known;
  const anchors = new AnchorSet(toPem(ca), "ca");
  given.set(key, anchors);
  return anchors;
}

/** By the value that was given: an agent's is the same for each of its connections. */
const given = new WeakMap<object, AnchorSet>();
const keys = new Map<string, object>();
/** An app has one or two. */
const KEYS = 16;

function keyOf(text: string): object {
  let key = keys.get(text);
  if (key === undefined) {
    if (keys.size >= KEYS) keys.clear();
    keys.set(text, (key = {}));
  }
  return key;
}

function toPem(ca: unknown): string[] {
  return (Array.isArray(ca) ? ca : [ca]).map((one) => {
    if (typeof one === "string") return one;
    if (one instanceof Uint8Array) return Buffer.from(one).toString("latin1");
    throw wrong("ca", "PEM as a string or a Buffer, or an array of these", one);
  });
}

let own: { readonly from: readonly string[]; readonly anchors: AnchorSet } | undefined;

function nodesOwn(): AnchorSet {
  // Since Node 22.15; the same frozen array each time, until somebody sets others.
  const { getCACertificates } = tls as { getCACertificates?: (type: "default") => readonly string[] };
  const from = getCACertificates?.("default") ?? tls.rootCertificates;
  if (own?.from === from) return own.anchors;
  const anchors = new AnchorSet(getCACertificates ? from : [...from, ...extra()], "Node's roots");
  own = { from, anchors };
  return anchors;
}

/** Older Nodes trust NODE_EXTRA_CA_CERTS as well, and do not say so. */
function extra(): string[] {
  const file = process.env["NODE_EXTRA_CA_CERTS"];
  if (!file) return [];
  try {
    return [readFileSync(file, "latin1")];
  } catch {
    // Node has warned of it at its start, and does not trust it either.
    return [];
  }
}
