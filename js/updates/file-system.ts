/** What file storage uses of Node: its file system, which tests replace. */

/** What is used of `node:fs/promises`. */
export interface FileSystem {
  mkdir(path: string, options: { recursive: true; mode: number }): Promise<unknown>;
  open(path: string, flags: string, mode?: number): Promise<OpenFile>;
  readdir(path: string): Promise<string[]>;
  readFile(path: string, encoding: "utf8"): Promise<string>;
  rename(from: string, to: string): Promise<void>;
  rm(path: string, options: { recursive: true; force: true }): Promise<void>;
  rmdir(path: string): Promise<void>;
}

/** What is used of its `FileHandle`. */
export interface OpenFile {
  writeFile(text: string, encoding?: "utf8"): Promise<void>;
  sync(): Promise<void>;
  close(): Promise<void>;
}
