// The plugins as an app gets them: packed by npm, unpacked into an app, and found there by Capacitor's and React Native's own tools.
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { at } from "../../../scripts/lib/paths.mjs";
import { Failure } from "../../../scripts/lib/run.mjs";

const modules = at("tests", "bridges", "android", "node_modules");
const longestMillis = 60_000;

export function checkPlugins() {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-plugins-"));
  try {
    capacitor(join(folder, "capacitor"));
    reactNative(join(folder, "react-native"));
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Capacitor 7's tool, since that of 8 needs Node 22. */
function capacitor(app) {
  const name = install(app, "capacitor", ["@capacitor"]);
  write(app, "www/index.html", "<html></html>");
  write(app, "capacitor.config.json", JSON.stringify({ appId: "test.app", appName: "test", webDir: "www" }));
  run(app, join(modules, "@capacitor", "cli", "bin", "capacitor"), "add", "android");
  const plugins = JSON.parse(readFileSync(join(app, "android/app/src/main/assets/capacitor.plugins.json"), "utf8"));
  expect("Capacitor's plugins", [{ pkg: name, classpath: "chainpin.capacitor.ChainpinPlugin" }], plugins);
}

function reactNative(app) {
  const platforms = ["android", "ios"];
  const name = install(app, "react-native", ["@react-native-community"]);
  symlinkSync(at("tests", "packaging", "node_modules", "react-native"), join(app, "node_modules", "react-native"));
  const platform = (name) => `${name}: (({ projectConfig, dependencyConfig }) => ({ projectConfig, dependencyConfig }))(require("@react-native-community/cli-platform-${name}"))`;
  write(app, "react-native.config.js", `module.exports = { platforms: { ${platforms.map(platform)} } };`);
  write(app, "config.js", `console.log(JSON.stringify(require("@react-native-community/cli-config").default({}).dependencies[${JSON.stringify(name)}]));`);
  const { android, ios } = JSON.parse(run(app, "config.js")).platforms;
  expect("React Native's package", "import chainpin.reactnative.ChainpinPackage;", android.packageImportPath);
  expect("React Native's codegen library", "ChainpinSpec", android.libraryName);
  expect("React Native's podspec", "ChainpinReactNative.podspec", ios.podspecPath.split("/").at(-1));
}

/** An app with the packed plugin in it, and with `others` of this test's packages. Returns the plugin's name. */
function install(app, plugin, others) {
  mkdirSync(join(app, "node_modules"), { recursive: true });
  for (const other of others) symlinkSync(join(modules, other), join(app, "node_modules", other));
  const { name, version } = JSON.parse(readFileSync(at("native", plugin, "package.json"), "utf8"));
  write(app, "package.json", JSON.stringify({ name: "app", version: "1.0.0", dependencies: { [name]: version } }));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", app], { cwd: at("native", plugin), stdio: ["ignore", "ignore", "inherit"], timeout: longestMillis });
  const to = join(app, "node_modules", name);
  mkdirSync(to);
  execFileSync("tar", ["xzf", join(app, `${name}-${version}.tgz`), "--strip-components=1", "-C", to], { timeout: longestMillis });

  const shared = [
    ...files("native", "android", "src", "main", "java").map((file) => `android/bridge/${file}`),
    ...files("native", "ios", "Sources", "ChainpinBridge").map((file) => `ios/bridge/${file}`),
  ];
  const missing = shared.filter((file) => !existsSync(join(to, file)));
  if (missing.length > 0) throw new Failure(`native/${plugin} is packed without ${missing.join(", ")}`);
  return name;
}

function run(app, ...args) {
  return execFileSync(process.execPath, args, { cwd: app, encoding: "utf8", env: { ...process.env, CI: "1" }, stdio: ["ignore", "pipe", "pipe"], timeout: longestMillis });
}

function write(app, file, text) {
  const path = join(app, file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

function expect(what, expected, seen) {
  if (JSON.stringify(seen) !== JSON.stringify(expected)) throw new Failure(`${what}: expected ${JSON.stringify(expected)}, seen ${JSON.stringify(seen)}`);
}

function files(...folder) {
  return readdirSync(at(...folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => `${parentPath ?? path}/${name}`.slice(at(...folder).length + 1));
}
