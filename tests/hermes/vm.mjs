// Hermes, the VM of hermes-engine-cli: no modules, no classes, no input but the script, no output but `print`.
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { transform } from "@swc/core";
import { at } from "../../scripts/lib/paths.mjs";

const folders = { linux: "linux64-bin", darwin: "osx-bin", win32: "win64-bin" };
const hermes = at("node_modules", "hermes-engine-cli", folders[process.platform], "hermes");

/**
 * Bundles `source`, an ES module, as Metro and an app's Babel preset would; its imports are resolved from here, and what is in
 * `values` (`{ name: value }`) or `scripts` (`{ name: text }`) is imported as `given:name`.
 */
export async function bundleForHermes(source, values = {}, scripts = {}, resolveDir = at("tests")) {
  const { outputFiles } = await build({
    stdin: { contents: source, resolveDir, loader: "js" },
    bundle: true,
    write: false,
    format: "iife",
    platform: "neutral",
    mainFields: ["react-native", "module", "main"],
    conditions: ["react-native"],
    target: "es2020",
    charset: "ascii",
    logLevel: "warning",
    plugins: [given(values, scripts)],
  });
  // Not minified: this measures and tests the payload as it is shipped. Hermes 0.12 has no classes and async arrows.
  const { code } = await transform(outputFiles[0].text, {
    jsc: { parser: { syntax: "ecmascript" }, target: "es5" },
    isModule: false,
    sourceMaps: false,
  });
  return code;
}

/** Runs a script; what it printed, line by line. `seconds`: how much processor time it may take, so that a busy machine fails no test. */
export function runInHermes(code, { seconds = 120 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-hermes-"));
  try {
    const file = join(folder, "main.js");
    writeFileSync(file, code);
    const { status, signal, error, stdout, stderr } = spawnSync(...limited(seconds, [hermes, "-O", "-w", file]), {
      encoding: "utf8",
      maxBuffer: 1 << 28,
    });
    if (status !== 0) throw error ?? new Error(`Hermes ended with ${signal ?? status}: ${`${stdout}${stderr}`.slice(-2000)}`);
    return stdout.split("\n").filter((line) => line !== "");
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The command and its arguments, for a shell that ends it after so much processor time; Windows has no such limit. */
function limited(seconds, [command, ...words]) {
  if (process.platform === "win32") return [command, words];
  return ["sh", ["-c", `ulimit -t ${seconds}; exec "$0" "$@"`, command, ...words]];
}

function given(values, scripts) {
  const of = (name) =>
    name in scripts ? { contents: scripts[name], loader: "js" } : { contents: JSON.stringify(values[name]), loader: "json" };
  return {
    name: "given",
    setup(esbuild) {
      esbuild.onResolve({ filter: /^given:/ }, ({ path }) => ({ path, namespace: "given" }));
      esbuild.onLoad({ filter: /.*/, namespace: "given" }, ({ path }) => of(path.slice("given:".length)));
    },
  };
}
