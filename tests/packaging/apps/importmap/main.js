import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario.js";

const print = (line) => console.log(line);
const module = await fetch("./node_modules/chainpin/dist/chainpin.wasm");

await scenario(print, "chainpin", chainpin);
await scenario(print, "chainpin/slim", slim, await WebAssembly.compileStreaming(module));
await scenario(print, "chainpin/auto", auto);
await scenario(print, "chainpin/js", await import("chainpin/js"));
print("done");
