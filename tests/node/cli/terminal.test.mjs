// The `chainpin` command before hostile policies, bundles, certificates, servers and names of files, seen through a terminal emulator:
// nothing that others wrote moves the cursor, erases a line, begins one, or hides; so no screen shows a verdict that the exit code denies.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { closeSync, mkdtempSync, openSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import headless from "@xterm/headless";
import { PolicyError, createVerifierSync, inspect, verifyBundle } from "chainpin";
import { fromAndroid, fromOkHttp, fromTrustKit } from "chainpin/convert";
import { createPolicyStore, memoryStorage } from "chainpin/updates";
import { at } from "../../../scripts/lib/paths.mjs";
import { chance, seed } from "../lib/random.mjs";
import { closeServers, createAuthority, deadPort, serve, serveTls } from "../lib/servers.mjs";

const manifest = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
const command = at("pkg", manifest.bin.chainpin);
const folder = mkdtempSync(join(tmpdir(), "chainpin-terminal-"));
const stray = "sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk=";
const other = "sha256/wnM2Zhm3YD2FmK8ZCQrqq47+pYqaa6au0BE06xmOPdU=";

/** What no message may hold, in a notation of its own: general categories, and a property of Unicode. */
const UNPRINTABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\ufff9-\ufffb]/u;
/** The colours that the command itself gives. */
const COLOURS = /\u001b\[(?:1|2|22|31|32|33|39)m/g;
/** Words of approval, each at the beginning of a line of the command. */
const APPROVALS = /^(accepted|nothing found|nothing gets lost|ok )/;

/** Hostile texts: erase what stands there and approve; and by chance, of all that steers or hides. */
const PIECES = [
  [
    "\u001b[2K\r\u001b[1A\u001b[2K",
    "\u001b[32m",
    "\u001b[8m",
    "\u001b[0m",
    "\u001b]0;title\u0007",
    "\u001bPq\u001b\\",
    "\u001b[?1049h",
    "\u001bc",
    "\u001b[6n",
    "\u001b(0",
  ],
  ["\u009b2K\u009b1A", "\u009d0;title\u009c", "\u0085", "\u0090q\u009c"],
  ["\r", "\n", "\r\n", "\b\b\b\b\b\b\b\b", "\u000b", "\u000c", "\t", "\u007f", "\u0007", "\u0018"],
  ["\u202e", "\u2066", "\u200f", "\u061c", "\u202d"],
  ["\u200b", "\u2060", "\ufeff", "\u00ad", "\u180e", "\u2028", "\u2029", "\u{e0041}", "\ufe0f", "\u3164", "\u034f", "\u{1d173}", "\ufff9"],
  ["accepted", "nothing found", "nothing gets lost", "ok ", "`", "'", '"', "\\", "<b>", "é", " "],
];
const { pick } = chance(seed);
const byChance = () => Array.from({ length: 12 }, () => pick(pick(PIECES))).join("");
const HOSTILE = [
  "\u001b[2K\r\u001b[1A\u001b[2K\u001b[32maccepted\u001b[0m\n\u009b1Aok \u202e\u200b\u{e0041}\u00ad\u007f\b\r\nnothing found\u2028\u001b[8m",
  byChance(),
];

let authority, ports, keys;
before(async () => {
  authority = await createAuthority();
  keys = { public: write("k.public.jwk", jwkOf("k")), private: "k.private.jwk" };
  ports = { dead: await deadPort() };
});
after(() => {
  closeServers();
  rmSync(folder, { recursive: true });
});

function jwkOf(kid, name = "k.private.jwk") {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  write(name, { ...privateKey.export({ format: "jwk" }), kid });
  return { ...publicKey.export({ format: "jwk" }), kid };
}

function write(name, value) {
  writeFileSync(join(folder, name), typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value));
  return name;
}

