// The `chainpin` command before real servers: pins, verdicts, STARTTLS, what hostile ones send, and a fleet of 500.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createVerifierSync } from "chainpin";
import { at } from "../../../scripts/lib/paths.mjs";
import {
  closeServers,
  createAuthority,
  deadPort,
  keyPem,
  newKeys,
  pinOf,
  runBeside,
  selfSigned,
  serve,
  serveStartTls,
  serveTls,
} from "../lib/servers.mjs";

const manifest = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
const command = at("pkg", manifest.bin.chainpin);
const folder = mkdtempSync(join(tmpdir(), "chainpin-servers-"));
const stray = "sha256/wnM2Zhm3YD2FmK8ZCQrqq47+pYqaa6au0BE06xmOPdU=";

let authority, api, device, ports;
before(async () => {
  authority = await createAuthority("Acme");
  api = await authority.issue("api.example.com");
  device = await selfSigned("device.local");
  ports = { api: await serveTls(api), device: await serveTls(device), dead: await deadPort(), hanging: await serve(() => undefined) };
  write("root.pem", authority.root);
  write("chain.pem", api.cert);
});
after(() => {
  closeServers();
  rmSync(folder, { recursive: true });
});

const write = (name, value) => (writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value)), name);
const readJson = (name) => JSON.parse(readFileSync(join(folder, name), "utf8"));
const policyOf = (...rules) => write("policy.json", { version: 1, id: "acme", sequence: 3, rules });
const server = (name, port) => `${name}=127.0.0.1:${port}`;

/** Its answer; what it says is never a stack trace, and an error is never on standard output. */
async function chainpin(args, { code = 0, ...options } = {}) {
  const result = await runBeside(command, args, { cwd: folder, ...options });
  assert.equal(result.status, code, `${args.join(" ")}: ${result.signal} ${result.stderr}${result.stdout.slice(0, 2000)}`);
  assert.doesNotMatch(result.stderr, /^\s+at |node:internal|Error:|failed inside/m);
  assert.doesNotMatch(result.stdout, /^chainpin:/m);
  return result;
}

const json = async (args, options) => JSON.parse((await chainpin([...args, "--json"], options)).stdout);

test("pin: each certificate's pin, what it is, and which to take", async () => {
  const { stdout, stderr } = await chainpin(["pin", server("api.example.com", ports.api), "--anchors", "root.pem"]);
  assert.equal(stderr, "");
  for (const text of [
    api.pin,
    authority.pins.intermediate,
    authority.pins.root,
    "leaf  ",
    "intermediate  ",
    "root  ",
    "pin this: ",
    "trusted, by the roots of root.pem",
  ])
    assert.ok(stdout.includes(text), text);
  assert.ok(
    stdout.split("\n").every((line) => line.length <= 80),
    stdout,
  );

  const told = await json(["pin", `127.0.0.1:${ports.api}`, "--servername", "api.example.com"]);
  assert.deepEqual(told.trust, { trusted: false, code: "UNABLE_TO_GET_ISSUER_CERT_LOCALLY" });
  assert.deepEqual(
    [told.host, told.port, told.certificates.map(({ what, pin }) => [what, pin])],
    [
      "api.example.com",
      ports.api,
      [
        ["leaf", api.pin],
        ["intermediate", authority.pins.intermediate],
      ],
    ],
  );
  // A certificate for another name is told, and not refused.
  assert.equal(
    (await json(["pin", server("other.example.com", ports.api), "--anchors", "root.pem"])).trust.code,
    "ERR_TLS_CERT_ALTNAME_INVALID",
  );
  assert.equal((await json(["pin", server("device.local", ports.device)])).trust.code, "DEPTH_ZERO_SELF_SIGNED_CERT");
  assert.match(
    (await chainpin(["pin", server("device.local", ports.device)])).stdout,
    /not trusted: the certificate is signed by itself[^]*Compare before you paste/,
  );
});

