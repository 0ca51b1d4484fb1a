// JavaScriptCore, WKWebView's engine: with WebAssembly, without it, and without the JIT too, as in iOS's Lockdown Mode.
import { build } from "esbuild";
import { app, check, run } from "../../lib/app.mjs";
import { jsc } from "../../lib/binaries.mjs";

await build({
  absWorkingDir: app,
  entryPoints: ["main.js"],
  outdir: "built",
  bundle: true,
  format: "iife",
  target: "es2020",
  loader: { ".wasm": "binary" },
  logLevel: "warning",
});

const backends = { chainpin: "wasm", "chainpin/js": "js", "chainpin/slim": "wasm", "chainpin/auto": "wasm" };
check("WebAssembly", backends, await run(jsc(), ["built/main.js"]));

const without = { chainpin: "wasm-unavailable", "chainpin/js": "js", "chainpin/slim": "wasm-unavailable", "chainpin/auto": "js" };
check("no WebAssembly", without, await run(jsc(), ["--useWasm=0", "built/main.js"]));
check("Lockdown Mode", without, await run(jsc(), ["--useWasm=0", "--useJIT=0", "built/main.js"]));
