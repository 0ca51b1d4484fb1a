import { readFileSync } from "node:fs";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { join } from "node:path";
import { at, dist } from "../lib/paths.mjs";
import { output } from "../lib/run.mjs";

/** Bytes of what an app loads and of what npm ships: `{ file, raw, gzip, brotli }`. */
export function sizes(files) {
  const measured = files.map((file) => {
    const bytes = readFileSync(join(dist, file));
    return { file, raw: bytes.length, gzip: gzipSync(bytes, { level: 9 }).length, brotli: brotliCompressSync(bytes).length };
  });
  const [tarball] = JSON.parse(output("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], { cwd: at("pkg") }) ?? "[{}]");
  return [...measured, { file: "tarball", raw: tarball?.unpackedSize, gzip: tarball?.size, brotli: undefined }];
}

export function printSizes(rows) {
  const kilobytes = (bytes) => (bytes === undefined ? "" : `${(bytes / 1000).toFixed(1)} kB`).padStart(10);
  console.log(`  ${"".padEnd(16)}${"raw".padStart(10)}${"gzip".padStart(10)}${"brotli".padStart(10)}`);
  for (const { file, raw, gzip, brotli } of rows)
    console.log(`  ${file.padEnd(16)}${kilobytes(raw)}${kilobytes(gzip)}${kilobytes(brotli)}`);
}
