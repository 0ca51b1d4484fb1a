import assert from "node:assert/strict";
import { test } from "node:test";
import { createReplaceable, createVerifierSync } from "chainpin";
import { BridgeError, PinningError, attachBridge } from "chainpin/bridge";
import { policyOf, strayPin, vector } from "../lib/vectors.mjs";

const akamai = vector("akamai.com");
const session = "5".repeat(32);
const url = "https://akamai.com/";
const chain = akamai.ders.map((der) => Buffer.from(der).toString("base64"));
const policy = (sequence, pins, more) => ({ ...policyOf({ host: "akamai.com", pins, ...more }), sequence });
const matching = (sequence = 12, more) => createVerifierSync(policy(sequence, [akamai.pins[0]], more));
const mismatching = (sequence = 12, more) => createVerifierSync(policy(sequence, [strayPin(1)], more));
const hold = (id, more) => ({
  type: "hold",
  session,
  id: id.repeat(32),
  host: "akamai.com",
  port: 443,
  chain,
  source: "validated",
  anchor: "system",
  ...more,
});
/** Ends the microtasks that are under way. */
const settle = () => new Promise((resolve) => setImmediate(resolve));

class Native {
  posted = [];
  fails = undefined;
  listening = 0;

  post(text) {
    if (this.fails) throw this.fails;
    this.posted.push(JSON.parse(text));
  }
  listen(listener) {
    this.listening++;
    this.receive = listener;
    return () => void this.listening--;
  }
  send(message) {
    this.receive(JSON.stringify({ v: 1, ...message }));
  }
  /** What was posted since the last time. */
  take() {
    return this.posted.splice(0);
  }
}

async function attached(verifier = matching(), options = {}) {
  const native = new Native();
  const attaching = attachBridge(native, verifier, options);
  await settle();
  const [{ nonce }] = native.take();
  native.send({ type: "attached", nonce, session });
  return { native, bridge: await attaching, nonce };
}

async function asked(native, message) {
  native.send(message);
  const [answer, ...more] = native.take();
  assert.deepEqual(more, []);
  return answer;
}

test("attaching tells the policy's sequence, and listens first", async () => {
  const native = new Native();
  const attaching = attachBridge(native, matching(), {});
  assert.equal(native.listening, 1);
  await settle();
  const [{ nonce, ...message }] = native.take();
  assert.deepEqual(message, { v: 1, type: "attach", sequence: 12 });
  assert.match(nonce, /^[A-Za-z0-9_-]{1,64}$/);
  native.send({ type: "attached", nonce: "another", session: "6".repeat(32) });
  native.send({ type: "attached", nonce, session });
  const bridge = await attaching;
  bridge.pinnedFetch(url).catch(() => {});
  await settle();
  assert.equal(native.take()[0].session, session);
});

test("attaching fails where native is not there, has a newer policy, or speaks otherwise", async () => {
  const absent = Object.assign(new Native(), { fails: new Error("not implemented on web") });
  await assert.rejects(
    attachBridge(absent, matching()),
    (error) => error instanceof BridgeError && error.code === "bridge-unavailable" && /not implemented/.test(error.message),
  );
  assert.equal(absent.listening, 0);

  const deaf = { post() {}, listen: () => Promise.reject(new Error("no such plugin")) };
  await assert.rejects(attachBridge(deaf, matching()), { name: "BridgeError", code: "bridge-unavailable" });

  for (const [reply, code] of [
    [{ type: "attached", code: "wrong-sequence" }, "wrong-sequence"],
    [{ v: 2, type: "attached", session }, "version"],
    [{ type: "hello" }, "protocol"],
  ]) {
    const native = new Native();
    const attaching = attachBridge(native, matching());
    attaching.catch(() => {});
    await settle();
    native.send({ nonce: native.take()[0].nonce, ...reply });
    await assert.rejects(attaching, { name: "BridgeError", code });
    assert.equal(native.listening, 0);
  }
  await assert.rejects(attachBridge(new Native(), {}), TypeError);
  await assert.rejects(attachBridge(undefined, matching()), TypeError);
});

