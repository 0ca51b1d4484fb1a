// Format, lints and docs of the crate, for this machine and for wasm; format, lints, types and docs of the JavaScript side; the layers of both;
// what is made from the sources.
import { join } from "node:path";
import { at, root, target } from "./lib/paths.mjs";
import { main, run } from "./lib/run.mjs";
import { cargo, cargoFlags } from "./lib/tools.mjs";

main(() => {
  here(cargo, "fmt", "--check");
  const wasm = ["--target", "wasm32-unknown-unknown", "--lib", "--test", "browser"];
  const js = ["--target", "wasm32-unknown-unknown", "--lib", "--features", "host-crypto,signature-tests"];
  for (const targets of [["--all-targets", "--features", "schema"], wasm, js]) {
    here(cargo, "clippy", ...cargoFlags, ...targets, "--", "-D", "warnings");
  }
  here(process.execPath, at("node_modules", "@biomejs", "biome", "bin", "biome"), "check", "--error-on-warnings");
  here(process.execPath, at("scripts", "layers.mjs"));
  for (const project of ["js", "js/adapters", "js/cli"]) {
    const memory = ["--incremental", "--tsBuildInfoFile", join(target, "tsc", `${project.replace("/", "-")}.json`)];
    here(process.execPath, at("node_modules", "typescript", "bin", "tsc"), "--noEmit", "-p", at(project), ...memory);
  }
  here(process.execPath, at("scripts", "manifest.mjs"), "--check");
  here(process.execPath, at("scripts", "schema.mjs"), "--check");
  here(process.execPath, at("scripts", "docs.mjs"), "--check");
  here(process.execPath, at("scripts", "docs-api.mjs"));
  // Broken links within docs, too.
  run(cargo, ["doc", "--no-deps", ...cargoFlags, "--features", "schema"], { cwd: root, env: { RUSTDOCFLAGS: "-D warnings" } });
});

function here(command, ...args) {
  run(command, args, { cwd: root });
}
