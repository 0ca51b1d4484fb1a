// Ways of these clients that go past an agent, as the README says. The self-test finds each of them out.
import assert from "node:assert/strict";
import { after, test } from "node:test";
import axios from "axios";
import got from "got";
import superagent from "superagent";
import { createAgent, selfTest, tlsOptions } from "chainpin/node";
import { closeAll } from "../tls/server.mjs";
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
