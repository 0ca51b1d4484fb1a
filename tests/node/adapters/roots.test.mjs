// Node's own roots as anchors: all of them can be read, those of NODE_EXTRA_CA_CERTS too, and they are indexed once.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import { createAnchors } from "chainpin";
import { closeAll, listenForStreams, serve } from "../../tls/server.mjs";
import { honest } from "../../tls/world.mjs";

const folder = mkdtempSync(join(tmpdir(), "chainpin-roots-"));
after(() => {
  rmSync(folder, { recursive: true });
  return closeAll();
});
const server = await serve({ certificate: honest.leaf, chain: honest.chain });

test("every root of this Node can be read", () => {
  const roots = tls.getCACertificates?.("default") ?? tls.rootCertificates;
  assert.ok(roots.length > 100 && roots.length < 1024);
  createAnchors(roots).dispose();
});

test("a CA of NODE_EXTRA_CA_CERTS is an anchor", async () => {
  const file = join(folder, "extra.pem");
  writeFileSync(file, `an explanation\n${honest.ca}`);
  assert.equal(await outcome({ NODE_EXTRA_CA_CERTS: file }), "200 pinned ca");
  assert.match(await outcome({}), /^(UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED_CERT_IN_CHAIN)$/);
  assert.match(await outcome({ NODE_EXTRA_CA_CERTS: join(folder, "missing.pem") }), /^(UNABLE_TO|SELF_SIGNED)/);
});

test("`ca` replaces Node's roots, as text, as bytes, as a list", async () => {
  const { createAgent } = await import("chainpin/node");
  const { pinning } = await import("../../tls/world.mjs");
  const { get } = await import("../../tls/get.mjs");
  const pem = honest.ca;
  for (const ca of [
    pem,
    Buffer.from(pem),
    new Uint8Array(Buffer.from(pem)),
    [pem],
    [Buffer.from(pem)],
    [tls.rootCertificates[0], pem],
    `${tls.rootCertificates[0]}\n${pem}`,
  ]) {
    const told = [];
    await get(server.url, { agent: createAgent(pinning(honest.root.pin), { ca, onVerdict: ({ matched }) => told.push(matched.role) }) });
    assert.deepEqual(told, ["ca"]);
  }
});

test("every way to connect hands its `ca` to the verifier as anchors", async () => {
  const { connect, createAgent, createConnector, createDispatcher, tlsOptions } = await import("chainpin/node");
  const { get } = await import("../../tls/get.mjs");
  const http2 = await import("node:http2");
  const undici = await import("undici");
  const seen = [];
  /** Lets everything pass, and keeps what it was asked with. */
  const verifier = { verify: ({ anchors }) => ({ ok: seen.push(anchors) > 0 }) };
  const target = { host: "localhost", port: server.port };
  const opened = async (socket) => {
    await once(socket, "secureConnect");
    socket.destroy();
  };
  const streams = await listenForStreams({ certificate: honest.leaf, chain: honest.chain });
  const overHttp2 = async (options) => {
    const session = http2.connect(streams.url, options);
    await once(session, "connect");
    session.destroy();
  };
  const connector = (options) =>
    new Promise((resolve, reject) => {
      createConnector(verifier, options)({ hostname: "localhost", protocol: "https:", port: String(server.port) }, (error, socket) =>
        error ? reject(error) : resolve(socket.destroy()),
      );
    });
  const ways = [
    (ca) => get(server.url, { agent: createAgent(verifier, ca) }),
    (ca) => get(server.url, { agent: createAgent(verifier), ...ca }),
    (ca) => opened(connect(verifier, { ...target, ...ca })),
    (ca) => connector({ ...ca }),
    (ca) => undici.request(server.url, { dispatcher: createDispatcher(verifier, { connect: { ...ca } }) }),
    (ca) => opened(tls.connect({ ...target, ...tlsOptions(verifier, ca) })),
    (ca) => opened(tls.connect({ ...target, ...ca, ...tlsOptions(verifier) })),
    (ca) => opened(tls.connect({ ...target, ...tlsOptions(verifier, ca), secureContext: tls.createSecureContext(ca) })),
    (ca) => opened(connect(verifier, { ...target, ...ca, ...(ca && { secureContext: tls.createSecureContext(ca) }) })),
    (ca) => get(server.url, tlsOptions(verifier, ca)),
    (ca) => get(server.url, { agent: new https.Agent(ca), ...tlsOptions(verifier, ca) }),
    (ca) => overHttp2(tlsOptions(verifier, ca)),
  ];
  await get(server.url, { agent: createAgent(verifier, { ca: honest.ca }) });
  const [expected] = seen; // kept for each `ca`
  assert.ok(expected);
  for (const way of ways) {
    seen.length = 0;
    await way({ ca: honest.ca });
    assert.ok(seen.length > 0 && seen.every((anchors) => anchors === expected), String(way));
  }
});

/** What a process makes of the server, with Node's roots and a pin on the root that the server does not send. */
function outcome(env) {
  const script = `
    import https from "node:https";
    import { createVerifierSync } from "chainpin";
    import { createAgent } from "chainpin/node";
    const verifier = createVerifierSync({ version: 1, id: "a", sequence: 1, rules: [{ host: "localhost", pins: ["${honest.root.pin}"] }] });
    let told;
    const agent = createAgent(verifier, { onVerdict: ({ outcome, matched }) => (told = outcome + " " + matched?.role) });
    https.get("${server.url}", { agent }, ({ statusCode }) => console.log(statusCode, told) || process.exit())
      .on("error", ({ code }) => console.log(code));`;
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    env: { ...process.env, NODE_EXTRA_CA_CERTS: "", NODE_NO_WARNINGS: "1", ...env },
    timeout: 20_000,
  });
  let printed = "";
  child.stdout.on("data", (data) => (printed += data));
  return new Promise((resolve) => child.on("close", () => resolve(printed.trim())));
}
