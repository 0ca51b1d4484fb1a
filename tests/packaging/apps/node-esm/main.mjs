import { readFileSync } from "node:fs";
import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import * as js from "chainpin/js";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario.js";

const module = readFileSync(new URL(import.meta.resolve("chainpin/chainpin.wasm")));

await scenario(console.log, "chainpin", chainpin);
await scenario(console.log, "chainpin/js", js);
await scenario(console.log, "chainpin/slim", slim, module);
await scenario(console.log, "chainpin/auto", auto);
