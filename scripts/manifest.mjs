// scripts/entries.mjs -> `exports`, `files` and the rest that pkg/package.json says of the entries; it is committed.
//   --check  writes nothing, and fails if the manifest says anything else
import { readFileSync, writeFileSync } from "node:fs";
import { manifestFields } from "./entries.mjs";
import { at } from "./lib/paths.mjs";
import { Failure, main } from "./lib/run.mjs";

const path = at("pkg", "package.json");

main(() => {
  const manifest = JSON.parse(readFileSync(path, "utf8"));
  const fields = manifestFields();
  // As text, for the order of conditions counts.
  const stale = Object.keys(fields).filter((name) => JSON.stringify(manifest[name]) !== JSON.stringify(fields[name]));
  if (stale.length === 0) return;
  if (process.argv.includes("--check")) {
    throw new Failure(
      `pkg/package.json: ${stale.join(" and ")} differ from scripts/entries.mjs: run \`npm run manifest\` and commit the result`,
    );
  }
  writeFileSync(path, `${JSON.stringify({ ...manifest, ...fields }, null, 2)}\n`);
  console.log(`· pkg/package.json: ${stale.join(" and ")} written`);
});
