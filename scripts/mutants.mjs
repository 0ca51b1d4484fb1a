// Is every mutation of the code that decides noticed by a test?
//   npm run mutants                       all of it
//   npm run mutants -- --shard 1/8        an eighth of it
//   npm run mutants -- --file src/host.rs --file src/path/mod.rs
//   npm run mutants -- --changed          what changed since the last release, or else since the last merge; at most 40 mutants
// Fails for a mutant that survives all tests, unless tests/mutants/exceptions.json says why; and for a reason that nothing needs any more.
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { spawnSync } from "node:child_process";
import { dirname, join } from "node:path";
import { withLock } from "./lib/lock.mjs";
import { at, root, target } from "./lib/paths.mjs";
import { Failure, main, output, run } from "./lib/run.mjs";
import { cargo, cargoFlags, need, tools } from "./lib/tools.mjs";

/** The code that decides. The modules of tests that most likely notice run first; what survives them meets all tests. */
const groups = [
  {
    files: [
      "src/decision/decide.rs",
      "src/decision/reason.rs",
      "src/decision/verdict.rs",
      "src/decision/verifier.rs",
      "src/matching.rs",
      "src/policy/blocked.rs",
      "src/x509/anchors.rs",
    ],
    near: ["decision::", "message::", "path::"],
  },
  { files: ["src/host.rs", "src/x509/names.rs"], near: ["host::", "names::", "message::", "printable::"] },
  {
    files: ["src/path/mod.rs", "src/path/search.rs", "src/path/work.rs", "src/path/signature_cache.rs", "src/path/profile.rs"],
    near: ["path::", "profile::"],
  },
  {
    files: ["src/policy/compile.rs", "src/policy/model.rs", "src/policy/json.rs", "src/policy/json_path.rs"],
    near: ["policy::", "decision::"],
  },
];
const all = ["--lib", "--tests"];
const named = (files) => files.flatMap((file) => ["--file", file]);
const everything = named(groups.flatMap(({ files }) => files));

/** Seconds long each, about other code or much input: not among the first. */
const slow = ["algorithms::", "time::", "no_key_or_signature", "random::", "a_policy_has_at_most", "a_thousand_anchors"];
const withoutSlow = slow.flatMap((name) => ["--skip", name]);

/** Seconds for one mutant's tests, which take twenty: long enough for a busy machine, short enough for an endless loop. */
const LONGEST = 180;
/** Milliseconds: longer than all of it on a slow machine. */
const DAY = 24 * 60 * 60 * 1000;
/** Mutants that `--changed` tries: some five minutes. */
const MOST_CHANGED = 40;

/** The mutants live in a copy: a run that is stopped leaves none in the sources. */
const tree = join(target, "mutants-tree");
const results = join(target, "mutants-results");
/** Chance is the same each time, and what has failed once leaves no trace for the next mutant. */
const chance = { PROPTEST_RNG_SEED: "1", PROPTEST_DISABLE_FAILURE_PERSISTENCE: "true" };
const env = { CARGO_TARGET_DIR: target, CARGO_INCREMENTAL: "1", ...chance };

main(() => withLock(join(target, "locks", "mutants"), tryAll, DAY));

function tryAll() {
  const command = need(tools.mutants);
  const { isChanged, wanted, shard } = readOptions(process.argv.slice(2));
  copySources();
  const known = list(command, everything);
  const exceptions = readExceptions(known);

  const filters = isChanged ? changes(command) : shard;
  const chosen = groups
    .map(({ files, near }) => ({ near, files: files.filter((file) => wanted.length === 0 || wanted.includes(file)) }))
    .filter(({ files }) => files.length > 0)
    .map(({ files, near }) => ({ near, filters: [...filters, ...named(files)] }))
    .filter(({ filters }) => list(command, filters).length > 0);
  if (chosen.length === 0) return console.log("· no mutant to try");
  judge(
    chosen.flatMap((group) => tried(command, group)),
    exceptions,
  );
}

