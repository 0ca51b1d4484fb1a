// What the entries for Node use of it, and no more: its own types would bring Node's names into every file.

declare module "node:async_hooks" {
  export class AsyncLocalStorage<Value> {
    run<T>(value: Value, work: () => T): T;
    getStore(): Value | undefined;
  }
}

declare module "node:crypto" {
  export function randomUUID(): string;
  interface Hash {
    update(text: string): Hash;
    digest(encoding: "hex"): string;
  }
  export function createHash(algorithm: "sha256"): Hash;
}

declare module "node:fs/promises" {
  type FileSystem = import("./file-system.js").FileSystem;
  export const { mkdir, open, readdir, readFile, rename, rm, rmdir }: FileSystem;
}

declare const process: { readonly platform: string };
declare function setInterval(callback: () => void, milliseconds: number): unknown;
declare function clearInterval(timer: unknown): void;
