import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import module from "chainpin/chainpin.wasm";
import * as js from "chainpin/js";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario.js";

const print = (line) => console.log(line);

export default {
  async test() {
    await scenario(print, "chainpin", chainpin);
    await scenario(print, "chainpin/js", js);
    await scenario(print, "chainpin/slim", slim, module);
    await scenario(print, "chainpin/auto", auto);
  },
};
