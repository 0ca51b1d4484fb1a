import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import * as js from "chainpin/js";
import * as native from "chainpin/react-native";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario";

scenario(print, "chainpin", chainpin)
  .then(() => scenario(print, "chainpin/js", js))
  .then(() => scenario(print, "chainpin/slim", slim, new Uint8Array(0)))
  .then(() => scenario(print, "chainpin/auto", auto))
  .then(() => native.attach(chainpin.createVerifierSync({ version: 1, id: "app", sequence: 1, rules: [] })))
  .catch((error) => print(`@ chainpin/react-native ${JSON.stringify({ code: error.code, known: error instanceof chainpin.ChainpinError })}`));
