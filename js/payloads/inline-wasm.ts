/** The module as WebAssembly, its bytes inside the script: nothing to fetch, nothing to configure. */

import type { Payload } from "../backend.js";
import * as engine from "../generated/glue.js";
import { wasmBase64 } from "../generated/inline-wasm.js";
import { compile, compileSync } from "./compile.js";

export const inlineWasm: Payload = {
  kind: "wasm",
  engine,
  compile: () => compile(decoded),
  compileSync: () => compileSync(decoded),
  instantiate(compiled) {
    const { exports } = new WebAssembly.Instance(compiled as WebAssembly.Module, engine.imports);
    engine.__wbg_set_wasm(exports);
  },
};

/** Every engine that has WebAssembly has `atob`. */
function decoded(): Uint8Array {
  const binary = atob(wasmBase64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
