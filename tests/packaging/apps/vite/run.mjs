import { readdirSync } from "node:fs";
import { build, createServer } from "vite";
import { app, bring, check } from "../../lib/app.mjs";
import { checkLazy, checkLeftOut } from "../../lib/bundle.mjs";
import { serving, withChromium } from "../../lib/page.mjs";

const config = { root: app, logLevel: "warn", clearScreen: false, configFile: false };
const backends = { chainpin: "wasm", "chainpin/slim": "wasm", "chainpin/auto": "wasm", "chainpin/capacitor": "bridge-unavailable" };

bring("@capacitor/core");

for (const page of ["index", "js", "errors"]) {
  await build({ ...config, build: { outDir: `built/${page}`, target: "es2022", rolldownOptions: { input: `${page}.html` } } });
}
checkLeftOut(...readdirSync("built/errors/assets").map((name) => `built/errors/assets/${name}`));

await withChromium(async (open) => {
  await serving("built/index", {}, async (origin) => {
    const { printed, loaded } = await open(`${origin}/`);
    check("built", backends, printed);
    checkLazy(loaded, false);
  });
  await serving("built/js", {}, async (origin) => check("built", { "chainpin/js": "js" }, (await open(`${origin}/js.html`)).printed));

  const server = await createServer({ ...config, server: { host: "127.0.0.1", port: 0 }, cacheDir: "cache" });
  await server.listen();
  const origin = `http://127.0.0.1:${server.httpServer.address().port}`;
  check("served", backends, (await open(`${origin}/`)).printed);
  check("served", { "chainpin/js": "js" }, (await open(`${origin}/js.html`)).printed);
  await server.close();
});
