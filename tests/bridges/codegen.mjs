// React Native's codegen over the TurboModule's spec, as an app's build runs it.
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at } from "../../scripts/lib/paths.mjs";
import { Failure } from "../../scripts/lib/run.mjs";
import { require } from "./engines/tools.mjs";

export function checkCodegen() {
  const manifest = JSON.parse(readFileSync(at("native", "react-native", "package.json"), "utf8")).codegenConfig;
  const { TypeScriptParser } = require("@react-native/codegen/lib/parsers/typescript/parser");
  const { generate } = require("@react-native/codegen/lib/generators/RNCodegen");
  const schema = new TypeScriptParser().parseFile(at("native", "react-native", manifest.jsSrcsDir, "NativeChainpin.ts"));
  const folder = mkdtempSync(join(tmpdir(), "chainpin-codegen-"));
  try {
    const options = {
      libraryName: manifest.name,
      schema,
      outputDirectory: folder,
      packageName: manifest.android.javaPackageName,
      assumeNonnull: false,
    };
    if (!generate(options, { generators: ["modulesIOS", "modulesAndroid"] }))
      throw new Failure("React Native's codegen refuses native/react-native/src/NativeChainpin.ts");
    const files = readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, path, name }) => join(parentPath ?? path, name));
    const java = files.find((file) => file.endsWith("NativeChainpinSpec.java"));
    for (const method of ["void post(String text)", "void addListener(String event)", "void removeListeners(double count)"]) {
      if (!java || !readFileSync(java, "utf8").includes(method)) throw new Failure(`React Native's codegen made no \`${method}\``);
    }
    console.log(
      `codegen ${require("@react-native/codegen/package.json").version}: ${files.length} native interface files of NativeChainpin.ts`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}
