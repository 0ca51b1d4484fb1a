// Which crates and functions fill a module: for `node scripts/build.mjs --names`.

/** Prints the bytes of code by crate (inlined code counts where it landed) and of the largest functions. */
export function printProfile(bytes) {
  const { crates, functions } = profile(bytes);
  for (const [name, size] of [...crates, ["", ""], ...functions.slice(0, 80)])
    console.log(`${String(size).padStart(8)}  ${name.slice(0, 160)}`);
}

// From the module's name section: `[name, bytes]` of each, largest first.
function profile(bytes) {
  const module = new WebAssembly.Module(bytes);
  const imported = WebAssembly.Module.imports(module).filter(({ kind }) => kind === "function").length;
  const names = functionNames(new Uint8Array(WebAssembly.Module.customSections(module, "name")[0]));
  const functions = bodySizes(bytes).map((size, index) => [readable(names.get(index + imported) ?? `#${index + imported}`), size]);
  const crates = new Map();
  for (const [name, size] of functions) {
    const crate = /^<*(?:&|mut |dyn |\[|\*const )*([a-z_0-9]+)::/.exec(name)?.[1] ?? "other";
    crates.set(crate, (crates.get(crate) ?? 0) + size);
  }
  const largestFirst = (rows) => [...rows].sort(([, a], [, b]) => b - a);
  return { functions: largestFirst(functions), crates: largestFirst(crates) };
}

function bodySizes(bytes) {
  const reader = readerOf(bytes, 8);
  while (reader.at < bytes.length) {
    const id = reader.byte();
    const end = reader.number() + reader.at;
    if (id === 10) {
      return Array.from({ length: reader.number() }, () => {
        const size = reader.number();
        reader.at += size;
        return size;
      });
    }
    reader.at = end;
  }
  return [];
}

function functionNames(section) {
  const reader = readerOf(section, 0);
  const names = new Map();
  while (reader.at < section.length) {
    const id = reader.byte();
    const end = reader.number() + reader.at;
    for (let left = id === 1 ? reader.number() : 0; left > 0; left--) {
      const index = reader.number();
      const length = reader.number();
      names.set(index, Buffer.from(section.subarray(reader.at, (reader.at += length))).toString());
    }
    reader.at = end;
  }
  return names;
}

function readerOf(bytes, at) {
  return {
    at,
    byte() {
      return bytes[this.at++];
    },
    number() {
      let value = 0;
      for (let shift = 0; ; shift += 7) {
        const byte = this.byte();
        value += (byte & 127) * 2 ** shift;
        if (byte < 128) return value;
      }
    },
  };
}

// wasm-bindgen demangles; what is left is the hash.
function readable(name) {
  return name.replace(/::h[0-9a-f]{16}/, "").replace(/\[[0-9a-f]{16}\]/g, "");
}
