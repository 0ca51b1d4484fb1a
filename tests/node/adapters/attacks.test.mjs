// What Node really does, each of it as an attack: the naive check is fooled, the agent is not, and the server gets no request.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import https from "node:https";
import { after, test } from "node:test";
import tls from "node:tls";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { createVerifierSync, pinsOf } from "chainpin";
import { chainOf, connect, createAgent, tlsOptions } from "chainpin/node";
import { makeAuthority, makeServer } from "../../tls/authority.mjs";
import { get } from "../../tls/get.mjs";
import { closeAll, listenForBytes, serve } from "../../tls/server.mjs";
import { honest, pinning, policy, refused, stray } from "../../tls/world.mjs";

after(closeAll);
const { ca } = honest;

/** What people write: some pin, somewhere in what `getPeerCertificate(true)` links. */
function naive(pin) {
  return {
    checkServerIdentity: (host, certificate) => {
      const chain = [];
      for (let next = certificate; next && !chain.includes(next); next = next.issuerCertificate) chain.push(next);
      if (!chain.some(({ raw }) => pinsOf([raw])[0] === pin)) return new Error("naive pin mismatch");
      return tls.checkServerIdentity(host, certificate);
    },
  };
}

// The attacker owns a CA that this machine trusts, and wants to pass for a host whose pin is another CA's.
const evil = await makeAuthority("Evil Root");

test("a genuine CA, appended to another's chain, does not match", async () => {
  const certificate = await makeServer(evil, ["localhost"]);
  const server = await serve({ certificate, chain: [honest.intermediate.pem, honest.root.pem] });
  for (const pin of [honest.intermediate.pin, honest.root.pin]) {
    await refused(get(server.url, { agent: createAgent(pinning(pin), { ca: [evil.pem, ca] }) }));
  }
  assert.equal(server.requests, 0);
});

test("a CA of the same name does not match, though Node links it", async () => {
  // Its root has the genuine CA's name, and its certificate names no issuer's key: Node links by name alone.
  const namesake = await makeAuthority(honest.intermediate.name);
  const certificate = await makeServer(namesake, ["localhost"], { keyIdentifier: false });
  const server = await serve({ certificate, chain: [honest.intermediate.pem] });
  const trusted = { ca: [namesake.pem] };

  assert.equal(
    (await get(server.url, { ...trusted, agent: false, ...naive(honest.intermediate.pin) })).status,
    200,
    "the naive check is fooled",
  );
  const agent = createAgent(pinning(honest.intermediate.pin), trusted);
  const error = await refused(get(server.url, { agent }));
  assert.equal(error.verdict.chain[1].pin, honest.intermediate.pin, "the pinned key is in the chain");
  assert.equal(server.requests, 1);
});

test("a namesake in the chain does not hide the root that is trusted", async () => {
  const namesake = await makeAuthority(honest.root.name);
  const intermediate = await makeAuthority("Another Intermediate", honest.root, { keyIdentifier: false });
  const server = await serve({ certificate: await makeServer(intermediate, ["localhost"]), chain: [intermediate.pem, namesake.pem] });
  await refused(get(server.url, { agent: createAgent(pinning(namesake.pin), { ca }) }));
  assert.equal((await get(server.url, { agent: createAgent(pinning(honest.root.pin), { ca }) })).status, 200);
  assert.equal(server.requests, 1);
});

for (const maxVersion of ["TLSv1.2", "TLSv1.3"]) {
  test(`a session is never resumed (${maxVersion})`, async () => {
    const server = await serve({ certificate: honest.leaf, chain: honest.chain, maxVersion });
    const session = await sessionOf(server);

    // Node asks nobody about a resumed session.
    const options = { port: server.port, host: "localhost", servername: "localhost", ca };
    const resumed = tls.connect({ ...options, session, ...naive(stray) });
    await once(resumed, "secureConnect");
    assert.equal(resumed.isSessionReused(), true, "the naive check is never asked");
    resumed.destroy();

    const verifier = pinning(stray);
    assert.throws(() => connect(verifier, { ...options, session }), /session must not be given/);
    assert.throws(() => createAgent(verifier, { ca, session }), /session must not be given/);
    await assert.rejects(get(server.url, { session, agent: createAgent(verifier, { ca }) }), /session must not be given/);
    assert.throws(() => tlsOptions(verifier, { ca, session }), /session must not be given/);
    assert.throws(() => createAgent(verifier, { ca, maxCachedSessions: 10 }), /maxCachedSessions must be 0/);

    // An agent that has talked to the server opens its next connection anew, and is asked again.
    let verdicts = 0;
    const agent = createAgent(pinning(honest.leaf.pin), { ca, onVerdict: () => (verdicts += 1) });
    for (let index = 0; index < 3; index++) assert.equal((await get(server.url, { agent })).socket.isSessionReused(), false);
    assert.equal(verdicts, 3);
  });
}

