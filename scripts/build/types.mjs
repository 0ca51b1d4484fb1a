// Declarations for pkg/dist: what the types of the entries reach, for ES modules (.d.ts) and for CommonJS (.d.cts).
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, posix } from "node:path";
import { sources } from "../entries.mjs";
import { at, dist, root, target } from "../lib/paths.mjs";
import { Failure, run } from "../lib/run.mjs";

export function emitTypes() {
  const emitted = join(target, "types");
  rmSync(emitted, { recursive: true, force: true });
  const tsc = at("node_modules", "typescript", "bin", "tsc");
  // The adapters first: what they share with the rest is declared as the rest sees it, without Node's types.
  for (const project of ["js/adapters/tsconfig.json", "js/tsconfig.json"]) {
    run(process.execPath, [tsc, "-p", at(project), ...declarationsOnly, "--rootDir", at("js"), "--outDir", emitted], { cwd: root });
  }

  const modules = reached(emitted);
  for (const [path, { name, text }] of modules) {
    for (const [ending, declarationEnding] of [
      [".js", ".d.ts"],
      [".cjs", ".d.cts"],
    ]) {
      const rewritten = text.replace(specifiers, (_, before, specifier, after) => {
        const to = modules.get(moduleOf(path, specifier)).name;
        const relative = posix.relative(posix.dirname(name), to);
        return `${before}${relative.startsWith(".") ? "" : "./"}${relative}${ending}${after}`;
      });
      const file = join(dist, name + declarationEnding);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, rewritten);
    }
  }
}

const declarationsOnly = ["--noEmit", "false", "--declaration", "--emitDeclarationOnly"];

const specifiers = /((?:\bfrom |\bimport\(|\bimport )")(\.\.?\/[^"]+)(")/g;

/** Module path in js/ -> its name in pkg/dist and its declaration, beginning with the entries. */
function reached(emitted) {
  const modules = new Map();
  for (const [name, source] of Object.entries(sources)) visit(source.replace(/^js\//, "").replace(/\.ts$/, ""), name);
  const names = [...modules.values()].map(({ name }) => name);
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice) throw new Failure(`two modules would declare pkg/dist/${twice}.d.ts`);
  return modules;

  function visit(path, name = nameOf(path)) {
    if (modules.has(path)) return;
    const file = [join(emitted, `${path}.d.ts`), at("js", `${path}.d.ts`)].find(existsSync);
    if (!file) throw new Failure(`js/${path}.ts has no declaration`);
    const text = readFileSync(file, "utf8");
    modules.set(path, { name, text });
    for (const [, , specifier] of text.matchAll(specifiers)) visit(moduleOf(path, specifier));
  }
}

function nameOf(path) {
  return Object.keys(sources).find((name) => sources[name] === `js/${path}.ts`) ?? path;
}

function moduleOf(importer, specifier) {
  return posix.join(posix.dirname(importer), specifier.replace(/\.(js|ts)$/, ""));
}
