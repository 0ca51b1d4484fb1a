// The `chainpin` command and what people and others give it: arguments, files of any size, terminals, pipes, shells.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { at } from "../../../scripts/lib/paths.mjs";

const manifest = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
const command = at("pkg", manifest.bin.chainpin);
const folder = mkdtempSync(join(tmpdir(), "chainpin-input-"));
after(() => rmSync(folder, { recursive: true }));

const commands = [
  "pin",
  "init",
  "lint",
  "verify",
  "inspect",
  "convert",
  "rehearse",
  "monitor",
  "keygen",
  "sign",
  "verify-bundle",
  "completion",
];
const chain = at("tests", "vectors", "chains", "akamai.com.pem");
const pin = "sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk=";
const stray = "sha256/wnM2Zhm3YD2FmK8ZCQrqq47+pYqaa6au0BE06xmOPdU=";
const write = (name, value) => (writeFileSync(join(folder, name), typeof value === "string" ? value : JSON.stringify(value)), name);

function chainpin(args, { code = 0, input = "", env = {} } = {}) {
  const { FORCE_COLOR: _, ...rest } = process.env;
  const result = spawnSync(process.execPath, [command, ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    env: { ...rest, ...env },
    maxBuffer: 1 << 28,
    timeout: 60_000,
  });
  assert.equal(result.status, code, `${args.join(" ")}: ${result.stderr}${result.stdout.slice(0, 2000)}`);
  assert.doesNotMatch(result.stderr, /^\s+at |node:internal|Error:|failed inside/m);
  return result;
}

test("every command has help, with examples, in 80 columns", () => {
  const { stdout } = chainpin(["--help"]);
  for (const name of commands) assert.match(stdout, new RegExp(`^  ${name} `, "m"));
  for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 130]) assert.match(stdout, new RegExp(`^  ${code} {2,}\\S`, "m"));
  for (const args of [
    [],
    ...["pin", "init", "lint", "verify", "inspect", "convert", "rehearse", "monitor", "completion"].map((name) => [name]),
  ]) {
    const help = chainpin([...args, "--help"]).stdout;
    if (args.length > 0) assert.match(help, /\nExamples:\n {2}chainpin /);
    for (const line of help.split("\n")) assert.ok(line.length <= 80, `${args}: ${line}`);
  }
});

