// Node's own roots as anchors: all of them can be read, those of NODE_EXTRA_CA_CERTS too, and they are indexed once.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import { createAnchors } from "chainpin";
import { closeAll, serve } from "../tls/server.mjs";
import { honest } from "../tls/world.mjs";

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
  const { pinning } = await import("../tls/world.mjs");
  const { get } = await import("../tls/get.mjs");
  const pem = honest.ca;
  for (const ca of [pem, Buffer.from(pem), new Uint8Array(Buffer.from(pem)), [pem], [Buffer.from(pem)], [tls.rootCertificates[0], pem], `${tls.rootCertificates[0]}\n${pem}`]) {
    const told = [];
    await get(server.url, { agent: createAgent(pinning(honest.root.pin), { ca, onVerdict: ({ matched }) => told.push(matched.role) }) });
    assert.deepEqual(told, ["ca"]);
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
