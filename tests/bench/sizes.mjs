import { readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { build } from "esbuild";
import { at } from "../../scripts/lib/paths.mjs";
import { output } from "../../scripts/lib/run.mjs";
import * as chainpin from "chainpin";
import { Group } from "./figures.mjs";

const pkg = at("pkg");

/** Bytes of the module, of each entry with all that it imports, and of what npm ships. */
export async function measureSizes() {
  const group = new Group("sizes", "Sizes");
  const wasm = readFileSync(join(pkg, "dist", "chainpin.wasm"));
  group.add("wasm", "the module", wasm.length, "B");
  group.add("wasm-gzip", "the module, gzip", gzip(wasm), "B", { atMost: chainpin.createAnchors ? 215_000 : 100_000 });
  group.add("wasm-brotli", "the module, brotli", brotliCompressSync(wasm).length, "B");

  for (const { name, files } of entries()) {
    const total = files.map((file) => gzip(readFileSync(file))).reduce((a, b) => a + b);
    group.add(`entry:${name}`, `${name}, gzip`, total, "B", limits[name]);
  }
  group.add("minified:chainpin/js", "chainpin/js, as a bundler minifies it, gzip", gzip(await minified("chainpin/js")), "B", {
    atMost: 160_000,
  });

  const [tarball] = JSON.parse(output("npm", ["pack", "--dry-run", "--json", "--ignore-scripts", "--loglevel=error"], { cwd: pkg }));
  group.add("tarball", "the whole tarball", tarball.size, "B", { atMost: 2_000_000 });
  group.add("unpacked", "the tarball, unpacked", tarball.unpackedSize, "B");
  return group;
}

const limits = { chainpin: { atMost: 300_000 } };

/** What `import` finds for each path of the package: `{ name, files }`. */
function entries() {
  const { name, exports } = JSON.parse(readFileSync(join(pkg, "package.json"), "utf8"));
  return Object.entries(exports)
    .map(([path, target]) => ({ name: join(name, path), file: scriptOf(target) }))
    .filter(({ file }) => file)
    .map(({ name, file }) => ({ name, files: [...closure(join(pkg, file))] }));
}

function scriptOf(target) {
  if (typeof target === "string") return /\.m?js$/.test(target) ? target : undefined;
  return target && scriptOf(target.import ?? target.default);
}

function closure(file, seen = new Set()) {
  if (seen.has(file)) return seen;
  seen.add(file);
  const imports = readFileSync(file, "utf8").matchAll(/(?:from|import)\s*\(?"(\.\.?\/[^"]+)"/g);
  for (const [, path] of imports) closure(join(dirname(file), path), seen);
  return seen;
}

async function minified(entry) {
  const stdin = { contents: `export * from "${entry}";`, resolveDir: at("tests", "bench") };
  const { outputFiles } = await build({
    stdin,
    bundle: true,
    minify: true,
    write: false,
    format: "esm",
    target: "es2020",
    platform: "neutral",
  });
  return outputFiles[0].contents;
}

function gzip(bytes) {
  return gzipSync(bytes, { level: 9 }).length;
}
