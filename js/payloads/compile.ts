/** WebAssembly as this engine lets it be compiled. */

import { ChainpinError } from "../errors.js";

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

/** By a Content-Security-Policy without `wasm-unsafe-eval`, or by an engine that compiles nothing at run time. */
function refused(cause: unknown): ChainpinError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new ChainpinError("wasm-unavailable", `the engine refuses to compile WebAssembly (${why}); import from chainpin/js instead`, { cause });
}
