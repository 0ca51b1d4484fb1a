// The `chainpin` command: keys, signatures that others understand, verdicts, exit codes, and nothing a person cannot act on.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { CompactSign, calculateJwkThumbprint, compactVerify, exportJWK, exportPKCS8, generateKeyPair, importJWK, importPKCS8 } from "jose";
import { createPolicyStore, memoryStorage } from "chainpin/updates";
import { at } from "../../../scripts/lib/paths.mjs";

const manifest = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
const command = at("pkg", manifest.bin.chainpin);
const folder = mkdtempSync(join(tmpdir(), "chainpin-cli-"));
after(() => rmSync(folder, { recursive: true }));

const day = (days) => new Date(Date.now() + days * 86_400_000).toISOString();
const policy = (sequence, fields = {}) => ({
  version: 1,
  id: "acme-mobile",
  sequence,
  issuedAt: day(-1),
  expires: day(90),
  rules: [
    {
      host: "api.example.com",
      pins: ["sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk="],
      backupPins: ["sha256/wnM2Zhm3YD2FmK8ZCQrqq47+pYqaa6au0BE06xmOPdU="],
    },
  ],
  ...fields,
});

/** Runs the command in a folder of its own; what it says is never a stack trace. */
function chainpin(args, { input = "", code = 0 } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  assert.equal(status, code, `${args.join(" ")}: ${stderr}${stdout}`);
  assert.doesNotMatch(stderr, /^\s+at |node:internal|Error:/m);
  if (code !== 0 && !args.includes("--json")) assert.ok(stderr.length > 10, "it says why");
  return { stdout, stderr };
}

const write = (name, value) => (writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value)), name);
const read = (name) => readFileSync(join(folder, name), "utf8");
const readJson = (name) => JSON.parse(read(name));

for (const alg of ["EdDSA", "ES256"]) {
  test(`${alg}: what it makes and signs, jose reads and verifies`, async () => {
    for (const format of ["jwk", "pem"]) {
      const out = `${alg}-${format}`;
      chainpin(["keygen", "--alg", alg, "--format", format, "--kid", "2026", "--out", out]);
      const publicJwk = readJson(`${out}.public.jwk`);
      const secret = read(`${out}.private.${format}`);
      assert.equal("d" in publicJwk, false);
      await (format === "pem" ? importPKCS8(secret, alg) : importJWK(JSON.parse(secret), alg));

      write("policy.json", JSON.stringify(policy(2), null, 2));
      const { stdout: bundle } = chainpin(["sign", "policy.json", "--key", `${out}.private.${format}`, "--kid", "2026"]);
      const { payload, protectedHeader } = await compactVerify(bundle, await importJWK(publicJwk, alg));
      assert.equal(Buffer.from(payload).toString(), read("policy.json"), "the file's very bytes");
      assert.deepEqual(protectedHeader, { alg, kid: "2026", typ: "chainpin-policy+jws" });
    }
  });

  test(`${alg}: what jose makes and signs, it reads and accepts`, async () => {
    const { publicKey, privateKey } = await generateKeyPair(alg, { extractable: true });
    const kid = "jose's";
    write("jose.public.jwk", { ...(await exportJWK(publicKey)), kid });
    write("jose.private.jwk", { ...(await exportJWK(privateKey)), kid });
    write("jose.pem", await exportPKCS8(privateKey));
    const header = { alg, kid, typ: "chainpin-policy+jws" };
    const bundle = await new CompactSign(Buffer.from(JSON.stringify(policy(3)))).setProtectedHeader(header).sign(privateKey);
    write("jose.jws", bundle);
    assert.match(chainpin(["verify-bundle", "jose.jws", "--keys", "jose.public.jwk"]).stderr, /accepted  policy 3 of `acme-mobile`/);
    for (const key of [["jose.private.jwk"], ["jose.pem", "--kid", kid]]) {
      const ours = chainpin(["sign", "-", "--key", ...key], { input: JSON.stringify(policy(3)) }).stdout;
      await compactVerify(ours, publicKey);
      chainpin(["verify-bundle", "-", "--keys", "jose.public.jwk"], { input: ours });
    }
  });
}

