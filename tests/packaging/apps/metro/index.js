import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import * as js from "chainpin/js";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario";

scenario(print, "chainpin", chainpin)
  .then(() => scenario(print, "chainpin/js", js))
  .then(() => scenario(print, "chainpin/slim", slim, new Uint8Array(0)))
  .then(() => scenario(print, "chainpin/auto", auto));
