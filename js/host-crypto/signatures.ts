/**
 * What the module as JavaScript takes from its host: the arithmetic of signatures, by big integers. What encodings and sizes are
 * accepted, the module decides. The bytes given are views of its memory: nothing here keeps them.
 *
 * An engine without BigInt verifies no signature, so that what depends on one is rejected.
 */

import { sha512 } from "./sha512.js";

type Curves = typeof import("./curves.js");

/** Whether r and s are those of the key (x and y) over a message with this digest, on P-256 or P-384. */
export function verifyEcdsa(curve: number, key: Uint8Array, digest: Uint8Array, r: Uint8Array, s: Uint8Array): boolean {
  return hasBigInt && curves().verifyEcdsa(curve, key, digest, r, s);
}

/** `digest`: SHA-512 of R, the key and the message. */
export function verifyEd25519(key: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  return hasBigInt && curves().verifyEd25519(key, digest, signature);
}

/** SHA-384 or SHA-512: only signatures need them. */
export function sha2(bits: number, bytes: Uint8Array): Uint8Array {
  return sha512(bytes, bits);
}

/** base^exponent mod modulus, big-endian, as long as the modulus. */
export function power(base: Uint8Array, exponent: number, modulus: Uint8Array): Uint8Array | undefined {
  if (!hasBigInt) return undefined;
  const n = toNumber(modulus);
  const factor = toNumber(base);
  let result = factor;
  // From the bit below the highest downwards; the highest is 2^32 at most, beyond the bit operators' reach.
  for (let bit = 2 ** (Math.floor(Math.log2(exponent)) - 1); bit >= 1; bit /= 2) {
    result = (result * result) % n;
    if (Math.floor(exponent / bit) % 2 === 1) result = (result * factor) % n;
  }
  return toBytes(result, modulus.length);
}

const hasBigInt = typeof BigInt === "function";

/** Evaluated when a first signature is verified: that takes time, and BigInt. */
function curves(): Curves {
  return require("./curves.js");
}

function toNumber(bytes: Uint8Array): bigint {
  let hex = "0x";
  for (let index = 0; index < bytes.length; index++) hex += HEX[bytes[index] as number];
  return BigInt(hex);
}

function toBytes(value: bigint, length: number): Uint8Array {
  const hex = value.toString(16);
  const bytes = new Uint8Array(length);
  for (let end = hex.length, index = length - 1; end > 0; end -= 2, index--)
    bytes[index] = parseInt(hex.slice(end < 2 ? 0 : end - 2, end), 16);
  return bytes;
}

const HEX = Array.from({ length: 256 }, (_, byte) => (byte < 16 ? "0" : "") + byte.toString(16));