test("keys are their owner's alone, and are written over by force alone", () => {
  chainpin(["keygen", "--kid", "k", "--out", "mine"]);
  const first = read("mine.private.jwk");
  for (const name of ["mine.private.jwk", "mine.public.jwk"]) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
  assert.match(chainpin(["keygen", "--kid", "k", "--out", "mine"], { code: 2 }).stderr, /mine\.private\.jwk is there already; --force/);
  assert.equal(read("mine.private.jwk"), first);
  chmodSync(join(folder, "mine.private.jwk"), 0o644);
  chainpin(["keygen", "--kid", "k", "--out", "mine", "--force"]);
  assert.notEqual(read("mine.private.jwk"), first);
  assert.equal(statSync(join(folder, "mine.private.jwk")).mode & 0o777, 0o600);
  rmSync(join(folder, "mine.private.jwk"));
  chainpin(["keygen", "--kid", "k", "--out", "mine"], { code: 2 });
  assert.equal(existsSync(join(folder, "mine.private.jwk")), false, "neither of two where one is taken");
  chainpin(["keygen", "--kid", "k", "--out", "no/such/folder"], { code: 2 });
});

test("a key without a name has its thumbprint's", async () => {
  const { kid, files, jwk, alg } = JSON.parse(chainpin(["keygen", "--json"]).stdout);
  assert.deepEqual(
    [kid, alg, files],
    [await calculateJwkThumbprint(jwk), "EdDSA", { private: `${kid}.private.jwk`, public: `${kid}.public.jwk` }],
  );
  const { kid: again } = JSON.parse(chainpin(["keygen", "--json", "--alg", "ES256", "--format", "pem", "--out", "nameless"]).stdout);
  write("policy.json", policy(2));
  const signed = JSON.parse(chainpin(["sign", "policy.json", "--key", "nameless.private.pem", "--json"]).stdout);
  assert.deepEqual([signed.kid, signed.alg, signed.sequence, typeof signed.bundle], [again, "ES256", 2, "string"]);
});

test("a bundle in a file is its very bytes, and a store accepts it", async () => {
  chainpin(["keygen", "--kid", "a", "--out", "a"]);
  chainpin(["keygen", "--kid", "b", "--out", "b", "--alg", "ES256"]);
  write("policy.json", policy(2));
  chainpin(["sign", "policy.json", "--key", "a.private.jwk", "--signing-keys", "a.public.jwk", "b.public.jwk", "--out", "2.jws"]);
  write("policy.json", policy(3));
  chainpin(["sign", "policy.json", "--key", "b.private.jwk", "--out", "3.jws"]);
  assert.match(read("2.jws"), /^[\w-]+\.[\w-]+\.[\w-]+$/);
  chainpin(["sign", "policy.json", "--key", "b.private.jwk", "--out", "3.jws"], { code: 2 });

  let next = "2.jws";
  const store = await createPolicyStore({
    keys: [readJson("a.public.jwk")],
    embedded: policy(1),
    storage: memoryStorage(),
    fetch: async () => read(next),
  });
  assert.deepEqual(await store.update(), { accepted: true });
  next = "3.jws";
  assert.deepEqual(await store.update(), { accepted: true });

  write("embedded.json", policy(1));
  assert.match(
    chainpin(["verify-bundle", "2.jws", "--keys", "a.public.jwk", "--embedded", "embedded.json"]).stderr,
    /from then on trusted: `a`, `b`/,
  );
  const { keys, policy: inside, ...rest } = JSON.parse(chainpin(["verify-bundle", "2.jws", "--keys", "a.public.jwk", "--json"]).stdout);
  assert.deepEqual([keys.length, inside.sequence, "signingKeys" in inside, rest.accepted], [2, 2, false, true]);
});

