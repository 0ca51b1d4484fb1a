// The programs that are not npm packages: where they are.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { bindgenVersion, onPath, root, toolFolder, wasmPackVersion } from "./paths.mjs";
import { Failure, output } from "./run.mjs";

export const cargo = process.env.CARGO || "cargo";
export const cargoFlags = [...(process.stderr.isTTY ? [] : ["--quiet"]), ...(process.env.CI ? ["--locked"] : [])];
export const rustc = process.env.RUSTC || "rustc";

export const tools = {
  bindgen: { crate: "wasm-bindgen-cli", command: "wasm-bindgen", version: bindgenVersion },
  testRunner: { crate: "wasm-bindgen-cli", command: "wasm-bindgen-test-runner", version: bindgenVersion },
  cargoFuzz: { crate: "cargo-fuzz", command: "cargo-fuzz", version: "0.13.2" },
  deny: { crate: "cargo-deny", command: "cargo-deny", version: "0.20.2" },
  llvmCov: { crate: "cargo-llvm-cov", command: "cargo-llvm-cov", version: "0.9.1" },
  mutants: { crate: "cargo-mutants", command: "cargo-mutants", version: "27.1.0" },
  wasmPack: { crate: "wasm-pack", command: "wasm-pack", version: wasmPackVersion },
};

/** Apache Spark for Python, in an environment of its own. */
export const pysparkVersion = "4.3.0";
export const sparkFolder = toolFolder("pyspark", pysparkVersion);
export const sparkPython = join(sparkFolder, "bin", "python");

/** A Debian system with the Swift compiler; `tests/bridges/ios/swift.mjs` enters it. */
export const swiftFolder = toolFolder("swift", "trixie");
export const swiftPackages = "swiftlang,libc6-dev,libstdc++-14-dev";

/** The tool's executable in the right version: ours, or one on PATH; undefined if there is neither. */
export function find({ crate, command, version }) {
  const ours = join(toolFolder(crate, version), "bin", process.platform === "win32" ? `${command}.exe` : command);
  if (existsSync(ours)) return ours;
  const theirs = onPath(command);
  return theirs !== undefined && output(theirs, ["--version"])?.split(" ")[1] === version ? theirs : undefined;
}

export function need(tool) {
  const found = find(tool);
  if (found === undefined) throw new Failure(`${tool.command} ${tool.version} is missing: run \`npm run setup\``);
  return found;
}

/** Chromium or Chrome, and its driver. */
export function browser() {
  const names = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"];
  const given = process.env.CHROMEWEBDRIVER && join(process.env.CHROMEWEBDRIVER, "chromedriver");
  return {
    chrome: names.map(onPath).find((file) => file !== undefined),
    chromedriver: given && existsSync(given) ? given : onPath("chromedriver"),
  };
}

/** The compiler's own readers of coverage, or those that the environment names; undefined if there are none. */
export function llvmTools() {
  const { LLVM_COV, LLVM_PROFDATA } = process.env;
  if (LLVM_COV && LLVM_PROFDATA) return { LLVM_COV, LLVM_PROFDATA };
  const library = join(output(rustc, ["--print", "sysroot"], { cwd: root }), "lib", "rustlib");
  const triple = /^host: (.+)$/m.exec(output(rustc, ["-vV"], { cwd: root }))[1];
  const [cov, profdata] = ["llvm-cov", "llvm-profdata"].map((name) => join(library, triple, "bin", name));
  return existsSync(cov) ? { LLVM_COV: cov, LLVM_PROFDATA: profdata } : undefined;
}

/** JavaScriptCore's shell. */
export function jsc() {
  const apples = "/System/Library/Frameworks/JavaScriptCore.framework/Versions/Current/Helpers/jsc";
  return onPath("jsc") ?? (existsSync(apples) ? apples : undefined);
}
