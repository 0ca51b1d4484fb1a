/** The module as WebAssembly, its bytes inside the script: nothing to fetch, nothing to configure. */

import type { Payload } from "../backend.js";
import * as engine from "../../generated/glue.js";
import { wasmBase64 } from "../../generated/inline-wasm.js";
import { compile, compileSync, instantiate } from "./wasm.js";

export const inlineWasm: Payload = {
  kind: "wasm",
  engine,
  compile: () => compile(decoded),
  compileSync: () => compileSync(decoded),
  instantiate: (compiled) => instantiate(compiled as WebAssembly.Module),
};

/** The engine's own way where it has one: a loop is half of a cold start in Chromium. Every engine that has WebAssembly has `atob`. */
function decoded(): Uint8Array {
  const { Buffer, Uint8Array: Bytes } = globalThis as unknown as Decoders;
  if (Bytes.fromBase64 !== undefined) return Bytes.fromBase64(wasmBase64);
  if (Buffer !== undefined) return Buffer.from(wasmBase64, "base64");
  const binary = atob(wasmBase64);
  const bytes = new Uint8Array(binary.length);
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index);
  return bytes;
}

/** What newer engines have (ECMA-262, 2026), and what Node has. */
interface Decoders {
  readonly Uint8Array: { fromBase64?(text: string): Uint8Array };
  readonly Buffer?: { from(text: string, encoding: "base64"): Uint8Array };
}
