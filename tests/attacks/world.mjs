// Who is who in the attacks: a host with its genuine chain, somebody with another CA, and how a case is written.
import { createHash } from "node:crypto";
import { authority, now, server } from "./certificates.mjs";

export const HOST = "api.example.com";

/** What the host really has, and what the app pins: leaf, intermediate, root. */
const root = authority("Genuine Root");
const intermediate = authority("Genuine CA", root);
export const genuine = { root, intermediate, leaf: server([HOST], intermediate) };

/** The attacker's: a chain for the host under a CA of his own, which the platform or the user may even trust. */
const rogueRoot = authority("Rogue Root");
const rogueIntermediate = authority("Rogue CA", rogueRoot);
export const rogue = { root: rogueRoot, intermediate: rogueIntermediate, leaf: server([HOST], rogueIntermediate) };

/** The pin of a key that nobody has. */
export const stray = `sha256/${createHash("sha256").update("stray").digest("base64")}`;

/** A policy of one rule for the host, as text. */
export function pinning(pins, rule = {}, more = {}) {
  return policyOf([{ host: HOST, pins: [pins].flat(), ...rule }], more);
}

export function policyOf(rules, more = {}) {
  return JSON.stringify({ version: 1, id: "acme-mobile", sequence: 6, rules, ...more });
}

/**
 * A connection that is judged. `chain`: certificates, or DER. `expected`: outcome, reason, and role and place of what matched.
 * `says`: words that the verdict tells a developer.
 */
export function connection(name, expected, { policy, chain, anchors, ...more }) {
  const asked = { ask: "verdict", host: HOST, now, source: "presented", policy, chain: chain.map(base64), ...more };
  return { name, expected, ...asked, ...(anchors ? { anchors: anchors.map(base64) } : {}) };
}

/** A policy that is refused, by its code; the chain is the genuine one. */
export function badPolicy(name, expected, policy) {
  return connection(name, expected, { policy, chain: [genuine.leaf] });
}

export function base64(certificate) {
  return Buffer.from(certificate.der ?? certificate).toString("base64");
}
