// Format, lints of the crate for this machine and for wasm, types of the JavaScript side, what is made from the Rust types.
import { at, root } from "./lib/paths.mjs";
import { main, run } from "./lib/run.mjs";
import { cargo, cargoFlags } from "./lib/tools.mjs";

main(() => {
  here(cargo, "fmt", "--check");
  for (const platform of [[], ["--target", "wasm32-unknown-unknown"]]) {
    here(cargo, "clippy", ...cargoFlags, ...platform, "--all-targets", "--", "-D", "warnings");
  }
  here(process.execPath, at("node_modules", "typescript", "bin", "tsc"), "--noEmit", "-p", at("tsconfig.json"));
  here(process.execPath, at("scripts", "schema.mjs"), "--check");
});

function here(command, ...args) {
  run(command, args, { cwd: root });
}
