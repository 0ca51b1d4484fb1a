// 200 connections at once, and a policy that refuses them in the middle: no request on a refused connection, and none that hangs.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import * as undici from "undici";
import { createReplaceable } from "chainpin";
import { createAgent, createConnector } from "chainpin/node";
import { get } from "../../tls/get.mjs";
import { closeAll, serve } from "../../tls/server.mjs";
import { honest, pinning, pinningError, stray } from "../../tls/world.mjs";

after(closeAll);
const { ca } = honest;
const COUNT = 200;
/** No connection ends by itself, however slow the machine is. */
const HOUR = 3_600_000;

for (const [client, open] of Object.entries({ "https.Agent": byAgent, undici: byUndici })) {
  for (const keepAlive of [false, true]) {
    test(`${client}${keepAlive ? ", connections that were open before" : ""}`, { timeout: HOUR }, async () => {
      const ports = [];
      const server = await serve({
        certificate: honest.leaf,
        chain: honest.chain,
        keepAliveTimeout: HOUR,
        answer: (request, response) => {
          ports.push([request.socket.remotePort, request.url]);
          setTimeout(() => response.end("ok"), 20);
        },
      });
      const verifier = createReplaceable(pinning(honest.leaf.pin));
      const passed = new Set();
      const ask = open(verifier, server, keepAlive, (socket) => passed.add(socket.localPort));
      if (keepAlive) await Promise.all(Array.from({ length: COUNT }, () => ask("/warm")));

      const settled = [];
      let finished = 0;
      for (let index = 0; index < COUNT; index++) settled.push(ask("/before").finally(() => (finished += 1)));
      while (keepAlive ? finished < COUNT / 4 : passed.size < COUNT / 4) await wait(1);
      const before = new Set(passed);
      verifier.replace(pinning(stray));
      for (let index = 0; index < COUNT; index++) settled.push(ask("/after"));

      const results = await Promise.allSettled(settled);
      const refused = results.filter(({ status }) => status === "rejected");
      for (const { reason } of refused) assert.equal(pinningError(reason)?.error.code, "pin-mismatch", reason.stack);
      assert.ok(
        results.slice(COUNT).every(({ status }) => status === "rejected"),
        "what was asked after the swap is refused",
      );
      assert.deepEqual(passed, before, "no connection passes after the swap");
      assert.deepEqual(
        ports.filter(([port]) => !before.has(port)),
        [],
        "no request but on connections that had passed",
      );
      assert.deepEqual(
        ports.filter(([, url]) => url === "/after"),
        [],
      );

      verifier.replace(pinning(honest.leaf.pin));
      await ask("/again");
    });
  }
}

function byAgent(verifier, { url }, keepAlive, onPassed) {
  const agent = createAgent(verifier, { ca, keepAlive });
  const { createConnection } = agent;
  agent.createConnection = function (...how) {
    const socket = createConnection.apply(this, how);
    return socket.once("secureConnect", () => onPassed(socket));
  };
  return (path) => get(url + path, { agent });
}

function byUndici(verifier, { url }, keepAlive, onPassed) {
  const connect = createConnector(verifier, { ca, timeout: HOUR });
  const dispatcher = new undici.Pool(url, {
    pipelining: keepAlive ? 1 : 0,
    keepAliveTimeout: HOUR,
    keepAliveMaxTimeout: HOUR,
    headersTimeout: HOUR,
    bodyTimeout: HOUR,
    connect: (target, callback) =>
      connect(target, (error, socket) => {
        if (socket) onPassed(socket);
        callback(error, socket);
      }),
  });
  return async (path) => (await undici.request(url + path, { dispatcher })).body.text();
}
