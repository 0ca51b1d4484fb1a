import { check, node } from "../../lib/app.mjs";

check("require", { chainpin: "wasm", "chainpin/js": "js", "chainpin/slim": "wasm", "chainpin/auto": "wasm" }, await node("main.cjs"));
check(
  "no WebAssembly",
  { chainpin: "wasm-unavailable", "chainpin/js": "js", "chainpin/slim": "wasm-unavailable", "chainpin/auto": "js" },
  await node("--require", "./no-wasm.cjs", "main.cjs"),
);
