// How the project is built, kept up to date and published: what the workflows run exists, and nothing is left unwatched.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname } from "node:path";
import { test } from "node:test";
import { at, root } from "../../scripts/lib/paths.mjs";

const read = (...path) => readFileSync(at(...path), "utf8");
const workflows = readdirSync(at(".github", "workflows")).map((name) => [name, read(".github", "workflows", name)]);
const tracked = spawnSync("git", ["ls-files"], { cwd: root, encoding: "utf8" });

for (const [name, text] of workflows) {
  test(`${name}: every script it runs is there`, () => {
    const { scripts } = JSON.parse(read("package.json"));
    const words = [...text.matchAll(/npm run ([\w:]+)/g)].map(([, script]) => script);
    for (const script of words) assert.ok(script in scripts, script);
    for (const [, file] of text.matchAll(/(?:run: |node )(\.ci\/run|scripts\/\w+\.mjs)/g)) assert.ok(existsSync(at(file)), file);
    assert.ok(words.length > 0);
  });

  test(`${name}: actions have a version, jobs an end and few rights, and there is no secret`, () => {
    for (const [, action] of text.matchAll(/uses: (\S+)/g)) assert.match(action, /^[\w-]+\/[\w-]+@(?:v\d+|[0-9a-f]{40})$/);
    const jobs = text.match(/runs-on:/g).length;
    assert.equal(text.match(/timeout-minutes:/g).length, jobs);
    assert.match(text, /^permissions:\n {2}contents: read$/m);
    assert.doesNotMatch(text, /secrets\./);
  });
}

test("a release is published with provenance", () => {
  for (const folder of ["pkg", "native/react-native", "native/capacitor"]) assert.deepEqual(JSON.parse(read(folder, "package.json")).publishConfig, { access: "public", provenance: true });
  const [, build, publish] = /\n {2}build:\n([^]+)\n {2}publish:\n([^]+)/.exec(read(".github", "workflows", "release.yml"));
  assert.match(publish, /id-token: write/);
  assert.match(publish, /npm publish \S+ --provenance/);
  assert.doesNotMatch(build, /id-token|: write/);
  assert.doesNotMatch(publish, /checkout|npm (?:ci|run|test)/);
});

test("a tag that does not fit is no release", () => {
  const { version } = JSON.parse(read("pkg", "package.json"));
  for (const [tag, message] of [["v0.0.9", /pkg\/package.json has version/], [version, /the tag is/], [`v${version}`, /CHANGELOG.md has no section|names no `(?:repository|bugs)`|^$/]]) {
    const { status, stderr } = spawnSync(process.execPath, ["scripts/releasable.mjs", tag], { cwd: root, encoding: "utf8" });
    assert.match(stderr, message);
    assert.equal(status === 0, stderr === "");
  }
});

test("every lock file and every pom.xml is committed, and watched for updates", { skip: tracked.status === 0 ? false : "this is no checkout of git" }, () => {
  const watched = new Map();
  for (const block of read(".github", "dependabot.yml").split("package-ecosystem: ").slice(1)) {
    const directories = /director(?:y|ies): \[?([^\]\n]+)/.exec(block)[1].split(", ");
    watched.set(block.split("\n")[0], directories);
  }
  const files = tracked.stdout.split("\n");
  for (const [file, ecosystem] of [["Cargo.lock", "cargo"], ["package-lock.json", "npm"], ["pom.xml", "maven"]]) {
    const folders = files.filter((name) => name === file || name.endsWith(`/${file}`)).map((name) => (dirname(name) === "." ? "/" : `/${dirname(name)}`));
    assert.ok(folders.length > 0, file);
    assert.deepEqual([...watched.get(ecosystem)].sort(), folders.sort());
  }
  assert.ok(watched.has("github-actions"));
});
