/** Files and standard input as chunks of whole lines, in buffers that are used again. */

import { open } from "node:fs/promises";
import { Failure } from "../exit.js";
import { interruption } from "../interrupt.js";
import { LINE_BYTES } from "./observation.js";

/** Whole lines of one file; or a line that is too long, which is not kept. */
export interface Chunk {
  /** Its place among the files. */
  readonly file: number;
  /** Is it the file's first? */
  readonly first: boolean;
  /** The lines stand in the first `length` bytes; undefined for a line that is too long. */
  readonly buffer: ArrayBuffer | undefined;
  readonly length: number;
}

/** The longest line, and its end. */
const CAPACITY = LINE_BYTES + 1;
/** Bytes read at a time. */
const PIECE = 256 * 1024;
const NEW_LINE = 10;

/**
 * Chunks in order. `spare`: buffers that are no longer needed, to be used again.
 * @throws Failure for a file that cannot be read.
 */
export async function* chunksOf(files: readonly string[], spare: ArrayBuffer[]): AsyncGenerator<Chunk, void, undefined> {
  for (const [file, name] of files.entries()) {
    const lines = new Lines(file, spare);
    try {
      for await (const piece of name === "-" ? piecesOfInput() : piecesOf(name)) yield* lines.take(piece);
    } catch (error) {
      if (error instanceof Failure) throw error;
      throw new Failure(`cannot read ${name === "-" ? "standard input" : name}: ${(error as Error).message}`);
    }
    yield* lines.rest();
  }
}

/** In one buffer, which the next piece writes over. */
async function* piecesOf(name: string): AsyncGenerator<Buffer, void, undefined> {
  const file = await open(name);
  try {
    const buffer = Buffer.alloc(PIECE);
    for (;;) {
      interruption.throwIfAborted();
      const { bytesRead } = await file.read(buffer);
      if (bytesRead === 0) return;
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await file.close();
  }
}

/** It may wait for long: Ctrl-C ends that. */
async function* piecesOfInput(): AsyncGenerator<Buffer, void, undefined> {
  interruption.throwIfAborted();
  const stop = () => process.stdin.destroy(interruption.reason as Error);
  interruption.addEventListener("abort", stop);
  try {
    for await (const piece of process.stdin) yield piece as Buffer;
  } finally {
    interruption.removeEventListener("abort", stop);
  }
}

class Lines {
  private buffer: Buffer;
  private filled = 0;
  private first = true;
  /** Within a line that is too long, up to its end. */
  private skipping = false;

  constructor(
    private readonly file: number,
    private readonly spare: ArrayBuffer[],
  ) {
    this.buffer = this.fresh();
  }

  *take(piece: Buffer): Generator<Chunk> {
    for (let at = 0; at < piece.length; ) {
      if (this.skipping) {
        const end = piece.indexOf(NEW_LINE, at);
        if (end < 0) return;
        this.skipping = false;
        at = end + 1;
        continue;
      }
      const taken = piece.copy(this.buffer, this.filled, at);
      this.filled += taken;
      at += taken;
      if (this.filled === CAPACITY) yield this.cut();
    }
  }

  /** What stands after the last line feed is a line, too. */
  *rest(): Generator<Chunk> {
    if (this.filled > 0) yield this.chunk(this.buffer.buffer as ArrayBuffer, this.filled);
    else this.spare.push(this.buffer.buffer as ArrayBuffer);
  }

  /** Up to the last line feed; what stands after it begins the next buffer. */
  private cut(): Chunk {
    const { buffer } = this;
    const length = buffer.lastIndexOf(NEW_LINE) + 1;
    if (length === 0) {
      this.filled = 0;
      this.skipping = true;
      return this.chunk(undefined, 0);
    }
    this.buffer = this.fresh();
    this.filled = buffer.copy(this.buffer, 0, length);
    return this.chunk(buffer.buffer as ArrayBuffer, length);
  }

  private chunk(buffer: ArrayBuffer | undefined, length: number): Chunk {
    const { file, first } = this;
    this.first = false;
    return { file, first, buffer, length };
  }

  private fresh(): Buffer {
    return Buffer.from(this.spare.pop() ?? new ArrayBuffer(CAPACITY));
  }
}