test("an answer carries the verdict, and onVerdict hears of it afterwards", async () => {
  const heard = [];
  const { native } = await attached(matching(), { onVerdict: (verdict) => heard.push([verdict.ok, native.posted.length]) });
  assert.deepEqual(await asked(native, hold("a")), {
    v: 1,
    type: "answer",
    session,
    id: "a".repeat(32),
    sequence: 12,
    ok: true,
    outcome: "pinned",
    message: "",
  });
  assert.deepEqual(heard, [[true, 1]]);
});

test("a mismatch, and one that is tolerated", async () => {
  const { native } = await attached(mismatching());
  const { message, ...answer } = await asked(native, hold("a"));
  assert.deepEqual(answer, {
    v: 1,
    type: "answer",
    session,
    id: "a".repeat(32),
    sequence: 12,
    ok: false,
    outcome: "rejected",
    reason: "pin-mismatch",
  });
  assert.match(message, /no pin of the rule/);
  const { native: lenient } = await attached(mismatching(12, { mode: "report" }));
  const { ok, outcome, reason } = await asked(lenient, hold("a"));
  assert.deepEqual([ok, outcome, reason], [true, "tolerated", "pin-mismatch"]);
});

test("source, anchor and host reach the verifier", async () => {
  const { native } = await attached(mismatching(12, { userAnchors: "allow" }));
  assert.equal((await asked(native, hold("a", { anchor: "user" }))).outcome, "exempt");
  assert.equal((await asked(native, hold("b", { anchor: "system" }))).reason, "pin-mismatch");
  assert.equal((await asked(native, hold("c", { host: "other.example" }))).outcome, "unlisted");
  assert.equal((await asked(native, hold("d", { source: "presented", chain: [chain[1]] }))).ok, false);
});

test("a verifier that throws refuses", async () => {
  const verifier = matching();
  const { native } = await attached(verifier);
  verifier.dispose();
  const { ok, outcome, reason, message } = await asked(native, hold("a"));
  assert.deepEqual([ok, outcome, reason], [false, "rejected", "internal"]);
  assert.match(message, /disposed/);
});

test("what does not fit is not answered", async () => {
  const notices = [];
  const { native } = await attached(matching(), { onNotice: ({ code }) => notices.push(code) });
  native.send({ ...hold("a"), session: "6".repeat(32) });
  native.send({ ...hold("a"), v: 2 });
  native.send({ ...hold("a"), chain: [] });
  native.send({ ...hold("a"), chain: Array(17).fill("AAAA") });
  native.send({ ...hold("a"), chain: ["-----BEGIN CERTIFICATE-----"] });
  native.send({ ...hold("a"), extra: 1 });
  native.receive("nonsense");
  assert.deepEqual(native.take(), []);
  assert.deepEqual(notices, ["version", ...Array(5).fill("protocol")]);
});

test("a notice of native is told in words", async () => {
  const notices = [];
  const { native } = await attached(matching(), { onNotice: (notice) => notices.push(notice) });
  native.send({ type: "notice", session, code: "deadline", id: "a".repeat(32), host: "akamai.com" });
  native.send({ type: "notice", session, code: "unknown-id", id: "a".repeat(32) });
  assert.deepEqual(
    notices.map(({ code, host }) => [code, host]),
    [
      ["deadline", "akamai.com"],
      ["unknown-id", undefined],
    ],
  );
  assert.match(notices[0].message, /refused a connection to `akamai.com`/);
});

test("a replaced policy is announced before it answers, and pins are pushed again", async () => {
  const verifier = createReplaceable(matching(12));
  const { native, bridge } = await attached(verifier);
  const pushing = bridge.pushPins();
  await settle();
  assert.deepEqual(native.take(), [
    { v: 1, type: "push", session, sequence: 12, pins: [{ pattern: "akamai.com", pins: [akamai.pins[0]] }], weaker: [] },
  ]);
  native.send({ type: "pushed", session, sequence: 12, ok: true });
  assert.equal((await pushing).sequence, 12);

  verifier.replace(mismatching(13));
  const { sequence, ok } = (native.send(hold("a")), native.posted.at(-1));
  assert.deepEqual([sequence, ok], [13, false]);
  assert.deepEqual(
    native.take().map(({ type, sequence }) => [type, sequence]),
    [
      ["policy", 13],
      ["push", 13],
      ["answer", 13],
    ],
  );
});

