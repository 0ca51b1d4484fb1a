// The peers' own code decides whether the converters are right: OkHttp's CertificatePinner, Android's Network Security Config, TrustKit for
// Android. Each judges the same connections as chainpin; they agree, except where a finding of the conversion said that they would not.
// Needs JDK 17 and Maven. `node tests/oracles/main.mjs [TIMES]`: that many times the usual number of cases.
import { spawnSync } from "node:child_process";
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, onPath, target } from "../../scripts/lib/paths.mjs";
import { Failure, main } from "../../scripts/lib/run.mjs";
import { differences } from "../node/convert/differences.mjs";
import { chance, seed } from "../node/lib/random.mjs";
import { casesOf, hosts } from "./cases.mjs";
import { compare } from "./compare.mjs";
import { makeWorld } from "./world.mjs";

const peers = { okhttp: "OkHttp's CertificatePinner", android: "Android's Network Security Config", trustkit: "TrustKit for Android" };
const out = join(target, "oracles");
const FEWEST = 10_000;
const usual = { policies: 520, texts: 760 };
const longestMinutes = 60;

main(async () => {
  if (!onPath("mvn")) throw new Failure("Maven is missing: on Debian `apt-get install openjdk-17-jdk-headless maven` as root");
  const times = Number(process.argv[2] ?? 1);
  if (!(times > 0)) throw new Failure("how many times the usual number of cases?");
  console.log(`seed ${seed}; CHAINPIN_SEED=${seed} repeats it`);

  const world = await makeWorld(hosts);
  const size = Object.fromEntries(Object.entries(usual).map(([name, count]) => [name, Math.ceil(count * times)]));
  const cases = Object.fromEntries(Object.keys(peers).map((peer, index) => [peer, casesOf(peer, size, world, chance(seed + index))]));
  write(cases, world);
  const seconds = ask();

  const explained = new Map();
  const wrong = [];
  for (const [peer, name] of Object.entries(peers)) {
    const answers = lines(join(out, "cases", `${peer}.answers.jsonl`));
    const { counts, failures } = compare(peer, cases[peer], answers, world, explained);
    const { asked, refused, compared, weaker, stricter, untrusted, invalid } = counts;
    console.log(
      `  ${name}: ${asked} connections judged, ${refused} refused; ${compared} verdicts compared, there and back: ${weaker} weaker and ${stricter} stricter, each found`,
    );
    if (invalid > 0) console.log(`    ${invalid} texts refused by both`);
    if (untrusted > 0) console.log(`    ${untrusted} connections left out, to a CA that the platform does not trust`);
    if (asked < FEWEST * Math.min(1, times) || refused < asked / 20) wrong.push(`${name}: too little was compared`);
    wrong.push(...failures.slice(0, 3), ...(failures.length > 3 ? [`${name}: ${failures.length - 3} more`] : []));
  }
  console.log(`  ${seconds.toFixed(1)} s in Maven`);
  printRows(explained);
  if (wrong.length > 0) throw new Failure(`seed ${seed}\n${wrong.join("\n")}`);
});

function write(cases, world) {
  rmSync(join(out, "cases"), { recursive: true, force: true });
  rmSync(join(out, "kotlin"), { recursive: true, force: true });
  mkdirSync(join(out, "cases"), { recursive: true });
  mkdirSync(join(out, "kotlin"), { recursive: true });
  const chains = Object.fromEntries(world.chains.map(({ name, pems }) => [name, pems]));
  writeFileSync(join(out, "cases", "certificates.json"), JSON.stringify({ chains, system: world.system, user: world.user }));
  for (const [peer, list] of Object.entries(cases)) {
    const asked = list.map(({ id, text, zone, targetSdk, connections }) => ({
      id,
      ...(peer === "okhttp" ? {} : { text, zone: zoneName(zone), targetSdk }),
      connections,
    }));
    writeFileSync(join(out, "cases", `${peer}.jsonl`), asked.map((one) => `${JSON.stringify(one)}\n`).join(""));
  }
  // Kotlin's compiler reads what is written for OkHttp. A hundred to a file, for a class has its limits.
  for (let first = 0; first < cases.okhttp.length; first += 100) {
    const functions = cases.okhttp.slice(first, first + 100).map(({ id, text }) => `fun pinner${id}(): CertificatePinner {\n${text}\n}\n`);
    writeFileSync(
      join(out, "kotlin", `Pinners${first / 100}.kt`),
      `package chainpin.oracles\n\nimport okhttp3.CertificatePinner\n\n${functions.join("\n")}`,
    );
  }
}

function zoneName(hours) {
  return `GMT${hours < 0 ? "-" : "+"}${String(Math.abs(hours)).padStart(2, "0")}:00`;
}

function ask() {
  const started = Date.now();
  const options = {
    cwd: at("tests", "oracles"),
    encoding: "utf8",
    timeout: longestMinutes * 60_000,
    maxBuffer: 1 << 26,
    stdio: ["ignore", "pipe", "pipe"],
  };
  const { status, stdout, stderr, error } = spawnSync("mvn", ["-B", "-q", `-Dchainpin.out=${out}`, "test"], options);
  if (status !== 0) throw new Failure(`seed ${seed}\n${error ? error.message : tail(stdout + stderr)}`);
  return (Date.now() - started) / 1000;
}

/** What a person needs of Maven's output: no stack frames, no advice on Maven itself. */
function tail(output) {
  const shown = output
    .split("\n")
    .filter(
      (line) =>
        /\S/.test(line) &&
        !/^\s+at |Re-run Maven|full stack trace|^.{0,12}\[Help 1\]|read the following articles|After correcting/.test(line),
    );
  return shown.slice(-40).join("\n");
}

function lines(file) {
  return readFileSync(file, "utf8")
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

function printRows(explained) {
  console.log("\nWhere they differ, and a finding said so:");
  for (const [code, { why }] of Object.entries(differences)) {
    const seen = ["weaker", "stricter"].flatMap((effect) =>
      explained.has(`${code} ${effect}`) ? [`${explained.get(`${code} ${effect}`)} ${effect}`] : [],
    );
    if (seen.length > 0) console.log(`  ${code.padEnd(18)} ${seen.join(", ").padEnd(26)} ${why}`);
  }
  if (explained.has("left out"))
    console.log(
      `  ${"(left out)".padEnd(18)} ${`${explained.get("left out")} weaker`.padEnd(26)} a rule that a target cannot express, without \`lossy\``,
    );
}