test("pin: rules of thumb", async () => {
  const advice = async (chain) =>
    (await json(["pin", write("advice.pem", chain)])).certificates.map(({ what, advice, why }) => [what, advice, why]);
  const short = await authority.issue("short.example.com", { from: -10, until: 80 });
  assert.match((await advice(short.cert))[0][2], /lives 90 days: have the renewal keep the key/);
  assert.doesNotMatch((await advice(api.cert))[0][2], /renewal/);
  const rotating = await createAuthority("Let's Encrypt");
  const [, intermediate] = await advice((await rotating.issue("r.example.com")).cert);
  assert.deepEqual(intermediate.slice(0, 2), ["intermediate", "avoid"]);
  assert.match(intermediate[2], /without notice/);
  const real = await advice(readFileSync(at("tests", "vectors", "chains", "google.com.pem"), "utf8"));
  assert.equal(real[1][1], "avoid");
});

test("pin and inspect: PEM, DER, base64 and standard input; keys and requests, as OpenSSL makes them", async () => {
  const openssl = (...args) => {
    const { status, stderr, stdout } = spawnSync("openssl", args, { cwd: folder });
    assert.equal(status, 0, String(stderr));
    return stdout;
  };
  for (const [name, algorithm] of [
    ["ec", ["EC", "-pkeyopt", "ec_paramgen_curve:P-256"]],
    ["rsa", ["RSA", "-pkeyopt", "rsa_keygen_bits:2048"]],
    ["ed", ["ED25519"]],
  ]) {
    openssl("genpkey", "-algorithm", ...algorithm, "-out", `${name}.key`);
    openssl("req", "-new", "-key", `${name}.key`, "-subj", "/CN=a b/O=x", "-out", `${name}.csr`);
    openssl("req", "-in", `${name}.csr`, "-outform", "DER", "-out", `${name}.csr.der`);
    openssl("pkey", "-in", `${name}.key`, "-pubout", "-out", `${name}.pub`);
    openssl("pkey", "-in", `${name}.key`, "-pubout", "-outform", "DER", "-out", `${name}.pub.der`);
    openssl("pkcs8", "-topk8", "-nocrypt", "-in", `${name}.key`, "-outform", "DER", "-out", `${name}.key.der`);
    if (name !== "ed") openssl("pkey", "-in", `${name}.key`, "-traditional", "-out", `${name}.old.key`);
    const pin = `sha256/${spawnSync("sh", ["-c", `openssl dgst -sha256 -binary ${name}.pub.der | base64`], { cwd: folder, encoding: "utf8" }).stdout.trim()}`;
    for (const [file, kind] of [
      ["key", "private key"],
      ...(name === "ed" ? [] : [["old.key", "private key"]]),
      ["key.der", "private key"],
      ["csr", "request"],
      ["csr.der", "request"],
      ["pub", "public key"],
      ["pub.der", "public key"],
    ]) {
      assert.deepEqual(await json(["pin", `${name}.${file}`]), { source: `${name}.${file}`, kind, pin });
    }
    assert.equal((await json(["pin", "-"], { input: readFileSync(join(folder, `${name}.csr.der`)) })).pin, pin);
  }
  openssl("x509", "-in", "chain.pem", "-outform", "DER", "-out", "leaf.der");
  const der = readFileSync(join(folder, "leaf.der"));
  for (const input of [der, der.toString("base64"), `words before\n${api.cert}`, `${api.key}${api.leaf}`]) {
    assert.equal((await json(["pin", "-"], { input })).certificates[0].pin, api.pin);
    assert.equal((await json(["inspect", "-"], { input })).certificates[0].pin, api.pin);
  }
  assert.match((await chainpin(["inspect", "chain.pem"])).stdout, /names {9}api\.example\.com/);
  openssl("pkey", "-in", "ec.key", "-aes256", "-passout", "pass:x", "-out", "locked.key");
  assert.match((await chainpin(["pin", "locked.key"], { code: 2 })).stderr, /is encrypted/);
});

