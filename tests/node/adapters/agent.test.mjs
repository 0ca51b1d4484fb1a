// `createAgent`, over real TLS: what a pin may match, what reaches the server, and the errors that people get.
import assert from "node:assert/strict";
import https from "node:https";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { PinningError, createReplaceable, createVerifierSync } from "chainpin";
import { createAgent } from "chainpin/node";
import { makeServer } from "../../tls/authority.mjs";
import { get } from "../../tls/get.mjs";
import { closeAll, listenForBytes, serve } from "../../tls/server.mjs";
import { honest, pinning, policy, refused, stray } from "../../tls/world.mjs";

after(closeAll);
const { ca } = honest;
const server = await serve({ certificate: honest.leaf, chain: honest.chain });

for (const [what, pin, role] of [
  ["the leaf", honest.leaf.pin, "leaf"],
  ["an intermediate", honest.intermediate.pin, "ca"],
  ["a root that the server does not send", honest.root.pin, "ca"],
]) {
  test(`a pin on ${what} matches`, async () => {
    const told = [];
    const agent = createAgent(pinning(pin), { ca, onVerdict: (verdict, peer) => told.push([verdict.outcome, verdict.matched.role, peer]) });
    assert.equal((await get(`${server.url}/a`, { agent })).body, "/a");
    assert.deepEqual(told, [["pinned", role, { host: "localhost", port: server.port }]]);
  });
}

for (const maxVersion of ["TLSv1.2", "TLSv1.3"]) {
  test(`a refused connection carries no byte (${maxVersion})`, async () => {
    const bytes = await listenForBytes({ certificate: honest.leaf, chain: honest.chain, maxVersion });
    const agent = createAgent(pinning(stray), { ca, keepAlive: true });
    const error = await refused(
      get(`https://localhost:${bytes.port}/secret`, { agent, headers: { authorization: "Bearer secret" } }, "x".repeat(100_000)),
    );
    assert.match(error.message, /no pin of the rule of `localhost`/);
    assert.ok(error.message.includes(honest.leaf.pin) && error.message.includes(stray));
    await wait(50);
    assert.deepEqual([bytes.handshakes <= 1, bytes.bytes], [true, 0]);
    assert.deepEqual([Object.keys(agent.sockets), Object.keys(agent.freeSockets)], [[], []]);
  });
}

test("the same server, not pinned, receives them: the counting counts", async () => {
  const bytes = await listenForBytes({ certificate: honest.leaf, chain: honest.chain });
  const request = https.request(`https://localhost:${bytes.port}/`, {
    agent: createAgent(pinning(honest.leaf.pin), { ca }),
    method: "POST",
  });
  request.on("error", () => {});
  request.end("x".repeat(1000));
  for (let tries = 0; tries < 100 && bytes.bytes < 1000; tries++) await wait(10);
  assert.ok(bytes.bytes > 1000);
  request.destroy();
});

