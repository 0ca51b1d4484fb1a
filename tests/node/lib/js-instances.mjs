// `chainpin/js` from its sources, with every instance of its module open to tests, as instances.mjs does for WebAssembly.
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";

const root = fileURLToPath(new URL("../../..", import.meta.url));

let built;
let copies = 0;

/** A copy of its own: `{ api, instances }`; the exports of an instance can be replaced. */
export async function openJavaScript() {
  built ??= bundled();
  const instances = (globalThis.chainpinInstances = []);
  const api = await import(`${pathToFileURL(await built)}?${copies++}`);
  delete globalThis.chainpinInstances;
  return { api, instances };
}

async function bundled() {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-instances-"));
  process.on("exit", () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, "js.mjs");
  const opened = {
    name: "opened",
    setup(build) {
      build.onLoad({ filter: /generated.js-module\.js$/ }, ({ path }) => ({
        contents: `${readFileSync(path, "utf8").replace("export function instantiate(", "function original(")}
          const instances = globalThis.chainpinInstances;
          export function instantiate(imports) { const exports = { ...original(imports) }; instances.push({ exports }); return exports; }`,
      }));
    },
  };
  await build({
    entryPoints: [join(root, "js", "entries", "js.ts")],
    outfile: file,
    bundle: true,
    format: "esm",
    logLevel: "error",
    plugins: [opened],
  });
  return file;
}