const encode = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
const bundleOf = (header, payload = "{}") => `${encode(header)}.${encode(payload)}.${encode("x")}`;
const policyOf = (rule, more = {}) => ({
  version: 1,
  id: "acme",
  sequence: 1,
  rules: [{ host: "a.example", pins: [stray], backupPins: [other], ...rule }],
  ...more,
});
/** As an argument or the name of a file may hold it. */
const asName = (text) => text.replace(/[/\0]/g, "").slice(0, 60);
const asLatin1 = (text) => text.replace(/[^\0-\xff]/g, "");

/** What both streams say, in their order, as on one terminal. */
function run(args, { input = "" } = {}) {
  const said = join(folder, `said-${Math.random()}`);
  const file = openSync(said, "a");
  const child = spawn(process.execPath, [command, ...args], {
    cwd: folder,
    env: { ...process.env, FORCE_COLOR: "1" },
    stdio: ["pipe", file, file],
  });
  closeSync(file);
  child.stdin.on("error", () => undefined).end(input);
  return new Promise((resolve) => child.once("close", (status) => resolve({ status, raw: readFileSync(said, "utf8") })));
}

/** The lines of a screen of 80 columns, and what happened beside them. */
async function screenOf(raw) {
  const terminal = new headless.Terminal({ cols: 80, rows: 50, scrollback: 100_000, convertEol: true, allowProposedApi: true });
  const events = [];
  terminal.onTitleChange((title) => events.push(`title ${title}`));
  terminal.onBell(() => events.push("bell"));
  terminal.onData((data) => events.push(`answer ${data}`));
  await new Promise((resolve) => terminal.write(raw, resolve));
  const { active } = terminal.buffer;
  if (active.type !== "normal") events.push("another screen");
  const lines = [];
  for (let row = 0; row < active.length; row++) {
    const line = active.getLine(row);
    for (let column = 0; column < line.length; column++) if (line.getCell(column).isInvisible()) events.push("hidden");
    const text = line.translateToString(false);
    if (line.isWrapped) lines[lines.length - 1] += text;
    else lines.push(text);
  }
  terminal.dispose();
  return {
    lines: lines
      .map((line) => line.trimEnd())
      .join("\n")
      .trimEnd()
      .split("\n"),
    events,
  };
}

async function check(name, args, options = {}) {
  const { status, raw } = await run(args, options);
  const words = `${name}, seed ${seed}: ${status} ${JSON.stringify(raw)}`;
  assert.ok(raw.length > 0, words);
  assert.doesNotMatch(raw, /node:internal|failed inside/, words);
  const plain = raw.replace(COLOURS, "");
  const found = UNPRINTABLE.exec(plain.replace(/\n/g, ""));
  assert.equal(found, null, `${words}: ${JSON.stringify(found?.[0])} stands there raw`);
  const { lines, events } = await screenOf(raw);
  assert.deepEqual(events, [], words);
  assert.deepEqual(
    lines,
    plain
      .trimEnd()
      .split("\n")
      .map((line) => line.trimEnd()),
    words,
  );
  if (status !== 0)
    assert.deepEqual(
      lines.filter((line) => APPROVALS.test(line)),
      [],
      words,
    );
  if ("status" in options) assert.equal(status, options.status, words);
  return { status, raw, lines };
}

/** The same in words and in JSON, whose values stay what they are. */
async function checkBoth(name, args, options = {}) {
  await check(name, args, options);
  const { raw, status } = await check(`${name} --json`, [...args, "--json"], options);
  return raw.startsWith("{") ? JSON.parse(raw) : assert.notEqual(status, 0, raw);
}

/** With policies, certificates, bundles, … of each hostile text. */
const each = (work) => async () => {
  for (const [index, text] of HOSTILE.entries()) await work(text, index);
};