test("a policy replaced while native answers the attachment is announced", async () => {
  const verifier = createReplaceable(matching(12));
  const native = new Native();
  const attaching = attachBridge(native, verifier);
  await settle();
  const [{ nonce }] = native.take();
  verifier.replace(matching(13));
  assert.deepEqual(native.take(), []);
  native.send({ type: "attached", nonce, session });
  await attaching;
  assert.deepEqual(native.take(), [{ v: 1, type: "policy", session, sequence: 13 }]);
});

test("a push is refused where native would enforce less, unless the app names the host", async () => {
  const notices = [];
  const verifier = createReplaceable(createVerifierSync(policy(12, [{ pin: akamai.pins[0], role: "leaf" }])));
  const { native, bridge } = await attached(verifier, { onNotice: ({ code }) => notices.push(code) });
  await assert.rejects(bridge.pushPins(), (error) => error.code === "push-weaker" && /akamai\.com: role:/.test(error.message));
  await assert.rejects(bridge.pushPins({ allowWeaker: ["other.example"] }), { code: "push-weaker" });
  await assert.rejects(bridge.pushPins({ allowWeaker: "akamai.com" }), TypeError);
  assert.deepEqual(native.take(), []);
  const pushing = bridge.pushPins({ allowWeaker: ["akamai.com"] });
  await settle();
  assert.deepEqual(native.take()[0].weaker, ["akamai.com"]);
  native.send({ type: "pushed", session, sequence: 12, ok: true });
  assert.deepEqual(
    (await pushing).findings.map(({ code }) => code),
    ["role"],
  );

  verifier.replace(createVerifierSync({ ...policy(13, [akamai.pins[0]]), unlisted: "deny" }));
  await settle();
  assert.deepEqual(
    native.take().map(({ type }) => type),
    ["policy"],
  );
  assert.deepEqual(notices, ["push-weaker"]);
});

test("a push that native does not take", async () => {
  const { native, bridge } = await attached();
  for (const code of ["store-failed", "wrong-sequence"]) {
    const pushing = bridge.pushPins();
    pushing.catch(() => {});
    await settle();
    native.send({ type: "pushed", session, sequence: 12, ok: false, code });
    await assert.rejects(pushing, { name: "BridgeError", code });
  }
});

const answered = {
  type: "response",
  session,
  request: 1,
  url,
  status: 200,
  statusText: "OK",
  headers: [
    ["Content-Type", "application/json"],
    ["X-A", "1"],
    ["x-a", "2"],
  ],
  body: "77u/eyJhIjoiw6QifQ==",
};

test("a request and its response", async () => {
  const { native, bridge } = await attached();
  const fetching = bridge.pinnedFetch("HTTPS://akamai.com/?q#f", { method: "post", headers: { accept: "*/*" }, body: "ä", timeout: 1000 });
  await settle();
  assert.deepEqual(native.take(), [
    {
      v: 1,
      type: "fetch",
      session,
      request: 1,
      url: "https://akamai.com/?q#f",
      method: "POST",
      headers: [
        ["accept", "*/*"],
        ["content-type", "text/plain;charset=UTF-8"],
      ],
      body: "w6Q=",
      timeout: 1000,
      fresh: false,
    },
  ]);
  native.send({ ...answered, url: `${url}#f#g` });
  const response = await fetching;
  assert.deepEqual([response.ok, response.status, response.statusText, response.url], [true, 200, "OK", url]);
  assert.deepEqual([response.headers.get("X-a"), response.headers.get("none"), response.headers.has("content-TYPE")], ["1, 2", null, true]);
  assert.deepEqual(response.headers.entries(), [
    ["content-type", "application/json"],
    ["x-a", "1, 2"],
  ]);
  assert.equal(await response.text(), '{"a":"ä"}');
  assert.deepEqual(await response.json(), { a: "ä" });
  assert.deepEqual(Buffer.from(await response.arrayBuffer()), Buffer.from('\ufeff{"a":"ä"}'));
});

