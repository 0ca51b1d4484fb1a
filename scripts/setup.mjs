// What a fresh clone lacks: `node scripts/setup.mjs [PART…]`, without a part all that `npm test` needs.
// Runs before `npm ci`, so Node's own modules only.
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { withLock } from "./lib/lock.mjs";
import { at, onPath, root, target, toolFolder, toolsRoot } from "./lib/paths.mjs";
import { Failure, main, output, run } from "./lib/run.mjs";
import {
  browser,
  cargo,
  find,
  jsc,
  llvmTools,
  pysparkVersion,
  rustc,
  sparkFolder,
  sparkPython,
  swiftFolder,
  swiftPackages,
  tools,
} from "./lib/tools.mjs";
import { needsOf, tasks } from "./tasks.mjs";

const own = () => packages(root, "a few seconds");
const packagers = () => packages(at("tests", "packaging"), "400 MB, about 1 min");
const bindgen = () => tool(tools.bindgen);

/** What each part brings, in this order, each once. Which task needs which parts is in scripts/tasks.mjs. */
const parts = {
  rust: [rust],
  packages: [own],
  build: [rust, bindgen, own],
  browser: [rust, bindgen, () => tool(tools.wasmPack), chromium],
  clients: [() => packages(at("tests", "clients"), "40 MB")],
  collector: [() => packages(at("examples", "collector"), "builds SQLite, about 1 min", headers())],
  packaging: [chromium, javaScriptCore, packagers],
  bridges: [chromium, maven, packagers, () => packages(at("tests", "bridges", "android"), "260 MB")],
  oracles: [maven],
  inspector: [chromium, () => packages(at("examples", "inspector"), "75 MB")],
  differential: [rust, openssl],
  fuzz: [rust, fuzzing],
  coverage: [rust, coverage],
  mutants: [rust, () => tool(tools.mutants)],
  audit: [rust, () => tool(tools.deny)],
  ios: [swift],
  spark: [spark],
};

main(async () => {
  const wanted = process.argv.slice(2);
  const stray = wanted.find((part) => !Object.hasOwn(parts, part));
  if (stray) throw new Failure(`\`${stray}\` is no part of the set-up; there are ${Object.keys(parts).join(", ")}`);

  node();
  const chosen = wanted.length === 0 ? needsOf(tasks.test) : wanted;
  for (const bring of new Set(chosen.flatMap((part) => parts[part]))) await bring();
  if (wanted.length === 0) console.log("· everything is in place");
});

function node() {
  const [major] = process.versions.node.split(".");
  if (Number(major) < 20) throw new Failure(`Node 20 or newer is needed, this is ${process.versions.node}`);
}

function rust() {
  if (output(cargo, ["--version"]) === undefined && !onPath("rustup")) {
    throw new Failure("Rust is missing: install rustup (https://rustup.rs), open a new shell and run this again");
  }
  let sysroot = output(rustc, ["--print", "sysroot"], { cwd: root });
  if (sysroot === undefined) {
    toolchain();
    sysroot = output(rustc, ["--print", "sysroot"], { cwd: root });
  }
  const wanted = /^rust-version = "([^"]+)"/m.exec(readFileSync(at("Cargo.toml"), "utf8"))[1];
  const found = output(rustc, ["--version"], { cwd: root })?.split(" ")[1] ?? "none";
  if (older(found, wanted)) throw new Failure(`Rust ${wanted} or newer is needed, this is ${found}: run \`rustup update stable\``);

  const library = join(sysroot, "lib", "rustlib");
  // A distribution's compiler comes without: the build needs the source only, the browser tests and lints the target too.
  component(process.env.RUSTC || existsSync(join(library, "wasm32-unknown-unknown", "lib")), "target", "wasm32-unknown-unknown", "100 MB");
  component(existsSync(join(library, "src", "rust", "library", "Cargo.lock")), "component", "rust-src", "20 MB");
  component(output(cargo, ["clippy", "--version"], { cwd: root }), "component", "clippy", "5 MB");
  component(output(cargo, ["fmt", "--version"], { cwd: root }), "component", "rustfmt", "2 MB");
}

