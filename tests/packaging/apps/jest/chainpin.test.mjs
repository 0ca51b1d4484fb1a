import { readFileSync } from "node:fs";
import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import * as js from "chainpin/js";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario.js";

const print = (line) => process.stdout.write(`${line}\n`);

test("ES modules", async () => {
  await scenario(print, "chainpin", chainpin);
  await scenario(print, "chainpin/js", js);
  await scenario(print, "chainpin/slim", slim, readFileSync("node_modules/chainpin/dist/chainpin.wasm"));
  await scenario(print, "chainpin/auto", auto);
});
