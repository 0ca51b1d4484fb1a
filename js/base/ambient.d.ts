// What the engines give and `lib.es2020` leaves out: only what this package uses. All of it may be absent at run time.

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

declare function setTimeout(callback: () => void, milliseconds: number): unknown;
declare function clearTimeout(timer: unknown): void;

/** Optional peers: what is used of them. */
declare module "@capacitor/core" {
  export function registerPlugin<Plugin>(name: string): Plugin;
}

declare module "react-native" {
  export const TurboModuleRegistry: { get<Module>(name: string): Module | null };
  export class NativeEventEmitter {
    constructor(module: object);
    addListener(event: string, listener: (value: never) => void): { remove(): void };
  }
}
