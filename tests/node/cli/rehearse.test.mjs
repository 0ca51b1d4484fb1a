// `chainpin rehearse`: the sums and verdicts of a plain loop whatever the number of threads, and lines, files and people that mean harm.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { closeSync, existsSync, ftruncateSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { at } from "../../../scripts/lib/paths.mjs";
import { broken, createWorld, reasons, sumsOf } from "./observed.mjs";
import { chance, seed } from "../lib/random.mjs";
import { runBeside } from "../lib/servers.mjs";
import { strayPin } from "../lib/vectors.mjs";

const manifest = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
const command = at("pkg", manifest.bin.chainpin);
const folder = mkdtempSync(join(tmpdir(), "chainpin-rehearse-"));
after(() => rmSync(folder, { recursive: true }));

const OBSERVATIONS = 3000;
const LINE_BYTES = 1024 * 1024;
const write = (name, value) => (
  writeFileSync(join(folder, name), typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value)), name
);
const parsed = (ndjson) =>
  ndjson
    .trimEnd()
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line));

let world, said, large;
before(async () => {
  world = await createWorld();
  for (const name of ["policy", "against"]) write(`${name}.json`, world[name]);
  write("root.pem", world.root);
  const { pick, random } = chance(seed);
  const source = world.observe(seed);
  said = [];
  const lines = Array.from({ length: OBSERVATIONS }, () => {
    if (random() < 0.05) {
      const [line, problem] = pick(broken);
      said.push({ error: problem });
      return line;
    }
    const { value } = source.next();
    said.push(world.say(value));
    return JSON.stringify(value);
  });
  large = Buffer.from(lines.join("\n"));
  write("large.ndjson", large);
});

/** What it says is never a stack trace. */
function rehearse(args, { code = 0, input = "" } = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "rehearse", ...args], {
    cwd: folder,
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 120_000,
  });
  assert.equal(status, code, `${args.join(" ")}: ${stderr.slice(0, 2000)}${stdout.slice(0, 2000)}`);
  assert.doesNotMatch(stderr, /^\s+at |node:internal|Error:|failed inside/m);
  return { stdout, stderr };
}

const both = ["--policy", "policy.json", "--against", "against.json", "--anchors", "root.pem"];
const plain = { version: 1, id: "x", sequence: 1, rules: [] };
const line = (host, more = {}) =>
  JSON.stringify({ host, chain: [readFileSync(at("tests", "vectors", "chains", "akamai.com.pem"), "utf8")], source: "validated", ...more });

test("a plain loop says the same, to each and in all, whatever the number of threads", () => {
  console.log(`CHAINPIN_SEED=${seed}`);
  const met = new Set(said.map(({ reason }) => reason));
  for (const reason of reasons) assert.ok(met.has(reason), `${reason} came by chance`);
  for (const change of ["refused", "admitted", "unpinned", "pinned", "same"])
    assert.ok(
      said.some((one) => one.change === change),
      change,
    );
  const expected = sumsOf(said);
  for (const workers of ["1", "4"]) {
    const verdicts = parsed(rehearse([...both, "--workers", workers, "--ndjson", "large.ndjson"], { code: 1 }).stdout);
    assert.deepEqual(
      verdicts.map(({ message: _, ...rest }) => rest),
      said,
    );
    const parts = parsed(rehearse([...both, "--workers", workers, "--partial"], { input: large }).stdout);
    assert.deepEqual(sumsOf(parts), expected);
    assert.deepEqual(
      sumsOf(parsed(rehearse([...both, "--workers", workers, "--partial", "--hosts", "3", "-"], { input: large }).stdout)),
      expected,
      "sums in parts",
    );
  }
});

test("the summary is the sum", () => {
  const summary = JSON.parse(rehearse([...both, "--json", "large.ndjson"], { code: 1 }).stdout);
  const ours = said.filter(({ error }) => error === undefined);
  const connections = (of) => ours.filter(of).reduce((sum, { count }) => sum + count, 0);
  assert.deepEqual(
    [summary.observations, summary.connections, summary.pass, summary.tolerated, summary.rejected],
    [
      ours.length,
      connections(() => true),
      connections(({ outcome }) => !["tolerated", "rejected"].includes(outcome)),
      connections(({ outcome }) => outcome === "tolerated"),
      connections(({ outcome }) => outcome === "rejected"),
    ],
  );
  for (const [change, number] of Object.entries(summary.changes))
    assert.equal(
      number,
      connections((one) => one.change === change),
      change,
    );
  assert.deepEqual([summary.broken.lines, summary.broken.first.length, summary.gathered], [said.length - ours.length, 20, false]);
  summary.broken.first.forEach(({ file, line, problem }) => assert.deepEqual([file, said[line - 1].error], ["large.ndjson", problem]));
  const parts = summary.hosts.flatMap(({ host, rule, outcomes }) =>
    outcomes.map((outcome) => JSON.parse(JSON.stringify({ host, rule, ...outcome }))),
  );
  assert.deepEqual(sumsOf(parts), sumsOf(ours));
});

