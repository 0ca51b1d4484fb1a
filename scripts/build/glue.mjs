// wasm-bindgen's glue, made independent of how the module was loaded and of what the engine has.
import { Failure } from "../lib/run.mjs";

/** The name under which the module imports the glue's functions. */
const importModule = "./chainpin_bg.js";

/** `source` and `types` as wasm-bindgen wrote them, `module` the compiled wasm. */
export function makeGlue({ source, types, module }) {
  if (/\bFinalizationRegistry\b|^export class /m.test(source)) {
    throw new Failure("the glue exports a class; handles cross the boundary as plain numbers");
  }
  const patched = [freshViews, lazyTextCodec, resettable].reduce((text, patch) => patch(text), source);
  return {
    source: `${patched.trimEnd()}\n\n${importsOf(source, module)}`,
    types: `${types.trimEnd()}\n${declarations}`,
  };
}

// wasm2js leaves the old buffer attached when memory grows, and a new instance has a memory of its own:
// asking whether the buffer is detached misses both, comparing it with the current one does not.
function freshViews(text) {
  const views = [...text.matchAll(/^let (cached\w+Memory0) = null;$/gm)].map(([, name]) => name);
  if (!views.includes("cachedUint8ArrayMemory0")) throw new Failure("the glue has no byte view of the memory");
  return views.reduce((patched, view) => {
    const condition =
      view === "cachedDataViewMemory0"
        ? `${view}.buffer.detached === true || (${view}.buffer.detached === undefined && ${view}.buffer !== wasm.memory.buffer)`
        : `${view}.byteLength === 0`;
    return replaceOnce(patched, `if (${view} === null || ${condition})`, `if (${view} === null || ${view}.buffer !== wasm.memory.buffer)`);
  }, text);
}

// Hermes before React Native 0.88 has no TextDecoder: none is made before it is needed, and another can be given.
function lazyTextCodec(text) {
  const decoderAtLoad = "let cachedTextDecoder = new TextDecoder('utf-8', { ignoreBOM: true });\ncachedTextDecoder.decode();\n";
  const decoderNeeded = "    if (numBytesDecoded >= MAX_SAFARI_DECODE_BYTES) {\n";
  const countDecoded = "    numBytesDecoded += bytes.length;\n";
  const encoderAtLoad =
    /^const cachedTextEncoder = new TextEncoder\(\);\n\nif \(!\('encodeInto' in cachedTextEncoder\)\) \{\n([^]*?)^\}\n/m;

  let patched = replaceOnce(text, decoderAtLoad, `let textCodec;\n${setter("setTextCodec", "textCodec")}\nlet cachedTextDecoder;\n`);
  patched = replaceOnce(patched, countDecoded, `    if (textCodec !== undefined) return textCodec.decode(bytes);\n${countDecoded}`);
  patched = replaceOnce(patched, decoderNeeded, decoderNeeded.replace("(", "(cachedTextDecoder === undefined || "));

  const uses = patched.split(/\bcachedTextEncoder\.encode(?:Into)?\(arg/).length - 1;
  if (uses !== 3) throw new Failure(`the glue encodes text in ${uses} places, not 3; look at the patch again`);
  patched = patched.replace(/(= )cachedTextEncoder(\.encode(?:Into)?\(arg)/g, "$1textEncoder()$2");
  return replaceOnce(patched, encoderAtLoad, (_, fallback) =>
    [
      "let cachedTextEncoder;",
      "function textEncoder() {",
      "    if (textCodec !== undefined) return textCodec;",
      "    if (cachedTextEncoder === undefined) {",
      "        cachedTextEncoder = new TextEncoder();",
      "        if (!('encodeInto' in cachedTextEncoder)) {",
      fallback
        .replaceAll(/^(?=.)/gm, "        ")
        .replaceAll("= textEncoder()", "= cachedTextEncoder")
        .trimEnd(),
      "        }",
      "    }",
      "    return cachedTextEncoder;",
      "}",
      "",
    ].join("\n"),
  );
}

// After a trap the next instance starts with nothing of the old one: no view, no object, no borrowed slot.
function resettable(text) {
  const views = [...text.matchAll(/^let (cached\w+Memory0) = null;$/gm)].map(([, name]) => `    ${name} = null;\n`);
  const heap = "let heap = new Array(1024).fill(undefined);\nheap.push(undefined, null, true, false);\n";
  const objects = text.includes(heap) ? "    heap.length = 1028;\n    heap_next = heap.length;\n" : "";
  const borrowed = text.includes("let stack_pointer = 1024;") ? "    stack_pointer = 1024;\n" : "";
  if (objects === "" && /\bheap_next\b/.test(text)) throw new Failure("the glue keeps objects in a way that the patch does not know");
  return replaceOnce(text, "    wasm = val;\n", `    wasm = val;\n${views.join("")}${objects}${borrowed}`);
}

function importsOf(source, module) {
  const given = [...source.matchAll(/^export function (__wb\w+)\(/gm)].map(([, name]) => name).filter((name) => name !== "__wbg_set_wasm");
  const wanted = WebAssembly.Module.imports(module);
  const odd = wanted.filter(({ module: from, name, kind }) => from !== importModule || kind !== "function" || !given.includes(name));
  if (odd.length > 0) throw new Failure(`the module imports what the glue does not have: ${JSON.stringify(odd)}`);
  if (WebAssembly.Module.exports(module).some(({ name }) => name === "__wbindgen_start")) {
    throw new Failure("the module has a start function, which no loader of ours calls");
  }
  const names = wanted.map(({ name }) => `        ${name},\n`);
  return `export const imports = {\n    "${importModule}": {\n${names.join("")}    },\n};\n`;
}

const declarations = `
/** What the module imports: the second argument of \`new WebAssembly.Instance\`. */
export const imports: Record<string, Record<string, (...values: never[]) => unknown>>;

/** Binds every function of the glue to an instance, and forgets all of the one before. */
export function __wbg_set_wasm(exports: object): void;

/** UTF-8 for engines without TextDecoder and TextEncoder; \`undefined\` brings the engine's own back. */
export function setTextCodec(codec: TextCodec | undefined): void;

export interface TextCodec {
  decode(bytes: Uint8Array): string;
  encode(text: string): Uint8Array;
  encodeInto(text: string, bytes: Uint8Array): { read: number; written: number };
}
`;

function setter(name, variable) {
  return `export function ${name}(val) {\n    ${variable} = val;\n}`;
}

function replaceOnce(text, what, by) {
  const count = typeof what === "string" ? text.split(what).length - 1 : [...text.matchAll(new RegExp(what, what.flags + "g"))].length;
  if (count !== 1) throw new Failure(`a patch of the glue applies ${count} times, not once: ${what}`);
  return text.replace(what, by);
}