test("wrong arguments and files end with 2, and a word", () => {
  write("policy.json", { version: 1, id: "x", sequence: 1, rules: [{ host: "akamai.com", pins: [pin] }] });
  write("none.json", { version: 1, id: "x", sequence: 1, rules: [] });
  write("rubbish.pem", "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n");
  write("empty", "");
  for (const [args, words] of [
    [["pin"], /missing required argument/],
    [["pin", ""], /`` is no host: it is empty/],
    [["pin", "user:secret@db.example.com"], /without user and password/],
    [["pin", "postgres://user:secret@db.example.com/x"], /without user and password/],
    [["pin", "example.com:0"], /0 is no port/],
    [["pin", "example.com:99999"], /99999 is no port/],
    [["pin", "[::1"], /is no host/],
    [["pin", "[example.com]:443"], /in brackets stands an IPv6 address/],
    [["pin", "ftp://example.com"], /`ftp` is none of/],
    [["pin", "a b"], /a character that no host has/],
    [["pin", "a\u001b[31m"], /a\\u\{1b\}\[31m/],
    [["pin", "no/such.pem"], /there is no file no\/such\.pem/],
    [["pin", "no-such.pem"], /there is no file/],
    [["pin", "empty"], /holds no certificate/],
    [["pin", "none.json"], /holds no certificate/],
    [["inspect", "none.json"], /holds no certificate/],
    [["pin", "rubbish.pem"], /cannot be read, chain-malformed/],
    [["inspect", "rubbish.pem"], /cannot be read, chain-malformed/],
    [["pin", "example.com", "--anchors", "none.json"], /none\.json holds no certificate/],
    [["pin", "example.com", "--anchors", "rubbish.pem"], /rubbish\.pem cannot be used as roots/],
    [["pin", "example.com", "--starttls", "ftp"], /Allowed choices are smtp, imap, postgres/],
    [["pin", "example.com", "--timeout", "0"], /not a time/],
    [["pin", "example.com", "--timeout", "1d"], /not a time/],
    [["verify", "policy.json", chain], /needs --host/],
    [["verify", "-", "-", "--host", "x"], /either the policy or the chain/],
    [["verify", "policy.json", "example.com", "--validated"], /are for a chain in a file/],
    [["verify", "gone.json", chain, "--host", "x"], /cannot read gone\.json/],
    [["lint", "policy.json", "--chain", "empty"], /empty holds no certificate/],
    [["monitor", "none.json"], /pins for no host/],
    [["monitor", "policy.json", "--hosts", "empty"], /empty names no host/],
    [["monitor", "policy.json", "--hosts", chain], /is no host/],
    [["monitor", "policy.json", "--concurrency", "0"], /not an integer from 1/],
    [["monitor", "-", "--hosts", "-"], /either the policy or the hosts/],
    [["init", "example.com", "--id", "a b", "--no-backup"], /1 to 128 characters/],
    [["init", "example.com"], /which key is the backup/],
    [["completion", "tcsh"], /Allowed choices are bash, zsh, fish/],
  ]) {
    const { stdout, stderr } = chainpin(args, { code: 2 });
    assert.match(stderr, words);
    assert.equal(stdout, "");
  }
  const refused = write("refused.json", { version: 1, id: "x", sequence: 1, rules: [{ host: "akamai.com", pins: [] }] });
  for (const args of [
    ["lint", refused],
    ["verify", refused, chain, "--host", "akamai.com"],
    ["monitor", refused],
  ]) {
    assert.match(chainpin(args, { code: 1 }).stderr, /refused\.json is refused, pins-empty/);
  }
});

test("a policy of 100 MB is refused at once, from a file and from a pipe", () => {
  const file = openSync(join(folder, "large.json"), "w");
  ftruncateSync(file, 100_000_000);
  closeSync(file);
  for (const args of [
    ["lint", "large.json"],
    ["verify", "large.json", chain, "--host", "akamai.com"],
    ["monitor", "large.json"],
    ["sign", "large.json", "--key", "none"],
  ]) {
    if (args[0] === "sign") args[3] = (chainpin(["keygen", "--out", "large"]), "large.private.jwk");
    assert.match(chainpin(args, { code: 1 }).stderr, /large\.json is refused, policy-too-large/);
  }
  const { status, stderr } = spawnSync("sh", ["-c", '"$NODE" "$COMMAND" lint - < large.json'], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE: process.execPath, COMMAND: command },
  });
  assert.deepEqual([status, /policy-too-large/.test(stderr)], [1, true]);
  const text = JSON.stringify({
    version: 1,
    id: "x",
    sequence: 1,
    rules: Array.from({ length: 20_000 }, (_, index) => ({
      host: `h${index}.example.com`,
      pins: [pin],
      backupPins: [stray],
      expires: "2027-03-01",
    })),
  });
  assert.match(chainpin(["lint", "-", "--now", "2026-12-01"], { input: text }).stdout, /^nothing found\n$/);
  assert.match(chainpin(["pin", "large.json"], { code: 2 }).stderr, /has more than 16777216 bytes/);
});

test("a byte order mark is left out", () => {
  const text = `\ufeff${JSON.stringify({ version: 1, id: "x", sequence: 1, rules: [{ host: "akamai.com", pins: [pin], backupPins: [stray], expires: "2027-03-01" }] })}`;
  assert.match(chainpin(["lint", "-", "--now", "2026-12-01"], { input: text }).stdout, /^nothing found\n$/);
});

test("writing is whole or not at all", () => {
  mkdirSync(join(folder, "taken", "inside"), { recursive: true });
  write("sign.json", {
    version: 1,
    id: "x",
    sequence: 1,
    issuedAt: "2026-11-01T00:00:00Z",
    expires: "2027-03-01",
    rules: [{ host: "akamai.com", pins: [pin] }],
  });
  chainpin(["keygen", "--out", "key"]);
  const before = readdirSync(folder);
  assert.match(
    chainpin(["sign", "sign.json", "--key", "key.private.jwk", "--out", "taken", "--force"], { code: 2 }).stderr,
    /cannot write taken/,
  );
  assert.match(chainpin(["sign", "sign.json", "--key", "key.private.jwk", "--out", "taken"], { code: 2 }).stderr, /taken is there already/);
  assert.match(chainpin(["sign", "sign.json", "--key", "key.private.jwk", "--out", "no/such/file"], { code: 2 }).stderr, /cannot write/);
  assert.deepEqual(readdirSync(folder), before);
});

