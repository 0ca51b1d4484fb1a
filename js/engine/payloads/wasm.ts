/** The module as WebAssembly, as far as the engine lets it be. */

import { ChainpinError } from "../../model/errors.js";
import * as engine from "../../generated/glue.js";
import { utf8 } from "../../base/utf8.js";

/** @throws ChainpinError `wasm-unavailable`. */
export async function compile(bytes: () => Uint8Array): Promise<WebAssembly.Module> {
  requireWasm();
  try {
    return await WebAssembly.compile(bytes());
  } catch (cause) {
    throw refused(cause);
  }
}

/** @throws ChainpinError `wasm-unavailable`. */
export function compileSync(bytes: () => Uint8Array): WebAssembly.Module {
  requireWasm();
  try {
    return new WebAssembly.Module(bytes());
  } catch (cause) {
    throw refused(cause);
  }
}

/** @throws ChainpinError `wasm-unavailable`. */
export function requireWasm(): void {
  if (typeof WebAssembly === "undefined") {
    throw new ChainpinError("wasm-unavailable", "this engine has no WebAssembly; import from chainpin/js instead");
  }
}

/** Makes a fresh instance and binds the glue to it. */
export function instantiate(module: WebAssembly.Module): void {
  // Jest's jsdom and JavaScriptCore by itself have WebAssembly, and no text codec.
  if (typeof TextDecoder === "undefined" || typeof TextEncoder === "undefined") engine.setTextCodec(utf8);
  engine.__wbg_set_wasm(new WebAssembly.Instance(module, engine.imports).exports);
}

/** By a Content-Security-Policy without `wasm-unsafe-eval`, or by an engine that compiles nothing at run time. */
function refused(cause: unknown): ChainpinError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ChainpinError("wasm-unavailable", `the engine refuses to compile WebAssembly (${why}); import from chainpin/js instead`, {
    cause,
  });
}
