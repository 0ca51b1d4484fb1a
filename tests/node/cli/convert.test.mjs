// `chainpin convert`: there and back, what is told and how it ends, files whole or not at all, and texts that mean harm.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { createVerifierSync } from "chainpin";
import { at } from "../../../scripts/lib/paths.mjs";
import { runBeside } from "../lib/servers.mjs";
import { strayPin } from "../lib/vectors.mjs";

const manifest = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
const command = at("pkg", manifest.bin.chainpin);
const folder = mkdtempSync(join(tmpdir(), "chainpin-convert-"));
after(() => rmSync(folder, { recursive: true }));

const [a, b, c] = [strayPin(1), strayPin(2), strayPin(3)];
const [A, B] = [a, b].map((pin) => pin.slice("sha256/".length));
const rule = { host: "api.example.com", pins: [a], backupPins: [b] };
const policyOf = (...rules) => ({ version: 1, id: "acme", sequence: 7, rules });
const write = (name, value) => (writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value)), name);
const read = (name) => readFileSync(join(folder, name), "utf8");

/** What it says is never a stack trace; an error is never on standard output. */
function chainpin(args, { code = 0, input = "" } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "convert", ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  assert.equal(status, code, `${args.join(" ")}: ${stderr}${stdout.slice(0, 2000)}`);
  assert.doesNotMatch(stderr, /^\s+at |node:internal|Error:|failed inside/m);
  if (code !== 0 && code !== 3) assert.equal(stdout, "");
  return { stdout, stderr };
}

const both = ["android", "trustkit", "okhttp", "react-native"];
for (const format of both) {
  test(`${format}: what a format can say goes there and comes back`, () => {
    const there = chainpin(["--to", format, write("policy.json", policyOf(rule))]);
    assert.equal(there.stderr, "nothing gets lost\n");
    const back = chainpin(["--from", format, "-", "--id", "acme", "--sequence", "7"], { input: there.stdout });
    assert.deepEqual(JSON.parse(back.stdout), policyOf({ host: rule.host, pins: [a, b] }));
  });
}

test("ios: pins with one role", () => {
  const pins = [a, b].map((pin) => ({ pin, role: "ca" }));
  const { stdout } = chainpin(["--to", "ios", "-"], { input: JSON.stringify(policyOf({ host: rule.host, pins })) });
  const { policy, findings, from } = JSON.parse(chainpin(["--from", "ios", "-", "--json"], { input: stdout }).stdout);
  assert.deepEqual([policy.rules, findings, from], [[{ host: rule.host, pins }], [], "ios"]);
});

test("trustkit: a property list or JSON", () => {
  write("policy.json", policyOf(rule));
  assert.match(chainpin(["--to", "trustkit", "policy.json"]).stdout, /^<\?xml[^]*<key>TSKConfiguration<\/key>/);
  const { TSKPinnedDomains } = JSON.parse(chainpin(["--to", "trustkit", "policy.json", "--format", "json"]).stdout);
  assert.deepEqual(TSKPinnedDomains[rule.host].kTSKPublicKeyHashes ?? TSKPinnedDomains[rule.host].TSKPublicKeyHashes, [A, B]);
});

