// Drivers and clients that take TLS options or an agent: who asks the verifier, and who drops it. docs/node.md's second table is this list.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import https from "node:https";
import { after, before, test } from "node:test";
import axios from "axios";
import Redis from "ioredis";
import mysql from "mysql2";
import needle from "needle";
import nodemailer from "nodemailer";
import pg from "pg";
import pgBefore from "pg-before";
import request from "request";
import * as undici from "undici6";
import { createVerifierSync } from "chainpin";
import { createAgent, createDispatcher, selfTest, tlsOptions } from "chainpin/node";
import { closeAll, proxyTo, serve } from "../tls/server.mjs";
import { honest, pinningError, policy, stray } from "../tls/world.mjs";
import { closeDrivers, serverOf } from "./drivers.mjs";

const { ca } = honest;

// What a client opens by itself trusts the server, so that only pinning can refuse it.
before(() => {
  https.globalAgent.options.ca = ca;
  undici.setGlobalDispatcher(new undici.Agent({ connect: { ca } }));
});
after(async () => {
  closeDrivers();
  await Promise.all([closeAll(), undici.getGlobalDispatcher().destroy()]);
});

const options = (verifier, onVerdict) => tlsOptions(verifier, { ca, onVerdict });
const agent = (verifier, onVerdict) => createAgent(verifier, { ca, onVerdict });

/** A client of pg. */
const postgres =
  ({ Client }) =>
  async (target, ssl) => {
    const client = new Client({ ...target, user: "u", password: "p", database: "d", ssl });
    client.on("error", () => {});
    try {
      await client.connect();
    } finally {
      client.connection.stream.destroy();
    }
  };

const called = (start) => new Promise((resolve, reject) => start((error, answer) => (error ? reject(error) : resolve(answer))));

const drivers = {
  pg: { protocol: "postgres", take: options, ask: postgres(pg) },
  ioredis: {
    protocol: "redis",
    take: options,
    async ask(target, tls) {
      const redis = new Redis({
        ...target,
        tls: { ...tls, servername: target.host },
        lazyConnect: true,
        enableReadyCheck: false,
        maxRetriesPerRequest: 0,
        retryStrategy: () => null,
      });
      let failure;
      redis.on("error", (error) => (failure = error));
      try {
        await redis.connect().then(() => redis.ping());
      } catch (error) {
        throw failure ?? error;
      } finally {
        redis.disconnect();
      }
    },
  },
  nodemailer: {
    protocol: "smtp",
    take: options,
    ask: (target, tls) => nodemailer.createTransport({ ...target, secure: true, tls }).verify(),
  },
  mysql2: {
    protocol: "mysql",
    drops: true,
    take: options,
    async ask(target, ssl) {
      const connection = mysql.createConnection({ ...target, user: "u", password: "p", ssl: { ...ssl, ca, verifyIdentity: true } });
      connection.on("error", () => {});
      try {
        await called((done) => connection.connect(done));
      } finally {
        connection.destroy();
      }
    },
  },
};

const web = {
  '`needle("get", url, { agent })`': { ask: ({ url }, agent) => needle("get", url, { agent }) },
  "`request({ url, agent })`": { ask: ({ url }, agent) => called((done) => request({ url, agent }, done)) },
  "`request({ url, agent, proxy })`": {
    drops: true,
    ask: ({ url, proxy }, agent) => called((done) => request({ url, agent, proxy, ca }, done)),
  },
  "`request({ url, agentOptions: tlsOptions(verifier), proxy })`": {
    take: options,
    drops: true,
    ask: ({ url, proxy }, agentOptions) => called((done) => request({ url, agentOptions, proxy, ca }, done)),
  },
  "`fetch(url, { agent })`": { drops: true, ask: ({ url }, agent) => fetch(url, { agent }).then((answer) => answer.text()) },
  "`axios.get(url, { httpAgent: agent })`": { drops: true, ask: ({ url }, httpAgent) => axios.get(url, { httpAgent }) },
  "`axios.get(url, { agent })`": { drops: true, ask: ({ url }, agent) => axios.get(url, { agent }) },
  '`axios.get(url, { adapter: "fetch", httpsAgent: agent })`': {
    drops: true,
    ask: ({ url }, httpsAgent) => axios.get(url, { adapter: "fetch", httpsAgent }),
  },
  '`axios.get(url, { adapter: "fetch", fetchOptions: { dispatcher } })`': {
    take: (verifier, onVerdict) => createDispatcher(verifier, { undici, connect: { ca }, onVerdict }),
    ask: ({ url }, dispatcher) => axios.get(url, { adapter: "fetch", fetchOptions: { dispatcher } }),
  },
};

const verifierOf = (host, pin) => createVerifierSync(policy([{ host, pins: [pin] }]));

