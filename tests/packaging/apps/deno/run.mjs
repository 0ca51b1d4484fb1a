import { borrow, check, run } from "../../lib/app.mjs";
import { binary } from "../../lib/binaries.mjs";

borrow("node-esm", "main.mjs");
const args = ["run", "--no-remote", "--no-prompt", "--node-modules-dir=manual", "--allow-read=."];

check(
  "import",
  { chainpin: "wasm", "chainpin/js": "js", "chainpin/slim": "wasm", "chainpin/auto": "wasm" },
  await run(binary("deno"), [...args, "main.mjs"]),
);
