// Proxies: the tunnel leads where the proxy likes; who answers at its end is judged all the same.
import assert from "node:assert/strict";
import http from "node:http";
import { after, test } from "node:test";
import axios from "axios";
import { HttpsProxyAgent } from "https-proxy-agent";
import { connect, createAgent, createConnector, tlsOptions } from "chainpin/node";
import { createReplaceable } from "chainpin";
import { makeAuthority, makeServer } from "../tls/authority.mjs";
import { get } from "../tls/get.mjs";
import { closeAll, proxyTo, serve } from "../tls/server.mjs";
import { honest, pinning, refused, stray } from "../tls/world.mjs";

after(closeAll);

// The proxy of a company: it reads along, with a CA that this machine trusts.
const company = await makeAuthority("Company Root");
const reading = await serve({ certificate: await makeServer(company, ["localhost"]), chain: [honest.intermediate.pem] });
const server = await serve({ certificate: honest.leaf, chain: honest.chain });
const [proxy, readingProxy] = [await proxyTo(server.port), await proxyTo(reading.port)];
const ca = [honest.ca, company.pem];

/** A client that knows proxies by itself: it takes the agent's options, and not the agent. HTTPS_PROXY does the same. */
const byAxios = async (verifier, url, { port }) => {
  const { status } = await axios.get(url, {
    httpsAgent: createAgent(verifier, { ca }),
    proxy: { protocol: "http", host: "127.0.0.1", port },
  });
  return { status };
};

const ways = {
  "https-proxy-agent": (verifier, url, { port }) =>
    get(url, { agent: new HttpsProxyAgent(`http://127.0.0.1:${port}`), ...tlsOptions(verifier, { ca }) }),
  "CONNECT by hand, the socket for the agent": async (verifier, url, proxy) =>
    get(url, { agent: createAgent(verifier, { ca }), socket: await tunnel(url, proxy) }),
  "CONNECT by hand, createConnection": async (verifier, url, proxy) =>
    get(url, { ...tlsOptions(verifier, { ca }), socket: await tunnel(url, proxy) }),
};

for (const version of [6, 7, 8]) {
  const undici = await import(`undici${version}`).catch(() => undefined);
  if (undici === undefined) continue;
  ways[`undici ${version}'s ProxyAgent`] = async (verifier, url, { port }) => {
    const dispatcher = new undici.ProxyAgent({ uri: `http://127.0.0.1:${port}`, requestTls: tlsOptions(verifier, { ca }) });
    const { statusCode: status, body } = await undici.request(url, { dispatcher });
    return { status, body: await body.text() };
  };
}

for (const [name, ask, depth] of [...Object.entries(ways), ["axios and its proxy", byAxios, 1]]) {
  test(name, { timeout: 20_000 }, async () => {
    const before = [server.requests, reading.requests, proxy.tunnels.length, readingProxy.tunnels.length];
    const url = `https://localhost:${server.port}/here`;
    for (const { pin } of [honest.leaf, honest.root]) assert.equal((await ask(pinning(pin), url, proxy)).status, 200);
    await refused(ask(pinning(stray), url, proxy), "pin-mismatch", depth);
    // It even appends the genuine intermediate.
    for (const pin of [honest.leaf.pin, honest.intermediate.pin, honest.root.pin])
      await refused(ask(pinning(pin), url, readingProxy), "pin-mismatch", depth);
    assert.deepEqual(
      [server.requests, reading.requests, proxy.tunnels.length, readingProxy.tunnels.length],
      [before[0] + 2, before[1], before[2] + 3, before[3] + 3],
    );
  });
}

test("the proxy that reads along would have been believed", async () => {
  const { status } = await get(`https://localhost:${server.port}/`, {
    agent: new HttpsProxyAgent(`http://127.0.0.1:${readingProxy.port}`),
    ca,
  });
  assert.equal(status, 200);
});

test("a replaced policy closes a connection through a proxy, too", { timeout: 20_000 }, async () => {
  const url = `https://localhost:${server.port}/here`;
  const verifier = createReplaceable(pinning(honest.leaf.pin));
  const agent = createAgent(verifier, { ca, keepAlive: true });
  const first = await get(url, { agent, socket: await tunnel(url, proxy) });
  verifier.replace(pinning(stray));
  assert.equal(first.socket.destroyed, true);
  await refused(get(url, { agent, socket: await tunnel(url, proxy) }));
});

test("undici's connector goes through a tunnel of the caller's", { timeout: 20_000 }, async () => {
  const { Client, request } = await import("undici7");
  const url = `https://localhost:${server.port}/here`;
  const through = (pin) => {
    const connector = createConnector(pinning(pin), { ca });
    return new Client(`https://localhost:${server.port}`, {
      connect: (target, callback) => tunnel(url, proxy).then((httpSocket) => connector({ ...target, httpSocket }, callback), callback),
    });
  };
  assert.equal((await request(url, { dispatcher: through(honest.leaf.pin) })).statusCode, 200);
  await refused(request(url, { dispatcher: through(stray) }));
});

test("connect goes over a socket of the caller's", { timeout: 20_000 }, async () => {
  const url = `https://localhost:${server.port}/here`;
  const socket = connect(pinning(honest.leaf.pin), { socket: await tunnel(url, proxy), servername: "localhost", ca });
  await new Promise((resolve, reject) => socket.on("secureConnect", resolve).on("error", reject));
  assert.equal(socket.authorized, true);
  socket.destroy();
});

function tunnel(url, { port }) {
  const { host } = new URL(url);
  return new Promise((resolve, reject) => {
    const request = http.request({ host: "127.0.0.1", port, method: "CONNECT", path: host });
    request
      .on("connect", (_, socket) => resolve(socket))
      .on("error", reject)
      .end();
  });
}
