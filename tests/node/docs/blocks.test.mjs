// Every example of the READMEs and of docs/ runs, or says why it cannot: JavaScript against the built package and real servers, policies
// in the engine, command lines in the command, other libraries' configurations through the converters.
import assert from "node:assert/strict";
import { execFile, spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { createVerifier } from "chainpin";
import { at, root } from "../../../scripts/lib/paths.mjs";
import { blocksOf } from "../../docs/blocks.mjs";
import { declarations, withGiven } from "../../docs/given.mjs";
import { folder, makeWorld } from "../../docs/world.mjs";

const readmes = ["native", ...["examples", "native"].flatMap((folder) => readdirSync(at(folder)).map((name) => `${folder}/${name}`))].map(
  (folder) => `${folder}/README.md`,
);
const pages = [
  "README.md",
  "pkg/README.md",
  ...readdirSync(at("docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  ...readmes.filter((page) => existsSync(at(page))),
];
const blocks = pages.flatMap(blocksOf);
const isJavaScript = ({ language }) => language === "js" || language === "ts";

let world;
before(async () => {
  world = await makeWorld();
});
after(() => world.stop());

for (const page of pages) {
  const own = blocks.filter((block) => block.page === page);
  if (own.length === 0) continue;
  test(`${page}: its examples do what is shown`, async () => {
    const cwd = world.newFolder(page.replaceAll(/[/.]/g, "-"));
    for (const block of own) await tryBlock(block, { cwd, own });
  });
}

test("every example in JavaScript and TypeScript is right by its types", () => {
  const place = join(folder, "types");
  mkdirSync(place, { recursive: true });
  writeFileSync(join(place, "given.d.ts"), declarations);
  const compilerOptions = {
    allowJs: true,
    checkJs: false,
    noEmit: true,
    strict: true,
    noImplicitAny: false,
    useUnknownInCatchVariables: false,
    skipLibCheck: true,
    target: "es2022",
    module: "nodenext",
    types: ["node"],
    lib: ["es2022"],
  };
  writeFileSync(join(place, "tsconfig.json"), JSON.stringify({ compilerOptions, include: ["."] }));
  const sources = blocks.filter(isJavaScript);
  sources.forEach(({ code, language, place: where }, index) => {
    const text = code.replaceAll('from "./examples/', 'from "../../../examples/');
    writeFileSync(join(place, `block-${index}.m${language}`), `// @ts-check ${where}\n${text}\nexport {};\n`);
  });
  const { stdout } = spawnSync(process.execPath, [at("node_modules", "typescript", "bin", "tsc"), "-p", place], {
    cwd: place,
    encoding: "utf8",
  });
  const told = stdout.replaceAll(/^block-(\d+)\.m[jt]s\((\d+),\d+\)/gm, (_, index, line) => `${sources[index].place} + ${line - 1}`);
  assert.equal(told, "");
  assert.ok(sources.length > 30);
});

test("what does not run says why", (t) => {
  const left = blocks.filter(({ marks }) => marks["not run"] !== undefined);
  const code = blocks.filter(({ language }) => language !== "text" && language !== "");
  t.diagnostic(`${code.length} blocks of code, ${code.length - left.length} run, ${left.length} not:`);
  for (const { place, marks } of left) t.diagnostic(`${place}: ${marks["not run"]}`);
  for (const { place, marks } of left) assert.ok(marks["not run"].length > 10, place);
});

async function tryBlock(block, { cwd, own }) {
  const { info, language, code, marks, next, place } = block;
  if (marks["not run"] !== undefined) return;
  if (marks.from !== undefined) return assert.ok(read(marks.from).includes(code.trim()), `${place}: it is not so in ${marks.from}`);
  for (const file of (marks.given ?? "").split(", ").filter((name) => name.endsWith(".json") && name !== "live.json"))
    copyFileSync(join(cwd, "live.json"), join(cwd, file));
  if (marks["wrong pin"] !== undefined) spoil(join(cwd, marks["wrong pin"]));
  if (marks.file !== undefined) {
    writeFileSync(join(cwd, marks.file), code);
    const rest = own
      .slice(own.indexOf(block) + 1)
      .map(({ code }) => code)
      .join("\n");
    assert.ok(rest.includes(marks.file), `${place}: nothing uses ${marks.file}`);
  }
  if (marks.shows !== undefined) return assert.deepEqual(JSON.parse(readFileSync(join(cwd, marks.shows), "utf8")), JSON.parse(code), place);

  if (info === "js app") return assert.ok(read("tests/bridges/readme.mjs").includes("```js app"), place);
  if (info === "js run")
    return compare(
      await run(process.execPath, ["--input-type=module", "-"], { cwd: root, env: process.env, input: code }, place),
      next,
      place,
    );
  if (isJavaScript(block)) {
    if (marks.file !== undefined) return;
    const output = await run(
      process.execPath,
      ["--input-type=module", "-"],
      { cwd, env: world.env, input: withGiven(code, marks.given) },
      place,
    );
    if (next?.language === "text") compare(output, next, place);
  } else if (language === "sh") {
    const outputs = [];
    for (const line of linesOf(block)) outputs.push(await run("sh", ["-c", `${line} 2>&1`], { cwd, env: world.env }, place));
    if (next?.language === "text") compare(outputs.join(""), next, place);
  } else if (language === "json") {
    const value = JSON.parse(code);
    if (value.rules !== undefined) (await createVerifier(code)).dispose();
  } else if (language !== "text" && marks.file === undefined) {
    assert.fail(`${place}: \`${info}\` does not run; mark it with a reason`);
  }
}

/** Lines for the shell, with the command as it was built. */
function linesOf({ code, place }) {
  const lines = code
    .trim()
    .split("\n")
    .map((line) => line.replace(/ +# .*$/, ""));
  return lines.map((line) => {
    assert.match(line, /^(?:npx chainpin|node|openssl) /, `${place}: this line does not run`);
    // `convert` ends with 3 where it has told differences.
    const end = line.startsWith("npx chainpin convert") ? " || [ $? -eq 3 ]" : "";
    return line.replaceAll("npx chainpin", '"$NODE" "$COMMAND"').replace(/^node /, '"$NODE" ') + end;
  });
}

/** Its first pin becomes the one that the page names. */
function spoil(file) {
  const policy = JSON.parse(readFileSync(file, "utf8"));
  policy.rules[0].pins[0] = "sha256/lYhLzZB7MxJbSWnk3VFgA3ZLiSL7G7/4zZd9mGg1vu0=";
  writeFileSync(file, JSON.stringify(policy));
}

function compare(output, next, place) {
  assert.equal(next?.language, "text", `${place}: its output is not shown`);
  const pattern = next.code
    .trim()
    .split("…")
    .map((text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  assert.match(output.trim(), new RegExp(`^${pattern.join("[^]*?")}$`), place);
}

function run(program, args, { cwd, env, input = "" }, place = "") {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { cwd, env, timeout: 120_000 }, (error, stdout, stderr) => {
      if (error) reject(new Error(`${place}: ${args.at(-1)}\n${stdout.slice(-2000)}${stderr.slice(-2000)}`));
      else resolve(stdout);
    });
    child.stdin.end(input || undefined);
  });
}

function read(path) {
  return readFileSync(at(path), "utf8");
}