test("bodies and headers of every kind; defaults", async () => {
  const { native, bridge } = await attached();
  const bytes = Uint8Array.from({ length: 20_000 }, (_, index) => index * 7);
  for (const body of [bytes, bytes.buffer, new DataView(bytes.buffer, 3, 5), bytes.subarray(1, 2), new Uint8Array(0)]) {
    bridge.pinnedFetch(new URL(url), { method: "PUT", body, headers: new Headers({ "X-B": " c " }) }).catch(() => {});
    await settle();
    const [fetch] = native.take();
    assert.deepEqual(Buffer.from(fetch.body, "base64"), Buffer.from(body.buffer ?? body, body.byteOffset ?? 0, body.byteLength));
    assert.deepEqual([fetch.headers, fetch.timeout, fetch.method], [[["x-b", "c"]], 30_000, "PUT"]);
  }
  bridge
    .pinnedFetch(url, {
      headers: [
        ["a", "1"],
        ["a", "2"],
      ],
    })
    .catch(() => {});
  await settle();
  const [{ headers, ...rest }] = native.take();
  assert.deepEqual(
    [headers, rest.method, "body" in rest],
    [
      [
        ["a", "1"],
        ["a", "2"],
      ],
      "GET",
      false,
    ],
  );
});

test("what the bridge cannot send is a mistake, and nothing is sent", async () => {
  const { native, bridge } = await attached();
  for (const bad of [
    "http://akamai.com/",
    "akamai.com",
    "https://bücher.example/",
    "https://a b/",
    "https://a\\b/",
    "https://",
    1,
    undefined,
    null,
    {},
  ]) {
    await assert.rejects(bridge.pinnedFetch(bad), TypeError, String(bad));
  }
  for (const init of [
    { credentials: "include" },
    { method: "GET /" },
    { method: 1 },
    { timeout: 0 },
    { timeout: 600_001 },
    { timeout: "1" },
    { headers: "a: b" },
    { headers: { "a b": "" } },
    { headers: { a: "b\r\nc: d" } },
    { headers: { a: 1 } },
    { body: {} },
    { body: 1 },
    null,
  ]) {
    await assert.rejects(bridge.pinnedFetch(url, init), TypeError, JSON.stringify(init));
  }
  await assert.rejects(bridge.pinnedFetch(url, { method: "POST", body: new Uint8Array((16 << 20) + 1) }), { code: "body-too-large" });
  assert.deepEqual(native.take(), []);
});

test("a request whose connection the policy refused fails with the verdict", async () => {
  const { native, bridge } = await attached(mismatching());
  const fetching = bridge.pinnedFetch(url);
  fetching.catch(() => {});
  await settle();
  native.send(hold("a"));
  native.send({ type: "failure", session, request: 1, code: "rejected", id: "a".repeat(32), message: "refused" });
  await assert.rejects(
    fetching,
    (error) => error instanceof PinningError && error.code === "pin-mismatch" && error.verdict.host === "akamai.com",
  );
});

test("a request that failed otherwise", async () => {
  const { native, bridge } = await attached();
  for (const [index, code] of ["network", "untrusted", "timeout", "deadline", "policy-changed", "rejected", "too-many"].entries()) {
    const fetching = bridge.pinnedFetch(url);
    fetching.catch(() => {});
    await settle();
    native.send({ type: "failure", session, request: index + 1, code, message: "told by native" });
    await assert.rejects(fetching, { name: "BridgeError", code, message: "told by native" });
  }
});

