// Cloudflare's runtime compiles no WebAssembly at run time; a module comes along with the script, as Wrangler bundles it.
import { build } from "esbuild";
import { app, check, run } from "../../lib/app.mjs";
import { binary } from "../../lib/binaries.mjs";

await build({
  absWorkingDir: app,
  entryPoints: ["main.js"],
  outdir: "built",
  bundle: true,
  format: "esm",
  target: "es2022",
  conditions: ["workerd", "worker", "browser"],
  logLevel: "warning",
  plugins: [
    {
      name: "modules-of-wasm",
      setup: (esbuild) => esbuild.onResolve({ filter: /\.wasm$/ }, () => ({ path: "./chainpin.wasm", external: true })),
    },
  ],
});

check(
  "worker",
  { chainpin: "wasm-unavailable", "chainpin/js": "js", "chainpin/slim": "wasm", "chainpin/auto": "js" },
  await run(binary("workerd"), ["test", "config.capnp"]),
);