function readOptions(words) {
  const options = { isChanged: false, wanted: [], shard: [] };
  for (let index = 0; index < words.length; index++) {
    const word = words[index];
    if (word === "--changed") options.isChanged = true;
    else if (word === "--file") options.wanted.push(words[++index]);
    else if (word === "--shard") options.shard = toShard(words[++index]);
    else throw new Failure(`\`${word}\`: there are --changed, --file FILE and --shard 1/8`);
  }
  const stray = options.wanted.find((file) => !groups.some(({ files }) => files.includes(file)));
  if (stray !== undefined) throw new Failure(`\`${stray}\` is none of the code that decides`);
  return options;
}

function toShard(text = "") {
  const [, number, of] = /^([1-9]\d*)\/([1-9]\d*)$/.exec(text) ?? [];
  if (number === undefined || Number(number) > Number(of)) throw new Failure(`\`--shard ${text}\`: for example 1/8 to 8/8`);
  return ["--sharding", "round-robin", "--shard", `${number - 1}/${of}`];
}

/** Files that are the same keep their times, so that cargo builds nothing anew. */
function copySources() {
  const parts = [".cargo", "Cargo.toml", "Cargo.lock", "README.md", "src", "tests", "scripts/schema"];
  const files = git("ls-files", "-z", "-co", "--exclude-standard", ...parts).split("\0");
  for (const file of files.filter((name) => name !== "" && existsSync(at(name)))) {
    const [content, copy] = [file === "Cargo.toml" ? manifest() : readFileSync(at(file)), join(tree, file)];
    if (existsSync(copy) && readFileSync(copy).equals(content)) continue;
    mkdirSync(dirname(copy), { recursive: true });
    writeFileSync(copy, content);
  }
}

/** Without the library for other languages, which would be linked for each mutant. */
function manifest() {
  return Buffer.from(readFileSync(at("Cargo.toml"), "utf8").replace(', "cdylib"]', "]"));
}

function list(command, filters) {
  const json = output(command, ["mutants", "--list", "--json", ...filters], { cwd: tree, env });
  if (json === undefined) throw new Failure("cargo-mutants cannot list the mutants");
  return (json === "" ? [] : JSON.parse(json)).map(identify);
}

/** By file, change and the code that stands there: a line number would not last. */
function identify({ name, file, span: { start } }) {
  const line = readFileSync(join(tree, file), "utf8").split("\n")[start.line - 1];
  return { mutant: name.replace(/:\d+:\d+: /, ": "), at: line.slice(start.column - 1).trim(), place: `${file}:${start.line}` };
}

const isSame = (one, other) => one.mutant === other.mutant && one.at === other.at;

/** The equivalent mutants: `{ mutant, at, reason }`. */
function readExceptions(known) {
  const exceptions = JSON.parse(readFileSync(at("tests", "mutants", "exceptions.json"), "utf8"));
  const stale = exceptions.filter((exception) => !known.some((mutant) => isSame(exception, mutant)));
  if (stale.length > 0) throw new Failure(`tests/mutants/exceptions.json excuses what is no mutant:\n${lines(stale)}`);
  return exceptions;
}

/** Filters for what has changed since the last release, else since the branch began, else since the commit before. */
function changes(command) {
  const head = git("rev-parse", "HEAD");
  const bases = [
    tryGit("describe", "--tags", "--match", "v*", "--abbrev=0"),
    tryGit("merge-base", "HEAD", "origin/main"),
    tryGit("rev-parse", "HEAD~1"),
  ];
  const base = bases.find((commit) => commit !== undefined && commit !== "" && commit !== head);
  if (base === undefined) throw new Failure("there is no earlier commit to compare with; fetch the history");
  mkdirSync(results, { recursive: true });
  const diff = join(results, "changes.diff");
  writeFileSync(diff, `${git("diff", base, "--", "src")}\n`);
  const filters = ["--in-diff", diff];
  const { length } = readFileSync(diff, "utf8").trim() === "" ? [] : list(command, [...filters, ...everything]);
  console.log(`· ${length} mutants in what has changed since ${base}`);
  if (length <= MOST_CHANGED) return filters;
  const shards = Math.ceil(length / MOST_CHANGED);
  console.log(`· one in ${shards} of them is tried; all: npm run mutants`);
  return [...filters, "--sharding", "round-robin", "--shard", `0/${shards}`];
}