test("abort: before, while, and after", async () => {
  const { native, bridge } = await attached();
  await assert.rejects(bridge.pinnedFetch(url, { signal: AbortSignal.abort() }), { name: "AbortError" });
  assert.deepEqual(native.take(), []);

  const controller = new AbortController();
  const fetching = bridge.pinnedFetch(url, { signal: controller.signal });
  fetching.catch(() => {});
  await settle();
  controller.abort();
  await assert.rejects(fetching, { name: "AbortError" });
  assert.deepEqual(
    native.take().map(({ type, request }) => [type, request]),
    [
      ["fetch", 1],
      ["abort", 1],
    ],
  );
  native.send({ type: "failure", session, request: 1, code: "aborted", message: "" });

  const done = bridge.pinnedFetch(url, { signal: (controller2 = new AbortController()).signal });
  await settle();
  native.send({ ...answered, request: 2 });
  await done;
  controller2.abort();
  assert.deepEqual(
    native.take().map(({ type }) => type),
    ["fetch"],
  );

  // As React Native's polyfill, whose signals have no reason.
  const plain = { aborted: true, addEventListener() {}, removeEventListener() {} };
  await assert.rejects(bridge.pinnedFetch(url, { signal: plain }), { name: "BridgeError", code: "aborted" });
});
let controller2;

test("another attachment, and leaving, end what is under way", async () => {
  for (const [leave, code] of [
    [({ native }) => native.send({ type: "attached", nonce: "another", session: "6".repeat(32) }), "superseded"],
    [({ bridge }) => bridge.detach(), "page-closed"],
  ]) {
    const page = await attached();
    const { native, bridge } = page;
    const under = [bridge.pinnedFetch(url), bridge.pushPins(), bridge.selfTest(url)];
    for (const promise of under) promise.catch(() => {});
    await settle();
    leave(page);
    for (const promise of [...under, bridge.pinnedFetch(url), bridge.pushPins(), bridge.selfTest(url)])
      await assert.rejects(promise, { name: "BridgeError", code });
    native.take();
    native.send(hold("a"));
    assert.deepEqual(native.take(), []);
    assert.equal(native.listening, 0);
    bridge.detach();
  }
  const { native } = await attached();
  native.send({ type: "attached", nonce: "another", code: "wrong-sequence" });
  assert.equal((await asked(native, hold("a"))).ok, true, "an attachment that was refused supersedes nobody");
});

test("the self-test refuses its own connection, whatever the verdict, and tells what came of it", async () => {
  const { native, bridge } = await attached();
  const testing = bridge.selfTest(url);
  await settle();
  assert.deepEqual(
    native.take().map(({ type, fresh, request }) => [type, fresh, request]),
    [["fetch", true, 1]],
  );
  assert.equal((await asked(native, hold("a"))).ok, true, "another connection to that host");
  assert.equal((await asked(native, hold("b", { request: 1 }))).ok, false);
  native.send({ type: "failure", session, request: 1, code: "rejected", id: "b".repeat(32), message: "" });
  const { refused, verdict } = await testing;
  assert.deepEqual([refused, verdict.outcome], [true, "pinned"]);

  const ungated = bridge.selfTest(url);
  await settle();
  native.send({ ...answered, request: 2 });
  assert.deepEqual(await ungated, { refused: false });

  for (const [index, code] of ["network", "rejected"].entries()) {
    const untested = bridge.selfTest(url);
    untested.catch(() => {});
    await settle();
    native.send({ type: "failure", session, request: 3 + index, code, message: "" });
    await assert.rejects(untested, { name: "BridgeError", code });
  }
});

test("a channel that breaks fails what it should have carried", async () => {
  const { native, bridge } = await attached();
  native.fails = new Error("gone");
  await assert.rejects(bridge.pinnedFetch(url), { code: "bridge-unavailable" });
  await assert.rejects(bridge.pushPins(), { code: "bridge-unavailable" });

  const notices = [];
  const second = await attached(matching(), { onNotice: ({ code }) => notices.push(code) });
  second.native.post = () => Promise.reject(new Error("gone"));
  second.native.send(hold("a"));
  await settle();
  assert.deepEqual(notices, ["bridge-unavailable"]);
});
