// Every WebAssembly instance made from here on. Import it before the package.
export const instances = [];

const { Instance } = WebAssembly;

WebAssembly.Instance = class extends Instance {
  constructor(module, imports) {
    super(module, imports);
    // Its functions can be replaced, as a broken module would answer.
    Object.defineProperty(this, "exports", { value: { ...this.exports } });
    instances.push(this);
  }
};

/** The memory of the newest instance. */
export function memory() {
  return instances[instances.length - 1].exports.memory;
}
