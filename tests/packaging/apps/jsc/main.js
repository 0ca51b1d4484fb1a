import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import * as js from "chainpin/js";
import module from "chainpin/chainpin.wasm";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario.js";

scenario(print, "chainpin", chainpin)
  .then(() => scenario(print, "chainpin/js", js))
  .then(() => scenario(print, "chainpin/slim", slim, module))
  .then(() => scenario(print, "chainpin/auto", auto));
