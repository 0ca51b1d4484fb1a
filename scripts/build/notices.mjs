// THIRD-PARTY-NOTICES: what the package contains of others, with the licence under which it is passed on.
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { byName, shippedCrates } from "../lib/crates.mjs";
import { at, root } from "../lib/paths.mjs";
import { Failure, output } from "../lib/run.mjs";
import { rustc } from "../lib/tools.mjs";

/** `modules`: folders of the npm packages that the scripts contain. */
export function writeNotices(modules) {
  const crates = shippedCrates().crates.map(workOfCrate);
  const works = [...crates, ...worksOfStandardLibrary(), ...withTheirs(modules).map(workOfModule)].sort(byName);
  const sections = [...grouped(works)].map(([text, works]) => `${works.map(line).join("\n")}\n\n${text}`);
  const content = [HEAD, ...sections].join(`\n\n${"-".repeat(80)}\n\n`);
  writeFileSync(at("pkg", "THIRD-PARTY-NOTICES"), `${content}\n`);
}

const HEAD = `chainpin contains works of others: Rust crates, compiled into its modules, and npm packages, bundled into its scripts.
Where one is offered under several licences, it is passed on under the one that is printed here.`;

function line({ name, version, kind, licence }) {
  return `${name} ${version} (${kind}, ${licence})`;
}

function workOfCrate({ name, version, license, manifest_path }) {
  return { name, version, kind: "crate", licence: license, folder: dirname(manifest_path) };
}

function workOfModule(folder) {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return { name, version, kind: "npm", licence: license, folder };
}

/** Also what a package has bundled into itself before. */
function withTheirs(modules) {
  const all = new Set(modules);
  for (const folder of all) {
    const { dependencies = {} } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    for (const name of Object.keys(dependencies)) all.add(at("node_modules", ...name.split("/")));
  }
  return [...all];
}

/** It is compiled along, and brings two crates to where there is no operating system. */
function worksOfStandardLibrary() {
  const library = join(output(rustc, ["--print", "sysroot"], { cwd: root }), "lib", "rustlib", "src", "rust", "library");
  const version = output(rustc, ["--version"], { cwd: root }).split(" ")[1];
  const licence = "MIT OR Apache-2.0";
  const lock = readFileSync(join(library, "Cargo.lock"), "utf8");
  const registry = dirname(dirname(shippedCrates().crates[0].manifest_path));
  const vendored = ["dlmalloc", "hashbrown"].map((name) => {
    const [, version] = new RegExp(`name = "${name}"\\nversion = "([^"]+)"`).exec(lock);
    return { name, version, kind: "crate, in the standard library", licence, folder: join(registry, `${name}-${version}`) };
  });
  return [
    { name: "rust-std", version, kind: "the standard library", licence, folder: join(library, "stdarch") },
    {
      name: "compiler-builtins",
      version,
      kind: "crate, in the standard library",
      licence: "MIT AND Apache-2.0 WITH LLVM-exception",
      folder: join(library, "compiler-builtins"),
    },
    ...vendored,
  ];
}

function grouped(works) {
  const groups = new Map();
  for (const work of works) {
    const text = textOf(work);
    groups.set(text, [...(groups.get(text) ?? []), work]);
  }
  return groups;
}

/** The text that lies beside the work; for one that comes without, the one that was taken from its repository. */
function textOf({ name, version, folder }) {
  const kept = at("scripts", "build", "licences", `${name}-${version}.txt`);
  const names = existsSync(folder) ? readdirSync(folder) : [];
  const file = PREFERRED.map((pattern) => names.find((name) => pattern.test(name))).find((name) => name !== undefined);
  const from = file ? join(folder, file) : kept;
  if (!existsSync(from)) throw new Failure(`${name} ${version} comes without its licence: put the text into ${kept.replace(root, "")}`);
  return readFileSync(from, "utf8")
    .replaceAll("\r\n", "\n")
    .replace(/[ \t]+$/gm, "")
    .trim();
}

const PREFERRED = [/^LICEN[CS]E-MIT/i, /^LICEN[CS]E(?:\.(?:txt|md))?$/i, /^COPYING$/i];
