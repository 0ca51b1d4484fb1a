// Nothing stays pending for ever: whatever a server makes native send, and where native says nothing at all.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createReplaceable, createVerifierSync } from "chainpin";
import { attachBridge } from "chainpin/bridge";
import { policyOf, strayPin, vector } from "../lib/vectors.mjs";

const akamai = vector("akamai.com");
const session = "5".repeat(32);
const url = "https://akamai.com/";
const chain = akamai.ders.map((der) => Buffer.from(der).toString("base64"));
const verifierOf = (sequence = 12, rule = {}) =>
  createVerifierSync({ ...policyOf({ host: "akamai.com", pins: [akamai.pins[0]], ...rule }), sequence });
const hold = { type: "hold", session, id: "a".repeat(32), host: "akamai.com", port: 443, chain, source: "validated", anchor: "system" };
const response = { type: "response", session, request: 1, url, status: 200, statusText: "OK", headers: [], body: "" };
/** Ends the microtasks that are under way. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

class Native {
  posted = [];
  post(text) {
    this.posted.push(JSON.parse(text));
  }
  listen(listener) {
    this.receive = listener;
    return () => {};
  }
  send(message) {
    this.receive(JSON.stringify({ v: 1, ...message }));
  }
  take() {
    return this.posted.splice(0);
  }
}

async function attached(verifier = verifierOf(), options = {}) {
  const native = new Native();
  const attaching = attachBridge(native, verifier, options);
  await settle();
  native.send({ type: "attached", nonce: native.take()[0].nonce, session });
  return { native, bridge: await attaching };
}

/** How it ended, or that it has not. */
async function end(promise) {
  let seen = "pending";
  promise.then(
    () => (seen = "resolved"),
    ({ code, name }) => (seen = code ?? name),
  );
  await settle();
  return seen;
}

test("a response that the page cannot read fails its request", async () => {
  for (const bad of [
    { url: `${url}#ü` },
    { url: url + "a".repeat(8192) },
    { status: 199 },
    { headers: [["a", "b\u0000"]] },
    { body: "=" },
    { more: 1 },
  ]) {
    const { native, bridge } = await attached();
    const fetching = bridge.pinnedFetch(url);
    const other = bridge.pinnedFetch(url);
    native.send({ ...response, ...bad });
    assert.equal(await end(fetching), "protocol", JSON.stringify(bad).slice(0, 60));
    assert.equal(await end(other), "pending");
    native.send({ ...response, request: 2 });
    assert.equal(await end(other), "resolved");
  }
  const { native, bridge } = await attached();
  const fetching = bridge.pinnedFetch(url);
  for (const bad of [{ session: "6".repeat(32), more: 1 }, { request: "1" }, { request: 2, more: 1 }]) native.send({ ...response, ...bad });
  assert.equal(await end(fetching), "pending", "of another session or request");
});

test("what native would not take as a message is the caller's mistake", async () => {
  const { native, bridge } = await attached();
  const headers = Array.from({ length: 201 }, (_, index) => [`a-${index}`, "b"]);
  assert.equal(await end(bridge.pinnedFetch(url + "a".repeat(8193 - url.length))), "TypeError");
  assert.equal(await end(bridge.pinnedFetch(url, { headers })), "TypeError");
  assert.equal(
    await end(bridge.pinnedFetch(url, { method: "POST", body: "", headers: headers.slice(1) })),
    "TypeError",
    "with the content type, 201",
  );
  assert.equal(await end(bridge.selfTest(url + "a".repeat(8192))), "TypeError");
  assert.deepEqual(native.take(), []);
  bridge.pinnedFetch(url + "a".repeat(8192 - url.length), { headers: headers.slice(1) }).catch(() => {});
  assert.equal(native.take().length, 1);
});

