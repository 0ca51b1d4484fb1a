// What `secureConnect` means: nobody is told of a connection before the verifier has passed it, and nothing beside it gets past the verifier.
import assert from "node:assert/strict";
import { constants } from "node:crypto";
import { once } from "node:events";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import tls from "node:tls";
import { createReplaceable } from "chainpin";
import { connect, createAgent, createConnector, createDispatcher, tlsOptions } from "chainpin/node";
import { makeServer } from "../../tls/authority.mjs";
import { get } from "../../tls/get.mjs";
import { closeAll, listenForBytes, listenForStreams, serve } from "../../tls/server.mjs";
import { honest, pinning, refused, stray } from "../../tls/world.mjs";

after(closeAll);
const { ca, leaf, chain } = honest;
const certificate = leaf;

/** Runs `open` with a `tls.connect` that loses the check, as a patched Node may. */
function withoutCheck(open) {
  const { connect: original } = tls;
  tls.connect = ({ checkServerIdentity, ...options }) => original(options);
  try {
    return open();
  } finally {
    tls.connect = original;
  }
}

test("nobody is told of a connection that was not judged", async () => {
  const bytes = await listenForBytes({ certificate, chain });
  const socket = withoutCheck(() => connect(pinning(leaf.pin), { port: bytes.port, host: "localhost", ca }));
  let told = false;
  socket.once("secureConnect", () => (told = true));
  socket.end("secret"); // which uncorks
  await assert.rejects(once(socket, "close"), { code: "connection-unjudged" });
  assert.deepEqual([told, bytes.bytes], [false, 0]);
});

test("http2 does not take over a connection that was not judged: Node would end the process", async () => {
  const server = await listenForStreams({ certificate, chain });
  const session = withoutCheck(() => http2.connect(server.url, tlsOptions(pinning(leaf.pin), { ca })));
  session.request({ ":path": "/" }).on("error", () => {});
  const [error] = await once(session, "error");
  assert.equal(error.code, "connection-unjudged");
  assert.equal(server.streams, 0);
});

for (const client of ["connect", "http2"]) {
  test(`a policy that is replaced while the old one answers, in onVerdict, is asked too (${client})`, async () => {
    const server = client === "http2" ? await listenForStreams({ certificate, chain }) : await listenForBytes({ certificate, chain });
    const verifier = createReplaceable(pinning(leaf.pin));
    const onVerdict = ({ ok }) => ok && verifier.replace(pinning(stray));
    let opened;
    if (client === "http2") {
      opened = http2.connect(server.url, tlsOptions(verifier, { ca, onVerdict }));
      opened.request({ ":path": "/" }).on("error", () => {});
    } else {
      opened = connect(verifier, { port: server.port, host: "localhost", ca, onVerdict });
      opened.write("secret");
    }
    const [error] = await once(opened, "error");
    assert.equal(error.code, "pin-mismatch");
    await wait(20);
    assert.equal(server.streams ?? server.bytes, 0);
  });
}

test("a renegotiation that brings another certificate is judged again", { timeout: 20_000 }, async () => {
  // Without a ticket: a resumed session brings none.
  const server = await listenForBytes({ certificate, chain, maxVersion: "TLSv1.2", secureOptions: constants.SSL_OP_NO_TICKET });
  const other = await makeServer(honest.intermediate, ["localhost"]);
  const verifier = pinning(leaf.pin);
  for (const open of [
    () => connect(verifier, { port: server.port, host: "localhost", ca }),
    () => tls.connect({ port: server.port, host: "localhost", servername: "localhost", ...tlsOptions(verifier, { ca }) }),
  ]) {
    const accepted = once(server.server, "secureConnection");
    const socket = open();
    const [[remote]] = await Promise.all([accepted, once(socket, "secureConnect")]);
    remote.setKeyCert(tls.createSecureContext({ key: other.key, cert: other.pem + honest.intermediate.pem }));
    remote.renegotiate({ requestCert: false, rejectUnauthorized: false }, () => {});
    socket.resume().write("hello"); // the server asks for the handshake in its answer to it
    const [error] = await once(socket, "error");
    assert.equal(error.code, "pin-mismatch");
  }
});

test("a key that both sides know beforehand takes no certificate's place", async () => {
  const psk = Buffer.alloc(32, 1);
  const ciphers = "TLS_AES_128_GCM_SHA256";
  const bytes = await listenForBytes({ certificate, chain, ciphers, pskCallback: () => psk });
  const verifier = pinning(stray);
  const options = { ca, ciphers, pskCallback: () => ({ psk, identity: "me" }) };
  for (const make of [connect, createAgent, tlsOptions, createConnector])
    assert.throws(() => make(verifier, options), /pskCallback must not be given/);

  const target = { port: bytes.port, host: "localhost", servername: "localhost" };
  const naive = tls.connect({ ...target, ...options, checkServerIdentity: () => new Error("asked") });
  await once(naive, "secureConnect");
  naive.destroy();
  // The options go last, and win.
  const socket = tls.connect({ ...target, ...options, ...tlsOptions(verifier, { ca }) });
  socket.write("secret");
  const [error] = await once(socket, "error");
  assert.equal(error.code, "pin-mismatch");
  assert.equal(bytes.bytes, 0);
});

