import { writeFileSync } from "node:fs";
import { app, bring, check, run, tool } from "../../lib/app.mjs";

const backends = { chainpin: "wasm", "chainpin/js": "js", "chainpin/slim": "wasm", "chainpin/auto": "wasm" };
const native = { chainpin: "js", "chainpin/js": "js", "chainpin/slim": "js", "chainpin/auto": "js" };

const common = { rootDir: app, testMatch: ["<rootDir>/chainpin.test.js"], cacheDirectory: "<rootDir>/cache" };
const untouched = { ...common, transform: {} };

check("node", backends, await jest("node", { ...untouched, testEnvironment: tool("jest-environment-node") }));
check("jsdom", backends, await jest("jsdom", { ...untouched, testEnvironment: tool("jest-environment-jsdom") }));
check(
  "ES modules",
  backends,
  await jest("esm", { ...untouched, testEnvironment: tool("jest-environment-node"), testMatch: ["<rootDir>/chainpin.test.mjs"] }, [
    "--experimental-vm-modules",
  ]),
);
// As every React Native app has them.
bring("@babel/runtime");
writeFileSync("babel.config.json", JSON.stringify({ presets: [tool("@react-native/babel-preset")] }));

check("React Native", native, await jest("native", { ...common, preset: tool("@react-native/jest-preset") }));

async function jest(name, config, options = []) {
  const file = `jest.${name}.json`;
  writeFileSync(file, JSON.stringify(config));
  return run(process.execPath, [...options, tool("jest", "bin/jest.js"), "--config", file, "--runInBand"]);
}
