// What the page's thread does for hostile input, counted in steps: a link chooses every byte, and must not freeze the tab.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { makeAuthority, makeServer } from "../../../tests/tls/authority.mjs";

const at = (path) => fileURLToPath(new URL(path, import.meta.url));
const HOST = "api.example.com";

/** How many certificates each call of `issuersOf` was given. */
let calls = [];
let judge;
let root;
let leaf;
let namesakes;

before(async () => {
  judge = await bundled();
  root = await makeAuthority("Root");
  leaf = await makeServer(root, [HOST]);
  namesakes = await Promise.all(Array.from({ length: 300 }, () => makeAuthority("Root")));
});

const policy = JSON.stringify({ version: 1, id: "x", sequence: 1, rules: [] });
const scene = (chain, anchors) => ({
  host: HOST,
  source: "presented",
  anchor: "unknown",
  chain: pems(chain),
  anchors: pems(anchors),
  policy,
  at: Date.now(),
});
const pems = (certificates) => certificates.map(({ pem }) => `${pem.trim()}\n`).join("");

function steps(given) {
  calls = [];
  const { picture } = judge(given);
  // Each certificate may have been signed by each.
  return { picture, pairs: calls.reduce((sum, count) => sum + count * count, 0) };
}

test("the root that signed is found among roots of its name, and among others of any number", () => {
  for (const anchors of [[root], [...namesakes.slice(0, 7), root], [root, ...namesakes]]) {
    const { picture } = steps(scene([leaf], anchors));
    assert.deepEqual(
      picture.cards.map(({ index }) => index),
      [0, -1],
    );
    assert.equal(picture.missing, undefined);
  }
});

test("of hundreds of roots of one name a few are tried, and the picture says so", () => {
  const { picture, pairs } = steps(scene([leaf], namesakes));
  assert.deepEqual([picture.cards.length, picture.missing, picture.unasked], [1, "Root", 292]);
  assert.equal(pairs, 1 + 8 * 4);
});

test("the longest chain and the most roots cost little more, and the next day nothing", () => {
  const chain = [leaf, ...namesakes.slice(0, 15)];
  const given = scene(chain, namesakes.slice(15));
  const { pairs } = steps(given);
  assert.ok(pairs <= 16 * 16 + 8 * 4, `${pairs} pairs`);
  assert.equal(steps({ ...given, at: given.at + 86_400_000 }).pairs, 0);
  assert.equal(steps({ ...given, host: "other.example.com" }).pairs, 0);
});

test("roots of other names are not tried", async () => {
  const others = await Promise.all(Array.from({ length: 20 }, (_, number) => makeAuthority(`Root ${number}`)));
  const { picture, pairs } = steps(scene([leaf], others));
  assert.deepEqual([pairs, picture.missing, picture.unasked], [1, "Root", undefined]);
});

/** `judge` as the page has it, with an `issuersOf` that counts. */
async function bundled() {
  const slim = at("../../../pkg/dist/slim.js");
  const counting = `
    import { issuersOf as real } from ${JSON.stringify(slim)};
    export * from ${JSON.stringify(slim)};
    export const issuersOf = (chain) => (globalThis.issuersOfCalled(chain.length), real(chain));`;
  const { outputFiles } = await build({
    stdin: { contents: `export { judge } from "./judge.ts"; export { init } from "chainpin/slim";`, resolveDir: at("../src") },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    plugins: [
      {
        name: "counting",
        setup(build) {
          build.onResolve({ filter: /^chainpin\/slim$/ }, () => ({ path: "slim", namespace: "counting" }));
          build.onLoad({ filter: /.*/, namespace: "counting" }, () => ({ contents: counting, resolveDir: at(".") }));
        },
      },
    ],
  });
  globalThis.issuersOfCalled = (count) => calls.push(count);
  const { judge, init } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  await init(readFileSync(at("../../../pkg/dist/chainpin.wasm")));
  return judge;
}
