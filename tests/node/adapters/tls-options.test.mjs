// `tlsOptions` in the hands of others: what an agent, or options after them, can take from the verifier, and what it sees of that.
import assert from "node:assert/strict";
import { once } from "node:events";
import https from "node:https";
import { after, test } from "node:test";
import tls from "node:tls";
import { createAgent, connect, selfTest, tlsOptions } from "chainpin/node";
import { makeAuthority, makeServer } from "../../tls/authority.mjs";
import { get } from "../../tls/get.mjs";
import { closeAll, listenForBytes, serve } from "../../tls/server.mjs";
import { honest, pinning, refused, stray } from "../../tls/world.mjs";

after(closeAll);
const { ca, chain, leaf } = honest;
const secure = { certificate: leaf, chain };
// Nobody trusts it: Node does not call checkServerIdentity then, and goes on where rejectUnauthorized is false.
const rogue = { certificate: await makeServer(await makeAuthority("Rogue Root"), ["localhost"]) };
const UNSAFE = { name: "TypeError", message: /rejectUnauthorized must not be false/ };

for (const [what, server, ca] of [
  ["trusted", secure, honest.ca],
  ["trusted by nobody", rogue, honest.ca],
  ["self-made, with Node's own roots", rogue, undefined],
]) {
  for (const maxVersion of ["TLSv1.2", "TLSv1.3"]) {
    test(`an agent's rejectUnauthorized: false beside tlsOptions is refused: ${what}, ${maxVersion}`, async () => {
      const counted = await serve({ ...server, maxVersion });
      for (const keepAlive of [false, true]) {
        const agent = new https.Agent({ rejectUnauthorized: false, keepAlive });
        const asking = get(counted.url, { agent, ...tlsOptions(pinning(stray), { ...(ca && { ca }) }) }, "secret");
        await assert.rejects(asking, UNSAFE);
        agent.destroy();
      }
      assert.equal(counted.requests, 0);
    });

    test(`rejectUnauthorized: false after tlsOptions is refused: ${what}, ${maxVersion}`, async () => {
      const bytes = await listenForBytes({ ...server, maxVersion });
      const socket = tls.connect({
        port: bytes.port,
        host: "localhost",
        ...tlsOptions(pinning(stray), { ...(ca && { ca }) }),
        rejectUnauthorized: false,
      });
      socket.write("secret");
      await assert.rejects(once(socket, "secureConnect"), UNSAFE);
      assert.equal(bytes.bytes, 0);
    });
  }
}

test("a client that offers TLS 1.2 alone shows no socket: the self-test finds its agent out", async () => {
  const [good, bad] = [await serve(secure), await serve(rogue)];
  const agent = () => new https.Agent({ rejectUnauthorized: false, maxVersion: "TLSv1.2" });
  const ask = (verifier, { url }, ca) => get(url, { agent: agent(), ...tlsOptions(verifier, { ca }) });
  assert.equal((await ask(pinning(stray), bad, ca)).status, 200, "the gap that the page on Node names");
  const test = (server, ca) =>
    selfTest({ host: "localhost", port: server.port, verifier: pinning(leaf.pin), request: (canary) => ask(canary, server, ca) });
  await assert.rejects(test(good, ca), { code: "self-test-failed", message: /rejectUnauthorized must not be false/ });
  await assert.rejects(test(bad, ca), { code: "self-test-failed", message: /let through with a pin that cannot match/ });
  await assert.rejects(test(good, undefined), { code: "self-test-failed", message: /let through with a pin that cannot match/ });
  assert.equal(good.requests, 1);
});

test("the self-test finds an agent's rejectUnauthorized: false beside tlsOptions", async () => {
  const server = await serve(secure);
  for (const ca of [honest.ca, undefined]) {
    const request = (canary) =>
      get(server.url, { agent: new https.Agent({ rejectUnauthorized: false }), ...tlsOptions(canary, { ...(ca && { ca }) }) });
    await assert.rejects(selfTest({ host: "localhost", port: server.port, verifier: pinning(leaf.pin), request }), {
      code: "self-test-failed",
      message: /rejectUnauthorized must not be false/,
    });
  }
  assert.equal(server.requests, 0);
});

test("what takes the check away after tlsOptions is found out before a byte", async () => {
  const bytes = await listenForBytes(secure);
  const target = { port: bytes.port, host: "localhost", servername: "localhost" };
  const first = tls.connect({ ...target, ca });
  const [session] = await once(first, "session");
  first.destroy();
  for (const after of [{ checkServerIdentity: () => undefined }, { session }]) {
    const socket = tls.connect({ ...target, ...tlsOptions(pinning(stray), { ca }), ...after });
    socket.write("secret");
    await assert.rejects(once(socket, "secureConnect"), { code: "connection-unjudged" });
  }
  // An agent's own check wins over that of a request.
  const server = await serve(secure);
  for (const pin of [leaf.pin, stray]) {
    const agent = new https.Agent({ checkServerIdentity: () => undefined });
    await assert.rejects(get(server.url, { agent, ...tlsOptions(pinning(pin), { ca }) }), { code: "connection-unjudged" });
  }
  assert.deepEqual([bytes.bytes, server.requests], [0, 0]);
});

test("connections by the same tlsOptions at once: each is held to its own verdict", async () => {
  const [good, bad] = [await serve(secure), await serve({ ...secure, certificate: await makeServer(honest.intermediate, ["localhost"]) })];
  const options = tlsOptions(pinning(leaf.pin), { ca });
  const answers = Array.from({ length: 20 }, (_, index) => get((index % 2 ? bad : good).url, { agent: new https.Agent(), ...options }));
  const settled = await Promise.allSettled(answers);
  assert.deepEqual(
    settled.map(({ value, reason }) => value?.status ?? reason.code),
    Array.from({ length: 20 }, (_, index) => (index % 2 ? "pin-mismatch" : 200)),
  );
  assert.deepEqual([good.requests, bad.requests], [10, 0]);
});

test("a server that wants another group, and one that knows TLS 1.2 alone", async () => {
  for (const more of [{ ecdhCurve: "P-521" }, { maxVersion: "TLSv1.2" }, { maxVersion: "TLSv1.3", minVersion: "TLSv1.3" }]) {
    const server = await serve({ ...secure, ...more });
    assert.equal(
      (await get(server.url, { agent: new https.Agent(), ...tlsOptions(pinning(leaf.pin), { ca }) }, "x".repeat(100_000))).status,
      200,
    );
    await refused(get(server.url, { agent: new https.Agent(), ...tlsOptions(pinning(stray), { ca }) }, "secret"));
    assert.equal(server.requests, 1);
  }
});

test("tlsOptions of the same verifier go with an agent, and with connect", async () => {
  const server = await serve(secure);
  for (const pin of [leaf.pin, stray]) {
    const verifier = pinning(pin);
    const own = tlsOptions(verifier, { ca });
    for (const ask of [
      () => get(server.url, { agent: createAgent(verifier, { ca }), ...own }),
      () => get(server.url, { agent: createAgent(verifier, own) }),
    ]) {
      if (pin === stray) await refused(ask());
      else assert.equal((await ask()).status, 200);
    }
    const socket = connect(verifier, { port: server.port, host: "localhost", ...own });
    if (pin === stray) await assert.rejects(once(socket, "secureConnect"), { code: "pin-mismatch" });
    else await once(socket, "secureConnect");
    socket.destroy();
  }
  assert.equal(server.requests, 2);
});