test(
  "verify-bundle and sign: headers, keys, ids and names of files",
  each(async (text, index) => {
    const name = asName(text);
    for (const [place, header] of Object.entries({
      kid: { alg: "EdDSA", kid: text, typ: "chainpin-policy+jws" },
      alg: { alg: text, kid: "k", typ: "chainpin-policy+jws" },
      typ: { alg: "EdDSA", kid: "k", typ: text },
    })) {
      write("hostile.jws", bundleOf(header, { id: text }));
      const told = await checkBoth(`verify-bundle, ${place}`, ["verify-bundle", "hostile.jws", "--keys", keys.public], { status: 1 });
      assert.equal(told.accepted, false);
    }
    write("hostile.jws", text);
    await checkBoth("verify-bundle, no bundle", ["verify-bundle", "hostile.jws", "--keys", keys.public], { status: 1 });
    await check("verify-bundle, no file", ["verify-bundle", name, "--keys", name], { status: 2 });
    write("bad.jwk", { kty: text, kid: text });
    await check("verify-bundle, bad key", ["verify-bundle", "hostile.jws", "--keys", "bad.jwk"], { status: 2 });

    // Signed by a key with such a name, which is accepted: the name still stays in its place.
    const kid = text.slice(0, 30);
    const id = `named-${index}`;
    write(`${id}.public.jwk`, jwkOf(kid, `${id}.private.jwk`));
    const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
    const policy = policyOf(
      { mode: "report", reportTo: [text], pins: [{ pin: stray, label: text }] },
      { issuedAt: day(-1), expires: day(90) },
    );
    write("hostile.json", policy);
    await check(
      "sign",
      ["sign", "hostile.json", "--key", `${id}.private.jwk`, "--signing-keys", `${id}.public.jwk`, "--out", `${id}.jws`, "--force"],
      { status: 0 },
    );
    const { findings, kid: told } = await checkBoth("sign", ["sign", "hostile.json", "--key", `${id}.private.jwk`], { status: 0 });
    assert.equal(told, kid);
    assert.ok(findings.length > 0);
    await checkBoth("verify-bundle, accepted", ["verify-bundle", `${id}.jws`, "--keys", `${id}.public.jwk`], { status: 0 });
    await checkBoth("verify-bundle, new keys", ["verify-bundle", `${id}.jws`, "--keys", keys.public, "--id", text], { status: 1 });
    await check("sign, no key", ["sign", "hostile.json", "--key", name], { status: 2 });
    await check("sign, wrong policy", ["sign", "-", "--key", keys.private], {
      status: 1,
      input: JSON.stringify({ ...policy, [text]: text }),
    });

    await check("keygen", ["keygen", `--kid=${kid.replace(/\0/g, "")}`, `--out=${name}`, "--force"]);
    await check("keygen, file is there", ["keygen", `--out=${name}`]);
    await checkBoth("keygen", ["keygen", `--kid=${kid.replace(/\0/g, "")}`, "--force", "--out=k2"]);
  }),
);

test(
  "verify and lint: policies",
  each(async (text) => {
    const chain = write("chain.pem", (await authority.issue("a.example")).cert + authority.root);
    write("root.pem", authority.root);
    for (const [place, policy, status] of [
      ["label", policyOf({ pins: [{ pin: stray, label: text }] }), 1],
      ["field", policyOf({ [text]: 1 }), 1],
      ["host", policyOf({ host: text }), 1],
      ["role", policyOf({ pins: [{ pin: stray, role: text }] }), 1],
      ["id", policyOf({}, { id: text }), 1],
      ["text", text, 1],
      ["report", policyOf({ mode: "report", reportTo: [text, `https://a.example/${text}`] }), 0],
    ]) {
      const file = write("policy.json", policy);
      await checkBoth(`verify, ${place}`, ["verify", file, chain, "--host", "a.example", "--anchors", "root.pem"], { status });
      await checkBoth(`lint, ${place}`, ["lint", file, "--chain", chain, `--update-url=https://a.example/${text.replace(/\0/g, "")}`]);
    }
    write("policy.json", policyOf({}));
    const name = asName(text);
    await checkBoth("verify, host", ["verify", "policy.json", chain, `--host=${name}`, "--no-anchors"], { status: 1 });
    await check("verify, server", ["verify", "policy.json", `x${name}`], { status: 2 });
    await check("verify, option", ["verify", `--x${name}`, "policy.json", chain], { status: 2 });
    await check("a command", [`x${name}`], { status: 2 });
    await check("completion", ["completion", `x${name}`], { status: 2 });
    await check("lint, file", ["lint", `x${name}`], { status: 2 });
    await check("lint, hosts", ["lint", "policy.json", "--connect", `x${name}`, "--timeout", "1s"]);
  }),
);

