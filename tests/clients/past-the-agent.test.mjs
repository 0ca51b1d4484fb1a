// Ways of these clients that go past an agent, as docs/node.md says. The self-test finds each of them out.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";
import { after, test } from "node:test";
import axios from "axios";
import got from "got";
import superagent from "superagent";
import { createAgent, selfTest, tlsOptions } from "chainpin/node";
import { closeAll, serve } from "../tls/server.mjs";
import { honest, pinning, refused, stray } from "../tls/world.mjs";
import { closeExtra, serverFor } from "./servers.mjs";

after(() => Promise.all([closeAll(), closeExtra()]));
const { ca } = honest;
const server = await serverFor({ h2: true });
const url = `${server.url}/here`;
const agent = (verifier) => createAgent(verifier, { ca });

const past = {
  "got, http2": (verifier) => got(url, { http2: true, agent: { https: agent(verifier) }, https: { certificateAuthority: ca } }),
  "superagent, http2": (verifier) => superagent.get(url).http2().ca(ca).agent(agent(verifier)),
  "axios, httpVersion 2, by the agent": (verifier) => axios.get(url, { httpVersion: 2, httpsAgent: agent(verifier), http2Options: { ca } }),
};

for (const [name, request] of Object.entries(past)) {
  test(name, { timeout: 20_000 }, async () => {
    const testing = selfTest({ host: "localhost", port: server.port, verifier: pinning(honest.leaf.pin), request });
    await assert.rejects(testing, { code: "self-test-failed", message: /let through with a pin that cannot match/ });
  });
}

test("axios, httpVersion 2, by tlsOptions: pinned", { timeout: 20_000 }, async () => {
  const request = (pin) => axios.get(url, { httpVersion: 2, http2Options: tlsOptions(pinning(pin), { ca }) });
  assert.equal((await request(honest.leaf.pin)).status, 200);
  const before = server.requests;
  await refused(request(stray), "pin-mismatch", 2);
  assert.equal(server.requests, before);
});

test("a redirect to http: goes past an agent for https: alone, and not past one for both", { timeout: 20_000 }, async () => {
  let requests = 0;
  const plain = http.createServer((_, response) => response.end(String((requests += 1)))).listen(0, "127.0.0.1");
  await once(plain, "listening");
  const location = `http://localhost:${plain.address().port}/`;
  const from = await serve({
    certificate: honest.leaf,
    chain: honest.chain,
    answer: (_, response) => response.writeHead(302, { location }).end(),
  });
  const pinned = agent(pinning(honest.leaf.pin));
  for (const request of [
    (more) => axios.get(from.url, { httpsAgent: pinned, ...(more && { httpAgent: pinned }) }),
    (more) => got(from.url, { agent: { https: pinned, ...(more && { http: pinned }) } }),
  ]) {
    requests = 0;
    await request(false);
    assert.equal(requests, 1);
    await assert.rejects(request(true), /Protocol "http:" not supported/);
    assert.equal(requests, 1);
  }
  plain.close();
  plain.closeAllConnections();
});