async function sessionOf({ port }) {
  const socket = tls.connect({ port, host: "localhost", servername: "localhost", ca });
  const [session] = await once(socket, "session");
  socket.destroy();
  return session;
}

test("a pooled connection that an unpinned request opened serves no pinned one", async () => {
  const server = await serve({ certificate: honest.leaf, chain: honest.chain });
  const shared = new https.Agent({ keepAlive: true, ca });
  await get(server.url, { agent: shared });
  const fooled = await get(server.url, { agent: shared, ...naive(stray) }).then(
    ({ reused }) => reused,
    () => "asked",
  );
  assert.ok([true, "asked"].includes(fooled), "Node before its fix of July 2026 does not ask");
  const before = server.requests;

  await refused(get(server.url, { agent: createAgent(pinning(stray), { ca, keepAlive: true }) }));
  // The options take the connection out of the pool.
  await refused(get(server.url, { ...tlsOptions(pinning(stray), { ca }) }));
  await refused(get(server.url, { agent: undefined, ...tlsOptions(pinning(stray), { ca }) }));
  assert.equal(server.requests, before);
  shared.destroy();
});

test("another host needs another connection, and gets its own rule's verdict: redirects, Host headers", async () => {
  const server = await serve({
    certificate: honest.leaf,
    chain: honest.chain,
    answer: (request, response) =>
      request.url === "/away" ? response.writeHead(302, { location: `https://b.localhost:${server.port}/` }).end() : response.end(),
  });
  const verifier = createVerifierSync(
    policy([
      { host: "a.localhost", pins: [honest.leaf.pin] },
      { host: "b.localhost", pins: [stray] },
    ]),
  );
  const lookup = (_, options, callback) =>
    options.all ? callback(null, [{ address: "127.0.0.1", family: 4 }]) : callback(null, "127.0.0.1", 4);
  const agent = createAgent(verifier, { ca, keepAlive: true, lookup });
  const url = (host, path = "/") => `https://${host}:${server.port}${path}`;

  const { status, headers } = await get(url("a.localhost", "/away"), { agent });
  assert.equal(status, 302);
  await refused(get(headers.location, { agent }));
  // The Host header chooses what TLS checks; the URL's host counts all the same.
  await refused(get(url("b.localhost"), { agent, headers: { host: "a.localhost" } }));
  await refused(get(url("a.localhost"), { agent, headers: { host: "b.localhost" } }));
  assert.equal(server.requests, 1);
});

test("a server name that differs from the host: both must pass", async () => {
  const server = await serve({ certificate: honest.leaf, chain: honest.chain });
  const rules = (...hosts) => createVerifierSync(policy(hosts.map(([host, pin]) => ({ host, pins: [pin] }))));
  const ask = (verifier, host, servername) => get(`https://${host}:${server.port}/`, { agent: createAgent(verifier, { ca }), servername });
  const { pin } = honest.leaf;

  assert.equal((await ask(rules(["localhost", pin]), "localhost", "x.localhost")).status, 200);
  await refused(ask(rules(["localhost", stray]), "localhost", "x.localhost"));
  await refused(ask(rules(["x.localhost", stray]), "localhost", "x.localhost"));
  await refused(ask(rules(["x.localhost", stray], ["localhost", pin]), "localhost", "x.localhost"));
  // An address under a name: a rule of its own counts.
  await refused(ask(rules(["127.0.0.1", stray]), "127.0.0.1", "localhost"));
  assert.equal((await ask(rules(["127.0.0.1", pin]), "127.0.0.1", "localhost")).status, 200);
  assert.equal(
    (await ask(createVerifierSync(policy([{ host: "localhost", pins: [pin] }], { unlisted: "deny" })), "127.0.0.1", "localhost")).status,
    200,
  );
  await refused(
    ask(createVerifierSync(policy([{ host: "localhost", pins: [pin] }], { unlisted: "deny" })), "127.0.0.1", ""),
    "unlisted-host",
  );
  // Node takes an empty name for none.
  await refused(ask(rules(["localhost", stray]), "localhost", ""));
  await refused(ask(rules(["localhost", stray]), "LOCALHOST", "LocalHost."));
  assert.equal(server.requests, 3);
});