/** What became of each mutant of a group. */
function tried(command, { near, filters }) {
  rmSync(join(results, "mutants.out"), { recursive: true, force: true });
  const outcomes = new Map();
  for (const { words, tests } of [
    { words: [], tests: ["--", ...near, ...withoutSlow] },
    { words: ["--iterate"], tests: [] },
  ]) {
    passesAsItIs(tests);
    tryMutants(command, [...words, ...all.map((target) => `--cargo-arg=${target}`), ...filters, "--", ...tests]);
    for (const outcome of readOutcomes()) outcomes.set(`${outcome.place} ${outcome.mutant} ${outcome.at}`, outcome);
    if (![...outcomes.values()].some(({ summary }) => summary === "MissedMutant")) break;
  }
  return [...outcomes.values()];
}

const passed = new Set();

/** Were a test to fail by itself, every mutant would count as caught. */
function passesAsItIs(tests) {
  const key = tests.join();
  if (passed.has(key)) return;
  run(cargo, ["test", ...cargoFlags, "--profile", "mutants", ...all, ...tests], { cwd: tree, env });
  passed.add(key);
}

function tryMutants(command, words) {
  const options = [
    "--in-place",
    "--baseline",
    "skip",
    "--timeout",
    String(LONGEST),
    "--build-timeout",
    String(LONGEST),
    "--output",
    results,
    "--no-times",
  ];
  const { status, signal } = spawnSync(command, ["mutants", ...options, ...words], {
    cwd: tree,
    env: { ...process.env, ...env },
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (!ENDED.includes(status)) throw new Failure(`cargo-mutants ended with ${signal ?? status}`);
}

/** All caught; some survive; some take too long (https://mutants.rs/exit-codes.html). */
const ENDED = [0, 2, 3];

function readOutcomes() {
  const { outcomes } = JSON.parse(readFileSync(join(results, "mutants.out", "outcomes.json"), "utf8"));
  return outcomes.filter(({ scenario }) => scenario.Mutant).map(({ scenario, summary }) => ({ ...identify(scenario.Mutant), summary }));
}

function judge(outcomes, exceptions) {
  const of = (summary) => outcomes.filter((outcome) => outcome.summary === summary);
  const [missed, caught, endless, unviable] = ["MissedMutant", "CaughtMutant", "Timeout", "Unviable"].map(of);
  if (outcomes.length !== missed.length + caught.length + endless.length + unviable.length)
    throw new Failure("cargo-mutants knows an outcome that is new here");
  const isExcused = (mutant) => exceptions.some((exception) => isSame(exception, mutant));
  const survivors = missed.filter((mutant) => !isExcused(mutant));
  const needless = [...caught, ...endless, ...unviable].filter(isExcused);
  const excused = missed.length - survivors.length;
  console.log(
    `· ${outcomes.length} mutants: ${caught.length} caught, ${endless.length} endless, ${unviable.length} do not compile, ${excused} excused, ${survivors.length} survive`,
  );
  if (endless.length > 0) console.log(`· endless, so noticed:\n${lines(endless)}`);
  if (survivors.length > 0) throw new Failure(`no test notices:\n${lines(survivors)}`);
  if (needless.length > 0) throw new Failure(`tests/mutants/exceptions.json excuses what a test notices:\n${lines(needless)}`);
}

function lines(mutants) {
  return mutants.map(({ mutant, at, place = "" }) => `  ${mutant}\n    ${place} ${at}`).join("\n");
}

function git(...words) {
  const answer = tryGit(...words);
  if (answer === undefined) throw new Failure(`\`git ${words.slice(0, 3).join(" ")}\` failed`);
  return answer;
}

function tryGit(...words) {
  return output("git", words, { cwd: root });
}
