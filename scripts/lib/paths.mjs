import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const at = (...parts) => join(root, ...parts);

export const target = process.env.CARGO_TARGET_DIR || at("target");
export const generated = at("js", "generated");
export const dist = at("pkg", "dist");

/** Where tools of a fixed version live, one folder each, shared by all checkouts. */
export const toolsRoot = process.env.CHAINPIN_TOOLS || join(process.env.XDG_CACHE_HOME || join(homedir(), ".cache"), "chainpin");

export const wasmPackVersion = "0.15.1";

/** The glue is only good with a command of the very version of the library. */
export const bindgenVersion = lockedVersion("wasm-bindgen");

export function toolFolder(name, version) {
  return join(toolsRoot, `${name}-${version}`);
}

/** The first executable of that name on PATH, or undefined. */
export function onPath(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    for (const suffix of process.platform === "win32" ? [".exe", ".cmd"] : [""]) {
      const file = join(folder, name + suffix);
      if (folder !== "" && existsSync(file)) return file;
    }
  }
  return undefined;
}

function lockedVersion(name) {
  const lock = readFileSync(at("Cargo.lock"), "utf8");
  const found = new RegExp(`name = "${name}"\\nversion = "([^"]+)"`).exec(lock);
  if (!found) throw new Error(`Cargo.lock does not name ${name}`);
  return found[1];
}
