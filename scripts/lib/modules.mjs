// The npm packages that are bundled into the scripts: what js/ imports, and what those import.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { byName } from "./crates.mjs";
import { at } from "./paths.mjs";

/** `{ name, version, license, integrity, dependencies: [name] }`, from the imports in js/ and package-lock.json. */
export function bundledModules() {
  const { packages } = JSON.parse(readFileSync(at("package-lock.json"), "utf8"));
  const manifest = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
  const foreign = new Set([manifest.name, ...Object.keys(manifest.peerDependencies)]);
  const names = new Set(importedIn("js").filter((name) => !foreign.has(name)));
  const modules = [];
  for (const name of names) {
    const { version, license, integrity, dependencies = {} } = packages[`node_modules/${name}`];
    modules.push({ name, version, license, integrity, dependencies: Object.keys(dependencies).sort() });
    for (const dependency of Object.keys(dependencies)) names.add(dependency);
  }
  return modules.sort(byName);
}

function importedIn(folder) {
  const files = readdirSync(at(folder), { recursive: true }).filter((name) => name.endsWith(".ts") && !name.startsWith("generated"));
  return files.flatMap((file) => {
    const text = readFileSync(join(at(folder), file), "utf8").replace(/^ *(?:\*|\/\/|\/\*).*$/gm, "");
    const imports = text.matchAll(
      /(?:^(?:import|export)\b[^;"]*?\bfrom |^import |\bimport\()"((?:@[\w.-]+\/)?[a-z][\w.-]*)(?:\/[^"]*)?"/gm,
    );
    return [...imports].map(([, name]) => name);
  });
}
