// The Rust types of the policy -> pkg/policy.schema.json -> js/model/policy.ts; what else the crate shares with TypeScript ->
// js/model/generated.ts, and scripts/docs/codes.json with the texts of the codes. All are committed.
//   --check  writes nothing, and fails if they are not what the Rust types say
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { at, root } from "./lib/paths.mjs";
import { Failure, main } from "./lib/run.mjs";
import { cargo } from "./lib/tools.mjs";
import { modelOf } from "./schema/model.mjs";
import { typesOf } from "./schema/typescript.mjs";

main(() => {
  const { policy, shared } = ofRust();
  const files = {
    "pkg/policy.schema.json": `${JSON.stringify(policy, null, 2)}\n`,
    "js/model/policy.ts": `// Made from the Rust types by \`npm run schema\`; do not edit.\n\n${typesOf(policy, "Policy")}`,
    "js/model/generated.ts": modelOf(shared),
    "scripts/docs/codes.json": `${JSON.stringify(shared.codes, null, 2)}\n`,
  };
  const stale = Object.keys(files).filter((path) => !existsSync(at(path)) || readFileSync(at(path), "utf8") !== files[path]);
  if (process.argv.includes("--check")) {
    if (stale.length === 0) return;
    const what = stale.length === 1 ? `${stale[0]} is` : `${stale.join(" and ")} are`;
    throw new Failure(`${what} not what the Rust types say: run \`npm run schema\` and commit the result`);
  }
  for (const path of stale) {
    writeFileSync(at(path), files[path]);
    console.log(`· ${path} written`);
  }
});

function ofRust() {
  const args = ["run", "--quiet", "--locked", "--features", "schema", "--example", "schema"];
  const { status, stdout, stderr, error } = spawnSync(cargo, args, { cwd: root, encoding: "utf8" });
  if (status !== 0) throw new Failure(`${error?.message ?? stderr}\n\`cargo ${args.join(" ")}\` failed`);
  return JSON.parse(stdout);
}
