// The path-validation suite of C2SP/x509-limbo, through the package: each case as expected, or among the exceptions.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { createAnchors, createVerifierSync, initSync, pinsOf } from "chainpin";
import { policyOf } from "../lib/vectors.mjs";

const folder = new URL("../../vectors/limbo/", import.meta.url);
const { testcases } = read("limbo.json");
const exceptions = new Map(read("exceptions.json").map((exception) => [exception.id, exception]));

/** Where a case gives no time. Its certificates are valid for centuries. */
const NOW = "2026-11-24T00:00:00Z";

initSync();

test("every case is as expected or an exception", () => {
  const surprises = testcases.flatMap((testcase) => surprise(testcase) ?? []);
  const ids = new Set(testcases.map(({ id }) => id));
  for (const id of exceptions.keys()) if (!ids.has(id)) surprises.push(`${id}: an exception for no case`);
  assert.equal(ids.size, 95);
  assert.deepEqual(surprises, []);
});

function surprise(testcase) {
  const { id, expected_result: expected } = testcase;
  const { actual, message } = run(testcase);
  const exception = exceptions.get(id);
  if (exception === undefined) return actual === expected ? undefined : `${id}: ${actual} instead of ${expected}: ${message}`;
  if (actual === expected) return `${id}: an unexpected pass; the exception can go`;
  if (exception.actual === actual && exception.expected === expected && exception.reason) return undefined;
  return `${id}: ${actual} (${message}), and in exceptions.json ${JSON.stringify(exception)}`;
}

/**
 * CRLs and the greatest depth of a path have no place in a request: a case that only they decide is among the exceptions.
 * So is a case that no request can put.
 */
function run({ validation_kind, trusted_certs, untrusted_intermediates, peer_certificate, validation_time, expected_peer_name }) {
  if (validation_kind !== "SERVER" || expected_peer_name === null) return { actual: "UNASKED", message: "no server of a name" };
  const host = expected_peer_name.value;
  const verifier = createVerifierSync(policyOf({ host, pins: trusted_certs.flatMap((pem) => pinsOf(pem)) }));
  const anchors = createAnchors(trusted_certs);
  const chain = [peer_certificate, ...untrusted_intermediates];
  const verdict = verifier.verify({ host, chain, source: "presented", anchors, now: Date.parse(validation_time ?? NOW) });
  const { outcome, ok, message } = verdict;
  verifier.dispose();
  anchors.dispose();
  return { actual: ok && outcome === "pinned" ? "SUCCESS" : "FAILURE", message };
}

function read(name) {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}
