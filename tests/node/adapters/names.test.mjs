// A connection for which nobody has named a host: Node says `localhost`, and the rule of the host that was meant is never looked at.
import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import tls from "node:tls";
import { createVerifierSync } from "chainpin";
import { connect, createAgent, createConnector, createDispatcher, tlsOptions } from "chainpin/node";
import * as undici from "undici";
import { closeAll, listenForBytes, serve } from "../../tls/server.mjs";
import { honest, policy, stray } from "../../tls/world.mjs";

after(closeAll);
const { ca } = honest;
const secure = { certificate: honest.leaf, chain: honest.chain };

/** The server is 127.0.0.1, its pin is wrong, and there is no rule for `localhost`. */
const verifier = createVerifierSync(policy([{ host: "127.0.0.1", pins: [stray] }]));
/** With a rule for `localhost` alone. */
const local = (pin) => createVerifierSync(policy([{ host: "localhost", pins: [pin] }]));

/** A socket that leads to the server, connected by its address: Node knows no name then. */
async function connected(port, host = "127.0.0.1") {
  const socket = net.connect(port, host);
  await once(socket, "connect");
  return socket;
}

/** What becomes of a connection: the code of its error, or of what was thrown, or `connected`. */
async function outcome(open) {
  try {
    const socket = await open();
    socket.write("secret");
    await once(socket, "secureConnect");
    socket.end();
    return "connected";
  } catch (error) {
    return error.code ?? error.message;
  }
}

/** A request by options alone, or by a URL and options. */
function get(...how) {
  return new Promise((resolve, reject) => {
    https.get(...how, (response) => resolve(response.resume())).on("error", reject);
  }).then(({ statusCode: status }) => ({ status }));
}

const nameless = {
  "tls.connect, a socket": async ({ port }) => tls.connect({ socket: await connected(port), ...tlsOptions(verifier, { ca }) }),
  "tls.connect, a socket before it is connected": ({ port }) =>
    tls.connect({ socket: net.connect(port, "127.0.0.1"), ...tlsOptions(verifier, { ca }) }),
  "tls.connect, a socket and an empty servername": async ({ port }) =>
    tls.connect({ socket: await connected(port), servername: "", ...tlsOptions(verifier, { ca }) }),
  "tls.connect, a socket and empty names": async ({ port }) =>
    tls.connect({ socket: await connected(port), host: "", servername: "", ...tlsOptions(verifier, { ca }) }),
  "tls.connect, a socket and a port": async ({ port }) =>
    tls.connect({ socket: await connected(port), port, ...tlsOptions(verifier, { ca }) }),
  "tls.connect, a port": ({ port }) => tls.connect({ port, ...tlsOptions(verifier, { ca }) }),
  "tls.connect, TLS 1.2": async ({ port }) =>
    tls.connect({ socket: await connected(port), ...tlsOptions(verifier, { ca, maxVersion: "TLSv1.2" }) }),
  "tls.connect, a client that calls the check on its own object": async ({ port }) => {
    const options = tlsOptions(verifier, { ca });
    return tls.connect({
      socket: await connected(port),
      ...options,
      checkServerIdentity: (host, certificate) => options.checkServerIdentity(host, certificate),
    });
  },
  "createConnection, a socket": async ({ port }) => tlsOptions(verifier, { ca }).createConnection({ socket: await connected(port), ca }),
  "connect, a socket": async ({ port }) => connect(verifier, { socket: await connected(port), ca }),
  "connect, a socket and empty names": async ({ port }) =>
    connect(verifier, { socket: await connected(port), ca, servername: "", host: "" }),
  "connect, a port": ({ port }) => connect(verifier, { port, ca }),
};

for (const [name, open] of Object.entries(nameless)) {
  test(`no host and no servername: ${name}`, async () => {
    const server = await listenForBytes(secure);
    assert.equal(await outcome(() => open(server)), "host-unknown");
    assert.equal(server.bytes, 0);
  });
}

const requests = {
  "https, a socket": async ({ port }) => get({ socket: await connected(port), agent: createAgent(verifier, { ca }) }),
  "https by tlsOptions, a socket": async ({ port }) => get({ socket: await connected(port), ...tlsOptions(verifier, { ca }) }),
  "https by tlsOptions, a socket, and an agent": async ({ port }) =>
    get({ socket: await connected(port), agent: new https.Agent(), ...tlsOptions(verifier, { ca }) }),
  "https, agent: false": async ({ port }) => get({ socket: await connected(port), agent: false, ...tlsOptions(verifier, { ca }) }),
};

for (const [name, ask] of Object.entries(requests)) {
  test(`a request over a socket without a host: ${name}`, async () => {
    const server = await serve(secure);
    await assert.rejects(ask(server), { name: "ChainpinError", code: "host-unknown", message: /neither `host` nor `servername`/ });
    assert.equal(server.requests, 0);
  });
}

test("http2.connect without a host", async () => {
  const server = await listenForBytes({ ...secure, ALPNProtocols: ["h2"] });
  const options = tlsOptions(verifier, { ca });
  assert.throws(() => http2.connect({ protocol: "https:", port: server.port }, options), { code: "host-unknown" });
  const socket = await connected(server.port);
  assert.throws(() => http2.connect({ protocol: "https:", port: server.port }, { ...options, socket }), { code: "host-unknown" });
  assert.equal(server.bytes, 0);
});

