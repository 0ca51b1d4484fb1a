// `selfTest`: it must find out when pinning is not active.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { PinningError, createReplaceable, createVerifierSync } from "chainpin";
import { createAgent, selfTest } from "chainpin/node";
import { makeServer } from "../../tls/authority.mjs";
import { get } from "../../tls/get.mjs";
import { closeAll, serve } from "../../tls/server.mjs";
import { honest, pinning, policy, stray } from "../../tls/world.mjs";

after(closeAll);
const { ca } = honest;
const server = await serve({ certificate: honest.leaf, chain: honest.chain });
const target = { host: "localhost", port: server.port, ca };
const verifier = pinning(honest.leaf.pin);
const failed = (message) => ({ name: "ChainpinError", code: "self-test-failed", message });

test("it resolves with the refusal, and no request was sent", async () => {
  for (const one of [verifier, createReplaceable(verifier)]) {
    const refusal = await selfTest({ ...target, verifier: one });
    assert.ok(refusal instanceof PinningError);
    assert.equal(refusal.code, "pin-mismatch");
  }
  await selfTest({ ...target, verifier, request: (canary) => get(server.url, { agent: createAgent(canary, { ca }) }) });
  assert.equal(server.requests, 0);
});

test("a client that does not ask the verifier is found out", async () => {
  const request = () => get(server.url, { ca });
  await assert.rejects(selfTest({ ...target, verifier, request }), failed(/let through with a pin that cannot match/));
  const swallowing = (canary) => get(server.url, { agent: createAgent(canary, { ca }) }).catch(() => "nothing");
  await assert.rejects(selfTest({ ...target, verifier, request: swallowing }), failed(/let through/));
});

test("another failure is no proof", async () => {
  await assert.rejects(selfTest({ ...target, ca: undefined, verifier }), failed(/another reason/));
  await assert.rejects(selfTest({ ...target, port: 1, verifier }), failed(/another reason than the pin \(.*ECONNREFUSED/));
  await assert.rejects(
    selfTest({ ...target, verifier, request: () => get(server.url, { agent: createAgent(pinning(stray), { ca }) }) }),
    failed(/another reason/),
  );
  const other = await serve({ certificate: await makeServer(honest.intermediate, ["x.localhost"]), chain: honest.chain });
  await assert.rejects(selfTest({ ...target, port: other.port, verifier }), failed(/another reason/));
});

test("a policy that does not enforce a rule for the host fails the test", async () => {
  const rule = { host: "localhost", pins: [honest.leaf.pin] };
  for (const [rules, message] of [
    [[], /does not pin localhost/],
    [
      [
        { ...rule, subdomains: true },
        { host: "a.localhost", exempt: true },
      ],
      /does not pin a\.localhost/,
    ],
    [[{ ...rule, mode: "report" }], /let through .* only reports/],
    [[{ ...rule, expires: "2026-01-01" }], /let through .* has expired/],
  ]) {
    const host = rules.length === 2 ? "a.localhost" : "localhost";
    await assert.rejects(selfTest({ ...target, host, verifier: createVerifierSync(policy(rules)) }), failed(message));
  }
  await assert.rejects(selfTest({ ...target, host: undefined, verifier }), TypeError);
  await assert.rejects(selfTest({ ...target, verifier: {} }), TypeError);
});
