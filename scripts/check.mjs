// Format, lints of the crate for this machine and for wasm, types of the JavaScript side, what is made from the Rust types.
import { at, root } from "./lib/paths.mjs";
import { main, run } from "./lib/run.mjs";
import { cargo, cargoFlags } from "./lib/tools.mjs";

main(() => {
  here(cargo, "fmt", "--check");
  const wasm = ["--target", "wasm32-unknown-unknown", "--lib", "--test", "browser"];
  const js = ["--target", "wasm32-unknown-unknown", "--lib", "--features", "host-crypto,signature-tests"];
  for (const targets of [["--all-targets", "--features", "schema"], wasm, js]) {
    here(cargo, "clippy", ...cargoFlags, ...targets, "--", "-D", "warnings");
  }
  for (const project of ["tsconfig.json", "js/adapters/tsconfig.json", "js/cli/tsconfig.json"]) {
    here(process.execPath, at("node_modules", "typescript", "bin", "tsc"), "--noEmit", "-p", at(project));
  }
  here(process.execPath, at("scripts", "schema.mjs"), "--check");
});

function here(command, ...args) {
  run(command, args, { cwd: root });
}
