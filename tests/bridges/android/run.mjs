// The Android side: the Kotlin of native/ compiled against the real artifacts, and its held connections against a real TLS server,
// with OkHttp 4.9.2 (what React Native ships) and the newest. Needs JDK 17 and Maven. `node tests/bridges/android/run.mjs [4|5]`
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, onPath } from "../../../scripts/lib/paths.mjs";
import { Failure, main } from "../../../scripts/lib/run.mjs";
import { messageScenarios } from "../messages.mjs";
import { maven, out, tail, unpackLibraries } from "./maven.mjs";
import { checkPlugins } from "./plugins.mjs";
import { makeSpec } from "./spec.mjs";

const messages = 10_000;

main(() => {
  if (!onPath("mvn")) throw new Failure("Maven is missing: on Debian `apt-get install openjdk-17-jdk-headless maven` as root");
  checkPlugins();
  console.log("\nThe plugins, packed and installed: found by Capacitor's and React Native's own tools");
  makeSpec(at("native", "react-native", "src", "NativeChainpin.ts"), join(out, "spec"));
  writeFileSync(join(out, "messages.json"), JSON.stringify(messageScenarios(messages, Number(process.env.CHAINPIN_SEED ?? 1))));
  unpackLibraries();
  const runs = ["4", "5"].filter((okHttp) => process.argv[2] === undefined || process.argv[2] === okHttp).map(runWith);
  print(runs);
  const failed = runs.filter(({ status }) => status !== 0);
  if (failed.length > 0)
    throw new Failure(`${failed.map(({ output }) => tail(output)).join("\n")}\nthe Android side does not do what is expected of it`);
});

function runWith(okHttp) {
  const started = Date.now();
  const table = join(out, `okhttp-${okHttp}`, "table.jsonl");
  rmSync(table, { force: true });
  const { status, output } = maven(`-Pokhttp-${okHttp}`, "-pl", "libraries,bridge", "-Dmdep.skip", "-Dmaven.antrun.skip", "test");
  if (!existsSync(table)) throw new Failure(tail(output));
  const [name, ...rows] = readFileSync(table, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
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
