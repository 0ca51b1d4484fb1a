// The layers' rules notice each kind of fault: a small crate and a small js/, each broken in one way.
import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { after, test } from "node:test";
import { cruise } from "dependency-cruiser";
import { rustProblems } from "../../../scripts/layers/rust.mjs";
import settings from "../../../scripts/layers/typescript.mjs";

const { forbidden, options } = settings;
const folder = mkdtempSync(join(tmpdir(), "chainpin-layers-"));
after(() => rmSync(folder, { recursive: true }));

let trees = 0;
function tree(files) {
  const root = join(folder, String(trees++));
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(root, name)), { recursive: true });
    writeFileSync(join(root, name), text);
  }
  return root;
}

const rows = [["limits"], ["pin", "host"], ["policy"]];
const crate = {
  "src/lib.rs": "mod host;\nmod limits;\nmod pin;\nmod policy;\npub use host::Host;\npub use policy::{Policy, Rule};\n",
  "src/limits.rs": "pub(crate) const HOST_BYTES: usize = 253;\n",
  "src/host.rs":
    "use crate::limits::HOST_BYTES;\n/// See `crate::policy::Policy`.\npub struct Host;\n#[cfg(test)]\nmod tests {\n    use crate::policy::Policy;\n}\n",
  "src/pin.rs": 'use crate::limits;\npub struct Pin;\nconst TEXT: &str = "crate::policy::Policy";\n',
  "src/policy/mod.rs": "mod model;\npub use model::{Policy, Rule};\nuse crate::host::Host;\n",
  "src/policy/model.rs":
    "use super::super::pin::Pin;\nuse crate::{\n    host::Host,\n    limits::HOST_BYTES as MOST,\n};\npub struct Policy;\npub struct Rule;\n",
};

const faults = [
  ["nothing", {}, []],
  [
    "a use of a layer above",
    { "src/host.rs": "use crate::limits::HOST_BYTES;\nuse crate::policy::Policy;\n" },
    ["src/host.rs:2: host uses `crate::policy::Policy`: policy is a layer above"],
  ],
  [
    "a use in a tree",
    { "src/pin.rs": "use crate::{limits::HOST_BYTES, policy::{Rule}};\n" },
    ["src/pin.rs:1: pin uses `crate::policy::Rule`: policy is a layer above"],
  ],
  ["a use by super", { "src/pin.rs": "use super::policy;\n" }, ["src/pin.rs:1: pin uses `super::policy`: policy is a layer above"]],
  [
    "a path in code",
    { "src/pin.rs": "fn f() {\n    crate::policy::parse();\n}\n" },
    ["src/pin.rs:2: pin uses `crate::policy::parse`: policy is a layer above"],
  ],
  [
    "a path in a module inside the file",
    { "src/pin.rs": "mod inner {\n    use super::super::policy::Policy;\n}\n" },
    ["src/pin.rs:2: pin uses `super::super::policy::Policy`: policy is a layer above"],
  ],
  ["what lib.rs exports", { "src/pin.rs": "use crate::Policy;\n" }, ["src/pin.rs:1: pin uses `crate::Policy`: policy is a layer above"]],
  ["what lib.rs defines", { "src/pin.rs": "use crate::VERSION;\n" }, ["src/pin.rs:1: pin uses `crate::VERSION`: lib.rs is a layer above"]],
  [
    "a module of the same row",
    { "src/pin.rs": "use crate::host::Host;\n" },
    ["src/pin.rs:1: pin uses `crate::host::Host`: host is in the same row"],
  ],
  [
    "a use that is exported",
    { "src/host.rs": "pub use crate::policy::Policy;\n" },
    ["src/host.rs:1: host uses `crate::policy::Policy`: policy is a layer above"],
  ],
  ["a module without a layer", { "src/extra.rs": "" }, ["src: the module extra has no layer"]],
  [
    "a circle within a layer",
    { "src/policy/model.rs": "use super::json::parse;\npub struct Policy;\n", "src/policy/json.rs": "use super::model::Policy;\n" },
    ["a circle: src/policy/json.rs → src/policy/model.rs → src/policy/json.rs"],
  ],
  [
    "a circle through what the parent exports",
    { "src/policy/model.rs": "use super::json::parse;\npub struct Policy;\n", "src/policy/json.rs": "use super::Policy;\n" },
    ["a circle: "],
  ],
];

