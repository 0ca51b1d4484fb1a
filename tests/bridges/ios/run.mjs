// The iOS side, where there is no Apple SDK: each Swift file of native/ is parsed, no more. It is neither compiled nor run here.
import { readFileSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { relative } from "node:path";
import { Language, Parser } from "web-tree-sitter";
import { at, root } from "../../../scripts/lib/paths.mjs";
import { Failure, main } from "../../../scripts/lib/run.mjs";

main(async () => {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(createRequire(import.meta.url).resolve("tree-sitter-wasms/out/tree-sitter-swift.wasm")));
  const faults = (text) => faultsIn(parser.parse(text).rootNode);
  if (faults("struct A { func f( -> Int { } }").length === 0) throw new Failure("the parser finds no fault where there is one");

  const files = swiftFiles();
  const lines = files.flatMap((file) => faults(readFileSync(file, "utf8")).map((place) => `${relative(root, file)}:${place}`));
  const refusals = sameCodes();
  console.log(`\niOS, Swift\n  ${files.length} files parsed, ${lines.length} syntax errors; ${refusals} codes as in Kotlin; not compiled, not run`);
  if (lines.length > 0) throw new Failure(lines.join("\n"));
});

function swiftFiles() {
  const found = readdirSync(at("native"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".swift"))
    .map(({ parentPath, path, name }) => `${parentPath ?? path}/${name}`);
  return found.filter((file) => !/node_modules|ios\/bridge\//.test(file)).sort();
}

/** Line and column, from 1, of what is no Swift. */
function faultsIn(node) {
  if (!node.hasError) return [];
  if (node.isError || node.isMissing) return [`${node.startPosition.row + 1}:${node.startPosition.column + 1}`];
  return node.children.flatMap(faultsIn);
}

/** The platform-free half mirrors the Kotlin one, which runs; of that, the stable words can be compared. Returns how many. */
function sameCodes() {
  const swift = words("native/ios/Sources/ChainpinBridge");
  const kotlin = words("native/android/src/main/java/chainpin/bridge");
  const codes = JSON.parse(readFileSync(at("pkg", "bridge.schema.json"), "utf8"));
  const known = [...new Set(JSON.stringify(codes).match(/"[a-z]+(?:-[a-z]+)+"/g))].filter((word) => kotlin.has(word));
  const missing = known.filter((word) => !swift.has(word));
  if (missing.length > 0) throw new Failure(`in the Kotlin, not in the Swift: ${missing.join(", ")}`);
  return known.length;
}

function words(folder) {
  const files = readdirSync(at(folder), { withFileTypes: true }).filter((entry) => entry.isFile());
  return new Set(files.flatMap(({ name }) => readFileSync(at(folder, name), "utf8").match(/"[a-z]+(?:-[a-z]+)+"/g) ?? []));
}
