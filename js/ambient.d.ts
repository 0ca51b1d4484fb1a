// What the engines give and `lib.es2020` leaves out: only what this package uses. All of it may be absent at run time.

declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: object);
    readonly exports: Record<string, unknown>;
  }
  class RuntimeError extends Error {}
  function compile(bytes: Uint8Array): Promise<Module>;
}

declare class FinalizationRegistry<Held> {
  constructor(cleanup: (held: Held) => void);
  register(target: object, held: Held, token?: object): void;
  unregister(token: object): boolean;
}

declare function atob(base64: string): string;

declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  decode(bytes: Uint8Array): string;
}

declare class TextEncoder {
  encode(text: string): Uint8Array;
  encodeInto(text: string, bytes: Uint8Array): { read: number; written: number };
}

/** The bundler's: evaluates a module of ours at the first call. */
declare function require(path: "./signatures/curves.js"): typeof import("./signatures/curves.js");

declare function setTimeout(callback: () => void, milliseconds: number): unknown;
declare function clearTimeout(timer: unknown): void;
