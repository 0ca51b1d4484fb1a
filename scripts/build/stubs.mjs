// A folder for each path of the package, for what knows no `exports`: TypeScript's node10 resolution, Metro before 0.79.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { at } from "../lib/paths.mjs";

/** Returns the files that it has written. */
export function writeStubs() {
  const { exports } = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
  return Object.entries(exports)
    .filter(([path, conditions]) => path !== "." && typeof conditions === "object")
    .map(([path, conditions]) => writeStub(at("pkg", path), conditions));
}

function writeStub(folder, { import: esm, require: cjs, "react-native": native }) {
  const to = (file) => relative(folder, at("pkg", file));
  const stub = { main: to(cjs.default), module: to(esm.default), ...(native && { "react-native": to(native.default) }), types: to(cjs.types), sideEffects: false };
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "package.json");
  writeFileSync(file, `${JSON.stringify(stub, null, 2)}\n`);
  return file;
}