test("hpkp and chromium: in", () => {
  const headers = `HTTP/1.1 200 OK\r\nPublic-Key-Pins: max-age=5184000; pin-sha256="${A}"; pin-sha256="${B}"\r\n\r\n`;
  const { stdout, stderr } = chainpin(["--from", "hpkp", "-", "--host", "API.example.com", "--now", "2026-11-01"], {
    input: headers,
    code: 3,
  });
  assert.deepEqual(
    JSON.parse(stdout).rules.map(({ host, pins }) => [host, pins]),
    [["api.example.com", [a, b]]],
  );
  assert.match(stderr, /max-age, api\.example\.com\n/);
  createVerifierSync(stdout).dispose();

  const certificate = readFileSync(at("tests", "vectors", "chains", "akamai.com.pem"), "utf8").match(
    /-----BEGIN[^]*?-----END CERTIFICATE-----/,
  )[0];
  write("chromium.pins", `# keys\nLeaf\n${certificate}\n\nOther\n${a}\n`);
  write("chromium.json", {
    pinsets: [{ name: "set", static_spki_hashes: ["Leaf", "Other"] }],
    entries: [{ name: "example.com", pins: "set", include_subdomains: true }],
  });
  const policy = JSON.parse(chainpin(["--from", "chromium", "chromium.json", "--pins", "chromium.pins"], { code: 3 }).stdout);
  assert.deepEqual(policy.rules, [
    { host: "example.com", subdomains: true, pins: ["sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk=", a] },
  ]);
  assert.match(chainpin(["--from", "chromium", "chromium.json"], { code: 2 }).stderr, /cannot be converted, name-unknown/);
  write("chromium.pins", "Leaf\n-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
  assert.match(
    chainpin(["--from", "chromium", "chromium.json", "--pins", "chromium.pins"], { code: 2 }).stderr,
    /cannot be converted, chain-malformed/,
  );
});

test("what a format cannot say is left out, and told; --lossy writes the nearest form, and tells it too; both end with 3", () => {
  write("policy.json", policyOf(rule, { host: "x.example.com", pins: [a, { pin: c, role: "ca" }], subdomains: "one" }));
  const exact = chainpin(["--to", "android", "policy.json"], { code: 3 });
  assert.doesNotMatch(exact.stdout, /x\.example\.com/);
  assert.match(
    exact.stderr,
    /^weaker subdomains, x\.example\.com\n {2}[^]*\nweaker role, x\.example\.com\n {2}[^]*the rule is left out\n2 differences, as told above\n$/,
  );
  const near = chainpin(["--to", "android", "policy.json", "--lossy"], { code: 3 });
  assert.match(near.stdout, /<domain includeSubdomains="true">x\.example\.com/);
  assert.match(near.stderr, /stricter subdomains, x\.example\.com/);

  const told = JSON.parse(chainpin(["--to", "okhttp", "policy.json", "--lossy", "--json"], { code: 3 }).stdout);
  assert.deepEqual(
    [told.to, told.findings.map(({ code, effect, host }) => [code, effect, host])],
    ["okhttp", [["role", "weaker", "x.example.com"]]],
  );
  assert.match(told.text, /\.add\("\*\.x\.example\.com", /);
  const roles = write("ios.json", policyOf({ host: "x.example.com", pins: [a] }));
  for (const [args, list] of [
    [[], "NSPinnedLeafIdentities"],
    [["--unmarked", "ca"], "NSPinnedCAIdentities"],
  ]) {
    assert.ok(chainpin(["--to", "ios", roles, "--lossy", ...args], { code: 3 }).stdout.includes(list));
  }
  write("gone.json", policyOf({ host: "x.example.com", pins: [a, { pin: b, expires: "2026-01-01" }] }));
  assert.ok(chainpin(["--to", "android", "gone.json", "--now", "2025-01-01", "--lossy"], { code: 3 }).stdout.includes(B));
  assert.ok(!chainpin(["--to", "android", "gone.json"]).stdout.includes(B));
  // The Public Suffix List is at hand.
  const suffix = write("suffix.json", policyOf({ host: "co.uk", subdomains: true, pins: [a, b] }));
  assert.match(chainpin(["--to", "trustkit", suffix], { code: 3 }).stderr, /weaker public-suffix, co\.uk/);
});

test("a file is written whole or not at all, and over another by force alone", () => {
  write("policy.json", policyOf(rule));
  const { stdout, stderr } = chainpin(["--to", "android", "policy.json", "--out", "nsc.xml"]);
  assert.deepEqual([stdout, stderr], ["", "nsc.xml  nothing gets lost\n"]);
  assert.equal(read("nsc.xml"), chainpin(["--to", "android", "policy.json"]).stdout);
  assert.equal(statSync(join(folder, "nsc.xml")).mode & 0o777, 0o600);
  write("nsc.xml", "mine");
  assert.match(chainpin(["--to", "android", "policy.json", "--out", "nsc.xml"], { code: 2 }).stderr, /nsc\.xml is there already; --force/);
  assert.equal(read("nsc.xml"), "mine");
  const before = readdirSync(folder);
  write("broken.xml", "<network-security-config>");
  chainpin(["--from", "android", "broken.xml", "--out", "nsc.xml", "--force"], { code: 2 });
  assert.match(chainpin(["--to", "android", "policy.json", "--out", "no/such/file"], { code: 2 }).stderr, /cannot write no\/such\/file/);
  assert.equal(read("nsc.xml"), "mine", "what was there stays where nothing comes of it");
  assert.deepEqual(JSON.parse(chainpin(["--to", "android", "policy.json", "--out", "nsc.xml", "--force", "--json"]).stdout), {
    to: "android",
    findings: [],
    file: "nsc.xml",
  });
  assert.deepEqual(readdirSync(folder), [...before, "broken.xml"].sort());
  if (existsSync("/dev/full")) {
    const full = spawnSync("sh", ["-c", '"$NODE" "$COMMAND" convert --to android policy.json > /dev/full'], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, NODE: process.execPath, COMMAND: command },
    });
    assert.deepEqual([full.status, /ENOSPC/.test(full.stderr)], [2, true]);
  }
});

