// Builds the comparison and runs it: `node tests/differential/run.mjs [--cases N] [--chains N] [--seed N] [--first N] [--node-every N]`.
import { join } from "node:path";
import { at, onPath, root, target } from "../../scripts/lib/paths.mjs";
import { main, output, run } from "../../scripts/lib/run.mjs";
import { cargo, cargoFlags } from "../../scripts/lib/tools.mjs";

main(() => {
  const folder = join(target, "differential");
  const manifest = ["--manifest-path", at("tests", "differential", "Cargo.toml"), "--target-dir", folder];
  run(cargo, ["build", ...cargoFlags, "--release", ...manifest, ...features()], { cwd: root });
  const program = join(folder, "release", process.platform === "win32" ? "chainpin-differential.exe" : "chainpin-differential");
  run(program, process.argv.slice(2), { cwd: root });
});

// The system's OpenSSL where its headers are, else one built from source.
function features() {
  const isThere = process.env.OPENSSL_DIR || (onPath("pkg-config") && output("pkg-config", ["--exists", "openssl"]) !== undefined);
  return isThere ? [] : ["--features", "vendored"];
}
