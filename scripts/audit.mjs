// `npm run audit`: licences, bans and sources of all crates by cargo-deny (deny.toml); known advisories on crates and npm packages; the
// signatures of npm packages. What cannot be reached is told, and fails with --online alone.
import { spawnSync } from "node:child_process";
import { at, root } from "./lib/paths.mjs";
import { Failure, main, run } from "./lib/run.mjs";
import { cargo, need, tools } from "./lib/tools.mjs";

const online = process.argv.includes("--online");
/** Each with a package-lock.json of its own. */
const folders = ["", "examples/collector", "examples/inspector", "tests/bridges/android", "tests/clients", "tests/packaging"];
/** Known advisories that stay: a folder's packages, each with its reason. */
const accepted = {
  "tests/clients": { request: "abandoned, and still in use: the tests try what becomes of pinning in it, against servers of their own" },
};
const patience = 60_000;
const npmFlags = ["--json", "--fetch-retries=0"];

main(() => {
  const deny = need(tools.deny);
  // Of every feature and target, which no build asks for.
  run(cargo, ["fetch", "--locked"], { cwd: root });
  run(deny, ["--offline", "check", "licenses", "bans", "sources"], { cwd: root });

  const unreached = [];
  if (attempt(deny, ["fetch", "db"]).status === 0) run(deny, ["check", "--disable-fetch", "advisories"], { cwd: root });
  else unreached.push("the RustSec database");
  for (const folder of folders) unreached.push(...auditPackages(folder));

  for (const what of unreached) console.log(`· NOT CHECKED, could not be reached: ${what}`);
  if (online && unreached.length > 0) throw new Failure(`--online, and ${unreached.length} of the sources could not be reached`);
});

/** What npm's registry says of the packages; answers what it could not be asked. */
function auditPackages(folder) {
  const cwd = at(...folder.split("/"));
  const name = folder || "the package";
  const advisories = answerOf(attempt("npm", ["audit", ...npmFlags], cwd));
  const signatures = folder === "" ? answerOf(attempt("npm", ["audit", "signatures", ...npmFlags], cwd)) : {};
  const open = Object.entries(advisories?.vulnerabilities ?? {}).filter(([name]) => !(name in (accepted[folder] ?? {})));
  const found = open.map(([name, { severity, range }]) => `${name} ${range}: ${severity}`);
  for (const kind of ["invalid", "missing"])
    found.push(...(signatures?.[kind] ?? []).map((one) => `${one.name} ${one.version}: signature ${kind}`));
  if (found.length > 0) throw new Failure(`npm audit of ${name}:\n${found.join("\n")}`);
  return [...(advisories ? [] : [`npm's advisories for ${name}`]), ...(signatures ? [] : [`npm's signatures for ${name}`])];
}

/** The command's JSON; undefined where it is an error, or none. */
function answerOf({ stdout }) {
  try {
    const answer = JSON.parse(stdout);
    return "error" in answer || "message" in answer ? undefined : answer;
  } catch {
    return undefined;
  }
}

function attempt(command, args, cwd = root) {
  return spawnSync(command, args, {
    cwd,
    encoding: "utf8",
    timeout: patience,
    stdio: ["ignore", "pipe", "pipe"],
    shell: process.platform === "win32",
  });
}