test(
  "pin, inspect, init, verify, lint and monitor: certificates and servers",
  each(async (text, index) => {
    // An IA5String has no more than Latin-1 here; a UTF8String has all.
    const hostile = { subject: [{ O: [{ utf8String: text }] }, { CN: [{ utf8String: text }] }] };
    const { cert, key } = await authority.issue(`${asLatin1(text)}a.example`, hostile);
    const named = asName(`${index}${text}`);
    const file = write("hostile.pem", cert);
    write(named, cert);
    for (const source of [file, `./${named}`]) {
      await checkBoth("pin", ["pin", source], { status: 0 });
      const { certificates } = await checkBoth("inspect", ["inspect", source], { status: 0 });
      assert.doesNotMatch(certificates[0].subject + certificates[0].subjectAltNames, UNPRINTABLE);
    }
    await check("pin, no file", ["pin", `./x${named}`], { status: 2 });
    write("policy.json", policyOf({}));
    await checkBoth("verify", ["verify", "policy.json", file, "--host", "a.example", "--no-anchors"], { status: 1 });
    await checkBoth("verify, validated", ["verify", "policy.json", file, "--host", "a.example", "--validated"], { status: 1 });
    await checkBoth("lint", ["lint", "policy.json", "--chain", file, "--strict"]);

    write("root.pem", authority.root);
    const server = `a.example=127.0.0.1:${await serveTls({ key, cert })}`;
    for (const anchors of [["--no-anchors"], ["--anchors", "root.pem"]]) {
      await checkBoth("pin, server", ["pin", server, ...anchors], { status: 0 });
      await checkBoth("verify, server", ["verify", "policy.json", server, ...anchors], { status: 1 });
      await checkBoth("monitor", ["monitor", "policy.json", server, ...anchors], { status: 1 });
      await checkBoth("init", ["init", server, "--no-backup", ...anchors], { status: 1 });
      await checkBoth("lint --connect", ["lint", "policy.json", "--connect", server, ...anchors]);
    }
    // Before TLS, servers say what they like.
    const banner = await serve((socket) => void socket.end(`${text.replace(/\n/g, "")}\r\n`));
    const refusing = await serve((socket) => {
      socket.write("220 hello\r\n");
      socket.once("data", () => socket.end(`500 ${text.replace(/\n/g, "")}\r\n`));
    });
    for (const port of [banner, refusing]) {
      for (const args of [
        ["pin"],
        ["inspect"],
        ["verify", "policy.json"],
        ["monitor", "policy.json"],
        ["lint", "policy.json", "--connect"],
        ["init"],
      ]) {
        const host = `a.example=127.0.0.1:${port}`;
        await check(
          `${args[0]}, a banner`,
          [...args, host, "--starttls", "smtp", ...(args[0] === "init" ? ["--no-backup", `--out=${named}.json`] : [])],
          { status: 4 },
        );
      }
    }
    await checkBoth("monitor, a banner", ["monitor", "policy.json", `a.example=127.0.0.1:${refusing}`, "--starttls", "imap"], {
      status: 4,
    });
    write("hosts.txt", `a.example=127.0.0.1:${ports.dead}\n`);
    await checkBoth("monitor, nobody", ["monitor", "policy.json", "--hosts", "hosts.txt"], { status: 4 });
    write("hosts.txt", `x${text}\n`);
    await check("monitor, hosts", ["monitor", "policy.json", "--hosts", "hosts.txt"]);
    await check("monitor, a file of hosts", ["monitor", "policy.json", `--hosts=x${named}`], { status: 2 });
  }),
);