test("what an app refuses is refused, with 1", () => {
  chainpin(["keygen", "--kid", "r", "--out", "r"]);
  chainpin(["keygen", "--kid", "other", "--out", "other"]);
  const bundle = chainpin(["sign", "-", "--key", "r.private.jwk"], { input: JSON.stringify(policy(4)) }).stdout;
  write("embedded.json", policy(4));
  for (const [input, args, reason] of [
    [`${bundle}\n`, [], "bundle-malformed"],
    [bundle, ["--floor", "4"], "not-newer"],
    [bundle, ["--floor", "9"], "rollback"],
    [bundle, ["--embedded", "embedded.json"], "not-newer"],
    [bundle, ["--id", "acme-staging"], "id-mismatch"],
    [bundle, ["--now", "2040-01-01"], "expired"],
    [bundle, ["--now", "2020-01-01"], "issued-in-future"],
    ["", [], "bundle-malformed"],
  ]) {
    const all = ["verify-bundle", "-", "--keys", "r.public.jwk", ...args];
    assert.match(chainpin(all, { input, code: 1 }).stderr, new RegExp(`refused  ${reason}: `));
    assert.equal(JSON.parse(chainpin([...all, "--json"], { input, code: 1 }).stdout).reason, reason);
  }
  assert.match(chainpin(["verify-bundle", "-", "--keys", "other.public.jwk"], { input: bundle, code: 1 }).stderr, /key-unknown/);
  for (const [wrong, words] of [
    ["{", /policy-syntax|policy-invalid/],
    [JSON.stringify({ ...policy(1), extra: 1 }), /policy-invalid: .*extra/],
    [JSON.stringify({ ...policy(1), expires: undefined }), /dates-invalid/],
    [JSON.stringify({ ...policy(1), signingKeys: [] }), /signing-keys-invalid/],
    ['{"version":1,"version":1}', /policy-invalid/],
  ]) {
    assert.match(chainpin(["sign", "-", "--key", "r.private.jwk"], { input: wrong, code: 1 }).stderr, words);
  }
  const twice = JSON.stringify(policy(1)).replace("{", '{"id":"x",');
  assert.match(
    chainpin(["sign", "-", "--key", "r.private.jwk", "--signing-keys", "r.public.jwk"], { input: twice, code: 1 }).stderr,
    /policy-shape/,
  );
});

