import * as chainpin from "chainpin";
import * as js from "chainpin/js";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario.js";

const print = (line) => console.log(line);
const module = await (await fetch("./node_modules/chainpin/dist/chainpin.wasm")).arrayBuffer();

await scenario(print, "chainpin", chainpin);
await scenario(print, "chainpin/js", js);
await scenario(print, "chainpin/slim", slim, module);
print("done");
