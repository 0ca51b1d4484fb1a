import webpack from "webpack";
import { app, borrow, check } from "../../lib/app.mjs";
import { checkLazy, checkLeftOut } from "../../lib/bundle.mjs";
import { serving, withChromium } from "../../lib/page.mjs";

borrow("vite", "js.js", "errors.js");

const stats = await new Promise((resolve, reject) =>
  webpack(
    {
      mode: "production",
      context: app,
      entry: { main: "./main.js", js: "./js.js", errors: "./errors.js" },
      output: { path: `${app}/built` },
      performance: { hints: false },
    },
    (error, stats) => (error ? reject(error) : resolve(stats)),
  ),
);
if (stats.hasErrors() || stats.hasWarnings()) throw new Error(stats.toString({ preset: "errors-warnings" }));
checkLeftOut("built/errors.js");

await withChromium((open) =>
  serving("", {}, async (origin) => {
    const { printed, loaded } = await open(`${origin}/main.html`);
    check("built", { chainpin: "wasm", "chainpin/slim": "wasm", "chainpin/auto": "wasm" }, printed);
    checkLazy(loaded, false);
    check("built", { "chainpin/js": "js" }, (await open(`${origin}/js.html`)).printed);
  }),
);
