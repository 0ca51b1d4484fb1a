import { build } from "esbuild";
import { app, borrow, check, node } from "../../lib/app.mjs";
import { checkLeftOut } from "../../lib/bundle.mjs";

const backends = { chainpin: "wasm", "chainpin/js": "js", "chainpin/slim": "wasm", "chainpin/auto": "wasm" };
const common = { absWorkingDir: app, bundle: true, minify: true, target: "es2022", loader: { ".wasm": "binary" }, logLevel: "warning" };

borrow("vite", "errors.js");
await build({ ...common, entryPoints: ["errors.js"], outdir: "built", format: "esm" });
checkLeftOut("built/errors.js");

await build({ ...common, entryPoints: ["main.js"], outdir: "built/esm", format: "esm", splitting: true, outExtension: { ".js": ".mjs" } });
check("esm", backends, await node("built/esm/main.mjs"));

await build({ ...common, entryPoints: ["main.js"], outdir: "built", format: "iife" });
check("iife", backends, await node("built/main.js"));

await build({ ...common, entryPoints: ["main.js"], outdir: "built/node", format: "cjs", platform: "node" });
check("node", backends, await node("built/node/main.js"));
