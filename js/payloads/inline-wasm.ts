/** The module as WebAssembly, its bytes inside the script: nothing to fetch, nothing to configure. */

import type { Payload } from "../backend.js";
import { ChainpinError } from "../errors.js";
import * as engine from "../generated/glue.js";
import { wasmBase64 } from "../generated/inline-wasm.js";

export const inlineWasm: Payload = {
  kind: "wasm",
  engine,
  async compile() {
    requireWasm();
    return WebAssembly.compile(decode(wasmBase64));
  },
  compileSync() {
    requireWasm();
    return new WebAssembly.Module(decode(wasmBase64));
  },
  instantiate(compiled) {
    const { exports } = new WebAssembly.Instance(compiled as WebAssembly.Module, engine.imports);
    engine.__wbg_set_wasm(exports);
  },
};

/** @throws ChainpinError `wasm-unavailable`. */
export function requireWasm(): void {
  if (typeof WebAssembly === "undefined") {
    throw new ChainpinError("wasm-unavailable", "this engine has no WebAssembly; import from chainpin/js instead");
  }
}

/** Every engine that has WebAssembly has `atob`. */
function decode(base64: string): Uint8Array {
  const binary = atob(base64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}
