/** The module as WebAssembly that the app brings: `chainpin.wasm`, as bytes or compiled. */

import { wrong } from "../../base/arguments.js";
import type { Payload } from "../backend.js";
import { ChainpinError } from "../../model/errors.js";
import * as engine from "../../generated/glue.js";
import { compile, compileSync, instantiate, requireWasm } from "./wasm.js";

/** Bytes, or a `WebAssembly.Module` (`object`, because not every engine's types name it). */
export type WasmSource = Uint8Array | ArrayBuffer | object;

export interface ProvidedWasm extends Payload {
  /** @throws TypeError for what is neither bytes nor a module. */
  provide(source: WasmSource): void;
}

let provided: Uint8Array | WebAssembly.Module | undefined;

export const providedWasm: ProvidedWasm = {
  kind: "wasm",
  engine,
  provide(source) {
    provided = toSource(source);
  },
  async compile() {
    const source = required();
    return checked(source instanceof Uint8Array ? await compile(() => source) : source);
  },
  compileSync() {
    const source = required();
    return checked(source instanceof Uint8Array ? compileSync(() => source) : source);
  },
  instantiate: (compiled) => instantiate(compiled as WebAssembly.Module),
};

function toSource(source: unknown): Uint8Array | WebAssembly.Module {
  // By tag and not by class: it may come from another realm.
  switch (Object.prototype.toString.call(source)) {
    case "[object Uint8Array]":
      return new Uint8Array(source as Uint8Array);
    case "[object ArrayBuffer]":
      return new Uint8Array(source as ArrayBuffer);
    case "[object WebAssembly.Module]":
      return source as WebAssembly.Module;
    default:
      throw wrong("the module", "bytes or a WebAssembly.Module", source);
  }
}

function required(): Uint8Array | WebAssembly.Module {
  requireWasm();
  if (provided === undefined)
    throw new ChainpinError("not-initialised", "chainpin/slim is not initialised; call init(bytes or WebAssembly.Module) first");
  return provided;
}

/** A module of another version does not fit the glue: found out at once, and not with the first verdict. */
function checked(module: WebAssembly.Module): WebAssembly.Module {
  try {
    new WebAssembly.Instance(module, engine.imports);
  } catch (cause) {
    throw new ChainpinError("wasm-unavailable", "this is not the chainpin.wasm of this version of chainpin", { cause });
  }
  return module;
}