test("where there is room for a part of a file alone, there is no file, and it is told", () => {
  write("rules.json", policyOf(...Array.from({ length: 3000 }, (_, index) => ({ ...rule, host: `h${index}.example.com` }))));
  const before = readdirSync(folder);
  // The largest file in blocks of 512 bytes or of 1024; what is written beyond it fails, and does not end the process.
  const script = `trap '' XFSZ; ulimit -f 100; "$NODE" "$COMMAND" convert --to android rules.json --out part.xml`;
  const { status, stderr } = spawnSync("sh", ["-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE: process.execPath, COMMAND: command },
  });
  assert.deepEqual([status, /^chainpin: cannot write part\.xml: EFBIG/.test(stderr)], [2, true], stderr);
  assert.deepEqual(readdirSync(folder), before);
});

test("Ctrl-C while the input comes: nothing is made of the half of it", async () => {
  const onStart = (child) => {
    child.stdin.write(`CertificatePinner.Builder().add("a.com", "${a}")\n`);
    setTimeout(() => {
      child.kill("SIGINT");
      // As a shell does: whoever writes to the pipe is ended, too.
      setTimeout(() => child.stdin.end(), 100);
    }, 1500);
  };
  const { status, stdout, stderr } = await runBeside(command, ["convert", "--from", "okhttp", "-", "--out", "half.json"], {
    cwd: folder,
    keep: true,
    onStart,
  });
  assert.deepEqual([status, stdout, stderr, existsSync(join(folder, "half.json"))], [130, "", "chainpin: interrupted\n", false]);
});

const apple = (inside) => `<?xml version="1.0"?><plist version="1.0">${inside}</plist>`;
const bomb = `<!DOCTYPE x [<!ENTITY a "${"a".repeat(99)}">${[..."bcdefgh"].map((name, index) => `<!ENTITY ${name} "${`&${"abcdefgh"[index]};`.repeat(99)}">`).join("")}]>`;
const nsc = (inside) => `<network-security-config>${inside}</network-security-config>`;
const domain = (pin, attributes = "") =>
  `<domain-config${attributes}><domain>a.com</domain><pin-set><pin digest="SHA-256">${pin}</pin></pin-set></domain-config>`;
const domains = (value) => JSON.stringify({ TSKPinnedDomains: value });

