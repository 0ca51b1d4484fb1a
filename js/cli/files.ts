import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Failure } from "./exit.js";

/** The text of a file; `-` is standard input. */
export function readText(file: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(file === "-" ? 0 : file);
  } catch (error) {
    throw new Failure(`cannot read ${file === "-" ? "standard input" : file}: ${(error as Error).message}`);
  }
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Failure(`${file} is not UTF-8`);
  }
}

/** Where it is none, no more is told: the parser's message quotes the text, and a key may be in it. */
export function readJson(file: string): unknown {
  return parseJson(file, readText(file));
}

export function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new Failure(`${file} is not JSON`);
  }
}

/** Before the first of several is written. */
export function requireFree(files: readonly string[], force: boolean): void {
  const taken = force ? undefined : files.find(existsSync);
  if (taken !== undefined) throw new Failure(`${taken} is there already; --force writes over it`);
}

/** Writes a file that only its owner can read. What is there already stays, unless `force`. */
export function writePrivately(file: string, text: string, force: boolean): void {
  try {
    if (!force) return writeFileSync(file, text, { flag: "wx", mode: 0o600 });
    // Beside it first: writing into a file that others can read would show it to them.
    const fresh = `${file}.new`;
    rmSync(fresh, { force: true });
    writeFileSync(fresh, text, { flag: "wx", mode: 0o600 });
    renameSync(fresh, file);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Failure(code === "EEXIST" ? `${file} is there already; --force writes over it` : `cannot write ${file}: ${message}`);
  }
}
