import { randomUUID } from "node:crypto";
import { closeSync, existsSync, fsyncSync, linkSync, openSync, readSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { Failure, REFUSED } from "./exit.js";

/** Bytes of a policy, as in `src/limits.rs`. */
const POLICY_BYTES = 32 * 1024 * 1024;
/** Bytes of any other text: a signed policy of that size in base64url (RFC 7515), and some. */
const TEXT_BYTES = 64 * 1024 * 1024;
/** Bytes of certificates and keys: four times the largest set of anchors, for text with explanations. */
const CERTIFICATE_BYTES = 16 * 1024 * 1024;
const CHUNK = 256 * 1024;

/** The text of a file; `-` is standard input. */
export function readText(file: string): string {
  return decode(file, readBytes(file, TEXT_BYTES));
}

/** A policy's text: what is too large for the engine is not read to its end. */
export function readPolicyText(file: string): string {
  const bytes = readUpTo(file, POLICY_BYTES);
  if (bytes === undefined) throw new Failure(`${file} is refused, policy-too-large: it has more than ${POLICY_BYTES} bytes`, REFUSED);
  return decode(file, bytes);
}

/** Certificates or keys, DER or PEM. */
export function readCertificates(file: string): Buffer {
  return readBytes(file, CERTIFICATE_BYTES);
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

/** Writes a file that only its owner can read, whole or not at all. What is there already stays, unless `force`. */
export function writePrivately(file: string, text: string, force: boolean): void {
  const fresh = `${file}.${randomUUID()}.new`; // process numbers come twice where containers share a folder
  try {
    const target = openSync(fresh, "wx", 0o600);
    try {
      writeFileSync(target, text); // goes on where a part was written, which one write does without an error
      fsyncSync(target);
    } finally {
      closeSync(target);
    }
    if (force) renameSync(fresh, file);
    else publish(fresh, file);
  } catch (error) {
    rmSync(fresh, { force: true });
    const { code, message } = error as NodeJS.ErrnoException;
    throw new Failure(code === "EEXIST" ? `${file} is there already; --force writes over it` : `cannot write ${file}: ${message}`);
  }
}

/** A link fails where there is a file already, which a renaming would write over. */
function publish(fresh: string, file: string): void {
  try {
    linkSync(fresh, file);
  } catch (error) {
    // File systems of memory sticks know no links.
    if (!["EPERM", "ENOTSUP", "ENOSYS"].includes((error as NodeJS.ErrnoException).code ?? "")) throw error;
    requireFree([file], false);
    return renameSync(fresh, file);
  }
  rmSync(fresh);
}

function readBytes(file: string, limit: number): Buffer {
  const bytes = readUpTo(file, limit);
  if (bytes === undefined) throw new Failure(`${nameOf(file)} has more than ${limit} bytes`);
  return bytes;
}

/** Undefined where there is more than the limit: the rest is not read. */
function readUpTo(file: string, limit: number): Buffer | undefined {
  const chunks: Buffer[] = [];
  let size = 0;
  try {
    const source = file === "-" ? 0 : openSync(file, "r");
    try {
      for (let chunk = readChunk(source); chunk.length > 0; chunk = readChunk(source)) {
        chunks.push(chunk);
        size += chunk.length;
        if (size > limit) return undefined;
      }
    } finally {
      if (source !== 0) closeSync(source);
    }
  } catch (error) {
    throw new Failure(`cannot read ${nameOf(file)}: ${(error as Error).message}`);
  }
  return Buffer.concat(chunks);
}

function readChunk(source: number): Buffer {
  const chunk = Buffer.allocUnsafe(CHUNK);
  for (;;) {
    try {
      return chunk.subarray(0, readSync(source, chunk));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === "EOF") return chunk.subarray(0, 0); // a closed pipe on Windows
      if (code !== "EAGAIN") throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10); // a pipe that does not block, and has nothing yet
    }
  }
}

function decode(file: string, bytes: Buffer): string {
  try {
    // A byte order mark, as editors on Windows write it, is left out (RFC 8259 section 8.1).
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Failure(`${nameOf(file)} is not UTF-8`);
  }
}

function nameOf(file: string): string {
  return file === "-" ? "standard input" : file;
}
