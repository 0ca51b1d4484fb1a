import { check, node } from "../../lib/app.mjs";

check("import", { chainpin: "wasm", "chainpin/js": "js", "chainpin/slim": "wasm", "chainpin/auto": "wasm" }, await node("main.mjs"));
check(
  "no WebAssembly",
  { chainpin: "wasm-unavailable", "chainpin/js": "js", "chainpin/slim": "wasm-unavailable", "chainpin/auto": "js" },
  await node("--import", "data:text/javascript,delete globalThis.WebAssembly", "main.mjs"),
);
