import { nodeResolve } from "@rollup/plugin-node-resolve";
import { rollup } from "rollup";
import { borrow, check, node } from "../../lib/app.mjs";
import { checkLeftOut } from "../../lib/bundle.mjs";

borrow("vite", "errors.js");
await build("errors.js");
checkLeftOut("built/errors.mjs");
await build("main.js");
check("built", { chainpin: "wasm", "chainpin/js": "js", "chainpin/slim": "wasm", "chainpin/auto": "wasm" }, await node("built/main.mjs"));

async function build(input) {
  const bundle = await rollup({
    input,
    external: /^node:/,
    plugins: [nodeResolve()],
    onwarn: (warning) => {
      throw new Error(warning.message);
    },
  });
  await bundle.write({ dir: "built", format: "es", entryFileNames: "[name].mjs" });
}
