// npm's own way from the package's folder to an app's node_modules.
import { mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withLock } from "../../../scripts/lib/lock.mjs";
import { at, target } from "../../../scripts/lib/paths.mjs";
import { Failure, output } from "../../../scripts/lib/run.mjs";

/** Packs the package and installs the tarball into a new folder; returns that. */
export async function install(folder) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, "package.json"), JSON.stringify({ private: true, name: "app" }));
  // Not while a build is emptying pkg/dist.
  await withLock(join(target, "locks", "build"), () => npm(["pack", "--ignore-scripts", "--pack-destination", folder], at("pkg")));
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"));
  npm(["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock", `./${tarball}`], folder);
  return folder;
}

function npm(args, cwd) {
  if (output("npm", args, { cwd }) === undefined) throw new Failure(`\`npm ${args[0]}\` failed in ${cwd}`);
}
