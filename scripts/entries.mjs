// Every script of pkg/dist that is loaded by its name, once. The build, the manifest, the API reference and the tests read this table.
//   source    a file of js/
//   native    what React Native gets instead, a file of dist/react-native: its engine has no WebAssembly
//   nodeOnly  runs in Node alone, and may use what only Node has
//   needsPeer loads only where the app has a peer dependency
//   internal  not a path of the package. Shared, so that an error is an instance of the same class whichever entry threw it, and anchors
//             serve every entry; and apart, so that a bundler leaves out what an app does not use.

/** Name in dist -> entry, in the order of the manifest's `exports`. `index` is the package's own path. */
export const entries = {
  index: { source: "js/entries/index.ts", native: "index" },
  js: { source: "js/entries/js.ts", native: "index" },
  slim: { source: "js/entries/slim.ts", native: "index" },
  auto: { source: "js/entries/auto.ts", native: "index" },
  node: { source: "js/entries/node.ts", nodeOnly: true },
  electron: { source: "js/entries/electron.ts" },
  bridge: { source: "js/entries/bridge.ts", native: "bridge" },
  capacitor: { source: "js/entries/capacitor.ts", native: "capacitor", needsPeer: true },
  "react-native": { source: "js/entries/react-native.ts", native: "react-native", needsPeer: true },
  updates: { source: "js/entries/updates.ts", native: "updates" },
  "file-storage": { source: "js/entries/file-storage.ts", nodeOnly: true },
  report: { source: "js/entries/report.ts", native: "report" },
  convert: { source: "js/entries/convert.ts", native: "convert" },
  errors: { source: "js/model/errors.ts", native: "errors", internal: true },
  anchors: { source: "js/engine/anchors.ts", internal: true },
  "with-wasm": { source: "js/engine/with-wasm.ts", internal: true },
  "with-javascript": { source: "js/engine/with-javascript.ts", internal: true },
};

/** The `chainpin` command, which is dist/cli.cjs alone. */
export const command = { name: "cli", source: "js/cli/main.ts" };

/** What else an app can import: path -> file, each from pkg/. */
const files = {
  "./bridge.schema.json": "./bridge.schema.json",
  "./chainpin.wasm": "./dist/chainpin.wasm",
  "./policy.schema.json": "./policy.schema.json",
  "./package.json": "./package.json",
};

/** Name -> source of the scripts that Node, browsers and bundlers load. */
export const sources = Object.fromEntries(Object.entries(entries).map(([name, { source }]) => [name, source]));

/** Name -> source in dist/react-native, whose `index` is the JavaScript engine. */
export const nativeSources = Object.fromEntries(
  Object.values(entries)
    .filter(({ native }) => native !== undefined)
    .map(({ native }) => [native, native === "index" ? entries.js.source : entries[native].source]),
);

/** The entries that are paths of the package: `[path, name]`, as `["./node", "node"]`. */
export const paths = Object.keys(entries)
  .filter((name) => !entries[name].internal)
  .map((name) => [name === "index" ? "." : `./${name}`, name]);

/** What the manifest says of the entries. */
export function manifestFields() {
  const target = (name, kind) => ({ types: `./dist/${name}.d.${kind}ts`, default: `./dist/${name}.${kind}js` });
  const conditions = (name) => ({
    ...nativeCondition(name),
    import: target(name, ""),
    require: target(name, "c"),
  });
  const folders = paths.map(([, name]) => name).filter((name) => name !== "index");
  return {
    main: "./dist/index.cjs",
    module: "./dist/index.js",
    "react-native": "./dist/react-native/index.js",
    types: "./dist/index.d.cts",
    bin: { chainpin: `./dist/${command.name}.cjs` },
    exports: { ...Object.fromEntries(paths.map(([path, name]) => [path, conditions(name)])), ...files },
    files: [
      "LICENSE-APACHE",
      "LICENSE-MIT",
      "THIRD-PARTY-NOTICES",
      ...[...folders, "dist", "bridge.schema.json", "policy.schema.json"].sort(),
    ],
  };
}

// First among the conditions: the first one that fits is taken.
function nativeCondition(name) {
  const { native } = entries[name];
  if (native === undefined) return {};
  return { "react-native": { types: `./dist/${name}.d.cts`, default: `./dist/react-native/${native}.js` } };
}