test(
  "convert: other formats",
  each(async (text) => {
    const quoted = JSON.stringify(text).slice(1, -1);
    for (const [from, source] of [
      ["okhttp", `CertificatePinner.Builder().add("${quoted}", "sha256/${text}").build()`],
      ["okhttp", `CertificatePinner.Builder().add(${text}).build()`],
      [
        "android",
        `<network-security-config><domain-config><domain>${text}</domain><pin-set><pin digest="SHA-256">${text}</pin></pin-set></domain-config></network-security-config>`,
      ],
      ["android", `<network-security-config><${text}/></network-security-config>`],
      ["trustkit", JSON.stringify({ TSKPinnedDomains: { [text]: { TSKPublicKeyHashes: [text] } } })],
      [
        "trustkit",
        JSON.stringify({
          TSKPinnedDomains: { "a.example": { TSKPublicKeyHashes: [stray.slice(7), other.slice(7)], TSKReportUris: [text] } },
        }),
      ],
      ["trustkit", text],
      ["ios", text],
      ["react-native", JSON.stringify({ "a.example": { [text]: text } })],
      ["react-native", text],
      ["hpkp", `Public-Key-Pins: pin-sha256="${text}"; ${text}`],
      ["chromium", `{"pinsets": [{"name": "${quoted}"}], "entries": [{"name": "${quoted}", "pins": "${quoted}"}]}`],
    ]) {
      await checkBoth(`from ${from}`, ["convert", "--from", from, "-", ...(from === "hpkp" ? ["--host", "a.example"] : [])], {
        input: source,
      });
    }
    const file = write("policy.json", policyOf({ mode: "report", reportTo: [text], pins: [{ pin: stray, label: text }] }));
    for (const to of ["android", "ios", "trustkit", "okhttp", "react-native"]) {
      await checkBoth(`to ${to}`, ["convert", "--to", to, file, "--lossy"]);
      await check(`to ${to}, a file`, ["convert", "--to", to, file, "--lossy", `--out=${asName(text)}`, "--force"]);
    }
    await check("to trustkit, JSON", ["convert", "--to", "trustkit", "--format", "json", file, "--lossy"]);
    await check("no file", ["convert", "--from", "ios", `x${asName(text)}`], { status: 2 });
  }),
);

test(
  "rehearse: observations",
  each(async (text, index) => {
    const policy = write("policy.json", policyOf({}));
    const { leaf } = await authority.issue("a.example");
    const chain = [leaf.replace(/-----[^-]+-----|\s/g, "")];
    const lines = [
      { host: text, chain },
      { host: "a.example", chain },
      { host: `${text}.example`, chain, source: "validated" },
      { host: text, source: text },
      { host: 1, [text]: text },
    ];
    const name = write(asName(`${index}${text}.ndjson`), `${lines.map((line) => JSON.stringify(line)).join("\n")}\n${text}\n`);
    for (const manner of [[], ["--against", policy], ["--json"], ["--ndjson"], ["--partial"]]) {
      const { status } = await check(`rehearse ${manner[0] ?? ""}`, ["rehearse", "--policy", policy, `./${name}`, ...manner]);
      assert.equal(status, manner[0] === "--partial" ? 0 : manner[0] === "--against" ? 7 : 1);
    }
    await check("rehearse, no file", ["rehearse", "--policy", policy, `x${name}`], { status: 2 });
  }),
);

test("completion and help print nothing but text", async () => {
  for (const shell of ["bash", "zsh", "fish"]) await check(shell, ["completion", shell], { status: 0 });
  await check("help", ["--help"], { status: 0 });
});