test("files and keys that cannot be used end with 2", async () => {
  chainpin(["keygen", "--kid", "u", "--out", "u"]);
  chainpin(["keygen", "--kid", "p", "--out", "p", "--format", "pem"]);
  const { publicKey, privateKey } = await generateKeyPair("ES384", { extractable: true });
  write("p384.jwk", await exportJWK(privateKey));
  write("p384.public.jwk", { ...(await exportJWK(publicKey)), kid: "x" });
  write("off-curve.jwk", { kty: "EC", crv: "P-256", kid: "x", x: "A".repeat(43), y: "A".repeat(43) });
  write("wrong-alg.jwk", { ...readJson("u.private.jwk"), alg: "ES256" });
  write("encrypted.pem", "-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIB\n-----END ENCRYPTED PRIVATE KEY-----\n");
  write("rubbish", "\0\xff");
  writeFileSync(join(folder, "latin1"), Buffer.from([0x7b, 0xff]));
  write("policy.json", policy(2));
  const bundle = chainpin(["sign", "policy.json", "--key", "u.private.jwk"]).stdout;
  for (const [args, words] of [
    [["sign", "none.json", "--key", "u.private.jwk"], /cannot read none\.json/],
    [["sign", "latin1", "--key", "u.private.jwk"], /latin1 is not UTF-8/],
    [["sign", "policy.json", "--key", "none.jwk"], /cannot read none\.jwk/],
    [["sign", "policy.json", "--key", "u.public.jwk"], /holds a public key; its private one signs/],
    [["sign", "policy.json", "--key", "p384.jwk"], /ec secp384r1; Ed25519 and P-256 sign/],
    [["sign", "policy.json", "--key", "wrong-alg.jwk"], /says `alg` ES256/],
    [["sign", "policy.json", "--key", "encrypted.pem"], /is encrypted/],
    [["sign", "policy.json", "--key", "rubbish"], /no private key/],
    [["sign", "policy.json", "--key", "u.private.jwk", "--signing-keys", "u.private.jwk"], /holds a private key/],
    [["sign", "policy.json", "--key", "u.private.jwk", "--kid", ""], /1 to 128 bytes/],
    [["sign", "policy.json"], /required option '--key/],
    [["sign"], /required option/],
    [["sign", "--key", "u.private.jwk"], /missing required argument/],
    [["verify-bundle", "-", "--keys", "u.private.jwk"], /holds a private key/],
    [["verify-bundle", "-", "--keys", "p384.public.jwk"], /Ed25519 and P-256/],
    [["verify-bundle", "-", "--keys", "off-curve.jwk"], /holds no public key/],
    [["verify-bundle", "-", "--keys", "policy.json"], /holds no public key/],
    [["verify-bundle", "-", "--keys", "u.public.jwk", "u.public.jwk"], /keys\[1\]: an earlier key/],
    [["verify-bundle", "-", "--keys", "u.public.jwk", "--floor", "-1"], /not an integer/],
    [["verify-bundle", "-", "--keys", "u.public.jwk", "--now", "soon"], /not a date/],
    [["verify-bundle", "-", "--keys", "u.public.jwk", "--embedded", "u.public.jwk"], /is refused, policy-shape/],
    [["keygen", "--alg", "RS256"], /Allowed choices are EdDSA, ES256/],
    [["keygen", "--what"], /unknown option/],
    [["nothing"], /unknown command/],
    [[], /Usage/],
  ]) {
    assert.match(chainpin(args, { input: bundle, code: 2 }).stderr, words);
  }
});

test("what cannot be read of a key is not told", () => {
  write("policy.json", policy(2));
  for (const text of [
    '{"kty":"OKP","crv":"Ed25519","d":5Ecre7}',
    '{"d":"5Ecre7"5Ecre7}',
    "5Ecre7",
    '{"kty":"OKP","crv":"Ed25519","x":"AA","d":5555555}',
    '{"kty":"5Ecre7","d":"5Ecre7"}',
    '{"d":"AA"},5Ecre7',
  ]) {
    write("spoilt.jwk", text);
    for (const args of [
      ["sign", "policy.json", "--key", "spoilt.jwk"],
      ["verify-bundle", "policy.json", "--keys", "spoilt.jwk"],
    ]) {
      const { stderr } = chainpin(args, { code: 2 });
      assert.match(stderr, /spoilt\.jwk (is not JSON|holds)/);
      assert.doesNotMatch(stderr, /5Ecre7|5555/);
    }
  }
});

test("help is there, with examples that are right", () => {
  assert.equal(chainpin(["--version"]).stdout.trim(), manifest.version);
  assert.match(chainpin(["--help"]).stdout, /Exit codes:/);
  const examples = ["keygen", "sign", "verify-bundle"].map((name) => chainpin([name, "--help"]).stdout.split("Examples:")[1]);
  const before = readdirSync(folder);
  const place = mkdtempSync(join(folder, "examples-"));
  chainpin(["keygen", "--out", join(place, "old")]);
  chainpin(["keygen", "--out", join(place, "new")]);
  writeFileSync(join(place, "policy.json"), JSON.stringify(policy(2)));
  const lines = examples
    .flatMap((text) =>
      text
        .trim()
        .split("\n")
        .map((line) => line.trim().split(/ {3,}/)[0]),
    )
    .filter((line) => !line.includes("curl"));
  assert.equal(lines.length, 6);
  for (const line of lines) {
    const again = line.includes("--out") ? " --force" : "";
    const shell = spawnSync("sh", ["-c", line.replace(/^chainpin/, '"$NODE" "$COMMAND"') + again], {
      cwd: place,
      env: { ...process.env, NODE: process.execPath, COMMAND: command },
      encoding: "utf8",
    });
    if (line.startsWith("chainpin verify-bundle")) assert.match(shell.stderr, /key-unknown|accepted/);
    else assert.equal(shell.status, 0, `${line}: ${shell.stderr}`);
  }
  rmSync(place, { recursive: true });
  assert.deepEqual(readdirSync(folder), before);
});
