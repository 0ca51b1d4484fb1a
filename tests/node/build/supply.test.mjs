// How the project is built, kept up to date and published: what the workflows run exists, and nothing is left unwatched.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { at, root } from "../../../scripts/lib/paths.mjs";

const read = (...path) => readFileSync(at(...path), "utf8");
const workflows = readdirSync(at(".github", "workflows")).map((name) => [name, read(".github", "workflows", name)]);
const tracked = spawnSync("git", ["ls-files"], { cwd: root, encoding: "utf8" });

/** What each job may do, beside running. */
const allowed = {
  test: "contents: read",
  supply: "contents: read",
  build: "contents: read",
  publish: "id-token: write",
  announce: "contents: write",
};

/** `[name, text]` of each job. */
const jobsOf = (text) =>
  text
    .slice(text.indexOf("\njobs:\n") + 6)
    .split(/\n {2}(?=\w+:\n)/)
    .slice(1)
    .map((block) => [block.slice(0, block.indexOf(":")), `${block}\n`]);

/** The script of the step that has these words in its name or id. */
const stepOf = (job, words) => {
  const step = job.split(/\n {6}- /).find((step) => step.includes(words) && /(?:^| {8})run: \|\n/.test(step));
  return /run: \|\n((?: {10}.*\n)+)/.exec(`${step}\n`)[1].replace(/^ {10}/gm, "");
};

for (const [name, text] of workflows) {
  test(`${name}: every script it runs is there`, () => {
    const { scripts } = JSON.parse(read("package.json"));
    const words = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script);
    for (const script of words) assert.ok(script in scripts, script);
    for (const [, file] of text.matchAll(/(?:run: |node )(\.ci\/run|scripts\/\w+\.mjs)/g)) assert.ok(existsSync(at(file)), file);
    assert.ok(words.length > 0);
  });

  test(`${name}: actions are named by commit, with the version in words; jobs have an end; there is no secret`, () => {
    const uses = text.match(/uses:.*/g);
    for (const line of uses) assert.match(line, /^uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
    const jobs = text.match(/runs-on:/g).length;
    assert.equal(text.match(/timeout-minutes:/g).length, jobs);
    assert.doesNotMatch(text, /secrets\./);
  });

  test(`${name}: each job has the rights that it needs, and no job has others`, () => {
    assert.match(text, /^permissions: \{\}/m);
    for (const [job, block] of jobsOf(text)) {
      const rights = /^ {4}permissions:\n((?: {6}.*\n)+)/m.exec(block)?.[1] ?? "none";
      assert.deepEqual([job, rights.trim().replace(/ *#.*/g, "").split(/\n */)], [job, [allowed[job]]]);
    }
  });
}

test("an action has one commit, whichever workflow uses it", () => {
  const commits = new Map();
  for (const [, text] of workflows) {
    for (const [, action, commit] of text.matchAll(/uses: (\S+)@(\S+)/g))
      assert.equal(commits.get(action) ?? commit, commit), commits.set(action, commit);
  }
});

test("a release is published with provenance", () => {
  for (const folder of ["pkg", "native/react-native", "native/capacitor"]) {
    assert.deepEqual(JSON.parse(read(folder, "package.json")).publishConfig, { access: "public", provenance: true }, folder);
  }
  const { build, publish, announce } = Object.fromEntries(jobsOf(read(".github", "workflows", "release.yml")));
  assert.match(publish, /npm publish \S+ --provenance/);
  assert.doesNotMatch(build, /id-token|: write/);
  for (const job of [publish, announce]) assert.doesNotMatch(job, /checkout|npm (?:ci|run|test)/);
});

test("what is published is what was built: the sums come past the artifact, and every other file is noticed", {
  skip: process.platform === "win32" && "the workflow's shell is bash",
}, (context) => {
  const { build, publish, announce } = Object.fromEntries(jobsOf(read(".github", "workflows", "release.yml")));
  const folder = mkdtempSync(join(tmpdir(), "chainpin-release-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, "release"));
  const files = { "chainpin-1.0.0.tgz": "package", "Chainpin.cdx.json": "{}", "crate.cdx.json": "{}" };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, "release", name), text);
  const bash = (script, env) => spawnSync("bash", ["-e", "-c", script], { cwd: folder, env: { ...process.env, ...env }, encoding: "utf8" });

  const output = join(folder, "output");
  assert.equal(bash(stepOf(build, "pack").replace(/^[^]*(?=cd release\n)/, ""), { GITHUB_OUTPUT: output }).status, 0);
  const [, SUMS] = /^sums<<END\n([^]+)\nEND\n$/.exec(readFileSync(output, "utf8"));
  assert.match(build, /outputs:\n {6}sums: \$\{\{ steps\.pack\.outputs\.sums \}\}/);
  for (const job of [publish, announce]) {
    assert.match(job, /SUMS: \$\{\{ needs\.build\.outputs\.sums \}\}/);
    const check = () => bash(stepOf(job, "the files are those"), { SUMS, LC_ALL: "C.UTF-8" }).status;
    assert.equal(check(), 0);
    writeFileSync(join(folder, "release", "evil.tgz"), "");
    assert.equal(check(), 1, "a file more");
    rmSync(join(folder, "release", "evil.tgz"));
    writeFileSync(join(folder, "release", "crate.cdx.json"), "{ }");
    assert.equal(check(), 1, "another file");
    writeFileSync(join(folder, "release", "crate.cdx.json"), "{}");
    assert.equal(bash(stepOf(job, "the files are those"), { SUMS: "" }).status, 1, "no sums");
    assert.ok(job.indexOf("the files are those") < job.search(/do npm publish |gh release create/));
  }
});

test("a tag that does not fit is no release", () => {
  const { version } = JSON.parse(read("pkg", "package.json"));
  for (const [tag, message] of [
    ["v0.0.9", /pkg\/package.json has version/],
    [version, /the tag is/],
    [`v${version}`, /CHANGELOG.md has no section|names no `(?:repository|bugs)`|^$/],
  ]) {
    const { status, stderr } = spawnSync(process.execPath, ["scripts/releasable.mjs", tag], { cwd: root, encoding: "utf8" });
    assert.match(stderr, message);
    assert.equal(status === 0, stderr === "");
  }
});

test("every lock file and every pom.xml is committed, and watched for updates", {
  skip: tracked.status === 0 ? false : "this is no checkout of git",
}, () => {
  const watched = new Map();
  for (const block of read(".github", "dependabot.yml").split("package-ecosystem: ").slice(1)) {
    const directories = /director(?:y|ies): \[?([^\]\n]+)/.exec(block)[1].split(", ");
    watched.set(block.split("\n")[0], directories);
  }
  const files = tracked.stdout.split("\n");
  for (const [file, ecosystem] of [
    ["Cargo.lock", "cargo"],
    ["package-lock.json", "npm"],
    ["pom.xml", "maven"],
  ]) {
    const folders = files
      .filter((name) => name === file || name.endsWith(`/${file}`))
      .map((name) => (dirname(name) === "." ? "/" : `/${dirname(name)}`));
    assert.ok(folders.length > 0, file);
    assert.deepEqual([...watched.get(ecosystem)].sort(), folders.sort());
  }
  assert.ok(watched.has("github-actions"));
});
