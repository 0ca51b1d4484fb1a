// A React Native app that has installed the package, as Metro bundles it.
import { cpSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at } from "../../../scripts/lib/paths.mjs";
import { install } from "../../packaging/lib/install.mjs";
import { require, tool } from "./tools.mjs";

const app = `
import { createReplaceable, createVerifier } from "chainpin";
import { attach } from "chainpin/react-native";
import emitter from "react-native/Libraries/EventEmitter/RCTDeviceEventEmitter";
import { app } from "./app";
globalThis.fromNative = (text) => emitter.emit("chainpinMessage", text);
globalThis.command = app({ createReplaceable, createVerifier, attach }, globalThis.said);
globalThis.said(JSON.stringify({ ready: true }));
`;

/** Of all that is in React Native, what the adapter takes. */
const reactNative = `
module.exports = {
  get NativeEventEmitter() { return require("react-native/Libraries/EventEmitter/NativeEventEmitter").default; },
  get TurboModuleRegistry() { return require("react-native/Libraries/TurboModule/TurboModuleRegistry"); },
};
`;

/** Bundles in `folder`, which is made; returns the bundle's text. */
export async function bundleWithMetro(folder) {
  await install(folder);
  cpSync(tool("@babel/runtime"), join(folder, "node_modules", "@babel", "runtime"), { recursive: true });
  cpSync(at("tests", "bridges", "app.mjs"), join(folder, "app.js"));
  const write = (name, text) => writeFileSync(join(folder, name), text);
  write("babel.config.json", JSON.stringify({ presets: [tool("@react-native/babel-preset")] }));
  write("index.js", app);
  write("react-native.js", reactNative);
  mkdirSync(join(folder, "built"));

  const Metro = require("metro");
  const { FileStore } = require("metro-cache");
  const { mergeConfig } = require("metro-config");
  const { getDefaultConfig } = require("@react-native/metro-config");
  const rn = tool("react-native");
  const config = mergeConfig(getDefaultConfig(folder), {
    projectRoot: folder,
    watchFolders: [folder, join(rn, "Libraries"), join(rn, "src"), tool("metro-runtime"), tool("invariant")],
    cacheStores: [new FileStore({ root: join(folder, "cache") })],
    maxWorkers: 1,
    reporter: { update: () => {} },
    resolver: {
      useWatchman: false,
      extraNodeModules: { invariant: tool("invariant"), "@babel/runtime": join(folder, "node_modules", "@babel", "runtime") },
      resolveRequest: (context, name, platform) => {
        if (name === "react-native") return { type: "sourceFile", filePath: join(folder, "react-native.js") };
        const resolved = name.startsWith("react-native/") ? join(rn, name.slice("react-native/".length)) : name;
        return context.resolveRequest(context, resolved, platform);
      },
    },
    serializer: { getModulesRunBeforeMainModule: () => [], getPolyfills: () => [] },
  });
  const out = join(folder, "built", "app.js");
  await Metro.runBuild(config, {
    entry: "index.js",
    out,
    bundleOut: out,
    dev: false,
    minify: false,
    platform: "ios",
    unstable_transformProfile: "default",
  });
  return readFileSync(out, "utf8");
}
