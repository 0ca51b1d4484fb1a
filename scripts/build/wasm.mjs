// Cargo -> wasm-bindgen -> binaryen: the two modules that the payloads are made from.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { cargo, cargoFlags, need, rustc, tools } from "../lib/tools.mjs";
import { at, root, target } from "../lib/paths.mjs";
import { output, run } from "../lib/run.mjs";
import { withoutUnreachable } from "./unreachable.mjs";

const triple = "wasm32-unknown-unknown";

const wasm = { profile: "release", features: [], flags: [], passes: [] };
const js = {
  profile: "js",
  features: ["host-crypto"],
  // Memory enough for ordinary policies and chains, as growing copies all of it. A copy of a structure is one call, whose code is
  // a line: spelt out in 32-bit words, such copies are a tenth of the payload.
  flags: ["-Clink-arg=--initial-memory=2097152", "-Ctarget-feature=+bulk-memory,+bulk-memory-opt", "-Cllvm-args=-max-store-memcpy=1"],
  passes: ["--enable-bulk-memory", "--enable-bulk-memory-opt"],
};

/** `wasm` is shipped as it is; `js` goes through wasm2js, without the arithmetic that its host does faster. */
const variants = {
  wasm,
  js,
  // With the test entry for single signatures.
  jsTest: { ...js, features: [...js.features, "signature-tests"] },
};

/** Compiles the crate; returns the finished module and the glue that wasm-bindgen wrote for it. */
export function buildWasm(variant, { names = false, panicHook = false } = {}) {
  const { profile } = variants[variant];
  const folder = join(target, "mvp");
  const bound = join(folder, "bindgen", variant);
  const finished = join(bound, names ? "finished.names.wasm" : "finished.wasm");

  compile(folder, variants[variant], panicHook);
  mkdirSync(bound, { recursive: true });
  run(need(tools.bindgen), ["--target", "bundler", "--out-dir", bound, join(folder, triple, profile, "chainpin.wasm")]);
  const needed = join(bound, "needed.wasm");
  writeFileSync(needed, withoutUnreachable(readFileSync(join(bound, "chainpin_bg.wasm"))));
  optimise(needed, finished, variants[variant].passes, names);

  return {
    bytes: readFileSync(finished),
    source: readFileSync(join(bound, "chainpin_bg.js"), "utf8"),
    types: readFileSync(join(bound, "chainpin.d.ts"), "utf8"),
    file: finished,
  };
}

// wasm2js takes MVP code only, and the prebuilt standard library is not MVP: it is built along (hence RUSTC_BOOTSTRAP).
// A panic becomes a bare trap, without its message or place: a tenth smaller. A panic hook needs them.
function compile(folder, { profile, features, flags: own }, panicHook) {
  const flags = [
    "-Ctarget-cpu=mvp",
    ...(panicHook ? [] : ["-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none"]),
    ...own,
    ...withoutMachinePaths(),
  ];
  const args = ["build", ...cargoFlags, "--profile", profile, "--lib", "--target", triple, "--target-dir", folder];
  args.push("-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size");
  const wanted = [...features, ...(panicHook ? ["panic-hook"] : [])];
  if (wanted.length > 0) args.push("--features", wanted.join());
  run(cargo, args, { cwd: root, env: { RUSTC_BOOTSTRAP: "1", CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f") } });
}

// The same bytes wherever it is built.
function withoutMachinePaths() {
  const sysroot = output(rustc, ["--print", "sysroot"], { cwd: root });
  const cargoHome = process.env.CARGO_HOME || join(homedir(), ".cargo");
  return [
    [join(sysroot, "lib", "rustlib", "src", "rust"), "rust"],
    [cargoHome, "cargo"],
    [root.replace(/[\\/]$/, ""), "chainpin"],
  ].map(([from, to]) => `--remap-path-prefix=${from}=${to}`);
}

// Exactly these features: with more features wasm-opt emits what Node 20 or wasm2js refuses. Sections go last, tools read them.
function optimise(from, to, features, names) {
  const strip = names ? [] : ["--strip-debug"];
  const passes = [
    "--mvp-features",
    ...features,
    ...(names ? ["-g"] : []),
    ...smallest,
    ...strip,
    "--strip-producers",
    "--strip-target-features",
  ];
  run(process.execPath, [at("node_modules", "binaryen", "bin", "wasm-opt"), ...passes, from, "-o", to]);
}

// Functions with one caller stay apart unless tiny: no more to load, and 1 to 8 % less to transfer, as gzip finds them alike.
const smallest = ["-Oz", "--one-caller-inline-max-function-size=30"];
