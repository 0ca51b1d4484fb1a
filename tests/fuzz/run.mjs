// `npm run fuzz [-- TARGET… --seconds N INPUT…]`: replays the corpus, or those inputs, and then fuzzes; without a word, every target
// for a minute. Two runs on the same corpus try the same inputs, so that what fails in CI is the change's; `--seed 0` tries others.
// `--keep` puts what earlier runs found into `corpus/`, minimised.
import { spawn } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join, relative } from "node:path";
import { at, root, target as builds } from "../../scripts/lib/paths.mjs";
import { Failure, main, output, run } from "../../scripts/lib/run.mjs";
import { need, rustc, tools } from "../../scripts/lib/tools.mjs";
import { writeSeeds } from "./seeds.mjs";

/** What each target reads: its longest input in bytes, and the words that it is made of. */
const targets = {
  host: { longest: 300, dictionary: "host" },
  certificate: { longest: 8192, dictionary: "der" },
  chain: { longest: 16384, dictionary: "der" },
  policy: { longest: 4096, dictionary: "json" },
  bundle: { longest: 4096, dictionary: "json" },
  path: { longest: 62 },
};

const folder = at("tests", "fuzz");
const grown = join(builds, "fuzz", "corpus");
const crashes = join(builds, "fuzz", "crashes");

main(async () => {
  const { names: all, seconds, seed, inputs, keep } = words(process.argv.slice(2));
  if (all.includes("worst") && !keep) searchForTheWorst(seconds, seed);
  const names = all.filter((name) => name !== "worst");
  if (names.length === 0) return;
  const { triple, sanitizer } = compiler();
  const flags = ["--fuzz-dir", folder, "--target-dir", join(builds, "fuzz"), "--sanitizer", sanitizer];
  // libFuzzer and its sanitizers are for nightly compilers; stable ones have them all the same.
  const env = { RUSTC_BOOTSTRAP: "1" };
  run(need(tools.cargoFuzz), ["fuzz", "build", ...flags], { cwd: root, env });

  if (keep) {
    for (const name of names) await minimise(name, join(builds, "fuzz", triple, "release", name));
    return;
  }

  const rows = [];
  for (const name of names) rows.push(await fuzz(name, join(builds, "fuzz", triple, "release", name), { seconds, seed, inputs }));
  console.table(Object.fromEntries(rows.map(({ name, ...row }) => [name, row])));
  const total = rows.reduce((sum, { executions }) => sum + executions, 0);
  console.log(`${total} executions, sanitizer ${sanitizer}, ${output(rustc, ["--version"], { cwd: root })}`);
  const found = rows.filter(({ crash }) => crash);
  for (const { name, crash } of found) {
    console.error(`\n${name}: ${crash}\n  again: npm run fuzz -- ${name} --seconds 0 ${relative(root, crash)}`);
  }
  if (found.length > 0) throw new Failure(`${found.length} of ${rows.length} targets found something`);
});

/** Steps of the module that ships, so libFuzzer is no help; as many evaluations as two shared cores make in that time. */
function searchForTheWorst(seconds, seed) {
  run(process.execPath, [at("scripts", "build.mjs")], { cwd: root });
  const evaluations = Math.max(1, Math.round((EVALUATIONS * seconds) / 60));
  run(process.execPath, [join(folder, "worst", "main.mjs"), "--evaluations", String(evaluations), "--seed", seed], { cwd: root });
}

/** Of each family, for a minute. */
const EVALUATIONS = 40;

function words(given) {
  const words = [...given];
  const taken = (name, otherwise) => {
    const place = words.indexOf(name);
    return place < 0 ? otherwise : (words.splice(place, 2)[1] ?? "");
  };
  const [seconds, seed] = [taken("--seconds", "60"), taken("--seed", "1")];
  const keep = words.includes("--keep");
  const inputs = words.filter((word) => existsSync(word));
  const names = words.filter((word) => word !== "--keep" && !inputs.includes(word));
  const known = [...Object.keys(targets), "worst"];
  const stray = names.find((name) => !known.includes(name));
  if (stray || ![seconds, seed].every((number) => /^\d+$/.test(number))) {
    throw new Failure(`usage: npm run fuzz -- [${known.join("|")}]… [--seconds N] [--seed N] [INPUT]… [--keep]`);
  }
  return { names: names.length > 0 ? names : known, seconds: Number(seconds), seed, inputs, keep };
}