test("hosts beyond the limit are summed by rule, whatever the number of threads", () => {
  write("wide.json", { ...plain, rules: [{ host: "example.com", subdomains: true, pins: [strayPin(1)] }] });
  const many = Array.from({ length: 5000 }, (_, index) => line(`h${index % 1500}.${index % 2 ? "example.com" : "other.net"}`)).join("\n");
  const tell = (...args) => JSON.parse(rehearse(["--policy", "wide.json", "--json", ...args], { input: many, code: 1 }).stdout);
  const { seconds: _, ...one } = tell("--workers", "1", "--hosts", "10");
  const { seconds: __, ...four } = tell("--workers", "4", "--hosts", "10");
  assert.deepEqual(one, four);
  assert.deepEqual([one.gathered, one.hosts.length, one.connections], [true, 12, 5000]);
  assert.deepEqual(
    one.hosts
      .filter(({ host }) => host === "*")
      .map(({ rule }) => rule ?? "none")
      .sort(),
    ["example.com", "none"],
  );
  assert.equal(tell().hosts.length, 1500);
});

test("lines of all kinds: CRLF, empty ones, a byte order mark, none at the end, no UTF-8; and where each broken one stands", () => {
  write("policy-x.json", { ...plain, rules: [{ host: "a.com", pins: [strayPin(1)], mode: "report" }] });
  const bytes = Buffer.from(line("c.com"));
  bytes[bytes.indexOf("c.com") + 1] = 0xff;
  const first = Buffer.concat([Buffer.from(`\ufeff${line("a.com")}\r\n\r\n  \t\r\n{"cut\r\n${line("b.com", { note: "ü😀" })}\n`), bytes]);
  write("first.ndjson", first);
  write("second.ndjson", `\n[]\n${line("A.com.")}`);
  write("empty.ndjson", "");
  const { stderr, stdout } = rehearse(["--policy", "policy-x.json", "--ndjson", "first.ndjson", "empty.ndjson", "second.ndjson", "-"], {
    input: "\ufeff\n7",
    code: 7,
  });
  assert.deepEqual(
    parsed(stdout).map(({ host, error }) => host ?? error),
    ["a.com", "not-json", "b.com", "not-utf8", "shape", "a.com", "shape"],
  );
  for (const words of [
    "first.ndjson, line 4: not JSON; it seems to be cut off",
    "first.ndjson, line 6: not UTF-8",
    "second.ndjson, line 2: not an object",
    "standard input, line 2: not an object",
    "4 broken lines left out",
  ]) {
    assert.ok(stderr.includes(words), `${words}: ${stderr}`);
  }
});

test("the longest line, and one byte more, wherever chunks of lines end", () => {
  write("allow.json", plain);
  const padded = (bytes) => line("a.com") + " ".repeat(bytes - line("a.com").length);
  for (const [more, problem] of [
    [0, undefined],
    [1, "too-long"],
    [LINE_BYTES, "too-long"],
    [3 * LINE_BYTES + 1, "too-long"],
  ]) {
    for (const end of ["\n", "\r\n"].slice(0, more === 0 ? 1 : 2)) {
      const text = [line("b.com"), padded(LINE_BYTES + more), '{"x', line("c.com"), padded(LINE_BYTES + more)].join(end);
      const { stdout, stderr } = rehearse(["--policy", "allow.json", "--ndjson", "--workers", "2"], { input: text, code: 7 });
      assert.deepEqual(
        parsed(stdout).map(({ host, error }) => host ?? error),
        ["b.com", problem ?? "a.com", "not-json", "c.com", problem ?? "a.com"],
      );
      assert.match(stderr, /standard input, line 3: not JSON/);
      if (problem) assert.match(stderr, /line 5: longer than 1048576 bytes/);
    }
  }
  // Broken lines and line feeds on both sides of the end of a chunk.
  for (let shift = -3; shift <= 3; shift++) {
    const text = `${padded(LINE_BYTES - 10 + shift)}\n{"cut\r\n\r\n${line("c.com")}`;
    assert.match(rehearse(["--policy", "allow.json"], { input: text, code: 7 }).stderr, /line 2: not JSON[^]*1 broken line left out/);
  }
});

