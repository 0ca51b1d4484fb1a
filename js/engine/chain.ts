/** A chain on its way into the module: one buffer, so that it crosses the boundary once, and a copy, so that nobody changes it later. */

import { wrong } from "../base/arguments.js";
import type { ChainInput } from "../model/types.js";

/** How many pieces and bytes are worth carrying. The limits that decide are the core's; these keep a flood out of its memory. */
export interface Carriage {
  readonly pieces: number;
  readonly bytes: number;
}

/** A chain: one certificate more than the core accepts, and four times its bytes, for text with explanations. */
export const CHAIN: Carriage = { pieces: 17, bytes: 1024 * 1024 };

/** Packs a chain as `src/wasm/packing.rs` reads it: for each piece its kind (one byte), its length (four, little-endian) and its bytes. */
export function packChain(chain: ChainInput, name: string, carriage: Carriage): Uint8Array {
  const pieces = toPieces(chain, name, carriage);
  let size = 0;
  for (const piece of pieces) size += HEADER + (piece.length > carriage.bytes ? 0 : piece.length);
  const packed = new Uint8Array(size);
  let at = 0;
  for (const piece of pieces) at = write(piece, packed, at, carriage);
  return packed;
}

const HEADER = 5;
const DER = 0;
const TEXT = 1;
const OVERSIZE = 2;

type Piece = string | Uint8Array;

function toPieces(chain: unknown, name: string, carriage: Carriage): Piece[] {
  if (typeof chain === "string") return chain.trim() === "" ? [] : [chain];
  if (!Array.isArray(chain)) throw wrong(name, "a PEM string or an array of certificates, leaf first", chain);
  const pieces: Piece[] = [];
  for (let index = 0; index < chain.length && index < carriage.pieces; index++) {
    pieces.push(toPiece(chain[index], `${name}[${index}]`));
  }
  return pieces;
}

function toPiece(certificate: unknown, name: string): Piece {
  if (typeof certificate === "string") return certificate;
  // By tag and not by class: a buffer may come from another realm (a frame, a test runner's sandbox).
  switch (Object.prototype.toString.call(certificate)) {
    case "[object Uint8Array]":
      return certificate as Uint8Array;
    case "[object ArrayBuffer]":
      return new Uint8Array(certificate as ArrayBuffer);
    default:
      throw wrong(name, "a Uint8Array or ArrayBuffer of DER, or a string of base64 or PEM", certificate);
  }
}

function write(piece: Piece, packed: Uint8Array, at: number, carriage: Carriage): number {
  const oversize = piece.length > carriage.bytes;
  const length = oversize ? 0 : piece.length;
  packed[at] = oversize ? OVERSIZE : typeof piece === "string" ? TEXT : DER;
  packed[at + 1] = length;
  packed[at + 2] = length >>> 8;
  packed[at + 3] = length >>> 16;
  packed[at + 4] = length >>> 24;
  at += HEADER;
  if (oversize) return at;
  if (typeof piece === "string") {
    for (let index = 0; index < length; index++) {
      const code = piece.charCodeAt(index);
      // What is not ASCII is no base64 either; any byte that the core refuses will do.
      packed[at + index] = code < 128 ? code : 255;
    }
  } else {
    packed.set(piece, at);
  }
  return at + length;
}