test("hosts that are addresses", async () => {
  const server = await serve({ certificate: honest.leaf, chain: honest.chain });
  const by = (host, pin) => createAgent(createVerifierSync(policy([{ host, pins: [pin] }])), { ca });
  const url = `https://127.0.0.1:${server.port}/`;
  assert.equal((await get(url, { agent: by("127.0.0.1", honest.root.pin) })).status, 200);
  await refused(get(url, { agent: by("127.0.0.1", stray) }));
  // Other spellings of it become the same in a URL, and are no host where there is no URL.
  for (const spelling of ["127.1", "0x7f.0.0.1", "2130706433"])
    await refused(get(`https://${spelling}:${server.port}/`, { agent: by("127.0.0.1", stray) }));
  const spelled = https.get({ host: "127.1", port: server.port, agent: by("127.0.0.1", stray) });
  const [error] = await once(spelled, "error");
  assert.ok(["ERR_TLS_CERT_ALTNAME_INVALID", "host-invalid"].includes(error.code), error.code);
  assert.equal(server.requests, 1);
});

test("a server that forgets its intermediate", async () => {
  const server = await serve({ certificate: honest.leaf });
  const missing = get(server.url, { agent: createAgent(pinning(honest.intermediate.pin), { ca }) });
  await assert.rejects(missing, { code: /^(UNABLE_TO_GET_ISSUER_CERT_LOCALLY|UNABLE_TO_VERIFY_LEAF_SIGNATURE)$/ });
  for (const pin of [honest.leaf.pin, honest.intermediate.pin, honest.root.pin]) {
    assert.equal((await get(server.url, { agent: createAgent(pinning(pin), { ca: [ca, honest.intermediate.pem] }) })).status, 200);
  }
  assert.equal(server.requests, 3);
});

test("options that would take the decision away are refused, in the agent and in each request", async () => {
  const server = await serve({ certificate: honest.leaf, chain: honest.chain });
  const verifier = pinning(honest.leaf.pin);
  const agent = createAgent(verifier, { ca, keepAlive: true });
  await get(server.url, { agent }); // so that there is a pooled connection to be taken
  for (const [options, message] of [
    [{ rejectUnauthorized: false }, /rejectUnauthorized must not be false: Node then ignores/],
    [{ rejectUnauthorized: 0 }, /rejectUnauthorized/],
    [{ checkServerIdentity: () => undefined }, /checkServerIdentity must not be given: the verifier answers/],
    [{ secureContext: tls.createSecureContext() }, /secureContext hides/],
    [{ onVerdict: 1 }, /onVerdict must be a function/],
  ]) {
    assert.throws(
      () => createAgent(verifier, options),
      (error) => error instanceof TypeError && message.test(error.message),
    );
    assert.throws(() => tlsOptions(verifier, options), TypeError);
    assert.throws(() => connect(verifier, { port: 1, ...options }), TypeError);
    // The agent's `ca` and `onVerdict` win over the request's.
    if (!("secureContext" in options || "onVerdict" in options)) assert.throws(() => https.get(server.url, { agent, ...options }), message);
  }
  for (const wrong of [undefined, null, {}, "policy", { verify: 1 }]) {
    assert.throws(() => createAgent(wrong), TypeError);
    assert.throws(() => tlsOptions(wrong), TypeError);
    assert.throws(() => connect(wrong, { port: 1 }), TypeError);
  }
  assert.throws(() => createAgent(verifier, { proxyEnv: process.env }), /proxyEnv is not supported/);
  assert.throws(() => createAgent(verifier, { ca: 5 }), TypeError);
  assert.equal(server.requests, 1);
  agent.destroy();
});

