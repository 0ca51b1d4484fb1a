// Real servers on 127.0.0.1 for the command's tests: certificates of an authority, TLS with and without STARTTLS, and some that misbehave.
import { spawn } from "node:child_process";
import { createServer } from "node:net";
import { TLSSocket, createSecureContext, createServer as createTlsServer } from "node:tls";
import { DAY, issueCertificate, keyPem, namesOf, newKeys, ofAuthority, pinOf, serverAuth } from "../../tls/certificate.mjs";

export { keyPem, newKeys, pinOf };

/** A root and an intermediate of it: `{ root, intermediate, issue }`, PEM. */
export async function createAuthority(name = "Test") {
  const root = { subject: `CN=${name} Root`, keys: await newKeys() };
  const middle = { subject: `CN=${name} Intermediate,O=${name}`, keys: await newKeys() };
  const ca = ofAuthority({ revokes: false });
  const rootCertificate = await certificate({ ...root, issuer: root, extensions: ca });
  const intermediate = await certificate({ ...middle, issuer: root, extensions: ca });

  /** `{ key, cert, leaf, pin, keys }`: cert is leaf and intermediate. `from` and `until` in days from now. */
  async function issue(host, { keys, from = -1, until = 300, subject = `CN=${host}` } = {}) {
    keys ??= await newKeys();
    const extensions = [serverAuth(), namesOf([host])];
    const leaf = await certificate({ subject, keys, issuer: middle, extensions, from, until });
    return { key: await keyPem(keys), cert: leaf + intermediate, leaf, pin: pinOf(leaf), keys };
  }
  return { root: rootCertificate, intermediate, issue, pins: { root: pinOf(rootCertificate), intermediate: pinOf(intermediate) } };
}

/** As openssl makes one for a device: signed by itself. */
export async function selfSigned(host) {
  const keys = await newKeys();
  const leaf = await certificate({ subject: `CN=${host}`, keys, issuer: { subject: `CN=${host}`, keys }, extensions: [namesOf([host])] });
  return { key: await keyPem(keys), cert: leaf, leaf, pin: pinOf(leaf) };
}

async function certificate({ from = -1, until = 3650, ...more }) {
  const made = await issueCertificate({ ...more, from: new Date(Date.now() + from * DAY), until: new Date(Date.now() + until * DAY) });
  return `${made.toString("pem")}\n`;
}

const open = new Set();

/** Ends all servers and their connections. */
export function closeServers() {
  for (const { server, sockets } of open) {
    server.close();
    for (const socket of sockets) socket.destroy();
  }
  open.clear();
}

/** The port. */
export function listen(server) {
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("error", () => undefined).on("close", () => sockets.delete(socket));
  });
  open.add({ server, sockets });
  return new Promise((resolve, reject) => server.once("error", reject).listen(0, "127.0.0.1", () => resolve(server.address().port)));
}

export function serveTls({ key, cert }) {
  return listen(createTlsServer({ key, cert }).on("tlsClientError", () => undefined));
}

/** Plain TCP, with a function for each connection. */
export function serve(onConnection) {
  return listen(createServer(onConnection));
}

/** A server that speaks `lines` before TLS: each `[what the client says, the answer]`; the first client text undefined is a greeting. */
export function serveStartTls({ key, cert }, script) {
  const secureContext = createSecureContext({ key, cert });
  return serve((socket) => {
    const steps = [...script];
    const next = (said) => {
      const [expected, answer] = steps.shift() ?? [];
      if (expected !== undefined && !(Buffer.isBuffer(expected) ? expected.equals(said) : expected.test(said.toString())))
        return socket.end("unexpected\r\n");
      if (steps.length > 0) socket.once("data", next);
      socket.write(answer);
      if (steps.length === 0) new TLSSocket(socket, { isServer: true, secureContext }).on("error", () => undefined).resume();
    };
    if (steps[0][0] === undefined) next();
    else socket.once("data", next);
  });
}

/** A port on which nothing listens. */
export async function deadPort() {
  const server = createServer();
  const port = await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(server.address().port)));
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** Runs the command beside the servers of this process: `{ status, signal, stdout, stderr }`. `keep`: standard input stays open. */
export function runBeside(command, args, { cwd, input = "", env = {}, timeout = 120_000, keep = false, onStart } = {}) {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [command, ...args], { cwd, env: { ...process.env, NO_COLOR: "1", ...env }, timeout });
    const said = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"]) child[name].setEncoding("utf8").on("data", (text) => (said[name] += text));
    child.stdin.on("error", () => undefined);
    if (!keep) child.stdin.end(input);
    child.once("close", (status, signal) => resolve({ status, signal, ...said }));
    onStart?.(child, said);
  });
}
