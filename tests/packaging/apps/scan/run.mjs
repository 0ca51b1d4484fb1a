// The installed files, one by one: what no app may be given.
import { existsSync, readFileSync, readdirSync, statSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { command, entries } from "../../../../scripts/entries.mjs";
import { app, passed } from "../../lib/app.mjs";
import { namesOf } from "./names.mjs";

const folder = join(app, "node_modules", "chainpin");
const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));

/** Run in Node alone, so they may use it; their names in dist/. */
const nodeOnly = [...Object.keys(entries).filter((name) => entries[name].nodeOnly), command.name];
/** Their declarations, which name Node's types. */
const nodeTypes = /^dist\/(?:node|adapters\/node\/\w[\w-]*)\.d\.c?ts$/;

/** What a script may take from around it: ECMAScript 2020, and what it looks for before it uses it. */
const globals = new Set(
  (
    "arguments undefined NaN Infinity Object Array String Number Boolean BigInt Symbol Math JSON Date RegExp Promise Map Set WeakMap WeakSet Reflect Proxy " +
    "Error TypeError RangeError SyntaxError parseInt parseFloat isNaN isFinite ArrayBuffer DataView " +
    "Int8Array Uint8Array Uint8ClampedArray Int16Array Uint16Array Int32Array Uint32Array Float32Array Float64Array BigInt64Array BigUint64Array " +
    "globalThis WebAssembly atob crypto TextDecoder TextEncoder FinalizationRegistry setTimeout clearTimeout"
  ).split(" "),
);

const own = new Set([
  ...Object.keys(manifest.exports).map((path) => manifest.name + path.slice(1)),
  ...Object.keys(manifest.peerDependencies),
]);

const files = readdirSync(folder, { recursive: true }).filter((name) => statSync(join(folder, name)).isFile());
const problems = files.flatMap((name) => problemsOf(name.split(sep).join("/")).map((problem) => `${name}: ${problem}`));
problems.push(...unkept());
if (problems.length > 0) throw new Error(problems.join("\n"));
passed(`${files.length} files clean`);

const tarball = readdirSync(app).find((name) => name.endsWith(".tgz"));
const { size } = statSync(join(app, tarball));
if (size > 2_000_000) throw new Error(`the tarball has ${size} bytes, more than 2 MB`);
passed(`tarball ${(size / 1e6).toFixed(2)} MB`);

function problemsOf(name) {
  const bytes = readFileSync(join(folder, name));
  const problems = [];
  if (
    !/^(?:package\.json|README\.md|LICENSE-(?:APACHE|MIT)|THIRD-PARTY-NOTICES|(?:policy|bridge)\.schema\.json|[\w-]+\/package\.json|dist\/.+\.(?:c?js|d\.c?ts|wasm)|dist\/react-native\/package\.json)$/.test(
      name,
    )
  ) {
    problems.push("is nothing that the package ships");
  }
  for (const [path] of bytes
    .toString("latin1")
    .matchAll(/\/(?:root|home|Users|tmp|work|rustc|build)\/[\w./-]*|[A-Z]:\\+Users|\.cargo\b|rustlib\b/g)) {
    problems.push(`names a place of some machine: ${path}`);
  }
  if (/\.d\.c?ts$/.test(name))
    problems.push(
      ...missing(
        name,
        [...bytes.toString().matchAll(/(?:from |import\()"([^"]+)"/g)].map(([, path]) => path.replace(/\.(c?)js$/, ".d.$1ts")),
        nodeTypes.test(name),
      ),
    );
  if (/(?<!\.d)\.c?js$/.test(name)) problems.push(...problemsOfScript(name, bytes.toString()));
  return problems;
}

function problemsOfScript(name, text) {
  const commonJs = name.endsWith(".cjs") || name.startsWith("dist/react-native/");
  const exempt = nodeOnly.some((entry) => name.startsWith(`dist/${entry}.`) || name.startsWith(`dist/${entry}/`));
  const { imports, free, importMeta, importsAtRunTime } = namesOf(text, commonJs ? "script" : "module");
  const allowed = (global) => globals.has(global) || (commonJs && ["module", "require"].includes(global));
  return [
    ...(/[^\x00-\x7f]/.test(text) ? ["is not ASCII: a page without a charset would misread it"] : []),
    ...(importMeta && !exempt ? ["has import.meta, which Hermes and CommonJS do not know"] : []),
    ...(importsAtRunTime && commonJs ? ["imports at run time, which Hermes and Jest do not"] : []),
    ...(exempt ? [] : free.filter((global) => !allowed(global)).map((global) => `uses ${global}`)),
    ...missing(name, imports, exempt),
  ];
}

function missing(name, imports, exempt = false) {
  const problems = [];
  for (const path of imports) {
    if (typeof path !== "string") problems.push("imports what is not a literal");
    else if (!path.startsWith(".")) exempt || own.has(path) || problems.push(`imports ${path}`);
    else if (!existsSync(join(folder, dirname(name), path))) problems.push(`imports ${path}, which is not there`);
  }
  return problems;
}

/** What the manifest names and the tarball has not. */
function unkept() {
  const named = [
    manifest.main,
    manifest.module,
    manifest.types,
    manifest["react-native"],
    ...targets(manifest.exports),
    ...targets(manifest.bin ?? {}),
  ];
  const stubs = files
    .filter((name) => name.endsWith(`${sep}package.json`))
    .flatMap((name) => {
      const { main, module, types, "react-native": native } = JSON.parse(readFileSync(join(folder, name), "utf8"));
      return [main, module, types, native].filter(Boolean).map((path) => join(dirname(name), path));
    });
  return [...named, ...stubs]
    .filter((path) => !existsSync(join(folder, path)))
    .map((path) => `package.json names ${path}, which is not there`);
}

function targets(value) {
  return typeof value === "string" ? [value] : Object.values(value).flatMap(targets);
}