test("STARTTLS of SMTP, IMAP and PostgreSQL", async () => {
  const sslRequest = Buffer.from("0000000804d2162f", "hex");
  const scripts = {
    smtp: [
      [undefined, "220-mail\r\n220 ready\r\n"],
      [/^EHLO \S+\r\n$/, "250-mail\r\n250-STARTTLS\r\n250 SIZE 1\r\n"],
      [/^STARTTLS\r\n$/, "220 go\r\n"],
    ],
    imap: [
      [undefined, "* OK ready\r\n"],
      [/^a1 STARTTLS\r\n$/, "* some news\r\na1 OK go\r\n"],
    ],
    postgres: [[sslRequest, "S"]],
  };
  for (const [protocol, script] of Object.entries(scripts)) {
    const port = await serveStartTls(api, script);
    for (const args of [[server("api.example.com", port), "--starttls", protocol], [`${protocol}://api.example.com=127.0.0.1:${port}`]]) {
      assert.equal((await json(["pin", ...args])).certificates[0].pin, api.pin, protocol);
    }
  }
  const injected = "220 go\r\n\x16\x03\x01";
  for (const [protocol, script, words] of [
    [
      "smtp",
      [
        [undefined, "220 ready\r\n"],
        [/^EHLO/, "250 SIZE 1\r\n"],
        [/./, ""],
      ],
      /starttls: it offers no STARTTLS/,
    ],
    [
      "smtp",
      [
        [undefined, "554 go\u001b]0;away\r\n"],
        [/./, ""],
      ],
      /starttls: it answers "554 go\\u001b\]0;away"/,
    ],
    [
      "smtp",
      [
        [undefined, "220 ready\r\n"],
        [/^EHLO/, "250 STARTTLS\r\n"],
        [/^STARTTLS/, injected],
      ],
      /sends more before TLS begins/,
    ],
    [
      "smtp",
      [
        [undefined, "x".repeat(70_000)],
        [/./, ""],
      ],
      /more than 65536 bytes before TLS/,
    ],
    [
      "imap",
      [
        [undefined, "* BYE\r\n"],
        [/./, ""],
      ],
      /it answers "\* BYE"/,
    ],
    [
      "imap",
      [
        [undefined, "* OK\r\n"],
        [/./, "a1 NO\r\n"],
        [/./, ""],
      ],
      /it answers "a1 NO"/,
    ],
    [
      "postgres",
      [
        [sslRequest, "N"],
        [/./, ""],
      ],
      /TLS switched off/,
    ],
    ["postgres", [[/never/, "S"]], /it answers "u"/],
  ]) {
    const port = await serveStartTls(api, script);
    const { stderr } = await chainpin(["pin", `127.0.0.1:${port}`, "--starttls", protocol, "--timeout", "20s"], { code: 4 });
    assert.match(stderr, words);
  }
});

