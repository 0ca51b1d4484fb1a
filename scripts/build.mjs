// The crate and its TypeScript -> pkg/dist. Does nothing when nothing has changed.
//   --names       only tells which crates and functions fill the module; with --js, the one that becomes JavaScript
//   --panic-hook  a development build: panics show their message in the console
import { chmodSync, copyFileSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sources } from "./entries.mjs";
import { hashOf, isFresh, markFresh } from "./lib/inputs.mjs";
import { withLock } from "./lib/lock.mjs";
import { at, dist, generated, root, target } from "./lib/paths.mjs";
import { main, output } from "./lib/run.mjs";
import { rustc } from "./lib/tools.mjs";

const options = {
  names: process.argv.includes("--names"),
  js: process.argv.includes("--js"),
  panicHook: process.argv.includes("--panic-hook"),
};

main(() =>
  withLock(join(target, "locks", "build"), async () => {
    if (options.names) return tellWhatFills();
    const module = await buildModule();
    await buildPackage(module);
    settleModes();
  }),
);

/** js/generated: the glue and the module. Returns what stands for its state. */
async function buildModule() {
  const versions = output(rustc, ["-vV"], { cwd: root }) + readFileSync(at("node_modules", "binaryen", "package.json"));
  const makers = ["wasm", "unreachable", "glue", "javascript"].map((name) => `scripts/build/${name}.mjs`);
  const hash = hashOf(["src", "Cargo.toml", "Cargo.lock", ...makers], `${versions}${options.panicHook}`);
  const stamp = join(generated, "module.stamp");
  if (isFresh(stamp, hash)) return hash;

  const started = Date.now();
  console.log("· building the modules (a minute or two the first time)");
  const [{ buildWasm }, { makeGlue }, { makeJavaScript }] = await Promise.all(
    ["wasm", "glue", "javascript"].map((name) => import(`./build/${name}.mjs`)),
  );
  const [wasm, js] = ["wasm", "js"].map((variant) => buildWasm(variant, options));
  const [glue, jsGlue] = [wasm, js].map(({ bytes, source, types }) => makeGlue({ source, types, module: new WebAssembly.Module(bytes) }));

  const outputs = {
    "glue.js": glue.source,
    "glue.d.ts": glue.types,
    "inline-wasm.ts": `export const wasmBase64 =\n  "${wasm.bytes.toString("base64")}";\n`,
    "chainpin.wasm": wasm.bytes,
    "js-glue.js": jsGlue.source,
    "js-glue.d.ts": jsGlue.types,
    "js-module.js": makeJavaScript(js.file),
    "js-module.d.ts": "export function instantiate(imports: object): object;\n",
  };
  mkdirSync(generated, { recursive: true });
  for (const [name, content] of Object.entries(outputs)) writeFileSync(join(generated, name), content);
  markFresh(
    stamp,
    hash,
    Object.keys(outputs).map((name) => join(generated, name)),
  );
  console.log(`· modules built in ${seconds(started)}`);
  return hash;
}

/** pkg/dist: what npm ships. */
async function buildPackage(module) {
  const makers = ["scripts/build", "scripts/entries.mjs", "scripts/lib/crates.mjs"];
  const hash = hashOf(["js", ...makers, "package-lock.json", "pkg/package.json", "LICENSE-APACHE", "LICENSE-MIT"], module);
  const stamp = join(generated, "package.stamp");
  if (isFresh(stamp, hash)) return;

  const started = Date.now();
  const [{ bundle }, { emitTypes }, { writeNotices }, { writeStubs }, { printSizes, sizes }] = await Promise.all(
    ["bundle", "types", "notices", "stubs", "sizes"].map((name) => import(`./build/${name}.mjs`)),
  );
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist, { recursive: true });
  writeNotices(await bundle());
  emitTypes();
  copyFileSync(join(generated, "chainpin.wasm"), join(dist, "chainpin.wasm"));
  for (const name of ["LICENSE-APACHE", "LICENSE-MIT"]) copyFileSync(at(name), at("pkg", name));
  const stubs = writeStubs();

  const written = readdirSync(dist, { recursive: true }).map((name) => join(dist, name));
  markFresh(stamp, hash, [...written, at("pkg", "THIRD-PARTY-NOTICES"), ...stubs]);
  console.log(`· package built in ${seconds(started)}`);
  printSizes(sizes(["chainpin.wasm", ...Object.keys(sources).map((name) => `${name}.js`)]));
}

/** The tarball has the files' modes: the same whatever the umask of the checkout and of the build. */
function settleModes() {
  for (const entry of readdirSync(at("pkg"), { recursive: true, withFileTypes: true })) {
    if (entry.isFile()) chmodSync(join(entry.path, entry.name), 0o644);
  }
}

async function tellWhatFills() {
  const [{ buildWasm }, { printProfile }] = await Promise.all([import("./build/wasm.mjs"), import("./build/profile.mjs")]);
  printProfile(buildWasm(options.js ? "js" : "wasm", options).bytes);
}

function seconds(since) {
  return `${((Date.now() - since) / 1000).toFixed(1)} s`;
}
