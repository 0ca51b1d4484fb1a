// What the entries for Node use of it, and no more: its own types would bring Node's names into every file.

declare module "node:crypto" {
  interface Hash {
    update(text: string): Hash;
    digest(encoding: "hex"): string;
  }
  export function createHash(algorithm: "sha256"): Hash;
}

declare module "node:fs/promises" {
  type FileSystem = import("./file-storage.js").FileSystem;
  export const { mkdir, open, readFile, rename, rm, stat }: FileSystem;
}

declare const process: { readonly pid: number; readonly platform: string; kill(pid: number, signal: 0): boolean };