/** A distribution's compiler comes without AddressSanitizer. */
function compiler() {
  const triple = /^host: (.+)$/m.exec(output(rustc, ["-vV"], { cwd: root }))[1];
  const library = join(output(rustc, ["--print", "sysroot"], { cwd: root }), "lib", "rustlib", triple, "lib");
  const has = existsSync(library) && readdirSync(library).some((file) => /rt[._-]asan/.test(file));
  return { triple, sanitizer: has ? "address" : "none" };
}

async function fuzz(name, program, { seconds, seed, inputs }) {
  const { longest, dictionary } = targets[name];
  const corpora = [join(grown, name), join(folder, "corpus", name)];
  mkdirSync(crashes, { recursive: true });
  writeSeeds(name, corpora[0]);
  const flags = [
    `-artifact_prefix=${join(crashes, `${name}-`)}`,
    `-max_len=${longest}`,
    "-timeout=25",
    "-print_final_stats=1",
    ...(dictionary ? [`-dict=${join(folder, "dictionaries", `${dictionary}.dict`)}`] : []),
  ];
  const present = corpora.filter((path) => existsSync(path));
  const replayed = inputs.length > 0 ? inputs : present;
  const count = inputs.length || present.flatMap((path) => readdirSync(path)).length;
  const replay = await execute(program, [...flags, "-runs=0", ...replayed]);
  if (replay.crash || seconds === 0) return { name, ...replay, executions: count };
  return { name, ...(await execute(program, [...flags, `-seed=${seed}`, `-max_total_time=${seconds}`, ...present])) };
}

/** Bytes of an input that is worth a place in the repository. */
const small = 1500;

/** What `cargo fuzz cmin` does, beside the seeds: those are made anew each time. */
async function minimise(name, program) {
  const [seeds, kept, corpus] = [join(builds, "fuzz", "seeds", name), join(builds, "fuzz", "kept", name), join(folder, "corpus", name)];
  for (const path of [seeds, kept]) {
    rmSync(path, { recursive: true, force: true });
    writeSeeds(name, path);
  }
  for (const path of [corpus, join(grown, name)]) mkdirSync(path, { recursive: true });
  const { crash } = await execute(program, ["-merge=1", `-max_len=${targets[name].longest}`, kept, corpus, join(grown, name)]);
  if (crash) throw new Failure(`${name}: ${crash}`);
  rmSync(corpus, { recursive: true });
  mkdirSync(corpus);
  const found = readdirSync(kept).filter((file) => !existsSync(join(seeds, file)) && statSync(join(kept, file)).size <= small);
  for (const file of found) copyFileSync(join(kept, file), join(corpus, file));
  console.log(`${name}: ${found.length} inputs beside the seeds`);
}

/** Runs a target; what it says is shown only where it fails. */
function execute(program, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd: root, stdio: ["ignore", "ignore", "pipe"] });
    let said = "";
    child.stderr.setEncoding("utf8").on("data", (text) => (said += text));
    child.on("error", reject);
    child.on("close", (code) => {
      const number = (pattern) => Number(pattern.exec(said)?.[1] ?? 0);
      const states = [...said.matchAll(/cov: (\d+) ft: (\d+) corp: (\d+)/g)].at(-1)?.slice(1).map(Number) ?? [0, 0, 0];
      const crash = code === 0 ? undefined : (/Test unit written to (\S+)/.exec(said)?.[1] ?? `${basename(program)} ended with ${code}`);
      if (crash) console.error(said.slice(-6000));
      resolve({
        executions: number(/number_of_executed_units: (\d+)/),
        perSecond: number(/average_exec_per_sec: +(\d+)/),
        ...Object.fromEntries(["edges", "features", "corpus"].map((key, index) => [key, states[index]])),
        ...(crash && { crash }),
      });
    });
  });
}
