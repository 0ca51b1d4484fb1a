/** The module as JavaScript: for engines without WebAssembly, and with nothing else that some engine lacks. */

import type { Payload } from "../backend.js";
import * as engine from "../../generated/js-glue.js";
import { instantiate } from "../../generated/js-module.js";
import { utf8 } from "../../base/utf8.js";

export const javascript: Payload = {
  kind: "js",
  engine,
  compile: () => Promise.resolve(instantiate),
  compileSync: () => instantiate,
  instantiate() {
    engine.setTextCodec(utf8);
    engine.__wbg_set_wasm(instantiate(engine.imports));
  },
};