test("Node's own checks come first, and their errors stay theirs", async () => {
  const verifier = pinning(honest.leaf.pin);
  await assert.rejects(get(server.url, { agent: createAgent(verifier) }), {
    code: /^(UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/,
  });
  const other = await serve({ certificate: await makeServer(honest.intermediate, ["other.example"]), chain: honest.chain });
  await assert.rejects(get(other.url, { agent: createAgent(verifier, { ca }) }), { code: "ERR_TLS_CERT_ALTNAME_INVALID" });
  assert.equal(other.requests, 0);
});

test("a tolerated mismatch and a backup pin are told", async () => {
  const told = [];
  const onVerdict = ({ outcome, reason, matched }) => told.push([outcome, reason, matched?.backup]);
  await get(server.url, { agent: createAgent(pinning(stray, { mode: "report" }), { ca, onVerdict }) });
  await get(server.url, { agent: createAgent(pinning(stray, { backupPins: [honest.leaf.pin] }), { ca, onVerdict }) });
  assert.deepEqual(told, [
    ["tolerated", "pin-mismatch", undefined],
    ["pinned", undefined, true],
  ]);
});

test("what fails on the way to a verdict refuses", async () => {
  const before = server.requests;
  const boom = new RangeError("a listener's own");
  const throwing = createAgent(pinning(honest.leaf.pin), {
    ca,
    onVerdict: () => {
      throw boom;
    },
  });
  await assert.rejects(get(server.url, { agent: throwing }), (error) => error === boom);
  const disposed = pinning(honest.leaf.pin);
  const agent = createAgent(disposed, { ca });
  disposed.dispose();
  await assert.rejects(get(server.url, { agent }), { code: "disposed" });
  for (const answer of [undefined, null, {}, { ok: 0 }, { ok: "yes" }, Promise.resolve({ ok: true })]) {
    await assert.rejects(get(server.url, { agent: createAgent({ verify: () => answer }, { ca }) }), Error);
  }
  assert.equal(server.requests, before);
});

test("pooled connections are used again, with one verdict", async () => {
  let verdicts = 0;
  const agent = createAgent(pinning(honest.leaf.pin), { ca, keepAlive: true, onVerdict: () => (verdicts += 1) });
  const answers = [];
  for (let index = 0; index < 3; index++) answers.push(await get(server.url, { agent }));
  assert.deepEqual(
    answers.map(({ reused }) => reused),
    [false, true, true],
  );
  assert.equal(verdicts, 1);
  agent.destroy();
});

test("maxSockets holds, and requests that wait fail one by one where the connection is refused", async () => {
  const slow = await serve({
    certificate: honest.leaf,
    chain: honest.chain,
    answer: (_, response) => setTimeout(() => response.end("late"), 30),
  });
  const agent = createAgent(pinning(honest.leaf.pin), { ca, keepAlive: true, maxSockets: 2 });
  await Promise.all(Array.from({ length: 8 }, () => get(slow.url, { agent })));
  assert.equal(slow.handshakes, 2);
  agent.destroy();

  const refusing = createAgent(pinning(stray), { ca, keepAlive: true, maxSockets: 2 });
  await Promise.all(Array.from({ length: 8 }, () => refused(get(slow.url, { agent: refusing }))));
  assert.equal(slow.requests, 8);
});

test("a request can be given up while the connection is being made", async () => {
  const net = await import("node:net");
  const silent = net.createServer(() => {}).listen(0, "127.0.0.1");
  const { port } = await new Promise((resolve) => silent.on("listening", () => resolve(silent.address())));
  const agent = createAgent(pinning(honest.leaf.pin), { ca });
  await assert.rejects(get(`https://localhost:${port}`, { agent, signal: AbortSignal.timeout(50) }), { name: "AbortError" });
  silent.close();
});

test("a replaced policy closes what it refuses: pooled, in use, and on its way", async () => {
  const held = [];
  const slow = await serve({
    certificate: honest.leaf,
    chain: honest.chain,
    answer: (request, response) => (request.url === "/held" ? held.push(response) : response.end("ok")),
  });
  const verifier = createReplaceable(pinning(honest.leaf.pin));
  const agent = createAgent(verifier, { ca, keepAlive: true });
  const [first, second] = await Promise.all([get(slow.url, { agent }), get(slow.url, { agent })]);
  assert.notEqual(first.socket, second.socket);
  const inUse = get(`${slow.url}/held`, { agent });
  while (held.length === 0) await wait(5);

  verifier.replace(pinning(honest.intermediate.pin));
  assert.deepEqual([first.socket.destroyed, second.socket.destroyed], [false, false], "the new policy likes them too");
  const onItsWay = get(slow.url, { agent: createAgent(verifier, { ca }) });
  verifier.replace(pinning(stray));
  assert.deepEqual([first.socket.destroyed, second.socket.destroyed], [true, true]);
  await refused(inUse);
  await refused(onItsWay);
  await refused(get(slow.url, { agent }));
  assert.equal(slow.requests, 3);
  verifier.replace(pinning(honest.leaf.pin));
  assert.equal((await get(slow.url, { agent })).body, "ok");
  agent.destroy();
});

test("a verifier keeps no agent and no connection alive", async () => {
  const verifier = createReplaceable(pinning(honest.leaf.pin));
  let listening = 0;
  const { onReplaced } = verifier;
  verifier.onReplaced = (listener) => {
    listening += 1;
    const stop = onReplaced.call(verifier, listener);
    return () => {
      listening -= 1;
      stop();
    };
  };
  const agent = createAgent(verifier, { ca, keepAlive: true });
  await Promise.all([get(server.url, { agent }), get(server.url, { agent })]);
  assert.equal(listening, 1);
  agent.destroy();
  for (let tries = 0; tries < 100 && listening > 0; tries++) await wait(5);
  assert.equal(listening, 0);
});

test("hosts without a rule pass, or are refused where the policy says so", async () => {
  const rules = [{ host: "api.example.com", pins: [stray] }];
  assert.equal((await get(server.url, { agent: createAgent(createVerifierSync(policy(rules)), { ca }) })).status, 200);
  await refused(get(server.url, { agent: createAgent(createVerifierSync(policy(rules, { unlisted: "deny" })), { ca }) }), "unlisted-host");
});

test("an error tells what it is without its whole chain", async () => {
  const error = await refused(get(server.url, { agent: createAgent(pinning(stray), { ca }) }));
  assert.ok(error instanceof PinningError);
  assert.deepEqual(
    [error.name, error.code, error.verdict.reason, error.verdict.host],
    ["PinningError", "pin-mismatch", "pin-mismatch", "localhost"],
  );
  assert.deepEqual(Object.keys(error), ["name", "code"]);
});
