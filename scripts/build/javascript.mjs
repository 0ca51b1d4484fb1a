// wasm2js -> a function that makes instances: the module for engines without WebAssembly.
import { transformSync } from "esbuild";
import { at } from "../lib/paths.mjs";
import { Failure, output } from "../lib/run.mjs";

/** `file`: a finished module. Its JavaScript, `export function instantiate(imports)`, which returns what an instance exports. */
export function makeJavaScript(file) {
  const written = output(process.execPath, [
    at("node_modules", "binaryen", "bin", "wasm2js"),
    "-O",
    "--mvp-features",
    "--enable-bulk-memory",
    file,
  ]);
  if (!written) throw new Failure("wasm2js failed");
  const { code } = transformSync(asFactory(withPlainIndices(withBounds(withTextSegments(written)))), {
    minify: true,
    target: "es2020",
    charset: "ascii",
    lineLimit: 120,
    legalComments: "none",
  });
  return code;
}

// wasm2js writes a module that makes its one instance when it is loaded. After a trap, another is needed.
function asFactory(text) {
  const body =
    /^import \* as [\w$]+ from '\.\/chainpin_bg\.js';\n([^]*?\n)function asmFunc\(imports\) \{\n([^]*)\n\}\n+var retasmFunc = asmFunc\(\{[^]*?\}\);\n(?:export var \w+ = retasmFunc\.\w+;\n?)+$/.exec(
      text,
    );
  if (!body) throw new Failure("wasm2js writes another frame than the build knows; look at asFactory again");
  const [, helpers, inside] = body;
  if (/\b(?:import|export|retasmFunc|require)\b/.test(helpers)) throw new Failure("wasm2js imports what the build does not know");
  return `export function instantiate(imports) {\n${helpers}${bySize(inside)}\n}\n`;
}

// Functions of about the same size are often of one kind, and gzip looks back 32 KB only: in this order, 1 % less to transfer.
function bySize(text) {
  const [first, ...functions] = text.split(/^(?= function )/m);
  const rest = functions.pop();
  return [first, ...functions.sort((one, other) => one.length - other.length), rest].join("");
}

// Most data is text, which base64 hides from gzip: a tenth of the transfer. The module's own decoder is replaced along.
function withTextSegments(text) {
  const decoder = /  var base64ReverseLookup = [^]*?(?= *function initActiveSegments)/;
  const segment = /base64DecodeToExistingUint8Array\((\w+), (\d+), "([\w+/=]*)"\)/g;
  const count = text.split("base64DecodeToExistingUint8Array").length - 2;
  if (!decoder.test(text) || [...text.matchAll(segment)].length !== count)
    throw new Failure("wasm2js writes data in another way than the build knows");
  return text
    .replace(
      decoder,
      "function write(bytes, offset, data) { for (var i = 0; i < data.length; i++) bytes[offset + i] = data.charCodeAt(i); }\n",
    )
    .replace(
      segment,
      (_, view, offset, base64) => `write(${view}, ${offset}, ${JSON.stringify(Buffer.from(base64, "base64").toString("latin1"))})`,
    );
}

// WebAssembly traps where a copy leaves the memory; wasm2js would let it wrap around.
function withBounds(text) {
  const copy = "    // TODO: traps on invalid things\n";
  if (!/wasm2js_memory_copy/.test(text)) return text;
  if (text.split(copy).length !== 2) throw new Failure("wasm2js copies memory in another way than the build knows");
  const check =
    "    if ((dest >>> 0) + (size >>> 0) > bufferView.length || (source >>> 0) + (size >>> 0) > bufferView.length) wasm2js_trap();\n";
  return text.replace(copy, check);
}

// An index of bytes needs no `| 0`: addresses are below 2^31, and what is not reads nothing either way. Fewer steps to interpret.
function withPlainIndices(text) {
  return text.replace(/\b(HEAPU?8\[[^[\]|&^<>?]*) \| 0\]/g, "$1]");
}
