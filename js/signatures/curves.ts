/** Signatures on elliptic curves, by @noble/curves. Evaluated only where there is BigInt. */

import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384 } from "@noble/curves/nist.js";
import { sha384, sha512 } from "@noble/hashes/sha2.js";

/** FIPS 186-5 section 6.4.2. Both s and n - s are valid there. */
export function verifyEcdsa(curve: number, key: Uint8Array, digest: Uint8Array, r: Uint8Array, s: Uint8Array): boolean {
  const { verify, lengths } = curve === 256 ? p256 : p384;
  const signature = new Uint8Array(lengths.signature as number);
  signature.set(r, signature.length / 2 - r.length);
  signature.set(s, signature.length - s.length);
  const point = new Uint8Array(1 + key.length);
  point[0] = 4;
  point.set(key, 1);
  try {
    return verify(signature, digest.slice(), point, { prehash: false, lowS: false, format: "compact" });
  } catch {
    return false;
  }
}

/**
 * RFC 8032 section 5.1.7, strictly: by the equation without the cofactor, and with no small-order key or R, as the `verify_strict`
 * of ed25519-dalek.
 */
export function verifyEd25519(key: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  const { Point } = ed25519;
  const s = littleEndian(signature.subarray(32));
  if (s >= Point.Fn.ORDER) return false;
  try {
    const a = Point.fromBytes(key.slice());
    const r = Point.fromBytes(signature.slice(0, 32));
    if (a.isSmallOrder() || r.isSmallOrder()) return false;
    const k = Point.Fn.create(littleEndian(digest));
    return Point.BASE.multiplyUnsafe(s).equals(r.add(a.multiplyUnsafe(k)));
  } catch {
    // Not on the curve, or not canonical.
    return false;
  }
}

export function sha2(bits: number, bytes: Uint8Array): Uint8Array {
  return bits === 384 ? sha384(bytes) : sha512(bytes);
}

function littleEndian(bytes: Uint8Array): bigint {
  let hex = "0x";
  for (let index = bytes.length - 1; index >= 0; index--) hex += ((bytes[index] as number) | 256).toString(16).slice(1);
  return BigInt(hex);
}
