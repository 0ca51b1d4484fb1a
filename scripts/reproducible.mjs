// `npm run reproducible`: a second build from nothing, in a folder of another length, with another home, umask, time zone and language,
// gives the very tarball that this checkout's build gives, and each file in it. Some 3 minutes of one core.
//   --keep  leaves the other folder where it is
import { createHash } from "node:crypto";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { homedir, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { at, root, toolsRoot } from "./lib/paths.mjs";
import { Failure, main, output, run } from "./lib/run.mjs";

const patience = 40 * 60_000;

main(async () => {
  run(process.execPath, ["scripts/build.mjs"], { cwd: root });
  const scratch = mkdtempSync(join(tmpdir(), "chainpin-reproducible-"));
  try {
    const folder = join(scratch, "a folder of another name", "and-another-length");
    const home = join(scratch, "home");
    copySources(folder);
    copyHome(home);
    await elsewhere(folder, home, "node scripts/build.mjs");
    await elsewhere(folder, home, "cd pkg && npm pack --ignore-scripts --loglevel=error");
    compare(packed(at("pkg"), join(scratch, "here")), join(folder, "pkg"));
  } finally {
    if (process.argv.includes("--keep")) console.log(scratch);
    else rmSync(scratch, { recursive: true, force: true });
  }
});

/** The files that git has, as they are now, of another age; and the npm packages. */
function copySources(folder) {
  const names = output("git", ["ls-files", "--cached", "--others", "--exclude-standard"], { cwd: root });
  if (names === undefined) throw new Failure("git is needed, to tell the project's files from others");
  for (const name of names.split("\n").filter((name) => existsSync(at(name)))) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    copyFileSync(at(name), join(folder, name));
    utimesSync(join(folder, name), 1e9, 1e9);
  }
  cpSync(at("node_modules"), join(folder, "node_modules"), { recursive: true, verbatimSymlinks: true });
}

/** A home of its own, in which Cargo finds the crates that were fetched already. */
function copyHome(home) {
  const cargoHome = process.env.CARGO_HOME || join(homedir(), ".cargo");
  mkdirSync(join(home, "cargo-of-another-name"), { recursive: true });
  for (const name of readdirSync(cargoHome)) symlinkSync(join(cargoHome, name), join(home, "cargo-of-another-name", name));
}

async function elsewhere(folder, home, command) {
  const env = {
    ...process.env,
    HOME: home,
    CARGO_HOME: join(home, "cargo-of-another-name"),
    RUSTUP_HOME: process.env.RUSTUP_HOME || join(homedir(), ".rustup"),
    RUSTUP_TOOLCHAIN: output("rustup", ["show", "active-toolchain"], { cwd: root })?.split(" ")[0],
    CHAINPIN_TOOLS: toolsRoot,
    CARGO_TARGET_DIR: "",
    CARGO_NET_OFFLINE: "true",
    TZ: "Pacific/Kiritimati",
    LANG: "tr_TR.UTF-8",
    LC_ALL: "C",
    USER: "somebody",
  };
  for (const name of ["RUSTUP_TOOLCHAIN", "CARGO_TARGET_DIR"]) if (!env[name]) delete env[name];
  // A group of its own, so that the end of patience is the end of all that it has started.
  const child = spawn("sh", ["-c", `umask 077 && ${command}`], {
    cwd: folder,
    env,
    stdio: ["ignore", "inherit", "inherit"],
    detached: true,
  });
  const timer = setTimeout(() => process.kill(-child.pid), patience);
  const [status, signal] = await once(child, "close");
  clearTimeout(timer);
  if (status !== 0) throw new Failure(`\`${command}\` elsewhere ended with ${signal ?? status}`);
}

function packed(folder, to) {
  mkdirSync(to);
  run("npm", ["pack", "--ignore-scripts", "--loglevel=error", "--pack-destination", to], { cwd: folder });
  return to;
}

function compare(here, there) {
  const tarballs = [here, there].map((folder) =>
    join(
      folder,
      readdirSync(folder).find((name) => name.endsWith(".tgz")),
    ),
  );
  const [ours, theirs] = tarballs.map(filesOf);
  const differing = [...new Set([...ours.keys(), ...theirs.keys()])].filter((name) => ours.get(name) !== theirs.get(name));
  if (differing.length > 0) {
    const lines = differing.map((name) => `  ${name}: ${ours.get(name) ?? "missing"} here, ${theirs.get(name) ?? "missing"} elsewhere`);
    throw new Failure(`${differing.length} of ${ours.size} files differ:\n${lines.slice(0, 20).join("\n")}`);
  }
  const [one, other] = tarballs.map((file) => sha256(readFileSync(file)));
  if (one !== other) throw new Failure(`the files are the same, the tarballs are not: sha256 ${one} here, ${other} elsewhere`);
  console.log(`${ours.size} files and the tarball are the same, byte for byte: sha256 ${one}`);
}

/** Name -> mode and hash. */
function filesOf(tarball) {
  const folder = mkdtempSync(join(dirname(tarball), "unpacked-"));
  run("tar", ["-xzf", tarball, "-C", folder]);
  const modes = new Map(
    output("tar", ["-tvzf", tarball])
      .split("\n")
      .map((line) => [line.split(/ +/).slice(5).join(" "), line.slice(0, 10)]),
  );
  return new Map([...modes].map(([name, mode]) => [name, `${mode} ${sha256(readFileSync(join(folder, name))).slice(0, 16)}`]));
}

function sha256(bytes) {
  return createHash("sha256").update(bytes).digest("hex");
}
