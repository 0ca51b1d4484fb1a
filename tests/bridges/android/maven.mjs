// Maven, over this folder's project.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at, target } from "../../../scripts/lib/paths.mjs";
import { Failure } from "../../../scripts/lib/run.mjs";

const here = at("tests", "bridges", "android");
export const out = join(target, "bridges-android");
const longestMinutes = 10;

export function maven(...args) {
  mkdirSync(out, { recursive: true });
  const options = { cwd: here, encoding: "utf8", timeout: longestMinutes * 60_000, maxBuffer: 1 << 26, stdio: ["ignore", "pipe", "pipe"] };
  const { status, stdout, stderr, error } = spawnSync("mvn", ["-B", "-q", `-Dchainpin.out=${out}`, ...args], options);
  return { status: error ? 1 : status, output: error ? error.message : stdout + stderr };
}

/** What a person needs of Maven's output: no stack frames, no advice on Maven itself. */
export function tail(output) {
  const lines = output
    .split("\n")
    .filter((line) => /\S/.test(line) && !/^\s+at |Re-run Maven|full stack trace|Help 1|resuming|After correcting/.test(line));
  return lines.slice(-40).join("\n");
}

// Once: they are 200 MB, and the same for all.
export function unpackLibraries() {
  const stamp = join(out, "libraries", "stamp");
  const inputs = ["pom.xml", "libraries/pom.xml", "package-lock.json"].map((file) => readFileSync(join(here, file)));
  const wanted = createHash("sha256").update(Buffer.concat(inputs)).digest("hex");
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === wanted) return;
  console.log("· Android libraries by Maven (the first time some 500 MB, 1 to 3 min)");
  const { status, output } = maven("-Pokhttp-4", "-pl", "libraries", "-am", "compile");
  if (status !== 0) throw new Failure(tail(output));
  writeFileSync(stamp, wanted);
}