test("colours are for terminals; NO_COLOR and FORCE_COLOR are heard", () => {
  const args = ["pin", chain];
  assert.doesNotMatch(chainpin(args).stdout, /\u001b/);
  assert.match(chainpin(args, { env: { FORCE_COLOR: "1" } }).stdout, /\u001b\[32msha256\//);
  assert.doesNotMatch(chainpin(args, { env: { FORCE_COLOR: "1", NO_COLOR: "1" } }).stdout, /\u001b/);
});

test("a reader that has read enough ends it quietly", () => {
  write("many.json", {
    version: 1,
    id: "x",
    sequence: 1,
    rules: Array.from({ length: 5000 }, (_, index) => ({ host: `h${index}.example.com`, pins: [pin] })),
  });
  const script = '"$NODE" "$COMMAND" lint many.json | head -n 1';
  const { stdout, stderr } = spawnSync("sh", ["-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE: process.execPath, COMMAND: command },
  });
  assert.match(stdout, /^warning single-pin, h0\.example\.com\n$/);
  assert.equal(stderr, "");
  if (!existsSync("/dev/full")) return;
  const full = spawnSync("sh", ["-c", '"$NODE" "$COMMAND" lint many.json > /dev/full'], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE: process.execPath, COMMAND: command },
  });
  assert.deepEqual([full.status, full.stderr.replace(/:.*(ENOSPC).*/s, " $1")], [2, "chainpin ENOSPC"]);
});

/** Whether a shell is there; CI's need not have all. */
const missing = (shell) => (spawnSync(shell, ["--version"]).error ? `there is no ${shell}` : false);

test("completion in bash", { skip: missing("bash") }, () => {
  write("complete.bash", chainpin(["completion", "bash"]).stdout);
  const complete = (...words) => {
    const script = `source ./complete.bash; COMP_WORDS=(chainpin ${words.map((word) => `'${word}'`).join(" ")}); COMP_CWORD=${words.length}; _chainpin; echo "\${COMPREPLY[*]}"`;
    return spawnSync("bash", ["--norc", "-c", script], { cwd: folder, encoding: "utf8" }).stdout.trim();
  };
  assert.equal(complete("mo"), "monitor");
  assert.equal(complete("verify"), "verify verify-bundle");
  assert.equal(complete("lint", "--c"), "--chain --connect");
  assert.equal(complete("pin", "--starttls", ""), "smtp imap postgres");
  assert.equal(complete("completion", "z"), "zsh");
  assert.equal(complete("convert", "--to", "a"), "android");
  assert.equal(complete("keygen", "--alg", "E"), "EdDSA ES256");
  assert.equal(complete("pin", "x"), "", "files are bash's own business");
});

test("completion in fish", { skip: missing("fish") }, () => {
  write("complete.fish", chainpin(["completion", "fish"]).stdout);
  const complete = (line) => {
    const { stdout, stderr } = spawnSync("fish", ["-c", `source complete.fish; complete -C "${line}"`], {
      cwd: folder,
      encoding: "utf8",
      env: { ...process.env, HOME: folder },
    });
    assert.equal(stderr, "");
    return stdout
      .trim()
      .split("\n")
      .map((row) => row.split("\t")[0])
      .sort();
  };
  assert.deepEqual(complete("chainpin mo"), ["monitor"]);
  assert.deepEqual(complete("chainpin pin --starttls "), ["imap", "postgres", "smtp"]);
  assert.deepEqual(complete("chainpin completion "), ["bash", "fish", "zsh"]);
});

test("completion in zsh", { skip: missing("zsh") }, () => {
  write("_chainpin", chainpin(["completion", "zsh"]).stdout);
  // Without a terminal zsh completes nothing; that it can read it, and what it would offer, can be seen.
  const script = `_describe() { print -l $commands }; _arguments() { print -l -- "$@" }; compdef() { : }; source ./_chainpin
words=(chainpin mo); CURRENT=2; _chainpin; words=(chainpin pin ''); CURRENT=3; _chainpin`;
  const { stdout, stderr } = spawnSync("zsh", ["-f", "-c", script], { cwd: folder, encoding: "utf8" });
  assert.equal(stderr, "");
  for (const text of ["monitor:whether", "--starttls[what is spoken before TLS]:value:(smtp imap postgres)", "*:file:_files"])
    assert.ok(stdout.includes(text), stdout);
});

test("docs/command.md names every command and every exit code", () => {
  const section = readFileSync(at("docs", "command.md"), "utf8");
  for (const name of commands) assert.match(section, new RegExp(`^\\| [^|]*\`${name}\``, "m"), name);
  for (const code of [0, 1, 2, 3, 4, 5, 6, 7, 130]) assert.match(section, new RegExp(`^\\| ${code} \\|`, "m"), String(code));
});