for (const [what, format, text, words, extra = []] of [
  ["an XML bomb", "android", `${bomb}${nsc("&h;")}`, /doctype-refused: line 1/],
  ["an XML bomb in a property list", "ios", `${bomb}${apple("&h;")}`, /doctype-refused/],
  ["an external entity", "android", `<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>${nsc("&e;")}`, /doctype-refused/],
  ["an external entity", "trustkit", `<!DOCTYPE x SYSTEM "http://evil.example/x">${apple("<dict/>")}`, /doctype-refused/],
  ["a domain twice", "android", nsc(domain(A) + domain(B)), /duplicate: line 1: .*a\.com/],
  ["a domain twice", "trustkit", `{"TSKPinnedDomains":{"a.com":{},"a.com":{}}}`, /duplicate/],
  ["a domain twice", "react-native", `{"a.com":{"publicKeyHashes":[]},"a.com":{}}`, /duplicate/],
  ["a digest of another length", "android", nsc(domain("AAAA")), /pin-invalid/],
  ["a digest of another length", "okhttp", 'CertificatePinner.Builder().add("a.com", "sha256/AAAA").build()', /pin-invalid/],
  ["a digest of another length", "hpkp", 'pin-sha256="AAAA"; max-age=1', /pin-invalid/, ["--host", "a.com"]],
  ["an unknown attribute", "android", nsc(domain(A, ' mode="strict"')), /input-shape/],
  ["an unknown key", "trustkit", domains({ "a.com": { TSKPublicKeyHashes: [A, B], TSKEnforcePining: true } }), /input-shape/],
  ["an unknown key", "react-native", JSON.stringify({ "a.com": { publicKeyHashes: [A, B], expires: "2027-01-01" } }), /input-shape/],
  ["a binary property list", "ios", "bplist00\u0001", /binary-plist/],
  ["nothing of the format", "okhttp", "class Nothing", /nothing-found/],
  ["another format", "chromium", nsc(""), /input-syntax/],
  ["nothing", "hpkp", "", /nothing-found/, ["--host", "a.com"]],
  ["a host that is none", "hpkp", `pin-sha256="${A}"; pin-sha256="${B}"; max-age=1`, /host-invalid/, ["--host", "\u001b[31m"]],
]) {
  test(`${format}: ${what} is refused, with its place`, () => {
    const { stderr } = chainpin(["--from", format, "-", ...extra], { input: text, code: 2 });
    assert.match(stderr, /^chainpin: standard input cannot be converted, /);
    assert.match(stderr, words);
    assert.doesNotMatch(stderr, /\u001b/);
  });
}

test("100 MB is not read to its end", () => {
  const file = openSync(join(folder, "large"), "w");
  ftruncateSync(file, 100_000_000);
  closeSync(file);
  for (const format of [...both, "ios", "chromium"])
    assert.match(chainpin(["--from", format, "large"], { code: 2 }).stderr, /large has more than 67108864 bytes/);
  assert.match(chainpin(["--to", "ios", "large"], { code: 1 }).stderr, /large is refused, policy-too-large/);
  assert.match(chainpin(["--from", "okhttp", "-"], { input: "a".repeat(40_000_000), code: 2 }).stderr, /input-too-large/);
});

test("wrong usage ends with 2; a policy that is refused with 1", () => {
  write("policy.json", policyOf(rule));
  for (const [args, words] of [
    [["policy.json"], /either --to or --from/],
    [["--to", "android"], /missing required argument/],
    [["--to", "android", "--from", "ios", "policy.json"], /cannot be used with option/],
    [["--to", "hpkp", "policy.json"], /Allowed choices are android, ios, trustkit, okhttp, react-native/],
    [["--to", "chromium", "policy.json"], /Allowed choices/],
    [["--from", "cordova", "policy.json"], /Allowed choices/],
    [["--to", "android", "policy.json", "--format", "json"], /--format goes with --to trustkit/],
    [["--to", "android", "policy.json", "--unmarked", "ca"], /--unmarked goes with --to ios/],
    [["--to", "android", "policy.json", "--id", "x"], /--id goes with --from/],
    [["--to", "android", "policy.json", "--host", "x"], /--host goes with --from hpkp/],
    [["--from", "android", "policy.json", "--lossy"], /--lossy goes with --to/],
    [["--from", "android", "policy.json", "--now", "2027-01-01"], /--now goes with --to, or --from hpkp/],
    [["--from", "android", "policy.json", "--sequence", "0"], /not an integer/],
    [["--from", "hpkp", "policy.json"], /needs --host/],
    [["--from", "chromium", "-", "--pins", "-"], /either the JSON or the pins/],
    [["--from", "android", "gone.xml"], /cannot read gone\.xml/],
    [["--from", "android", "latin1"], /latin1 is not UTF-8/],
    [["--to", "android", "gone.policy"], /cannot read gone\.policy/],
  ]) {
    writeFileSync(join(folder, "latin1"), Buffer.from([0x3c, 0xff]));
    assert.match(chainpin(args, { code: 2 }).stderr, words);
  }
  assert.match(
    chainpin(["--to", "android", write("refused.json", policyOf({ host: "x", pins: [] }))], { code: 1 }).stderr,
    /refused\.json is refused, pins-empty/,
  );
});