// rustup without any toolchain.
function toolchain() {
  say("Rust: the stable toolchain", "some 200 MB");
  const parts = ["--profile", "minimal", "--component", "clippy,rustfmt,rust-src", "--target", "wasm32-unknown-unknown"];
  run("rustup", ["toolchain", "install", "stable", "--no-self-update", ...parts]);
  if (output("rustup", ["default"]) === undefined) run("rustup", ["default", "stable"]);
}

function component(present, kind, name, size) {
  if (present) return;
  const active = output("rustup", ["show", "active-toolchain"], { cwd: root })?.split(" ")[0];
  if (active === undefined) throw new Failure(`${name} is missing, and there is no rustup to add it to ${rustc}`);
  say(`Rust: ${name} for ${active}`, size);
  try {
    run("rustup", [kind, "add", "--toolchain", active, name]);
  } catch (error) {
    throw new Failure(
      `${error.message}\nWhere rustup's downloads are refused, Debian's packages build the same: apt-get install rustc-web cargo-web rust-web-src,\n` +
        "put a rust-lld on PATH, set RUSTC=/usr/bin/rustc and CARGO=/usr/bin/cargo, and run this again.",
    );
  }
}

// A folder appears whole or not at all: two set-ups at once do the work twice, and the first one's stays.
function tool(wanted) {
  if (find(wanted)) return;
  const { crate, version } = wanted;
  const folder = toolFolder(crate, version);
  const building = join(toolsRoot, `.${crate}-${version}-${process.pid}`);
  mkdirSync(building, { recursive: true });
  try {
    if (!prebuilt(crate, version, building)) {
      say(`${crate} ${version}: from source`, "1 to 2 min on two cores");
      const quiet = process.stderr.isTTY ? [] : ["--quiet"];
      run(cargo, ["install", ...quiet, "--root", building, "--version", version, "--no-default-features", crate], {
        cwd: building,
        env: { ...quickToBuild, CARGO_TARGET_DIR: join(building, "target") },
      });
    }
    rmSync(join(building, "target"), { recursive: true, force: true });
    rmSync(folder, { recursive: true, force: true });
    renameSync(building, folder);
  } catch (error) {
    if (!find(wanted)) throw error;
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
}

function prebuilt(crate, version, folder) {
  if (!onPath("cargo-binstall")) return false;
  say(`${crate} ${version}: looking for a prebuilt one`);
  try {
    run(cargo, ["binstall", "--no-confirm", "--disable-strategies", "compile", "--root", folder, "--version", version, crate]);
    return true;
  } catch {
    return false;
  }
}

// They run for seconds, so they are built in the least time: not optimised, a fifth of what it takes otherwise; and without
// their one default feature, TLS to a remote browser.
const quickToBuild = {
  CARGO_PROFILE_RELEASE_OPT_LEVEL: "0",
  CARGO_PROFILE_RELEASE_LTO: "off",
  CARGO_PROFILE_RELEASE_CODEGEN_UNITS: "16",
  CARGO_PROFILE_RELEASE_DEBUG: "0",
};

function chromium() {
  const { chrome, chromedriver } = browser();
  if (!chrome || !chromedriver) debian(["chromium", "chromium-driver"], "100 MB, about 1 min");
}

function javaScriptCore() {
  if (!jsc()) debian(["libjavascriptcoregtk-4.0-bin"], "30 MB");
}

function maven() {
  if (!onPath("mvn")) debian(["openjdk-17-jdk-headless", "maven"], "250 MB, about 1 min");
}

// A JDK and 450 MB for one test that `npm test` does not run: only where it is asked for. A virtual environment cannot be moved, so a
// stamp tells that it is whole.
function spark() {
  if (!onPath("java")) debian(["openjdk-17-jre-headless"], "200 MB, about 1 min");
  const stamp = join(sparkFolder, ".complete");
  if (existsSync(stamp)) return;
  if (output("python3", ["-c", "import ensurepip"]) === undefined) debian(["python3", "python3-venv"], "60 MB");
  const python = output("python3", ["--version"])?.split(" ")[1] ?? "none";
  if (older(python, "3.11")) throw new Failure(`Python 3.11 or newer is needed for PySpark ${pysparkVersion}, this is ${python}`);
  say(`PySpark ${pysparkVersion}`, "450 MB, about 1 min");
  rmSync(sparkFolder, { recursive: true, force: true });
  mkdirSync(toolsRoot, { recursive: true });
  run("python3", ["-m", "venv", sparkFolder]);
  run(sparkPython, ["-m", "pip", "install", "--quiet", "--no-cache-dir", "--disable-pip-version-check", `pyspark==${pysparkVersion}`]);
  writeFileSync(stamp, "");
}

// Debian has a Swift compiler from trixie on: a system of its own in a folder, entered by chroot. It appears whole or not at all.
async function swift() {
  if (existsSync(swiftFolder) || process.getuid?.() !== 0 || !onPath("apt-get")) return;
  await withLock(join(toolsRoot, ".swift.lock"), () => {
    if (existsSync(swiftFolder)) return;
    if (!onPath("debootstrap")) debian(["debootstrap"], "1 MB");
    if (!onPath("debootstrap")) return;
    say("Swift of Debian trixie", "530 MB, 3 to 5 min; 2.6 GB on disk");
    const building = `${swiftFolder}.part`;
    rmSync(building, { recursive: true, force: true });
    run("debootstrap", ["--variant=minbase", `--include=${swiftPackages}`, "trixie", building]);
    rmSync(join(building, "var", "cache", "apt", "archives"), { recursive: true });
    renameSync(building, swiftFolder);
  });
}

// Without the headers the tests build OpenSSL from source.
function openssl() {
  const isThere = onPath("pkg-config") && output("pkg-config", ["--exists", "openssl"]) !== undefined;
  if (!isThere) debian(["libssl-dev", "pkg-config"], "15 MB");
}

// libFuzzer is C++; what is found is compared with OpenSSL.
function fuzzing() {
  tool(tools.cargoFuzz);
  if (!onPath("c++")) debian(["g++"], "100 MB");
  openssl();
}

function coverage() {
  tool(tools.llvmCov);
  if (!llvmTools()) component(false, "component", "llvm-tools", "40 MB");
}

// Where it cannot be done, the tests that need it say what is missing.
function debian(names, cost) {
  if (!onPath("apt-get") || process.getuid?.() !== 0 || !/^ID=debian$/m.test(osRelease())) return;
  say(`${names.join(" and ")} by apt`, cost);
  const env = { DEBIAN_FRONTEND: "noninteractive" };
  run("apt-get", ["-qq", "update"], { env });
  run("apt-get", ["-qq", "install", "-y", "--no-install-recommends", ...names], { env });
}

function osRelease() {
  return existsSync("/etc/os-release") ? readFileSync("/etc/os-release", "utf8") : "";
}

// Where Node came with its headers, native modules are built with those, and nothing is downloaded for it.
function headers() {
  const prefix = dirname(dirname(realpathSync(process.execPath)));
  return existsSync(join(prefix, "include", "node", "node.h")) ? { npm_config_nodedir: prefix } : {};
}

async function packages(folder, cost, env = {}) {
  const stamp = join(folder, "node_modules", ".chainpin-setup");
  const wanted = createHash("sha256")
    .update(readFileSync(join(folder, "package-lock.json")))
    .digest("hex");
  const present = () => existsSync(stamp) && readFileSync(stamp, "utf8") === wanted;
  if (present()) return;
  await withLock(join(target, "locks", "setup"), () => {
    if (present()) return;
    say(folder === root ? "npm packages" : `npm packages of ${relative(root, folder)}`, cost);
    run("npm", ["ci", "--loglevel=error"], { cwd: folder, env });
    writeFileSync(stamp, wanted);
  });
}

function older(version, than) {
  const [a, b] = [version, than].map((text) => text.split(".").map(Number));
  return !(a[0] > b[0] || (a[0] === b[0] && a[1] >= b[1]));
}

function say(what, cost) {
  console.log(`· ${what}${cost ? ` (${cost})` : ""}`);
}
