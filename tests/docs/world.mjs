// What a reader of the pages has: hosts of example.com with a certificate that this machine trusts, a policy for them, signing keys, and an address for updates.
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import https from "node:https";
import { join } from "node:path";
import { at, target } from "../../scripts/lib/paths.mjs";
import { makeAuthority, makeServer } from "../tls/authority.mjs";

export const command = at("pkg", "dist", "cli.cjs");
/** Within the checkout, so that `chainpin` is found as in an app that has installed it. */
export const folder = join(target, "docs-test");

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString();

/** Starts it. `newFolder(name)` makes one with the reader's files; `env` leads the hosts to the server. */
export async function makeWorld() {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const root = await makeAuthority("Example Root CA");
  const issuing = await makeAuthority("Example Issuing CA", root);
  const certificate = await makeServer(issuing, ["api.example.com", "www.example.com", "updates.example.net"]);
  const policy = (sequence) => ({
    version: 1,
    id: "acme-mobile",
    sequence,
    issuedAt: inDays(-1),
    expires: inDays(300),
    rules: ["api", "www"].map((name) => ({
      host: `${name}.example.com`,
      pins: [certificate.pin],
      backupPins: ["sha256/wnM2Zhm3YD2FmK8ZCQrqq47+pYqaa6au0BE06xmOPdU="],
    })),
  });

  const files = {
    "server.key": certificate.key,
    "server.cer": certificate.pem,
    "live.json": JSON.stringify(policy(1)),
    "seen.ndjson": `${JSON.stringify({ host: "api.example.com", chain: certificate.pem, source: "validated" })}\n`,
  };
  const made = newFolder("signing", { ...files, "newer.json": JSON.stringify(policy(2)) });
  execFileSync(process.execPath, [command, "keygen", "--kid", "2026", "--out", "signing"], { cwd: made, stdio: "pipe" });
  const bundle = execFileSync(process.execPath, [command, "sign", "newer.json", "--key", "signing.private.jwk"], {
    cwd: made,
    stdio: "pipe",
  });
  files["trusted.public.jwk"] = readFileSync(join(made, "signing.public.jwk"), "utf8");

  const server = https.createServer({ key: certificate.key, cert: certificate.pem + issuing.pem }, ({ url }, response) => {
    response.end(url === "/policy.jws" ? bundle : "hello\n");
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const trusted = join(folder, "trusted.pem");
  writeFileSync(trusted, root.pem);
  const env = {
    ...process.env,
    NODE: process.execPath,
    COMMAND: command,
    NODE_EXTRA_CA_CERTS: trusted,
    NODE_OPTIONS: `--require=${at("tests", "docs", "redirect.cjs")}`,
    EXAMPLE_PORT: String(server.address().port),
  };
  return { env, newFolder: (name) => newFolder(name, files), stop: () => server.close().closeAllConnections() };
}

function newFolder(name, files) {
  const made = join(folder, name);
  mkdirSync(made, { recursive: true });
  for (const [file, text] of Object.entries(files)) writeFileSync(join(made, file), text);
  return made;
}
