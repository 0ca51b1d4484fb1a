// `createDispatcher` and `createConnector`: fetch and undici over pinned connections.
import assert from "node:assert/strict";
import http from "node:http";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync } from "node:fs";
import https from "node:https";
import net from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { fileURLToPath } from "node:url";
import * as undici from "undici";
import { createReplaceable, createVerifierSync } from "chainpin";
import { createConnector, createDispatcher, selfTest } from "chainpin/node";
import { closeAll, listenForBytes, serve } from "../../tls/server.mjs";
import { honest, pinning, policy, refused, stray } from "../../tls/world.mjs";

after(closeAll);
const connect = { ca: honest.ca };
const server = await serve({ certificate: honest.leaf, chain: honest.chain });
const text = async (answer) => (await answer).text();

test("fetch works with a right pin, and fails with the PinningError as cause", async () => {
  const told = [];
  const onVerdict = ({ outcome }, peer) => told.push([outcome, peer]);
  assert.equal(
    await text(fetch(`${server.url}/a`, { dispatcher: createDispatcher(pinning(honest.root.pin), { connect, onVerdict }) })),
    "/a",
  );
  assert.deepEqual(told, [["pinned", { host: "localhost", port: server.port }]]);
  await refused(
    fetch(server.url, { dispatcher: createDispatcher(pinning(stray), { connect }), method: "POST", body: "secret" }),
    "pin-mismatch",
    1,
  );
  assert.equal(server.requests, 1);
});

test("no byte reaches a refused server, with HTTP/2 neither", async () => {
  for (const allowH2 of [false, true]) {
    const bytes = await listenForBytes({ certificate: honest.leaf, chain: honest.chain, ALPNProtocols: ["h2", "http/1.1"] });
    const dispatcher = createDispatcher(pinning(stray), { connect, allowH2 });
    await refused(undici.request(`https://localhost:${bytes.port}`, { dispatcher, method: "POST", body: "secret" }));
    assert.equal(bytes.bytes, 0);
  }
});

test("HTTP/2 where it is allowed", async () => {
  const http2 = await import("node:http2");
  const h2 = http2.createSecureServer({ key: honest.leaf.key, cert: honest.leaf.pem + honest.intermediate.pem });
  h2.on("stream", (stream) => stream.respond({ ":status": 200 }, { endStream: true }));
  await new Promise((resolve) => h2.listen(0, "127.0.0.1", resolve));
  const dispatcher = createDispatcher(pinning(honest.leaf.pin), { connect, allowH2: true });
  const { statusCode } = await undici.request(`https://localhost:${h2.address().port}`, { dispatcher });
  assert.equal(statusCode, 200);
  await dispatcher.destroy();
  h2.close();
});

test("connections are pooled, and a replaced policy closes what it refuses", async () => {
  let verdicts = 0;
  const verifier = createReplaceable(pinning(honest.leaf.pin));
  const dispatcher = createDispatcher(verifier, { connect, connections: 1, onVerdict: () => (verdicts += 1) });
  for (let index = 0; index < 3; index++) await text(fetch(server.url, { dispatcher }));
  assert.equal(verdicts, 1);
  const before = server.requests;
  verifier.replace(pinning(stray));
  await refused(fetch(server.url, { dispatcher }), "pin-mismatch", 1);
  verifier.replace(pinning(honest.leaf.pin));
  assert.equal(await text(fetch(server.url, { dispatcher })), "/");
  assert.equal(server.requests, before + 1);
});

test("a redirect to another host gets that host's pins, a Host header does not choose them", async () => {
  const away = await serve({
    certificate: honest.leaf,
    chain: honest.chain,
    answer: (_request, response) => response.writeHead(302, { location: `https://localhost:${server.port}/landed` }).end(),
  });
  const verifier = createVerifierSync(
    policy([
      { host: "127.0.0.1", pins: [honest.leaf.pin] },
      { host: "localhost", pins: [stray] },
    ]),
  );
  const dispatcher = createDispatcher(verifier, { connect });
  await refused(fetch(`https://127.0.0.1:${away.port}/`, { dispatcher }), "pin-mismatch", 1);
  await refused(undici.request(server.url, { dispatcher, headers: { host: "a.localhost" } }));
  assert.deepEqual([away.requests, server.paths.includes("/landed")], [1, false]);
});

test("http: is refused: it shows no certificate", async () => {
  let requests = 0;
  const plain = http.createServer((_, response) => response.end((requests += 1))).listen(0, "127.0.0.1");
  await new Promise((resolve) => plain.on("listening", resolve));
  const asked = fetch(`http://localhost:${plain.address().port}`, { dispatcher: createDispatcher(pinning(stray), { connect }) });
  await assert.rejects(asked, ({ cause }) => cause.code === "not-tls" && /`http:` to localhost shows no certificate/.test(cause.message));
  assert.equal(requests, 0);
  plain.close();
});