/** Each way: `{ name, drops, make, target, sent }`; `sent` is what the server has received over TLS. */
async function ways() {
  const server = await serve({ certificate: honest.leaf, chain: honest.chain });
  const proxy = `http://127.0.0.1:${(await proxyTo(server.port)).port}`;
  const found = Object.entries(web).map(([name, one]) => ({
    take: agent,
    ...one,
    name,
    target: { url: server.url, proxy },
    port: server.port,
    sent: () => server.requests,
  }));
  for (const [name, one] of Object.entries(drivers)) {
    const driver = await serverOf(one.protocol);
    found.push({
      ...one,
      name: `\`${name}\``,
      target: { host: "localhost", port: driver.port },
      port: driver.port,
      sent: () => driver.bytes,
    });
  }
  return found;
}

for (const { name, drops, take, ask, target, port, sent } of await ways()) {
  test(`${name}: ${drops ? "drops the check, and the self-test finds it out" : "asks the verifier, and obeys"}`, {
    timeout: 20_000,
  }, async () => {
    const told = [];
    const onVerdict = ({ outcome }) => told.push(outcome);
    await ask(target, take(verifierOf("localhost", honest.root.pin), onVerdict));
    // nodemailer connects by address, with the name as `servername`: a second verdict, `unlisted`.
    assert.deepEqual(
      told.filter((outcome) => outcome !== "unlisted"),
      drops ? [] : ["pinned"],
    );
    const before = sent();
    assert.ok(before > 0, "it arrives where it may");

    const refusal = await ask(target, take(verifierOf("localhost", stray), onVerdict)).then(
      () => undefined,
      (error) => error,
    );
    const testing = selfTest({
      host: "localhost",
      port,
      verifier: verifierOf("localhost", honest.leaf.pin),
      request: (canary) => ask(target, take(canary)),
    });
    if (drops) {
      assert.equal(refusal, undefined, "if it is pinned by now, the page says too little of it");
      assert.deepEqual([told, sent() > before], [[], true]);
      await assert.rejects(testing, { code: "self-test-failed", message: /let through with a pin that cannot match/ });
    } else {
      assert.equal(pinningError(refusal)?.error.verdict.reason, "pin-mismatch", refusal?.stack);
      assert.equal((await testing).verdict.reason, "pin-mismatch");
      assert.equal(sent(), before);
    }
  });
}

test("`pg`, hosts that are addresses: judged by that address, or refused where an older one does not name it", {
  timeout: 20_000,
}, async () => {
  const server = await serverOf("postgres");
  const target = { host: "127.0.0.1", port: server.port };
  const ask = (client, pin) => postgres(client)(target, options(verifierOf("127.0.0.1", pin)));
  await ask(pg, honest.leaf.pin);
  const before = server.bytes;
  await assert.rejects(ask(pg, stray), { code: "pin-mismatch" });
  for (const pin of [honest.leaf.pin, stray]) await assert.rejects(ask(pgBefore, pin), { code: "host-unknown" });
  await assert.rejects(postgres(pgBefore)(target, { ...options(verifierOf("127.0.0.1", stray)), host: "127.0.0.1" }), {
    code: "pin-mismatch",
  });
  assert.equal(server.bytes, before);
  // Names were always named.
  await postgres(pgBefore)({ ...target, host: "localhost" }, options(verifierOf("localhost", honest.leaf.pin)));
});

test("`needle` writes a request's options into the agent: what is unsafe there is refused", { timeout: 20_000 }, async () => {
  const server = await serve({ certificate: honest.leaf, chain: honest.chain });
  const pinned = agent(verifierOf("localhost", stray));
  for (const more of [{ rejectUnauthorized: false }, { checkServerIdentity: () => undefined }]) {
    await assert.rejects(needle("get", server.url, { agent: pinned, ...more }), TypeError);
  }
  assert.equal(server.requests, 0);
});

test("the table in docs/node.md has each of these, and whether it is pinned", () => {
  const page = readFileSync(new URL("../../docs/node.md", import.meta.url), "utf8");
  const table = /\| driver or client \|[^]*?\n\n/.exec(page)?.[0] ?? "";
  const rows = table
    .split("\n")
    .slice(2)
    .filter(Boolean)
    .map((line) => line.slice(2, -2).split(" | "));
  const expected = [...Object.entries(drivers).map(([name, one]) => [`\`${name}\``, one]), ...Object.entries(web)].map(
    ([name, { drops }]) => [name, drops ? "no" : "yes"],
  );
  const said = rows.map(([name, pinned]) => [name, /^no\b/.test(pinned) ? "no" : /^yes\b/.test(pinned) ? "yes" : pinned]);
  assert.deepEqual(said.sort(), expected.sort());
});
