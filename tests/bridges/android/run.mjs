// The Android side: the Kotlin of native/ compiled against the real artifacts, and its held connections against a real TLS server,
// with OkHttp 4.9.2 (what React Native ships) and the newest. Needs JDK 17 and Maven. `node tests/bridges/android/run.mjs [4|5]`
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, onPath, target } from "../../../scripts/lib/paths.mjs";
import { Failure, main } from "../../../scripts/lib/run.mjs";
import { checkPlugins } from "./plugins.mjs";
import { makeSpec } from "./spec.mjs";

const here = at("tests", "bridges", "android");
const out = join(target, "bridges-android");
const longestMinutes = 10;

main(() => {
  if (!onPath("mvn")) throw new Failure("Maven is missing: on Debian `apt-get install openjdk-17-jdk-headless maven` as root");
  checkPlugins();
  console.log("\nThe plugins, packed and installed: found by Capacitor's and React Native's own tools");
  makeSpec(at("native", "react-native", "src", "NativeChainpin.ts"), join(out, "spec"));
  unpackLibraries();
  const runs = ["4", "5"].filter((okHttp) => process.argv[2] === undefined || process.argv[2] === okHttp).map(runWith);
  print(runs);
  const failed = runs.filter(({ status }) => status !== 0);
  if (failed.length > 0) throw new Failure(`${failed.map(({ output }) => tail(output)).join("\n")}\nthe Android side does not do what is expected of it`);
});

// Once: they are 200 MB, and the same for both.
function unpackLibraries() {
  const stamp = join(out, "libraries", "stamp");
  const inputs = ["pom.xml", "libraries/pom.xml", "package-lock.json"].map((file) => readFileSync(join(here, file)));
  const wanted = createHash("sha256").update(Buffer.concat(inputs)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log("· Android libraries by Maven (the first time some 500 MB, 1 to 3 min)");
  const { status, output } = maven("-Pokhttp-4", "-pl", "libraries", "-am", "compile");
  if (status !== 0) throw new Failure(tail(output));
  writeFileSync(stamp, wanted);
}

function runWith(okHttp) {
  const started = Date.now();
  const table = join(out, `okhttp-${okHttp}`, "table.jsonl");
  rmSync(table, { force: true });
  const { status, output } = maven(`-Pokhttp-${okHttp}`, "-Dmdep.skip", "-Dmaven.antrun.skip", "test");
  if (!existsSync(table)) throw new Failure(tail(output));
  const [name, ...rows] = readFileSync(table, "utf8").trim().split("\n").map((line) => JSON.parse(line));
  return { status, output, name, rows, seconds: (Date.now() - started) / 1000 };
}

/** One row for each scenario, whatever the number of runs. */
function print(runs) {
  const scenarios = [...new Set(runs.flatMap(({ rows }) => rows.map(([scenario]) => scenario)))];
  const width = Math.max(...scenarios.map((scenario) => scenario.length));
  console.log("\nAndroid, in the Java VM");
  for (const scenario of scenarios) {
    const rows = runs.map(({ rows }) => rows.find((row) => row[0] === scenario) ?? [scenario, "to run", "it did not"]);
    const seen = [...new Set(rows.map((row) => row[2]))];
    const ok = rows.every(([, expected, seen]) => expected === seen);
    console.log(`  ${ok ? "ok  " : "FAIL"} ${scenario.padEnd(width)}  expected  ${rows[0][1]}`);
    for (const what of seen) console.log(`       ${"".padEnd(width)}  seen      ${what}`);
  }
  for (const { name, rows, seconds } of runs) {
    const failures = rows.filter(([, expected, seen]) => expected !== seen).length;
    console.log(`  ${name}: ${rows.length - failures} as expected, ${failures} not, ${seconds.toFixed(1)} s`);
  }
}

function maven(...args) {
  mkdirSync(out, { recursive: true });
  const options = { cwd: here, encoding: "utf8", timeout: longestMinutes * 60_000, maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "pipe"] };
  const { status, stdout, stderr, error } = spawnSync("mvn", ["-B", "-q", `-Dchainpin.out=${out}`, ...args], options);
  return { status: error ? 1 : status, output: error ? error.message : stdout + stderr };
}

/** What a person needs of Maven's output: no stack frames, no advice on Maven itself. */
function tail(output) {
  const lines = output.split("\n").filter((line) => /\S/.test(line) && !/^\s+at |Re-run Maven|full stack trace|Help 1|resuming|After correcting/.test(line));
  return lines.slice(-40).join("\n");
}