test("a server that does not answer the handshake is given up", async () => {
  const silent = net.createServer(() => {}).listen(0, "127.0.0.1");
  await new Promise((resolve) => silent.on("listening", resolve));
  const dispatcher = createDispatcher(pinning(stray), { connect, connectTimeout: 50 });
  await assert.rejects(undici.request(`https://localhost:${silent.address().port}`, { dispatcher }), {
    code: "ETIMEDOUT",
    message: /no connection to localhost:\d+ within 50 ms/,
  });
  silent.close();
});

test("a socket of the system's instead of a port, and no limit of time", { skip: process.platform === "win32" }, async () => {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-socket-"));
  const socketPath = join(folder, "server.sock");
  const local = https.createServer({ key: honest.leaf.key, cert: honest.leaf.pem + honest.intermediate.pem }, (_, response) =>
    response.end("here"),
  );
  local.on("tlsClientError", () => {}).listen(socketPath);
  await new Promise((resolve) => local.on("listening", resolve));
  const ask = async (pin) =>
    text(
      (
        await undici.request("https://localhost", {
          dispatcher: createDispatcher(pinning(pin), { connect, socketPath, connectTimeout: 0 }),
        })
      ).body,
    );
  assert.equal(await ask(honest.leaf.pin), "here");
  await refused(ask(stray));
  local.close();
  local.closeAllConnections();
  rmSync(folder, { recursive: true });
});

test("Pool, BalancedPool and Client take the connector", async () => {
  for (const Dispatcher of [undici.Pool, undici.BalancedPool, undici.Client]) {
    const right = new Dispatcher(server.url, { connect: createConnector(pinning(honest.leaf.pin), connect) });
    assert.equal((await undici.request(server.url, { dispatcher: right })).statusCode, 200);
    const wrong = new Dispatcher(server.url, { connect: createConnector(pinning(stray), connect) });
    await refused(undici.request(server.url, { dispatcher: wrong }));
    await Promise.all([right.destroy(), wrong.destroy()]);
  }
});

test("options that would take the decision away are refused", () => {
  const verifier = pinning(stray);
  for (const [options, message] of [
    [{ connect: () => undefined }, /connect must be an object/],
    [{ tls: { rejectUnauthorized: false } }, /under `connect`/],
    [{ rejectUnauthorized: false }, /rejectUnauthorized must not be false/],
    [{ connect: { rejectUnauthorized: false } }, /rejectUnauthorized must not be false/],
    [{ connect: { checkServerIdentity: () => undefined } }, /checkServerIdentity must not be given/],
    [{ connect: { maxCachedSessions: 1 } }, /maxCachedSessions must be 0/],
    [{ maxCachedSessions: 1 }, /maxCachedSessions must be 0/],
    [{ connect: { session: Buffer.alloc(1) } }, /session must not be given/],
    [{ factory: (origin) => new undici.Pool(origin) }, /factory is not supported/],
  ]) {
    assert.throws(
      () => createDispatcher(verifier, options),
      (error) => error instanceof TypeError && message.test(error.message),
    );
  }
  for (const wrong of [undefined, null, {}]) assert.throws(() => createConnector(wrong), TypeError);
});

test("the self-test finds out whether an app's fetch is pinned", async () => {
  const verifier = pinning(honest.leaf.pin);
  const target = { host: "localhost", port: server.port, verifier };
  await selfTest({ ...target, request: (canary) => fetch(server.url, { dispatcher: createDispatcher(canary, { connect }) }) });
  const unpinned = new undici.Agent({ connect });
  await assert.rejects(selfTest({ ...target, request: () => fetch(server.url, { dispatcher: unpinned }) }), { code: "self-test-failed" });
});

test("undici is asked for only where it is needed, and its absence is told", () => {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-undici-"));
  const installed = join(folder, "node_modules", "chainpin");
  mkdirSync(installed, { recursive: true });
  cpSync(fileURLToPath(new URL("../../../pkg/package.json", import.meta.url)), join(installed, "package.json"));
  cpSync(fileURLToPath(new URL("../../../pkg/dist", import.meta.url)), join(installed, "dist"), { recursive: true });
  const script = (load) => `${load}
    const verifier = createVerifierSync({ version: 1, id: "a", sequence: 1, rules: [] });
    createAgent(verifier);
    try { createDispatcher(verifier); } catch (error) { console.log(error.name, error.message); }
    console.log(createDispatcher(verifier, { undici: { Agent: class { constructor({ connect }) { this.kind = typeof connect; } } } }).kind);`;
  for (const [type, load] of [
    ["module", 'import { createVerifierSync } from "chainpin"; import { createAgent, createDispatcher } from "chainpin/node";'],
    ["commonjs", 'const { createVerifierSync } = require("chainpin"); const { createAgent, createDispatcher } = require("chainpin/node");'],
  ]) {
    const { stdout, stderr } = spawnSync(process.execPath, [`--input-type=${type}`, "-e", script(load)], {
      cwd: folder,
      encoding: "utf8",
      timeout: 20_000,
    });
    assert.equal(stdout, "TypeError undici cannot be loaded: `npm install undici`, or give yours as `undici`\nfunction\n", stderr);
  }
  rmSync(folder, { recursive: true });
});
