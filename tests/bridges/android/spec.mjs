// `NativeChainpinSpec.java`, as React Native's own codegen makes it from the plugin's specification.
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

const require = createRequire(import.meta.url);
const { TypeScriptParser } = require("@react-native/codegen/lib/parsers/typescript/parser.js");
const { generate } = require("@react-native/codegen/lib/generators/modules/GenerateModuleJavaSpec.js");

export function makeSpec(file, folder) {
  const schema = new TypeScriptParser().parseFile(file);
  for (const [path, text] of generate("ChainpinSpec", schema, "chainpin.reactnative")) {
    const to = join(folder, "chainpin", "reactnative", path.split("/").at(-1));
    mkdirSync(dirname(to), { recursive: true });
    writeFileSync(to, text);
  }
}