test("verify: the engine's verdict, with 1 for a rejection", async () => {
  policyOf(
    { host: "api.example.com", pins: [api.pin], backupPins: [stray] },
    { host: "device.local", pins: [device.pin] },
    { host: "wrong.example.com", pins: [stray] },
  );
  const roots = ["--anchors", "root.pem"];
  const pinned = await json(["verify", "policy.json", server("api.example.com", ports.api), ...roots]);
  assert.deepEqual([pinned.verdict.outcome, pinned.verdict.matched.role, pinned.trust], ["pinned", "leaf", { trusted: true }]);
  const untrusted = await json(["verify", "policy.json", server("api.example.com", ports.api)], { code: 1 });
  assert.deepEqual([untrusted.verdict.reason, untrusted.trust.trusted], ["path-invalid", false]);
  assert.equal((await json(["verify", "policy.json", server("device.local", ports.device), "--no-anchors"])).verdict.outcome, "pinned");
  assert.equal(
    (await json(["verify", "policy.json", server("wrong.example.com", ports.api), ...roots], { code: 1 })).verdict.reason,
    "hostname-mismatch",
  );
  assert.equal(
    (await json(["verify", "policy.json", "chain.pem", "--host", "wrong.example.com", "--validated"], { code: 1 })).verdict.reason,
    "pin-mismatch",
  );
  assert.equal(
    (await json(["verify", "policy.json", "chain.pem", "--host", "api.example.com", ...roots, "--now", "2040-01-01"], { code: 1 })).verdict
      .reason,
    "certificate-expired",
  );
  assert.match(
    (
      await chainpin(["verify", "-", "chain.pem", "--host", "api.example.com", ...roots], {
        input: readFileSync(join(folder, "policy.json")),
      })
    ).stdout,
    /`api\.example\.com` is pinned/,
  );
  // NODE_EXTRA_CA_CERTS, as for Node's own connections.
  await chainpin(["verify", "policy.json", server("api.example.com", ports.api)], {
    env: { NODE_EXTRA_CA_CERTS: join(folder, "root.pem") },
  });
});

test("lint: findings of the policy, of public suffixes and of the chains that are served", async () => {
  const codes = ({ findings }) => findings.map(({ rule, code }) => `${rule}: ${code}`).sort();
  policyOf(
    { host: "api.example.com", pins: [api.pin, authority.pins.intermediate], expires: "2027-03-01" },
    { host: "github.io", subdomains: true, pins: [stray], backupPins: [api.pin], expires: "2027-03-01" },
  );
  const alone = await json(["lint", "policy.json", "--now", "2026-12-01"], { code: 1 });
  assert.deepEqual(codes(alone), ["api.example.com: no-backup-pin", "github.io: public-suffix"]);
  policyOf({ host: "api.example.com", pins: [api.pin, authority.pins.intermediate], expires: "2027-03-01" });
  const served = await json(["lint", "policy.json", "--now", "2026-12-01", "--connect", server("api.example.com", ports.api)]);
  assert.deepEqual([codes(served), served.chains], [["api.example.com: no-backup-pin", "api.example.com: no-true-backup"], 1]);
  assert.deepEqual(codes(await json(["lint", "policy.json", "--now", "2026-12-01", "--chain", "chain.pem"])), codes(served));
  assert.deepEqual(
    served.untrusted.map((words) => words.replace(/^.*? is /, "")),
    ["not trusted: the chain leads to no trusted root, or an intermediate is missing from it"],
  );
  assert.deepEqual(
    (await json(["lint", "policy.json", "--connect", server("api.example.com", ports.api), "--anchors", "root.pem"])).untrusted,
    [],
  );
  await chainpin(["lint", "policy.json", "--strict"], { code: 1 });
  const unreached = await chainpin(["lint", "policy.json", "--now", "2026-12-01", "--connect", `127.0.0.1:${ports.dead}`], { code: 4 });
  assert.match(unreached.stderr, /refused: nothing listens there/);
  assert.match(unreached.stdout, /0 errors, 1 warning/);
});