test("how it ends", () => {
  write("allow.json", plain);
  write("deny.json", { ...plain, unlisted: "deny" });
  const input = `${line("a.com", { count: 3 })}\n`;
  assert.match(rehearse(["--policy", "allow.json"], { input }).stdout, /^3 connections, in 1 observation\npass {7}3\n$/);
  rehearse(["--policy", "deny.json"], { input, code: 1 });
  assert.match(
    rehearse(["--policy", "deny.json", "--against", "allow.json"], { input, code: 1 }).stdout,
    /a\.com, without a rule\n {2}refused {4}3 of 3: unlisted-host; now unlisted\n[^]*they pass now/,
  );
  rehearse(["--policy", "deny.json", "--against", "deny.json"], { input });
  assert.match(rehearse(["--policy", "allow.json", "--against", "deny.json"], { input }).stdout, /admitted {3}3: they are rejected now/);
  rehearse(["--policy", "allow.json"], { input: `${input}x`, code: 7 });
  rehearse(["--policy", "deny.json"], { input: `${input}x`, code: 1 });
  assert.deepEqual(parsed(rehearse(["--policy", "deny.json", "--partial"], { input: `${input}x\nx\n{}` }).stdout), [
    { host: "a.com", outcome: "rejected", reason: "unlisted-host", observations: 1, connections: 3 },
    { error: "not-json", lines: 2 },
    { error: "shape", lines: 1 },
  ]);
  assert.equal(rehearse(["--policy", "allow.json", "--partial"]).stdout, "");
  const { stderr } = rehearse(["--policy", "allow.json"], { input: "x\n".repeat(300_000), code: 7 });
  assert.match(stderr, /300000 broken lines left out; the first 20 are shown/);
  assert.equal(stderr.split("\n").length, 22);
  assert.match(
    rehearse(["--policy", "allow.json"], { input: `${line("a.com", { count: 2 ** 32 })}\n`.repeat(2) }).stdout,
    /8,589,934,592 connections/,
  );
});

test("anchors and days", async () => {
  const { value } = world.observe(1).next();
  const leaf = { ...value, host: "api.example.com", source: "presented", at: undefined, count: undefined };
  const { observe } = world;
  for (const candidate of observe(2)) {
    if (
      candidate.host !== "api.example.com" ||
      candidate.source !== "presented" ||
      typeof candidate.chain !== "object" ||
      candidate.at != null
    )
      continue;
    if (world.say({ ...candidate, at: undefined }).outcome !== "pinned") continue;
    leaf.chain = candidate.chain;
    break;
  }
  const outcome = (...args) =>
    parsed(
      spawnSync(process.execPath, [command, "rehearse", "--policy", "policy.json", "--ndjson", ...args], {
        cwd: folder,
        input: JSON.stringify(leaf),
        encoding: "utf8",
      }).stdout,
    )[0];
  assert.equal(outcome("--anchors", "root.pem").outcome, "pinned");
  assert.equal(outcome("--no-anchors").outcome, "pinned");
  assert.equal(outcome().reason, "path-invalid", "Node's roots do not know it");
  assert.equal(outcome("--no-anchors", "--now", "2040-01-01").reason, "certificate-expired");
  leaf.at = "2020-01-01";
  assert.equal(outcome("--no-anchors").reason, "certificate-not-yet-valid");
  assert.equal(outcome("--no-anchors", "--now", new Date().toISOString()).outcome, "pinned", "--now is for all");
});

