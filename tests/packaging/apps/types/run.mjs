import { copyFileSync, writeFileSync } from "node:fs";
import { bring, node, passed, tool } from "../../lib/app.mjs";

copyFileSync("app.ts", "module.mts");

// With a browser's types and without: what the package declares by itself must get along with both.
const node16 = { module: "node16", moduleResolution: "node16", lib: ["es2020"] };
const bundler = { module: "esnext", moduleResolution: "bundler", lib: ["es2020", "dom"] };
const native = { ...bundler, customConditions: ["react-native"], lib: ["es2020"] };
const node10 = { module: "commonjs", moduleResolution: "node10", lib: ["es2020", "dom"] };

// The oldest that knows `moduleResolution: bundler`, the newest in JavaScript, and the native one, which has dropped node10.
await compiles("5.0", "typescript-oldest", { node16, bundler, native, node10 });
await compiles("6.0", "typescript", { node16, bundler, native, node10: { ...node10, ignoreDeprecations: "6.0" } });
await compiles("7.0", "typescript-newest", { node16, bundler, native });

// With Node's types, which chainpin/node alone asks for. They themselves need a newer compiler than the oldest.
["@types/node", "undici-types"].forEach(bring);
for (const [version, compiler] of [
  ["6.0", "typescript"],
  ["7.0", "typescript-newest"],
]) {
  for (const [name, options] of Object.entries({ node16, bundler })) {
    await compile(compiler, `node.${name}`, { ...options, lib: ["es2022"], target: "es2022", types: ["node"] }, ["node.ts"]);
  }
  passed(`TypeScript ${version}, chainpin/node`);
}

async function compiles(version, compiler, resolutions) {
  for (const [name, options] of Object.entries(resolutions)) {
    await compile(compiler, name, options);
  }
  passed(`TypeScript ${version}: ${Object.keys(resolutions).join(", ")}`);
}

async function compile(
  compiler,
  name,
  options,
  files = options.module === "node16" ? ["app.ts", "module.mts", "commonjs.cts"] : ["app.ts"],
) {
  const file = `tsconfig.${compiler}.${name}.json`;
  const compilerOptions = {
    target: "es2020",
    types: [],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
  };
  writeFileSync(file, JSON.stringify({ compilerOptions: { ...compilerOptions, ...options }, files }));
  await node(tool(compiler, "bin/tsc"), "-p", file);
}