test("tlsOptions win over a session before them, and over one that an agent has kept", async () => {
  const bytes = await listenForBytes({ certificate, chain });
  const target = { port: bytes.port, host: "localhost", servername: "localhost", ca };
  const first = tls.connect(target);
  const [session] = await once(first, "session");
  first.destroy();
  const socket = tls.connect({ ...target, session, ...tlsOptions(pinning(stray), { ca }) });
  socket.write("secret");
  const [error] = await once(socket, "error");
  assert.equal(error.code, "pin-mismatch");
  assert.equal(bytes.bytes, 0);

  const server = await serve({ certificate, chain });
  const agent = new https.Agent({ ca, rejectUnauthorized: true });
  await get(server.url, { agent });
  const { session: _, ...without } = tlsOptions(pinning(stray), { ca });
  const fooled = await get(server.url, { agent, ...without }).then(
    ({ socket }) => socket.isSessionReused(),
    () => "asked",
  );
  assert.ok([true, "asked"].includes(fooled), "Node before its fix of July 2026 resumes");
  const before = server.requests;
  await refused(get(server.url, { agent, ...tlsOptions(pinning(stray), { ca }) }));
  assert.equal(server.requests, before);
});

test("rejectUnauthorized: false after tlsOptions closes the connection, with its error", async () => {
  const bytes = await listenForBytes({ certificate, chain });
  for (const pin of [leaf.pin, stray]) {
    const socket = tls.connect({
      port: bytes.port,
      host: "localhost",
      servername: "localhost",
      ...tlsOptions(pinning(pin), { ca }),
      rejectUnauthorized: false,
    });
    socket.write("secret");
    await assert.rejects(once(socket, "secureConnect"), /^TypeError: rejectUnauthorized must not be false/);
  }
  assert.equal(bytes.bytes, 0);
});

test("another verifier's options are refused: only one would be asked", async () => {
  const server = await serve({ certificate, chain });
  const lax = pinning(leaf.pin);
  const strict = tlsOptions(pinning(stray), { ca });
  await assert.rejects(get(server.url, { agent: createAgent(lax, { ca }), ...strict }), /no second verifier/);
  for (const make of [connect, createAgent, tlsOptions, createConnector]) assert.throws(() => make(lax, strict), /no second verifier/);
  assert.throws(() => createDispatcher(lax, { connect: strict }), /no second verifier/);
  const own = tlsOptions(lax, { ca });
  assert.equal((await get(server.url, { agent: createAgent(lax, { ca }), ...own })).status, 200);
});

test("http2.connect by parts of an address leads to that host", async () => {
  const server = await listenForStreams({ certificate, chain });
  const authority = { protocol: "https:", hostname: "127.0.0.1", port: server.port };
  const verdicts = [];
  const onVerdict = ({ host }) => verdicts.push(host);
  for (const hostname of ["127.0.0.1", "localhost"]) {
    const session = http2.connect({ ...authority, hostname }, tlsOptions(pinning(leaf.pin), { ca, onVerdict }));
    await once(session, "connect");
    session.destroy();
  }
  assert.deepEqual(verdicts, ["127.0.0.1", "localhost"]);
});

test("a refusal without an error refuses", async () => {
  const server = await serve({ certificate, chain });
  for (const toError of [() => undefined, () => "", undefined]) {
    const verifier = { verify: () => ({ ok: false, toError }) };
    await assert.rejects(get(server.url, { agent: createAgent(verifier, { ca }) }), TypeError);
    await assert.rejects(get(server.url, { agent: new https.Agent(tlsOptions(verifier, { ca })) }), TypeError);
  }
  const verifier = {
    verify() {
      throw 5;
    },
  };
  await assert.rejects(get(server.url, { agent: createAgent(verifier, { ca }) }), {
    message: "the verifier, or onVerdict, threw what is no error",
    cause: 5,
  });
  assert.equal(server.requests, 0);
});

test("a tunnel that closes in the handshake fails undici's connection", async () => {
  const server = net.createServer((socket) => socket.on("error", () => {})).listen(0, "127.0.0.1");
  await once(server, "listening");
  const httpSocket = net.connect(server.address().port, "127.0.0.1");
  await once(httpSocket, "connect");
  const result = new Promise((resolve) => {
    createConnector(pinning(leaf.pin), { ca })({ hostname: "localhost", protocol: "https:", port: "443", httpSocket }, (...result) =>
      resolve(result),
    );
  });
  setTimeout(() => httpSocket.destroy(), 20);
  const [error] = await Promise.race([result, wait(2000, ["nothing was told"], { ref: false })]);
  assert.ok(error instanceof Error, String(error));
  server.close();
});
