// An option in a place where it would have no effect throws, and says where it belongs.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import tls from "node:tls";
import * as undici from "undici";
import { certificateVerifyProc } from "chainpin/electron";
import { connect, createAgent, createConnector, createDispatcher, selfTest, tlsOptions } from "chainpin/node";
import { get } from "../../tls/get.mjs";
import { closeAll, serve } from "../../tls/server.mjs";
import { honest, pinning } from "../../tls/world.mjs";

after(closeAll);
const { ca } = honest;
const verifier = pinning(honest.leaf.pin);
const fails = (make, message) => assert.throws(make, (error) => error instanceof TypeError && message.test(error.message));

test("every TLS option beside connect, in createDispatcher", () => {
  // As the types of this Node's own `tls` name them.
  const text = readFileSync(new URL("../../../node_modules/@types/node/tls.d.ts", import.meta.url), "utf8");
  const members = (name) =>
    [...new RegExp(`interface ${name}[^{]*\\{([^]*?)\\n    \\}`).exec(text)[1].matchAll(/^ {8}(\w+)\?:/gm)].map(([, option]) => option);
  const options = ["SecureContextOptions", "CommonConnectionOptions", "ConnectionOptions"].flatMap(members);
  assert.ok(options.length > 35 && ["ca", "secureContext", "servername"].every((option) => options.includes(option)));
  for (const option of options)
    fails(() => createDispatcher(verifier, { [option]: option === "ca" ? ca : 1 }), new RegExp(`\\b${option}\\b`));
  for (const option of ["ca", "cert", "key", "pfx", "servername", "lookup", "ciphers", "minVersion", "family", "keepAlive"]) {
    fails(
      () => createDispatcher(verifier, { undici, [option]: option === "ca" ? ca : "x" }),
      new RegExp(`the options: ${option} has no effect here: give TLS options under \`connect\``),
    );
  }
  fails(() => createDispatcher(verifier, { rejectUnauthorized: true }), /under `connect`/);
});

test("options of one function given to another", () => {
  const misplaced = [
    [createDispatcher, { requestTls: {} }, /ProxyAgent/],
    [createDispatcher, { timeout: 1 }, /timeout has no effect here: it is `connectTimeout` here/],
    [createDispatcher, { path: "/socket" }, /`socketPath`/],
    [createDispatcher, { ALPNProtocols: ["h2"] }, /`allowH2`/],
    [createDispatcher, { maxSockets: 1 }, /an agent's/],
    [createDispatcher, { connect: { undici } }, /createDispatcher's/],
    [createDispatcher, { connect: { host: "a.example" } }, /the URL of each request/],
    [createDispatcher, { connect: { connections: 1 } }, /the dispatcher's/],
    [createDispatcher, { connect: { connectTimeout: 1 } }, /`timeout`/],
    [createDispatcher, { connect: { socketPath: "/socket" } }, /`path`/],
    [createConnector, { connect: { ca } }, /createDispatcher's/],
    [createConnector, { undici }, /createDispatcher's/],
    [createConnector, { connectTimeout: 1 }, /`timeout`/],
    [createConnector, { ALPNProtocols: ["h2"] }, /`allowH2`/],
    [createConnector, { port: 1 }, /the URL of each request/],
    [createAgent, { connect: { ca } }, /createDispatcher's/],
    [createAgent, { undici }, /createDispatcher's/],
    [createAgent, { allowH2: true }, /no HTTP\/2/],
    [createAgent, { requestTls: {} }, /ProxyAgent/],
    [createAgent, { hostname: "a.example" }, /the URL of each request/],
    [createAgent, { request: () => undefined }, /selfTest's/],
    [connect, { hostname: "a.example" }, /it is `host` here/],
    [connect, { host: "a.example", socketPath: "/socket" }, /`path`/],
    [connect, { host: "a.example", maxSockets: 1 }, /an agent's/],
    [connect, { host: "a.example", agent: 1 }, /a request's/],
    [connect, { host: "a.example", connect: { ca } }, /createDispatcher's/],
    [tlsOptions, { connect: { ca } }, /createDispatcher's/],
    [tlsOptions, { undici }, /createDispatcher's/],
    [tlsOptions, { requestTls: {} }, /ProxyAgent/],
    [tlsOptions, { verifier }, /selfTest's/],
  ];
  for (const [make, options, message] of misplaced) fails(() => make(verifier, options), message);
  // What is not there is not misplaced.
  createAgent(verifier, { connect: undefined });
  createDispatcher(verifier, { undici, ca: undefined });
});

test("selfTest and certificateVerifyProc know all their options", async () => {
  for (const option of ["servername", "onVerdict", "connect", "agent", "timeout"]) {
    await assert.rejects(selfTest({ host: "localhost", verifier, [option]: 1 }), {
      name: "TypeError",
      message: new RegExp(`${option} has no effect here`),
    });
  }
  await assert.rejects(selfTest(undefined), TypeError);
  for (const option of ["ca", "anchors", "connect"])
    fails(() => certificateVerifyProc(verifier, { [option]: 1 }), new RegExp(`${option} has no effect here`));
  fails(() => certificateVerifyProc(verifier, { onVerdict: 1 }), /onVerdict must be a function/);
});

test("selfTest hands its target to the request", async () => {
  const server = await serve({ certificate: honest.leaf, chain: honest.chain });
  const request = (canary, { host, port, ca }) => get(`https://${host}:${port}/`, { agent: createAgent(canary, { ca }) });
  assert.equal((await selfTest({ host: "localhost", port: server.port, ca, verifier, request })).code, "pin-mismatch");
});

test("a request's options that the agent overrides", async () => {
  const server = await serve({ certificate: honest.leaf, chain: honest.chain });
  const agent = createAgent(verifier, { ca, keepAlive: true, minVersion: "TLSv1.2" });
  for (const [options, message] of [
    [{ ca: honest.intermediate.pem }, /the request's options: ca has no effect here: the agent has its own/],
    [{ minVersion: "TLSv1.3" }, /minVersion/],
    [{ onVerdict: () => {} }, /onVerdict has no effect here: give it to createAgent/],
  ]) {
    await assert.rejects(get(server.url, { agent, ...options }), message);
  }
  assert.equal((await get(server.url, { agent, ca, minVersion: undefined })).status, 200);
  // What the agent leaves open, a request may say: also the roots, which are its anchors then.
  const told = [];
  const open = createAgent(pinning(honest.root.pin), { onVerdict: ({ matched }) => told.push(matched.role) });
  assert.equal((await get(server.url, { agent: open, ca })).status, 200);
  assert.equal((await get(server.url, { agent: open, ca, secureContext: tls.createSecureContext({ ca }) })).status, 200);
  assert.deepEqual(told, ["ca", "ca"]);
  agent.destroy();
});
