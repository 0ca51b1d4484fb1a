import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import Ajv from "ajv/dist/2020.js";
import { NativeGate } from "chainpin/bridge";
import { Clock, runScenario, scenarios } from "../../bridges/gate.mjs";

const fitsSchema = new Ajv({ strict: false }).compile(
  JSON.parse(readFileSync(new URL("../../../pkg/bridge.schema.json", import.meta.url), "utf8")),
);

for (const scenario of scenarios) {
  test(`gate: ${scenario.name}`, () => {
    const seen = runScenario(scenario, (platform, options) => new NativeGate(platform, options));
    for (const [index, step] of scenario.steps.entries()) {
      assert.deepEqual(seen[index], step.out ?? [], `step ${index}, ${step.do}`);
    }
    const decided = seen
      .flat()
      .filter(({ decide }) => decide)
      .map(({ decide }) => decide);
    if (!scenario.steps.some(({ times }) => times)) assert.equal(new Set(decided).size, decided.length, "a hold was decided twice");
    for (const { send } of seen.flat())
      assert.ok(send === undefined || fitsSchema(send), JSON.stringify([send, fitsSchema.errors]).slice(0, 500));
  });
}

test("the gate takes a message exactly if the schema does", () => {
  const messages = scenarios
    .flatMap(({ steps }) => steps)
    .filter((step) => step.do === "receive" && step.message)
    .map(({ message, out = [] }) => ({ message, out }));
  const fromPage = ["attach", "answer", "policy", "push", "fetch", "abort", "detach"];
  // What no schema can say: a field that repeats in a list.
  const beyondSchema = ({ pins }) => Array.isArray(pins) && new Set(pins.map(({ pattern }) => pattern)).size < pins.length;
  for (const { message, out } of messages) {
    const gate = new NativeGate(silent(), {});
    const { sent } = attach(gate);
    gate.receive(JSON.stringify({ ...message, ...(typeof message.session === "string" && { session: sent[0].session }) }));
    const malformed = sent.slice(1).some(({ type, code }) => type === "notice" && (code === "version" || code === "protocol"));
    const wanted = !fitsSchema(message) || !fromPage.includes(message.type) || beyondSchema(message);
    assert.equal(malformed, wanted, JSON.stringify([message, out]).slice(0, 500));
  }

  function attach(gate) {
    const { sent } = gate.platform;
    gate.receive(JSON.stringify({ v: 1, type: "attach", nonce: "n", sequence: 1 }));
    return { sent };
  }
});

test("an answer after the deadline is late, even where the timer has not fired", () => {
  const platform = silent();
  const gate = new NativeGate({ ...platform, after: () => () => {} });
  gate.receive(JSON.stringify({ v: 1, type: "attach", nonce: "n", sequence: 1 }));
  const decisions = [];
  const { id } = gate.open(
    { connection: 1, host: "a.example", port: 443, chain: ["AAAA"], source: "validated", anchor: "system" },
    (decision) => decisions.push(decision),
  );
  platform.clock.now = 5000;
  gate.receive(
    JSON.stringify({ v: 1, type: "answer", session: platform.sent[0].session, id, sequence: 1, ok: true, outcome: "pinned", message: "" }),
  );
  assert.deepEqual(decisions, [{ ok: false, code: "deadline" }]);
});

test("a deadline that is none is a mistake", () => {
  for (const deadline of [0, 99, 60_001, NaN, Infinity, -1]) assert.throws(() => new NativeGate(silent(), { deadline }), TypeError);
});

function silent() {
  const clock = new Clock();
  const sent = [];
  let randoms = 0;
  return {
    clock,
    sent,
    send: (text) => sent.push(JSON.parse(text)),
    random: () => (++randoms).toString(16).padStart(32, "0"),
    now: () => clock.now,
    after: (millis, then) => clock.after(millis, then),
    drop() {},
    enforce: () => true,
    start() {},
    cancel() {},
  };
}
