// For an app's `run.mjs`, which runs in the app's folder and finds its tools where it stands itself, beside this one.
import { spawn } from "node:child_process";
import { copyFileSync, cpSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { isDeepStrictEqual } from "node:util";

export const app = process.cwd();

/** A tool's package, or a file in it: `tool("jest", "bin/jest.js")`. */
export function tool(name, path = "") {
  return join(dirname(require.resolve(`${name}/package.json`)), path);
}

/** The same source as another app's. */
export function borrow(from, ...names) {
  for (const name of names) copyFileSync(new URL(`../apps/${from}/${name}`, import.meta.url), join(app, name));
}

/** Into the app's own node_modules, where its bundle will look for it. */
export function bring(name) {
  cpSync(tool(name), join(app, "node_modules", name), { recursive: true });
}

const require = createRequire(import.meta.url);

const expected = createRequire(join(app, "run.mjs"))("./scenario.cjs").expected();

/** Tells the harness of something that is as it must be. */
export function passed(what) {
  process.send(what);
}

/**
 * Holds what an app printed against `backends` (`{ entry: "wasm" | "js" | an error's code }`): one line of each entry, with the
 * backend that answered and every answer, or with the error instead.
 */
export function check(what, backends, printed) {
  const lines = new Map([...printed.matchAll(/^\s*@ (\S+) (\{.*\})\s*$/gm)].map(([, entry, json]) => [entry, JSON.parse(json)]));
  const wrong = [];
  for (const [entry, backend] of Object.entries(backends)) {
    const line = lines.get(entry);
    lines.delete(entry);
    if (line === undefined) wrong.push(`${entry} said nothing`);
    else if (backend !== "wasm" && backend !== "js")
      wrong.push(...differences(entry, { code: line.code, known: line.known }, { code: backend, known: true }));
    else if (line.answers === undefined) wrong.push(`${entry}: ${JSON.stringify(line)}`);
    else wrong.push(...differences(entry, { backend: line.backend, ...line.answers }, { backend, ...expected }));
  }
  wrong.push(...[...lines.keys()].map((entry) => `${entry} was not asked for`));
  if (wrong.length > 0) throw new Error(`${what}: ${wrong.join("\n")}\n\nprinted:\n${tail(printed)}`);
  const answered = Object.values(backends).filter((backend) => backend === "wasm" || backend === "js").length;
  const each = Object.entries(backends).map(([entry, backend]) => `${entry.replace(/^chainpin(?=\/)/, "")} ${backend}`);
  passed(`${what}: ${each.join(", ")} (${answered * Object.keys(expected).length} verdicts)`);
}

/** Runs a program to its end; what it printed on both streams. */
export function run(command, args, { seconds = 120, env = {}, cwd = app } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      stdio: ["ignore", "pipe", "pipe"],
      timeout: seconds * 1000,
    });
    let printed = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
    child.on("error", reject);
    child.on("close", (code, signal) => {
      if (code === 0) resolve(printed);
      else reject(new Error(`${command} ${args.join(" ")} ended with ${signal ?? code}:\n${tail(printed)}`));
    });
  });
}

export function node(...args) {
  return run(process.execPath, args);
}

/** Enough to see what it was: no minified line as a whole. */
function tail(printed) {
  return printed
    .split("\n")
    .map((line) => line.slice(0, 300))
    .slice(-40)
    .join("\n");
}

function differences(entry, given, wanted) {
  return Object.keys({ ...given, ...wanted })
    .filter((name) => !isDeepStrictEqual(given[name], wanted[name]))
    .map((name) => `${entry}: ${name}: ${JSON.stringify(given[name])} instead of ${JSON.stringify(wanted[name])}`);
}