test("what cannot be used ends with 2, what is refused with 1", () => {
  write("allow.json", plain);
  mkdirSync(join(folder, "directory"), { recursive: true });
  const large = openSync(join(folder, "large.json"), "w");
  ftruncateSync(large, 100_000_000);
  closeSync(large);
  write("refused.json", { ...plain, rules: [{ host: "x", pins: [] }] });
  for (const [args, words, code = 2] of [
    [[], /required option '--policy/],
    [["--policy", "gone.json"], /cannot read gone\.json/],
    [["--policy", "allow.json", "gone.ndjson"], /there is no file gone\.ndjson/],
    [["--policy", "allow.json", "directory"], /directory is a folder/],
    [["--policy", "-"], /standard input is one of/],
    [["--policy", "-", "--against", "-", "large.ndjson"], /standard input is one of/],
    [["--policy", "allow.json", "-", "-"], /standard input is one of/],
    [["--policy", "allow.json", "--anchors", "allow.json"], /allow\.json holds no certificate/],
    [["--policy", "allow.json", "--workers", "0"], /not an integer from 1 to 256/],
    [["--policy", "allow.json", "--json", "--ndjson"], /cannot be used with/],
    [["--policy", "allow.json", "--ndjson", "--partial"], /cannot be used with/],
    [["--policy", "refused.json"], /refused\.json is refused, pins-empty/, 1],
    [["--policy", "allow.json", "--against", "refused.json"], /refused\.json is refused, pins-empty/, 1],
    [["--policy", "large.json"], /large\.json is refused, policy-too-large/, 1],
    [["--policy", "allow.json", "--against", "large.json"], /large\.json is refused, policy-too-large/, 1],
  ]) {
    assert.match(rehearse(args, { code }).stderr, words);
  }
  assert.equal(
    rehearse(["--policy", "allow.json", "--ndjson", "large.ndjson", "directory"], { code: 2 }).stdout,
    "",
    "told before the first is read",
  );
  const { stdout } = spawnSync("sh", ["-c", '"$NODE" "$COMMAND" rehearse --policy - large.ndjson --no-anchors --json < allow.json'], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE: process.execPath, COMMAND: command },
    maxBuffer: 1 << 28,
  });
  assert.equal(JSON.parse(stdout).observations, said.filter(({ error }) => error === undefined).length);
});

test("Ctrl-C: a word, its exit code, and soon", async () => {
  write("allow.json", plain);
  // The file is there from when standard input is read, and Ctrl-C is heard there.
  const reading = join(folder, "reading");
  write(
    "reading.cjs",
    `
    const { addEventListener } = EventTarget.prototype;
    EventTarget.prototype.addEventListener = function (type, ...rest) {
      addEventListener.call(this, type, ...rest);
      if (type === "abort") require("node:fs").writeFileSync(${JSON.stringify(reading)}, "");
    };`,
  );
  const env = { NODE_OPTIONS: `--require ${join(folder, "reading.cjs")}` };
  for (const args of [[], ["--ndjson"]]) {
    // Input that never ends; and input that does not come.
    for (const source of [`${line("a.com")}\n`.repeat(200), ""]) {
      rmSync(reading, { force: true });
      let stopping;
      const onStart = (child) => {
        let written = 0;
        const more = () => source !== "" && child.stdin.writable && child.stdin.write(source, () => (written++, more()));
        more();
        const timer = setInterval(() => {
          if (!existsSync(reading) || (source !== "" && written < 5)) return;
          clearInterval(timer);
          stopping = Date.now();
          child.kill("SIGINT");
        }, 10);
        child.once("close", () => clearInterval(timer));
      };
      const { status, stderr } = await runBeside(command, ["rehearse", "--policy", "allow.json", ...args], {
        cwd: folder,
        env,
        keep: true,
        onStart,
      });
      assert.equal(status, 130, stderr);
      assert.match(stderr, /^chainpin: interrupted, after [\d]+ observations?\n$/);
      assert.ok(Date.now() - stopping < 5000);
    }
  }
});

test("hosts as long as lines take no more memory the more of them there are", () => {
  write("allow.json", plain);
  write(
    "peak.cjs",
    `if (require("node:worker_threads").isMainThread) process.on("exit", () => require("node:fs").writeFileSync("peak", String(process.resourceUsage().maxRSS)));`,
  );
  const peakOf = (lines) => {
    const handle = openSync(join(folder, "long.ndjson"), "w");
    for (let index = 0; index < lines; index++)
      writeFileSync(handle, `${JSON.stringify({ host: `${index}!${"x".repeat(1_000_000)}`, chain: [] })}\n`);
    closeSync(handle);
    const env = { ...process.env, NODE_OPTIONS: `--require ${join(folder, "peak.cjs")}` };
    const { status, stderr } = spawnSync(
      process.execPath,
      [command, "rehearse", "--policy", "allow.json", "--workers", "1", "--partial", "long.ndjson"],
      { cwd: folder, env, encoding: "utf8" },
    );
    assert.deepEqual([status, stderr], [0, ""]);
    return Number(readFileSync(join(folder, "peak"), "utf8")) / 1024;
  };
  const [few, many] = [peakOf(40), peakOf(300)];
  rmSync(join(folder, "long.ndjson"));
  assert.ok(many - few < 100, `${few} MB, then ${many} MB`);
});

