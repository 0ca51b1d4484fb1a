// examples/spark/rehearse.py on real PySpark, a cluster of two workers on this machine: the sums are those of one machine; no failure is silent.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, before, test } from "node:test";
import { gzipSync } from "node:zlib";
import { at } from "../../scripts/lib/paths.mjs";
import { sparkFolder, sparkPython } from "../../scripts/lib/tools.mjs";
import { broken, createWorld, sumsOf } from "../node/cli/observed.mjs";
import { chance, seed } from "../node/lib/random.mjs";

const manifest = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
const command = at("pkg", manifest.bin.chainpin);
const folder = mkdtempSync(join(tmpdir(), "chainpin-spark-"));
after(() => rmSync(folder, { recursive: true }));

/** Where the workers of a local cluster run, and write what their processes say: in Spark's own folder. */
const workFolder = () => {
  const [python] = readdirSync(join(sparkFolder, "lib")).filter((name) => name.startsWith("python"));
  return join(sparkFolder, "lib", python, "site-packages", "pyspark", "work");
};
const apps = () => (existsSync(workFolder()) ? readdirSync(workFolder()).filter((name) => name.startsWith("app-")) : []);
const theirs = apps();
after(() =>
  apps()
    .filter((name) => !theirs.includes(name))
    .forEach((name) => rmSync(join(workFolder(), name), { recursive: true })),
);

const OBSERVATIONS = 4000;
const FILES = 4;
const write = (name, value) => (
  writeFileSync(join(folder, name), typeof value === "string" || Buffer.isBuffer(value) ? value : JSON.stringify(value)), name
);
const parsed = (ndjson) =>
  ndjson
    .split("\n")
    .filter((line) => line.startsWith("{"))
    .map((line) => JSON.parse(line));

let files;
before(async () => {
  console.log(`CHAINPIN_SEED=${seed}`);
  const world = await createWorld();
  for (const name of ["policy", "against"]) write(`${name}.json`, world[name]);
  write("root.pem", world.root);
  const { pick, random } = chance(seed);
  const source = world.observe(seed);
  const line = () => (random() < 0.05 ? pick(broken)[0] : JSON.stringify(source.next().value));
  files = Array.from({ length: FILES }, (_, file) => {
    const text = Array.from({ length: OBSERVATIONS / FILES }, line).join(file % 2 ? "\r\n" : "\n");
    return file === 0 ? write("0.ndjson.gz", gzipSync(text)) : write(`${file}.ndjson`, text);
  });
});

const both = ["--policy", "policy.json", "--against", "against.json", "--anchors", "root.pem"];

function spark(words, chainpin = `${process.execPath} ${command}`) {
  const master = [
    "--master",
    "local-cluster[2,1,1024]",
    "--conf",
    "spark.executor.memory=512m",
    "--conf",
    "spark.ui.enabled=false",
    "--conf",
    "spark.task.maxFailures=1",
  ];
  const env = { ...process.env, PYSPARK_PYTHON: sparkPython, SPARK_LOCAL_IP: "127.0.0.1" };
  delete env.SPARK_HOME; // another Spark's
  const submit = join(dirname(sparkPython), "spark-submit");
  return spawnSync(submit, [...master, at("examples", "spark", "rehearse.py"), "--chainpin", chainpin, ...words], {
    cwd: folder,
    env,
    encoding: "utf8",
    maxBuffer: 1 << 28,
    timeout: 600_000,
  });
}

test("the sums are those of one machine, broken lines too", () => {
  const plain = files.map((file) => (file.endsWith(".gz") ? "-" : file));
  const input = spawnSync("gzip", ["-dc", join(folder, "0.ndjson.gz")], { maxBuffer: 1 << 28 }).stdout;
  const alone = spawnSync(process.execPath, [command, "rehearse", ...both, "--partial", ...plain], {
    cwd: folder,
    input,
    encoding: "utf8",
    maxBuffer: 1 << 28,
  });
  assert.equal(alone.status, 0, alone.stderr);
  const expected = sumsOf(parsed(alone.stdout));
  assert.ok(expected.size > 50 && [...expected.keys()].some((key) => key.includes('"error"')));

  const started = performance.now();
  const { status, stdout, stderr } = spark([...both, "--partitions", "6", "--out", join(folder, "sums"), ...files]);
  assert.equal(status, 0, stderr.slice(-3000));
  console.log(`Spark took ${((performance.now() - started) / 1000).toFixed(1)} s for ${OBSERVATIONS} lines`);
  assert.equal(stdout, "");
  const parts = readdirSync(join(folder, "sums")).filter((name) => name.startsWith("part-"));
  const lines = parts.flatMap((name) => parsed(readFileSync(join(folder, "sums", name), "utf8")));
  assert.equal(new Set(lines.map(({ observations, connections, lines, ...of }) => JSON.stringify(of))).size, lines.length, "each sum once");
  assert.deepEqual(sumsOf(lines), expected);
});

test("a process that fails fails the job", () => {
  // It reads all, answers half, and dies.
  write(
    "dying.cjs",
    `process.stdin.resume().on("end", () => { console.log('{"host":"a","outcome":"pinned","observations":1,"connections":1}'); process.exitCode = 9; });`,
  );
  const { status, stdout, stderr } = spark([...both, ...files], `${process.execPath} ${join(folder, "dying.cjs")}`);
  assert.notEqual(status, 0);
  assert.match(stderr, /error code 9/);
  assert.deepEqual(parsed(stdout), []);
});

test("a policy that is refused fails the job, and says why", () => {
  write("refused.json", { version: 1, id: "x", sequence: 1, rules: [{ host: "x", pins: [] }] });
  const { status, stderr } = spark(["--policy", "refused.json", files[1]]);
  assert.notEqual(status, 0);
  assert.match(stderr, /error code 1\b/);
  const logs = apps().flatMap((app) =>
    readdirSync(join(workFolder(), app), { recursive: true })
      .filter((name) => name.endsWith("stderr"))
      .map((name) => readFileSync(join(workFolder(), app, name), "utf8")),
  );
  assert.ok(
    logs.some((log) => log.includes("chainpin: refused.json is refused, pins-empty")),
    "in the worker's log",
  );
});
