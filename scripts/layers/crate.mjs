// The modules of a crate and what each uses: `use` trees, and paths in code that begin with `crate`, `super`, `self` or a child module.
// A name that a module re-exports counts where it is defined. Modules for tests are left out.
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";

/** Returns `{ modules: [{ path, file }], edges: [{ from, to, line, text }] }`; a path is `policy::json`, that of lib.rs is empty. */
export function readCrate(folder) {
  const names = readdirSync(join(folder, "src"), { recursive: true }).filter((name) => name.endsWith(".rs"));
  const all = names.sort().map((name) => readModule(folder, name));
  const testOnly = all.flatMap(({ segments, tests }) => tests.map((name) => [...segments, name].join("::")));
  const isTest = ({ path }) => testOnly.some((name) => path === name || path.startsWith(`${name}::`));
  const modules = new Map(all.filter((module) => !isTest(module)).map((module) => [module.path, module]));
  for (const module of modules.values()) module.uses = [...importsOf(module), ...pathsOf(module)];
  return { modules: [...modules.values()], edges: [...modules.values()].flatMap((module) => edgesOf(module, modules)) };
}

function readModule(folder, name) {
  const path = name
    .replace(/\.rs$/, "")
    .replace(/(^|[\\/])(mod|lib)$/, "")
    .replaceAll(/[\\/]/g, "::");
  const code = withoutTests(withoutText(readFileSync(join(folder, "src", name), "utf8")));
  const tests = [...code.matchAll(/#\[cfg\(test\)\]\s*mod (\w+);/g)].map(([, name]) => name);
  return { path, segments: path === "" ? [] : path.split("::"), file: `src/${name.replaceAll("\\", "/")}`, code, tests };
}

const blank = (text) => text.replace(/[^\n]/g, " ");

/** Comments and literals blank, so that every offset and line stays. */
function withoutText(text) {
  return text.replace(/\/\/[^\n]*|\/\*[^]*?\*\/|\br(#*)"[^]*?"\1|"(?:\\[^]|[^"\\])*"|'(?:\\[^']+|[^'\\\n])'/g, blank);
}

/** The bodies of `#[cfg(test)] mod name { … }` blank. */
function withoutTests(code) {
  let result = code;
  for (const { index, 0: head } of code.matchAll(/#\[cfg\((?:all\()?test\b[^\n]*\s*mod \w+ \{/g)) {
    const end = endOfBlock(code, index + head.length);
    result = result.slice(0, index) + blank(code.slice(index, end)) + result.slice(end);
  }
  return result;
}

/** The offset after the brace that closes the block whose inside begins at `from`. */
function endOfBlock(code, from) {
  let [depth, index] = [1, from];
  for (; depth > 0 && index < code.length; index++) depth += { "{": 1, "}": -1 }[code[index]] ?? 0;
  return index;
}

const statement = /\b(pub(?:\([^)]*\))?\s+)?use\s+([^;]+);/g;

function importsOf(module) {
  return [...module.code.matchAll(statement)].flatMap(({ index, 1: visibility, 2: tree }) =>
    expand(tree).map(({ segments, name }) => ({ segments, name, isPublic: visibility !== undefined, ...placeOf(module, index) })),
  );
}

/** `a::{b, c as d}` -> a::b as b, a::c as d. */
function expand(tree, before = []) {
  const open = tree.indexOf("{");
  const split = (path) => [
    ...before,
    ...path
      .split("::")
      .map((word) => word.trim())
      .filter(Boolean),
  ];
  if (open >= 0)
    return branches(tree.slice(open + 1, tree.lastIndexOf("}"))).flatMap((branch) => expand(branch, split(tree.slice(0, open))));
  const [path, alias] = tree.split(/\sas\s/);
  const segments = split(path);
  if (["self", "*"].includes(segments.at(-1)) && segments.length > 1) segments.pop();
  return [{ segments, name: alias?.trim() ?? segments.at(-1) }];
}

function branches(list) {
  let [depth, parts] = [0, [""]];
  for (const letter of list) {
    depth += { "{": 1, "}": -1 }[letter] ?? 0;
    if (letter === "," && depth === 0) parts = [...parts, ""];
    else parts[parts.length - 1] += letter;
  }
  return parts.map((part) => part.trim()).filter(Boolean);
}

function pathsOf(module) {
  const code = module.code.replace(statement, blank);
  return [...code.matchAll(/(?<![\w:])[a-z_]\w*(?:::\w+)+/g)].map(({ index, 0: path }) => ({
    segments: path.split("::"),
    ...placeOf(module, index),
  }));
}

/** Where it stands: the line, and the module, which may be one that is written inside the file. */
function placeOf({ segments, code }, index) {
  const around = [...code.slice(0, index).matchAll(/\bmod (\w+) \{/g)].filter(
    (head) => endOfBlock(code, head.index + head[0].length) > index,
  );
  return { line: code.slice(0, index).split("\n").length, base: [...segments, ...around.map(([, name]) => name)] };
}

function edgesOf(module, modules) {
  return module.uses.flatMap((use) => {
    const to = targetOf(use, modules);
    const isFacade = use.isPublic && to?.path.startsWith(`${module.path}::`);
    return to === undefined || to === module || isFacade ? [] : [{ from: module, to, line: use.line, text: use.segments.join("::") }];
  });
}

/** The module that defines what is used; undefined if that is in another crate. */
function targetOf({ segments, base }, modules, steps = 0) {
  let place = absolute(segments, base, modules);
  if (place === undefined) return undefined;
  const rest = [];
  while (!modules.has(place.join("::"))) {
    rest.unshift(place.at(-1));
    place = place.slice(0, -1);
  }
  const module = modules.get(place.join("::"));
  const through = module.uses.find(({ name }) => name !== undefined && name === rest[0]);
  if (through === undefined || steps > 20) return module;
  return targetOf({ ...through, segments: [...through.segments, ...rest.slice(1)] }, modules, steps + 1) ?? module;
}

function absolute([first, ...rest], base, modules) {
  if (first === "crate") return rest;
  if (first === "self") return [...base, ...rest];
  if (first !== "super") return modules.has([...base, first].join("::")) ? [...base, first, ...rest] : undefined;
  const above = base.slice(0, -1);
  return rest[0] === "super" ? absolute(rest, above, modules) : [...above, ...rest];
}