test("a host that is written as an asterisk is not what stands for others", () => {
  write("allow.json", plain);
  const { stdout } = rehearse(["--policy", "allow.json"], { input: `${line("*")}\n`, code: 1 });
  assert.match(stdout, /^"\*", without a rule\n {2}rejected {3}1 of 1: host-invalid\n/);
  const told = parsed(rehearse(["--policy", "allow.json", "--partial", "--hosts", "1"], { input: `${line("*")}\n` }).stdout);
  assert.deepEqual(
    told.map(({ host }) => host),
    ['"*"'],
  );
});

test("sums that would not be exact are none, though each host's were", () => {
  write("allow.json", plain);
  const some = ["a.com", "b.com"].map((host) => `${JSON.stringify({ host, chain: [], count: 2 ** 32 })}\n`).join("");
  const handle = openSync(join(folder, "huge.ndjson"), "w");
  for (let lines = 0; lines <= 2 ** 21; lines += 20_000) writeFileSync(handle, some.repeat(10_000));
  closeSync(handle);
  assert.match(rehearse(["--policy", "allow.json", "huge.ndjson"], { code: 2 }).stderr, /add up to more than 2\^53/);
  rmSync(join(folder, "huge.ndjson"));
});

test("days that no calendar has", () => {
  write("allow.json", plain);
  for (const day of ["2026-02-30", "2027-02-29", "2026-04-31T00:00:00Z", "2026-13-01", "2026-01-32", "2026-01-01T24:00:01Z"]) {
    assert.match(rehearse(["--policy", "allow.json"], { input: line("a.com", { at: day }), code: 7 }).stderr, /`at` must be a moment/, day);
    assert.match(rehearse(["--policy", "allow.json", "--now", day], { code: 2 }).stderr, /It is not a date, as 2027-01-31/, day);
  }
  for (const day of ["5", "foo 1", "11.12.2026", "2027-01-31T12:00:00", "2027"])
    assert.match(rehearse(["--policy", "allow.json", "--now", day], { code: 2 }).stderr, /It is not a date/, day);
  for (const day of ["2028-02-29", "2026-12-31T23:59:59.5+14:00", "2026-11-24t12:00:00z", "2026-11-24 12:00:00Z"]) {
    rehearse(["--policy", "allow.json", "--now", day], { input: line("a.com", { at: day }) });
  }
});

test("a thread that dies ends it, and no lines are lost in silence", () => {
  write("allow.json", plain);
  write("dying.cjs", 'if (!require("node:worker_threads").isMainThread) setTimeout(() => { throw new Error("out of luck"); }, 100);');
  const env = { ...process.env, NODE_OPTIONS: `--require ${join(folder, "dying.cjs")}` };
  const { status, stdout, stderr } = spawnSync(process.execPath, [command, "rehearse", "--policy", "allow.json", "--json"], {
    cwd: folder,
    env,
    encoding: "utf8",
    input: Buffer.concat(Array(20).fill(large)),
    timeout: 60_000,
  });
  assert.deepEqual([status, stdout, stderr], [2, "", "chainpin: a thread of the rehearsal failed: out of luck\n"]);
});

test("a reader that has read enough ends it quietly", () => {
  write("allow.json", plain);
  const script = '"$NODE" "$COMMAND" rehearse --policy allow.json --ndjson large.ndjson | head -n 1';
  const { stdout, stderr } = spawnSync("sh", ["-c", script], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, NODE: process.execPath, COMMAND: command },
  });
  assert.deepEqual([stdout.split("\n").length, stderr], [2, ""]);
});

test("threads run from the packed command, too", () => {
  const npm = (cwd, ...args) => {
    const { status, stderr, stdout } = spawnSync("npm", args, { cwd, encoding: "utf8" });
    assert.equal(status, 0, stderr);
    return stdout.trim();
  };
  const tarball = npm(at(), "pack", "--silent", "--workspace", "pkg", "--pack-destination", folder);
  const app = join(folder, "app with spaces");
  mkdirSync(app);
  npm(app, "install", "--silent", "--no-audit", "--no-fund", "--offline", "--legacy-peer-deps", join(folder, tarball));
  const { status, stdout, stderr } = spawnSync(
    "npx",
    [
      "chainpin",
      "rehearse",
      "--workers",
      "3",
      "--partial",
      ...both.map((word) => (word.includes(".") ? join(folder, word) : word)),
      join(folder, "large.ndjson"),
    ],
    { cwd: app, encoding: "utf8", maxBuffer: 1 << 28 },
  );
  assert.equal(status, 0, stderr);
  assert.deepEqual(sumsOf(parsed(stdout)), sumsOf(said));
});
