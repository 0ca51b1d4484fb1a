// A Content-Security-Policy that lets WebAssembly be compiled, and one that does not.
import { build } from "esbuild";
import { app, check } from "../../lib/app.mjs";
import { checkLazy } from "../../lib/bundle.mjs";
import { serving, withChromium } from "../../lib/page.mjs";

await build({
  absWorkingDir: app,
  entryPoints: ["main.js", "auto.js"],
  outdir: "built",
  bundle: true,
  format: "esm",
  splitting: true,
  logLevel: "warning",
});

await withChromium(async (open) => {
  await served("default-src 'self'; script-src 'self' 'wasm-unsafe-eval'", async (origin) => {
    check("wasm-unsafe-eval", { chainpin: "wasm", "chainpin/js": "js", "chainpin/slim": "wasm" }, (await open(`${origin}/`)).printed);
    const { printed, loaded } = await open(`${origin}/auto.html`);
    check("wasm-unsafe-eval", { "chainpin/auto": "wasm" }, printed);
    checkLazy(loaded, false);
  });
  await served("default-src 'self'", async (origin) => {
    const refused = { chainpin: "wasm-unavailable", "chainpin/js": "js", "chainpin/slim": "wasm-unavailable" };
    check("no wasm-unsafe-eval", refused, (await open(`${origin}/`)).printed);
    const { printed, loaded } = await open(`${origin}/auto.html`);
    check("no wasm-unsafe-eval", { "chainpin/auto": "js" }, printed);
    checkLazy(loaded, true);
  });
});

function served(policy, use) {
  return serving("", { "content-security-policy": policy }, use);
}