test("native that says nothing: attaching, requests and pushes fail", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const mute = attachBridge(new Native(), verifierOf());
  await settle();
  t.mock.timers.tick(9_999);
  assert.equal(await end(mute), "pending");
  t.mock.timers.tick(1);
  assert.equal(await end(mute), "bridge-unavailable");

  const { native, bridge } = await attached();
  const [fetching, answeredInTime, testing, pushing] = [
    bridge.pinnedFetch(url, { timeout: 1000 }),
    bridge.pinnedFetch(url),
    bridge.selfTest(url),
    bridge.pushPins(),
  ];
  native.send({ ...response, request: 2 });
  assert.equal(await end(answeredInTime), "resolved");
  t.mock.timers.tick(5_999);
  assert.deepEqual([await end(fetching), await end(testing), await end(pushing)], ["pending", "pending", "pending"]);
  t.mock.timers.tick(1);
  assert.deepEqual([await end(fetching), await end(testing), await end(pushing)], ["timeout", "pending", "pending"]);
  native.take();
  t.mock.timers.tick(4_000);
  assert.deepEqual([await end(testing), await end(pushing)], ["pending", "bridge-unavailable"]);
  t.mock.timers.tick(25_000);
  assert.equal(await end(testing), "timeout");
});

test("an answer to a push that nobody waits for any more is not taken for another's", async () => {
  const { native, bridge } = await attached(createReplaceable(verifierOf(12)));
  const pushing = bridge.pushPins();
  native.send({ type: "pushed", session, sequence: 11, ok: true });
  assert.equal(await end(pushing), "pending", "of another sequence");
  native.send({ type: "pushed", session, sequence: 12, ok: true });
  assert.equal(await end(pushing), "resolved");
});

test("a push that fails after another was made does not stop later ones from being repeated", async () => {
  const verifier = createReplaceable(verifierOf(12));
  const { native, bridge } = await attached(verifier);
  const [first, second] = [bridge.pushPins(), bridge.pushPins()];
  native.send({ type: "pushed", session, sequence: 12, ok: false, code: "store-failed" });
  assert.equal(await end(first), "store-failed");
  native.send({ type: "pushed", session, sequence: 12, ok: true });
  assert.equal(await end(second), "resolved");
  native.take();
  verifier.replace(verifierOf(13));
  assert.deepEqual(
    native.take().map(({ type, sequence }) => [type, sequence]),
    [
      ["policy", 13],
      ["push", 13],
    ],
  );
});

test("a weaker rule whose host ends in a dot at the longest", async () => {
  const host = `${"a".repeat(63)}.${"b".repeat(63)}.${"c".repeat(63)}.${"d".repeat(61)}.`;
  const { native, bridge } = await attached(
    createVerifierSync({ ...policyOf({ host, pins: [{ pin: akamai.pins[0], role: "leaf" }] }), sequence: 12 }),
  );
  bridge.pushPins({ allowWeaker: [host] }).catch(() => {});
  assert.deepEqual(native.take()[0].weaker, [host.slice(0, -1)]);
});

test("a verifier that gives no verdict refuses, at once", async () => {
  const good = verifierOf();
  const verdict = good.verify(hold);
  for (const odd of [
    null,
    undefined,
    1,
    "yes",
    Promise.resolve(verdict),
    { ok: true },
    { ...verdict, ok: 1 },
    { ...verdict, ok: "true" },
    { ok: false },
  ]) {
    const { native } = await attached({ policy: good.policy, verify: () => odd });
    native.send(hold);
    const [{ type, ok, outcome, reason }, ...more] = native.take();
    assert.deepEqual([type, ok, outcome, reason, more], ["answer", false, "rejected", "internal", []], String(odd));
  }
});

test("many requests that are refused at once: each fails with its verdict", async () => {
  const { native, bridge } = await attached(createVerifierSync({ ...policyOf({ host: "akamai.com", pins: [strayPin(1)] }), sequence: 12 }));
  const fetching = Array.from({ length: 300 }, () => bridge.pinnedFetch(url));
  const ids = fetching.map((_, index) => index.toString(16).padStart(32, "0"));
  for (const id of ids) native.send({ ...hold, id });
  for (const [index, id] of ids.entries()) native.send({ type: "failure", session, request: index + 1, code: "rejected", id, message: "" });
  assert.deepEqual(new Set(await Promise.all(fetching.map(end))), new Set(["pin-mismatch"]));
});