test("a request's own createConnection does not come into play", async () => {
  const server = await serve({ certificate: honest.leaf, chain: honest.chain });
  const createConnection = () => tls.connect({ port: server.port, ca, servername: "localhost" });
  await refused(get(server.url, { agent: createAgent(pinning(stray), { ca }), createConnection }));
  assert.equal(server.requests, 0);
});

test("NODE_TLS_REJECT_UNAUTHORIZED=0 is refused, with words", () => {
  const script = `
    import { createVerifierSync } from "chainpin";
    import { connect, createAgent, createConnector, tlsOptions } from "chainpin/node";
    const verifier = createVerifierSync({ version: 1, id: "a", sequence: 1, rules: [] });
    for (const make of [createAgent, tlsOptions, createConnector, (verifier) => connect(verifier, { port: 1 })]) {
      try { make(verifier); console.log("made"); } catch (error) { console.log(error.name, error.message); }
    }
    delete process.env.NODE_TLS_REJECT_UNAUTHORIZED;
    const agent = createAgent(verifier);
    process.env.NODE_TLS_REJECT_UNAUTHORIZED = "0";
    const https = await import("node:https");
    https.get("https://localhost:1/", { agent }).on("error", (error) => console.log(error.name, error.message));`;
  const { stdout } = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    env: { ...process.env, NODE_TLS_REJECT_UNAUTHORIZED: "0", NODE_NO_WARNINGS: "1" },
    encoding: "utf8",
    timeout: 20_000,
  });
  assert.deepEqual(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.slice(0, 61)),
    Array(5).fill("TypeError NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the che"),
  );
});

test("tls.connect with the options: no byte is sent, whatever is asked for", async () => {
  const bytes = await listenForBytes({ certificate: honest.leaf, chain: honest.chain });
  const target = { port: bytes.port, host: "localhost", servername: "localhost" };
  for (const make of [
    (pin) => tls.connect({ ...target, ...tlsOptions(pinning(pin), { ca }) }),
    (pin) => connect(pinning(pin), { ...target, ca }),
  ]) {
    const socket = make(stray);
    socket.write("secret");
    const [error] = await once(socket, "error");
    assert.equal(error.code, "pin-mismatch");
    const allowed = make(honest.root.pin);
    await once(allowed, "secureConnect");
    assert.deepEqual(pinsOf(chainOf(allowed)).slice(0, 2), [honest.leaf.pin, honest.intermediate.pin]);
    assert.equal(allowed.authorized, true);
    allowed.destroy();
  }
  assert.equal(bytes.bytes, 0);
  const socket = connect(pinning(honest.leaf.pin), { ...target, ca });
  socket.end("hello");
  await once(socket, "close");
  assert.equal(bytes.bytes, 5);
});

test("a check that something takes out of the options refuses", async () => {
  // As undici did with functions in 2026 (CVE-2026-109383), and as a patched Node may.
  const bytes = await listenForBytes({ certificate: honest.leaf, chain: honest.chain });
  const { connect: original } = tls;
  tls.connect = ({ checkServerIdentity, ...options }) => original(options);
  try {
    await assert.rejects(get(`https://localhost:${bytes.port}/`, { agent: createAgent(pinning(honest.leaf.pin), { ca }) }, "secret"), {
      code: "connection-unjudged",
    });
  } finally {
    tls.connect = original;
  }
  assert.equal(bytes.bytes, 0);
});

test("the server is told which name is meant", async () => {
  const names = [];
  const SNICallback = (name, callback) => {
    names.push(name);
    callback(null, null);
  };
  const bytes = await listenForBytes({ certificate: honest.leaf, chain: honest.chain, SNICallback });
  const target = { port: bytes.port, host: "localhost", ca };
  const verifier = pinning(honest.leaf.pin);
  for (const open of [() => connect(verifier, target), () => tlsOptions(verifier, { ca }).createConnection(target)]) {
    const socket = open();
    await once(socket, "secureConnect");
    socket.destroy();
  }
  assert.deepEqual(names, ["localhost", "localhost"]);
});

test("chainOf wants a TLS socket", () => {
  for (const wrong of [undefined, null, {}, "socket"]) assert.throws(() => chainOf(wrong), TypeError);
});
