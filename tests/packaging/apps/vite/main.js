import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import module from "chainpin/chainpin.wasm?url";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario.js";

const print = (line) => console.log(line);

await scenario(print, "chainpin", chainpin);
await scenario(print, "chainpin/slim", slim, await (await fetch(module)).arrayBuffer());
await scenario(print, "chainpin/auto", auto);
print("done");