test("init: a policy that holds for its hosts, linted, with a backup", async () => {
  const hosts = [server("api.example.com", ports.api), "--anchors", "root.pem"];
  const spare = await newKeys();
  write("spare.key", await keyPem(spare));
  const pin = pinOf((await authority.issue("x", { keys: spare })).leaf);
  const { policy, findings, backups } = await json(["init", ...hosts, "--id", "acme-mobile", "--backup", "spare.key"]);
  assert.deepEqual(
    [policy.id, policy.sequence, policy.rules[0].pins, policy.rules[0].backupPins, backups],
    ["acme-mobile", 1, [api.pin], [pin], [{ pin }]],
  );
  assert.deepEqual(
    findings.filter(({ severity }) => severity !== "info"),
    [],
  );
  const verdict = createVerifierSync(policy).verify({ host: "api.example.com", chain: api.cert, anchors: authority.root });
  assert.deepEqual([verdict.outcome, verdict.matched.backup], ["pinned", false]);

  const { stderr } = await chainpin(["init", ...hosts, "--generate-backup", "new.key", "--out", "new.json"]);
  assert.match(stderr, /new\.key {2}the backup's private key/);
  assert.equal(statSync(join(folder, "new.key")).mode & 0o777, 0o600);
  assert.equal((await json(["pin", "new.key"])).pin, readJson("new.json").rules[0].backupPins[0]);
  const issuer = await json(["init", ...hosts, "--pin", "issuer", "--no-backup", "--report-only", "--subdomains"]);
  assert.deepEqual(issuer.policy.rules[0].pins, [{ pin: authority.pins.intermediate, role: "ca" }]);
  assert.ok(issuer.findings.some(({ code }) => code === "no-backup-pin"));

  const files = readdirSync(folder);
  for (const [args, code, words] of [
    [hosts, 2, /which key is the backup\?/],
    [[...hosts, "--backup", "chain.pem"], 2, /uses now, so it is no backup/],
    [[...hosts, "--backup", "sha256/AAAA"], 1, /pin-invalid/],
    [[...hosts, "--backup", "root.json"], 2, /cannot read root\.json/],
    [[...hosts, "--generate-backup", "new.key"], 2, /new\.key is there already/],
    [[...hosts, "--generate-backup", "other.key", "--out", "new.json"], 2, /new\.json is there already/],
    [[...hosts, "--generate-backup", "no/such/folder"], 2, /cannot write/],
    [[server("api.example.com", ports.api), "--no-backup"], 1, /not trusted[^]*--anchors/],
    [[server("api.example.com", ports.device), "--no-anchors", "--no-backup"], 1, /would not hold: .*hostname-mismatch/],
    [[...hosts, server("gone.example.com", ports.dead), "--generate-backup", "other.key"], 4, /gone\.example\.com[^]*nothing listens/],
  ]) {
    assert.match((await chainpin(["init", ...args], { code })).stderr, words);
  }
  assert.deepEqual(readdirSync(folder), files, "nothing half done is left");
});

/** On a terminal of 80 columns, by `script` of util-linux: `{ status, text }`. `typed`: what is shown, and then typed. */
function onTerminal(args, typed = []) {
  return new Promise((resolve) => {
    const line = ["stty cols 80;", process.execPath, command, ...args].map((word, index) => (index === 0 ? word : `'${word}'`)).join(" ");
    const { NO_COLOR: _, ...env } = process.env;
    const child = spawn("script", ["-qec", line, "/dev/null"], { cwd: folder, env: { ...env, TERM: "xterm" }, timeout: 60_000 });
    let text = "";
    let seen = 0;
    child.stdout.setEncoding("utf8").on("data", (more) => {
      text += more;
      const [shown, answer] = typed[0] ?? [];
      if (shown === undefined || !text.slice(seen).includes(shown)) return;
      seen = text.length;
      typed.shift();
      child.stdin.write(answer);
    });
    child.once("close", (status) => resolve({ status, text }));
  });
}

test("on a terminal: init asks for the backup, monitor draws a bar, Ctrl-C ends both", {
  skip: spawnSync("script", ["--version"]).error ? "there is no script of util-linux" : false,
}, async () => {
  const roots = ["--anchors", "root.pem"];
  const init = ["init", server("api.example.com", ports.api), ...roots, "--out", "asked.json"];
  const stopped = await onTerminal(init, [["backup key: ", "\x03"]]);
  assert.match(stopped.text, /interrupted/);
  assert.deepEqual([stopped.status, existsSync(join(folder, "asked.json"))], [130, false]);
  const closed = await onTerminal(init, [["backup key: ", "\x04"]]);
  assert.deepEqual([closed.status, /there was no answer/.test(closed.text)], [2, true]);
  const asked = await onTerminal(init, [
    ["backup key: ", "no-such-file\r"],
    ["backup key: ", "\r"],
    ["its file [backup.key]: ", "asked.key\r"],
  ]);
  assert.equal(asked.status, 0, asked.text);
  assert.match(asked.text, /cannot read no-such-file/);
  assert.equal((await json(["pin", "asked.key"])).pin, readJson("asked.json").rules[0].backupPins[0]);

  const hanging = server("api.example.com", ports.hanging);
  const watch = ["monitor", "asked.json", server("api.example.com", ports.api), hanging, ...roots];
  const watched = await onTerminal([...watch, "--timeout", "1s"]);
  assert.match(watched.text, /\[#{12}-{12}\] 1 of 2\r\u001b\[K\[#{24}\] 2 of 2, 1 unreachable\r\u001b\[K\u001b\[31munreachable/);
  assert.equal(watched.status, 4);
  const broken = await onTerminal([...watch, "--timeout", "50s"], [["1 of 2", "\x03"]]);
  assert.match(broken.text, /interrupted, after 1 of 2 hosts: 1 ok/);
  assert.equal(broken.status, 130);
});

test("hosts that send garbage, too much, or nothing", async () => {
  const huge = { ...api, cert: api.cert + authority.intermediate.repeat(2000) };
  for (const [port, words] of [
    [ports.dead, /refused: nothing listens there/],
    [ports.hanging, /timeout: no certificate within 0\.5 s/],
    [await serve((socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")), /tls: wrong version number/],
    [await serve((socket) => socket.end()), /closed: /],
    [await serve((socket) => socket.once("data", () => socket.resetAndDestroy())), /closed: /],
    [await serve((socket) => socket.write(Buffer.alloc(4 << 20, 0x16))), /tls: /],
    [await serve((socket) => setInterval(() => socket.destroyed || socket.write("\x16"), 100).unref()), /timeout: /],
  ]) {
    assert.match((await chainpin(["pin", `127.0.0.1:${port}`, "--timeout", "500ms"], { code: 4 })).stderr, words);
  }
  assert.ok(huge.cert.length > 1_000_000);
  assert.match((await chainpin(["pin", `127.0.0.1:${await serveTls(huge)}`], { code: 4 })).stderr, /tls: excessive message size/);
});

test("monitor: 500 servers, 5 of them dead and 5 hanging, within the time of one", { timeout: 120_000 }, async (context) => {
  const [old, spare, other] = [api, await authority.issue("api.example.com"), await authority.issue("api.example.com")];
  const soon = await authority.issue("api.example.com", { keys: old.keys, from: -80, until: 5 });
  const kinds = { ok: [480, old], "backup-in-use": [3, spare], mismatch: [4, other], "expires-soon": [3, soon] };
  const expected = new Map();
  for (const [status, [number, certificate]] of Object.entries(kinds)) {
    for (let index = 0; index < number; index++) expected.set(await serveTls(certificate), status);
  }
  for (let index = 0; index < 5; index++) expected.set(await deadPort(), "unreachable").set(await serve(() => undefined), "unreachable");
  assert.equal(expected.size, 500);
  policyOf({ host: "api.example.com", pins: [old.pin], backupPins: [spare.pin] });
  // The order of ports is not that of kinds, so that those who hang stand anywhere.
  write(
    "fleet.txt",
    ["# all of them", ...[...expected.keys()].sort().map((port) => `${server("api.example.com", port)} # ${port}`)].join("\r\n"),
  );

  const timeout = 20;
  const { seconds, counts, hosts } = await json(
    ["monitor", "policy.json", "--hosts", "fleet.txt", "--anchors", "root.pem", "--timeout", `${timeout}s`],
    { code: 1 },
  );
  context.diagnostic(`${hosts.length} hosts in ${seconds} s, of a timeout of ${timeout} s for one`);
  assert.deepEqual(counts, { mismatch: 4, unreachable: 10, "backup-in-use": 3, "expires-soon": 3, ok: 480 });
  for (const { port, status } of hosts) assert.equal(status, expected.get(port), `${port}`);
  assert.equal(new Set(hosts.map(({ port }) => port)).size, 500);
  assert.deepEqual(
    hosts
      .filter(({ error }) => error)
      .map(({ error }) => error)
      .sort(),
    [...Array(5).fill("refused"), ...Array(5).fill("timeout")],
  );
  assert.ok(seconds < timeout + 2, `${seconds} s`);
  closeServers();
});

test("monitor: what CI is told", async () => {
  const ok = server("api.example.com", await serveTls(api));
  const expiring = server(
    "api.example.com",
    await serveTls(await authority.issue("api.example.com", { keys: api.keys, from: -80, until: 5 })),
  );
  const rotated = server("api.example.com", await serveTls(await authority.issue("api.example.com")));
  const dead = server("api.example.com", await deadPort());
  const rule = { host: "api.example.com", pins: [api.pin], backupPins: [stray] };
  const args = (...hosts) => ["monitor", "policy.json", ...hosts, "--anchors", "root.pem", "--timeout", "20s"];
  policyOf(rule);
  assert.match((await chainpin(args(ok))).stdout, /^1 host in [\d.]+ s: 1 ok\n$/);
  assert.match((await chainpin(args(ok, ok, "--all"))).stdout, /^ok +api\.example\.com at [^]*\n1 host in/);
  assert.match((await chainpin(args(ok, expiring), { code: 6 })).stdout, /expires soon +api[^]*its certificate expires in \d days/);
  await chainpin(args(ok, expiring, "--expiry-days", "1"));
  await chainpin(args(ok, expiring, dead), { code: 4 });
  assert.match((await chainpin(args(expiring, dead, rotated), { code: 1 })).stdout, /mismatch +api[^]*rejected, pin-mismatch/);
  policyOf({ ...rule, pins: [stray], backupPins: [api.pin] });
  assert.match((await chainpin(args(ok, expiring), { code: 5 })).stdout, /backup in use/);
  assert.match(
    (await chainpin(args(ok.replace("api.example.com", "www.example.net")))).stdout,
    /^ok +www\.example\.net[^]*no rule is for this host/,
  );
  policyOf({ ...rule, mode: "report" });
  assert.match((await chainpin(args(rotated), { code: 1 })).stdout, /mismatch +api[^]*its rule only reports/);
  policyOf({ ...rule, expires: new Date(Date.now() + 3 * 86_400_000).toISOString() });
  assert.match((await chainpin(args(ok), { code: 6 })).stdout, /its rule expires in 2 days/);
  policyOf({ ...rule, pins: [{ pin: api.pin, expires: new Date(Date.now() + 3 * 86_400_000).toISOString() }] });
  assert.match((await chainpin(args(ok), { code: 6 })).stdout, /the pin that matches expires/);
});

test("Ctrl-C: a word, its exit code, and no file", async () => {
  const hanging = server("api.example.com", await serve(() => undefined));
  policyOf({ host: "api.example.com", pins: [api.pin] });
  const files = readdirSync(folder);
  for (const args of [
    ["pin", hanging],
    ["monitor", "policy.json", hanging, "--json"],
    ["lint", "policy.json", "--connect", hanging],
    ["init", hanging, "--generate-backup", "b.key", "--out", "i.json"],
  ]) {
    const onStart = (child) => setTimeout(() => child.kill("SIGINT"), 1500);
    const { stderr, stdout } = await chainpin([...args, "--timeout", "60s"], { code: 130, onStart });
    assert.match(stderr, /^chainpin: interrupted/);
    assert.equal(stdout, "");
  }
  assert.deepEqual(readdirSync(folder), files);
  assert.equal(existsSync(join(folder, "b.key")), false);
});
