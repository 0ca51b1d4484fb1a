import { borrow, check, run } from "../../lib/app.mjs";
import { binary } from "../../lib/binaries.mjs";

const backends = { chainpin: "wasm", "chainpin/js": "js", "chainpin/slim": "wasm", "chainpin/auto": "wasm" };
borrow("node-esm", "main.mjs");
borrow("node-cjs", "main.cjs");
const bun = binary("bun");

check("import", backends, await run(bun, ["main.mjs"]));
check("require", backends, await run(bun, ["main.cjs"]));
await run(bun, ["build", "main.mjs", "--target=bun", "--splitting", "--outdir=built"]);