test("a connector that is asked for no host", async () => {
  const [error] = await new Promise((resolve) =>
    createConnector(verifier, { ca })({ hostname: "", protocol: "https:", port: "1" }, (...result) => resolve(result)),
  );
  assert.equal(error.code, "host-unknown");
});

test("a socket of the system's: https needs a name, undici has that of the URL", { skip: process.platform === "win32" }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-names-"));
  const socketPath = join(folder, "server.sock");
  let requests = 0;
  const server = https.createServer({ key: honest.leaf.key, cert: honest.leaf.pem + honest.intermediate.pem }, (_, response) =>
    response.end(String((requests += 1))),
  );
  server.on("tlsClientError", () => {}).listen(socketPath);
  await once(server, "listening");

  assert.equal(await outcome(() => tls.connect({ path: socketPath, ...tlsOptions(verifier, { ca }) })), "host-unknown");
  assert.equal(await outcome(() => connect(verifier, { path: socketPath, ca })), "host-unknown");
  await assert.rejects(get({ socketPath, agent: createAgent(verifier, { ca }) }), { code: "host-unknown" });
  await assert.rejects(get({ socketPath, ...tlsOptions(verifier, { ca }) }), { code: "host-unknown" });
  assert.equal(requests, 0);

  assert.equal((await get({ socketPath, host: "localhost", agent: createAgent(local(honest.leaf.pin), { ca }) })).status, 200);
  await assert.rejects(get({ socketPath, host: "localhost", agent: createAgent(local(stray), { ca }) }), { code: "pin-mismatch" });
  await assert.rejects(get("https://localhost/", { socketPath, agent: createAgent(local(stray), { ca }) }), { code: "pin-mismatch" });
  await assert.rejects(
    get({
      socketPath,
      headers: { host: "a.localhost" },
      agent: createAgent(createVerifierSync(policy([{ host: "a.localhost", pins: [stray] }])), { ca }),
    }),
    { code: "pin-mismatch" },
  );
  const dispatcher = createDispatcher(local(stray), { connect: { ca }, socketPath });
  await assert.rejects(undici.request("https://localhost", { dispatcher }), { code: "pin-mismatch" });
  assert.equal(requests, 1);
  server.close();
  server.closeAllConnections();
  rmSync(folder, { recursive: true });
});

test("localhost that somebody has asked for is a host like others", async () => {
  const bytes = await listenForBytes(secure);
  const { port } = bytes;
  for (const named of [{ host: "localhost" }, { servername: "localhost" }, { host: "localhost", servername: "" }]) {
    const ways = [
      async (pin) => tls.connect({ socket: await connected(port), ...named, ...tlsOptions(local(pin), { ca }) }),
      async (pin) => connect(local(pin), { socket: await connected(port), ca, ...named }),
      (pin) => tls.connect({ port, ...named, ...tlsOptions(local(pin), { ca }) }),
      (pin) => connect(local(pin), { port, ca, ...named }),
    ];
    for (const way of ways)
      assert.deepEqual([await outcome(() => way(honest.leaf.pin)), await outcome(() => way(stray))], ["connected", "pin-mismatch"]);
  }
  const server = await serve(secure);
  const socket = () => connected(server.port);
  const ways = [
    async (pin) => get({ port: server.port, agent: createAgent(local(pin), { ca }) }),
    async (pin) => get({ host: "localhost", socket: await socket(), agent: createAgent(local(pin), { ca }) }),
    async (pin) => get({ hostname: "localhost", socket: await socket(), agent: createAgent(local(pin), { ca }) }),
    async (pin) => get({ servername: "localhost", socket: await socket(), agent: createAgent(local(pin), { ca }) }),
    async (pin) => get(server.url, { socket: await socket(), agent: createAgent(local(pin), { ca }) }),
    async (pin) => get({ host: "localhost", socket: await socket(), ...tlsOptions(local(pin), { ca }) }),
    async (pin) => get({ host: "localhost", socket: await socket(), agent: new https.Agent(), ...tlsOptions(local(pin), { ca }) }),
    async (pin) => get({ port: server.port, ...tlsOptions(local(pin), { ca }) }),
  ];
  for (const way of ways) {
    assert.equal((await way(honest.leaf.pin)).status, 200);
    await assert.rejects(way(stray), { code: "pin-mismatch" });
  }
  assert.equal(server.requests, ways.length);
});

test("an address is a host", async () => {
  const bytes = await listenForBytes(secure);
  const host = "127.0.0.1";
  for (const open of [
    () => tls.connect({ port: bytes.port, host, ...tlsOptions(verifier, { ca }) }),
    async () => tls.connect({ socket: await connected(bytes.port), host, ...tlsOptions(verifier, { ca }) }),
    async () => connect(verifier, { socket: await connected(bytes.port), host, ca }),
  ]) {
    assert.equal(await outcome(open), "pin-mismatch");
  }
  assert.equal(bytes.bytes, 0);
});

test("a socket that was connected by a name has that name", async () => {
  const bytes = await listenForBytes(secure);
  const lookup = (_, options, callback) =>
    options.all ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4);
  const rules = createVerifierSync(policy([{ host: "a.localhost", pins: [stray] }]));
  const socket = () => net.connect({ port: bytes.port, host: "a.localhost", lookup });
  for (const open of [
    () => tls.connect({ socket: socket(), ...tlsOptions(rules, { ca }) }),
    () => connect(rules, { socket: socket(), ca }),
  ]) {
    assert.equal(await outcome(open), "pin-mismatch");
  }
  assert.equal(bytes.bytes, 0);
});
