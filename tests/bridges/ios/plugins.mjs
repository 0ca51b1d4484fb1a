// The thin halves of the two packages, which only Apple's systems can run: Swift is checked by the compiler, with Objective-C's rules, against
// modules with Apple's and Capacitor's signatures; Objective-C++ by clang, against React Native's own headers and what its codegen makes.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { at } from "../../../scripts/lib/paths.mjs";
import { Failure } from "../../../scripts/lib/run.mjs";
import { swift } from "./swift.mjs";

const reactNative = at("tests", "packaging", "node_modules", "react-native");

/** `modes`: of Swift; `out` holds the bridge's module for each. */
export async function checkPlugins(out, modes) {
  for (const mode of modes) await swift(out, swiftOf(mode));
  makeHeaders(join(out, "headers"));
  makeSpec(join(out, "spec"));
  await swift(out, objectiveC);
  sameInterface(
    readFileSync(join(out, modes[0], "ChainpinReactNative-Swift.h"), "utf8"),
    readFileSync(at("native", "react-native", "ios", "Module", "ChainpinPage.h"), "utf8"),
  );
  await checkManifests(out);
  const { version } = JSON.parse(readFileSync(join(reactNative, "package.json"), "utf8"));
  console.log(
    `  the Capacitor plugin and the React Native module: Swift ${modes.join(" and ")}, Objective-C++ against React Native ${version}: no error, no warning`,
  );
}

const swiftOf = (mode) => `
shims=/src/tests/bridges/ios/shims
flags="-parse-as-library -swift-version ${mode} -warnings-as-errors -I ${mode}"
swiftc $flags -emit-module -module-name ChainpinBridge -emit-module-path ${mode}/ChainpinBridge.swiftmodule \\
  -Xfrontend -import-module -Xfrontend Networking /src/native/ios/Sources/ChainpinBridge/*.swift
flags="$flags -Xfrontend -enable-objc-interop -I $shims/ObjectiveC $shims/ObjectiveC/NSObject.swift"
for module in WebKit Capacitor; do
  swiftc $flags -emit-module -module-name $module -emit-module-path ${mode}/$module.swiftmodule $shims/$module/*.swift
done
flags="$flags -typecheck -Xfrontend -import-module -Xfrontend ChainpinBridge"
swiftc $flags -module-name ChainpinCapacitor /src/native/capacitor/ios/Sources/ChainpinPlugin/*.swift
swiftc $flags -module-name ChainpinReactNative -emit-objc-header-path ${mode}/ChainpinReactNative-Swift.h /src/native/react-native/ios/Swift/*.swift
`;

const objectiveC = `
react=/src/tests/packaging/node_modules/react-native/ReactCommon
clang++ -fsyntax-only -x objective-c++ -std=c++20 -fobjc-arc -fblocks -fobjc-runtime=ios-15.1 -Wall -Wextra -Wno-unused-parameter -Werror \\
  -isystem /src/tests/bridges/ios/shims/Apple -isystem headers -isystem $react -isystem $react/jsi -isystem $react/react/bridging \\
  -isystem $react/callinvoker -isystem $react/runtimeexecutor -isystem spec /src/native/react-native/ios/Module/*.mm
`;

/** What the Swift Package Manager reads in the packages' manifests. */
async function checkManifests(out) {
  const expected = {
    capacitor: "ChainpinCapacitor of ChainpinPlugin; iOS 15.0; ChainpinPlugin(Capacitor)",
    "react-native":
      "ChainpinReactNative of ChainpinReactNative; iOS 15.1; ChainpinBridge(), ChainpinReactNative(ChainpinBridge ReactHeaders ReactNativeHeaders ReactNativeDependenciesHeaders ReactAppHeaders)",
  };
  for (const [name, wanted] of Object.entries(expected)) {
    const { products, platforms, targets } = JSON.parse(await swift(out, dump(name)));
    const dependencies = (target) => target.dependencies.map(({ product, byName }) => (product ?? byName)[0]).join(" ");
    const seen = `${products.map((product) => `${product.name} of ${product.targets}`)}; iOS ${platforms.map(({ version }) => version)}; ${targets.map((target) => `${target.name}(${dependencies(target)})`).join(", ")}`;
    if (seen !== wanted) throw new Failure(`native/${name}/Package.swift is\n${seen}, not\n${wanted}`);
  }
}

// A copy, since it writes beside the manifest.
const dump = (name) => `
mkdir -p manifests/${name}
cp /src/native/${name}/Package.swift manifests/${name}/
swift package --disable-sandbox --package-path manifests/${name} dump-package
`;

/** React Native's headers as CocoaPods lays them out: by the folder in whose name they are included. As links, in the other system's paths. */
function makeHeaders(folder) {
  rmSync(folder, { recursive: true, force: true });
  const sources = {
    React: ["React"],
    ReactCommon: [
      "ReactCommon/react/nativemodule/core/ReactCommon",
      "ReactCommon/react/nativemodule/core/platform/ios/ReactCommon",
      "ReactCommon/callinvoker/ReactCommon",
    ],
    RCTRequired: ["Libraries/Required"],
    RCTTypeSafety: ["Libraries/TypeSafety"],
    FBLazyVector: ["Libraries/FBLazyVector/FBLazyVector"],
    RCTDeprecation: ["ReactApple/Libraries/RCTFoundation/RCTDeprecation/Exported"],
  };
  for (const [name, parts] of Object.entries(sources)) {
    mkdirSync(join(folder, name), { recursive: true });
    for (const part of parts) {
      for (const file of readdirSync(join(reactNative, part), { recursive: true }).filter((file) => file.endsWith(".h"))) {
        const link = join(folder, name, basename(file));
        rmSync(link, { force: true });
        symlinkSync(join("/src/tests/packaging/node_modules/react-native", part, file), link);
      }
    }
  }
}

/** What React Native's codegen makes of the module's specification. */
function makeSpec(outputDirectory) {
  const require = createRequire(join(dirname(reactNative), "x"));
  const { TypeScriptParser } = require("@react-native/codegen/lib/parsers/typescript/parser");
  const { generate } = require("@react-native/codegen/lib/generators/RNCodegen");
  const schema = new TypeScriptParser().parseFile(at("native", "react-native", "src", "NativeChainpin.ts"));
  const made = generate(
    { libraryName: "ChainpinSpec", schema, outputDirectory, packageName: "chainpin.reactnative", assumeNonnull: false },
    { generators: ["modulesIOS"] },
  );
  if (!made || !existsSync(join(outputDirectory, "ChainpinSpec", "ChainpinSpec.h")))
    throw new Failure("React Native's codegen made no ChainpinSpec.h");
}

/** ChainpinPage.h is by hand: it must say what Swift's own header does. */
function sameInterface(ofSwift, byHand) {
  const methods = (header) => {
    const [, body] = /@interface ChainpinPage : NSObject\n([^]*?)@end/.exec(header);
    const lines = body.split("\n").filter((line) => line.startsWith("-") && !line.includes("SWIFT_UNAVAILABLE"));
    return lines
      .map((line) =>
        line
          .replaceAll(/\b_?Nonnull\b|\bnonnull\b|OBJC_DESIGNATED_INITIALIZER|[ ;]/gi, "")
          .replaceAll("_TtC10Foundation8NSString", "NSString")
          .replaceAll("^_", "^"),
      )
      .sort();
  };
  const [swift, hand] = [methods(ofSwift), methods(byHand)];
  if (swift.length === 0 || swift.join("\n") !== hand.join("\n"))
    throw new Failure(`ChainpinPage.h differs from the Swift:\n${swift.join("\n")}\n${hand.join("\n")}`);
}
