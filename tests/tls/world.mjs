// What most tests of pinned connections need: an honest server, its CAs, and verifiers of its pins.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { PinningError, createVerifierSync } from "chainpin";
import { makeAuthority, makeServer } from "./authority.mjs";

const root = await makeAuthority("Honest Root");
const intermediate = await makeAuthority("Honest Intermediate", root);
const leaf = await makeServer(intermediate, ["localhost", "a.localhost", "b.localhost", "x.localhost", "127.0.0.1", "::1"]);

/** `chain` is what an honest server sends beside its own certificate. */
export const honest = { root, intermediate, leaf, ca: root.pem, chain: [intermediate.pem] };

/** The pin of a key that nobody has. */
export const stray = `sha256/${createHash("sha256").update("stray").digest("base64")}`;

export function policy(rules, more = {}) {
  return { version: 1, id: "acme", sequence: 1, rules, ...more };
}

/** A verifier with one rule, for localhost and the names below it. */
export function pinning(pin, more = {}) {
  return createVerifierSync(policy([{ host: "localhost", subdomains: true, pins: [pin], ...more }]));
}

/** The PinningError in an error, by itself or as the cause of causes. */
export function pinningError(error) {
  for (let next = error, depth = 0; next instanceof Error && depth < 8; next = next.cause, depth++) {
    if (next instanceof PinningError) return { error: next, depth };
  }
  return undefined;
}

/** Asserts that a request fails by the policy, in `depth` causes. */
export async function refused(request, code = "pin-mismatch", depth = 0) {
  const error = await request.then(
    (answer) => assert.fail(`let through: ${JSON.stringify(answer)}`),
    (error) => error,
  );
  const found = pinningError(error);
  assert.ok(found, `no PinningError in ${error.stack}`);
  assert.deepEqual([found.error.code, found.depth], [code, depth]);
  assert.equal(found.error.verdict.ok, false);
  return found.error;
}