test("nothing in the command writes to a terminal but js/cli/print.ts", () => {
  const files = readdirSync(at("js", "cli"), { recursive: true }).filter((name) => name.endsWith(".ts") && name !== "print.ts");
  assert.ok(files.length > 30);
  for (const name of files) {
    const text = readFileSync(at("js", "cli", name), "utf8").replace(/^\s*(\/\/|\*).*$/gm, "");
    assert.doesNotMatch(
      text,
      /\bconsole\b|\.emitWarning\b|\bstd(out|err)\.(write|end|cork|pipe)\b|\bpipe\(process|\bwriteSync\(1|\bwriteSync\(2|\\u001b|\\x1b/i,
      name,
    );
  }
  const print = readFileSync(at("js", "cli", "print.ts"), "utf8");
  assert.match(print, /^class Shown/m);
  assert.match(print, /^export type \{ Shown \};$/m, "nobody else makes one");
});

test("what the library and the module call printable is the same", () => {
  const pins = [{ pin: stray, label: "" }];
  const wrong = [];
  for (let block = 0; block < 0x11_0000; block += 256) {
    const characters = Array.from({ length: 256 }, (_, index) => block + index)
      .filter((code) => code < 0xd800 || code > 0xdfff)
      .map((code) => String.fromCodePoint(code));
    if (characters.length === 0) continue;
    const text = characters.join("");
    pins[0].label = text;
    const verifier = createVerifierSync({ version: 1, id: "x", sequence: 1, rules: [{ host: "a.example", pins }] });
    const expected = [...text]
      .map((character) => (UNPRINTABLE.test(character) ? `\\u{${character.codePointAt(0).toString(16)}}` : character))
      .join("");
    const { message } = verifier.verify({ host: "a.example", chain: [leafOf()], source: "validated" });
    if (!message.includes(`(${expected})`)) wrong.push(`module, ${block.toString(16)}`);
    verifier.dispose();
    if (new PolicyError("policy-shape", text, "").message !== expected) wrong.push(`library, ${block.toString(16)}`);
  }
  assert.deepEqual(wrong, []);
  assert.equal(new PolicyError("policy-shape", "\ud800a\udc00\u{1f600}", "").message, "\\u{d800}a\\u{dc00}\u{1f600}");
});

let known;
const leafOf = () =>
  (known ??= readFileSync(at("tests", "vectors", "chains", "akamai.com.pem"), "utf8").match(
    /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/,
  )[0]);

test("errors, findings and events of the library repeat nothing raw", async () => {
  for (const text of [...HOSTILE, ...Array.from({ length: 60 }, byChance)]) {
    const messages = [];
    const caught = (work) => {
      try {
        const { findings = [] } = work() ?? {};
        messages.push(...findings.map(({ message }) => message));
      } catch (error) {
        messages.push(error.message);
      }
    };
    caught(() => createVerifierSync(policyOf({ [text]: 1 })));
    caught(() => createVerifierSync(policyOf({ mode: "report", reportTo: [text] })));
    caught(() => createVerifierSync(text));
    caught(() => createVerifierSync(policyOf({})).verify({ host: "a.example", chain: [], source: text }));
    caught(() => inspect(text));
    caught(() => fromOkHttp(`add("${text}", "sha256/${text}")`));
    caught(() => fromOkHttp(`CertificatePinner.Builder().add(${text})`));
    caught(() => fromAndroid(`<network-security-config><${text}/></network-security-config>`));
    caught(() => fromTrustKit(JSON.stringify({ TSKPinnedDomains: { [text]: { TSKPublicKeyHashes: [text], [text]: text } } })));
    const jwk = JSON.parse(readFileSync(join(folder, keys.public), "utf8"));
    const bundle = bundleOf({ alg: text, kid: text, typ: "chainpin-policy+jws" });
    messages.push(verifyBundle(bundle, { keys: [jwk], id: text }).message);
    let answer = () => Promise.resolve(bundle);
    const onEvent = ({ message }) => void messages.push(message ?? "");
    const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
    const embedded = policyOf({}, { issuedAt: day(-1), expires: day(90) });
    const store = await createPolicyStore({ keys: [jwk], embedded, storage: memoryStorage(), fetch: () => answer(), onEvent });
    messages.push((await store.update()).message);
    answer = () => Promise.reject(new Error(`HTTP 500: ${text}`));
    messages.push((await store.update()).message);
    assert.ok(messages.length > 8);
    for (const message of messages) assert.doesNotMatch(message, UNPRINTABLE, JSON.stringify(message));
  }
});