for (const [name, files, wanted] of faults) {
  test(`the crate: ${name}`, () => {
    const problems = rustProblems(tree({ ...crate, ...files }), rows);
    assert.equal(problems.length, wanted.length, problems.join("\n"));
    wanted.forEach((start, index) => assert.ok(problems[index].startsWith(start), problems[index]));
  });
}

const js = {
  "js/base/utf8.ts": "export const utf8 = 1;\n",
  "js/model/errors.ts": 'import { utf8 } from "../base/utf8.js";\nexport const errors = utf8;\n',
  "js/engine/api.ts": 'import type { errors } from "../model/errors.js";\nexport type Api = typeof errors;\n',
  "js/convert/index.ts": 'export { okhttp } from "./okhttp.js";\n',
  "js/convert/okhttp.ts": 'import type { Api } from "../engine/api.js";\nexport const okhttp: Api = 1;\n',
  "js/bridge/index.ts": 'import { okhttp } from "../convert/index.js";\nexport const bridge = okhttp;\n',
  "js/entries/bridge.ts": 'export { bridge } from "../bridge/index.js";\n',
};

const slips = [
  ["nothing", {}, []],
  [
    "base that uses the model",
    { "js/base/utf8.ts": 'import "../model/errors.js";\nexport const utf8 = 1;\n' },
    ["base-uses-its-layers", "no-circle"],
  ],
  [
    "a feature's insides, by a type",
    {
      "js/bridge/index.ts":
        'import type { okhttp } from "../convert/okhttp.js";\nexport type Bridge = typeof okhttp;\nexport const bridge = 1;\n',
    },
    ["bridge-uses-its-layers"],
  ],
  [
    "a feature that uses an entry",
    { "js/convert/index.ts": 'import "../entries/other.js";\n', "js/entries/other.ts": "export {};\n" },
    ["convert-uses-its-layers"],
  ],
  [
    "the engine that uses a feature",
    { "js/engine/api.ts": 'import "../convert/index.js";\nexport type Api = 1;\n' },
    ["engine-uses-its-layers", "no-circle"],
  ],
  ["an entry that uses base", { "js/entries/bridge.ts": 'import "../base/utf8.js";\n' }, ["entries-uses-its-layers"]],
  ["the command, of what is not published", { "js/cli/main.ts": 'import "../engine/api.js";\n' }, ["cli-uses-its-layers"]],
  [
    "a circle of types",
    {
      "js/model/errors.ts": 'import type { b } from "./b.js";\nexport const errors = 1;\nexport type A = typeof b;\n',
      "js/model/b.ts": 'import type { A } from "./errors.js";\nexport const b = 1;\nexport type B = A;\n',
    },
    ["no-circle"],
  ],
  ["a file without a folder", { "js/stray.ts": 'import "./base/utf8.js";\n' }, ["in-a-folder"]],
  ["an import that leads nowhere", { "js/model/errors.ts": 'import "../base/none.js";\nexport const errors = 1;\n' }, ["not-found"]],
  ["Node in an app's code", { "js/engine/api.ts": 'import "node:fs";\nexport type Api = 1;\n' }, ["node-in-its-place"]],
];

for (const [name, files, wanted] of slips) {
  test(`js: ${name}`, async () => {
    const { output } = await cruise(["js"], { ...options, baseDir: tree({ ...js, ...files }), validate: true, ruleSet: { forbidden } });
    assert.deepEqual([...new Set(output.summary.violations.map(({ rule }) => rule.name))].sort(), wanted);
  });
}
