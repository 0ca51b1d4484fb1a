// React Native: Metro as RN 0.88 sets it up, and resolving as before RN 0.79, which knew no `exports`; run in the Hermes VM, and
// compiled by the Hermes compilers of RN 0.83, 0.84 and 0.88.
import { mkdirSync, writeFileSync } from "node:fs";
import Metro from "metro";
import { FileStore } from "metro-cache";
import { mergeConfig } from "metro-config";
import { getDefaultConfig } from "@react-native/metro-config";
import { app, bring, check, passed, run, tool } from "../../lib/app.mjs";
import { binary } from "../../lib/binaries.mjs";

// As every React Native app has them.
bring("@babel/runtime");
writeFileSync("babel.config.json", JSON.stringify({ presets: [tool("@react-native/babel-preset")] }));

mkdirSync("built");
// React Native itself, as far as the adapter asks it; tests/bridges has the real one.
mkdirSync("node_modules/react-native");
writeFileSync("node_modules/react-native/index.js", "exports.TurboModuleRegistry = { get: () => null };\n");

const backends = {
  chainpin: "js",
  "chainpin/js": "js",
  "chainpin/slim": "js",
  "chainpin/auto": "js",
  "chainpin/react-native": "bridge-unavailable",
};

const exports = {};
const noExports = { unstable_enablePackageExports: false, sourceExts: ["js", "jsx", "json", "ts", "tsx"] };

// RN 0.79 to 0.83, and before: Hermes has no classes.
for (const [name, resolver] of [
  ["exports", exports],
  ["no-exports", noExports],
]) {
  const file = await bundle(name, resolver, "default");
  check(name, backends, await run(binary("hermes"), ["-O", "-w", file]));
  await compile("hermesc-rn83", file);
}

// From RN 0.84 on.
const file = await bundle("classes", exports, "hermes-stable");
await compile("hermesc-rn84", file);
await compile("hermesc-rn88", file);

async function bundle(name, resolver, profile) {
  const config = mergeConfig(getDefaultConfig(app), {
    projectRoot: app,
    watchFolders: [app, tool("metro-runtime")],
    cacheStores: [new FileStore({ root: `${app}/cache` })],
    maxWorkers: 1,
    reporter: { update: () => {} },
    resolver: { ...resolver, useWatchman: false },
    // Of React Native itself there is nothing in this app.
    serializer: { getModulesRunBeforeMainModule: () => [], getPolyfills: () => [] },
  });
  const out = `built/${name}.js`;
  // React Native's own builds for Hermes do not minify.
  await Metro.runBuild(config, {
    entry: "index.js",
    out,
    bundleOut: out,
    dev: false,
    minify: false,
    platform: "ios",
    unstable_transformProfile: profile,
  });
  return out;
}

async function compile(compiler, bundle) {
  await run(binary(compiler), ["-O", "-w", "-emit-binary", "-out", `${bundle}.${compiler}.hbc`, bundle]);
  passed(`${compiler} compiles ${bundle}`);
}
