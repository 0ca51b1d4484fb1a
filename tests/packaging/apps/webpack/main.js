import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario.js";

const print = (line) => console.log(line);
const module = fetch(new URL("chainpin/chainpin.wasm", import.meta.url)).then((response) => response.arrayBuffer());

scenario(print, "chainpin", chainpin)
  .then(() => module)
  .then((bytes) => scenario(print, "chainpin/slim", slim, bytes))
  .then(() => scenario(print, "chainpin/auto", auto))
  .then(() => print("done"));
