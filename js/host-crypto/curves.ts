/** Signatures on elliptic curves, by @noble/curves. Evaluated only where there is BigInt. */

import { edwards } from "@noble/curves/abstract/edwards.js";
import { type IField, Field } from "@noble/curves/abstract/modular.js";
import { type WeierstrassOpts, weierstrass } from "@noble/curves/abstract/weierstrass.js";

/**
 * FIPS 186-5 section 6.4.2, with r and s in 1 … n-1: both s and n - s are valid. `key`: x and y. No point at infinity can be
 * written so.
 */
export function verifyEcdsa(curve: number, key: Uint8Array, digest: Uint8Array, rBytes: Uint8Array, sBytes: Uint8Array): boolean {
  const { Point, Fn } = curve === 256 ? p256() : p384();
  const r = bigEndian(rBytes);
  const s = bigEndian(sBytes);
  if (!Fn.isValidNot0(r) || !Fn.isValidNot0(s)) return false;
  const x = bigEndian(key.subarray(0, key.length / 2));
  const y = bigEndian(key.subarray(key.length / 2));
  try {
    const point = Point.fromAffine({ x, y });
    point.assertValidity();
    const inverse = Fn.inv(s);
    // The leftmost bits, as many as the order has: whole bytes for these curves.
    const z = Fn.create(bigEndian(digest.subarray(0, Fn.BYTES)));
    const sum = Point.BASE.multiplyUnsafe(Fn.mul(z, inverse)).add(point.multiplyUnsafe(Fn.mul(r, inverse)));
    return !sum.is0() && Fn.create(sum.toAffine().x) === r;
  } catch {
    // Not on the curve.
    return false;
  }
}

/**
 * RFC 8032 section 5.1.7, strictly: by the equation without the cofactor, and with no small-order key or R, as the `verify_strict`
 * of ed25519-dalek. `digest`: SHA-512 of R, the key and the message.
 */
export function verifyEd25519(key: Uint8Array, digest: Uint8Array, signature: Uint8Array): boolean {
  const Point = edwards25519();
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

/**
 * Bits of a scalar that one entry of the base point's table stands for. The library's 8 take an interpreter half a second at the first
 * signature, to save a tenth of each later one.
 */
const WINDOW = 3;

/** FIPS 186-5 and SP 800-186 section 3.2.1. Here and not from `nist.js`, which brings much else. */
const p256 = /* @__PURE__ */ once(() =>
  curveOf({
    p: BigInt("0xffffffff00000001000000000000000000000000ffffffffffffffffffffffff"),
    n: BigInt("0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551"),
    h: BigInt(1),
    a: BigInt("0xffffffff00000001000000000000000000000000fffffffffffffffffffffffc"),
    b: BigInt("0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604b"),
    Gx: BigInt("0x6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"),
    Gy: BigInt("0x4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"),
  }),
);

/** SP 800-186 section 3.2.1. */
const p384 = /* @__PURE__ */ once(() =>
  curveOf({
    p: BigInt("0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff"),
    n: BigInt("0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973"),
    h: BigInt(1),
    a: BigInt("0xfffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000fffffffc"),
    b: BigInt("0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aef"),
    Gx: BigInt("0xaa87ca22be8b05378eb1c71ef320ad746e1d3b628ba79b9859f741e082542a385502f25dbf55296c3a545e3872760ab7"),
    Gy: BigInt("0x3617de4a96262c6f5d9e98bf9292dc29f8f41dbd289a147ce9da3113b5f0b8c00a60b1ce1d7e819d7a431d7c90ea0e5f"),
  }),
);

/** RFC 8032 section 5.1. Here and not from `ed25519.js`, which brings hashes and other curves. */
const edwards25519 = /* @__PURE__ */ once(() => {
  const Point = edwards({
    p: BigInt("0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffed"),
    n: BigInt("0x1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed"),
    h: BigInt(8),
    a: BigInt("0x7fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffec"),
    d: BigInt("0x52036cee2b6ffe738cc740797779e89800700a4d4141d8ab75eb4dca135978a3"),
    Gx: BigInt("0x216936d3cd6e53fec0a4e231fdd6dc5c692cc7609525a7b2c9562d608f25d51a"),
    Gy: BigInt("0x6666666666666666666666666666666666666666666666666666666666666658"),
  });
  Point.BASE.precompute(WINDOW);
  return Point;
});

/** A curve is looked through when it is made, which takes an interpreter a tenth of a second: only those that are used. */
function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => (made ??= make());
}

function curveOf(curve: WeierstrassOpts<bigint>) {
  const Point = weierstrass(curve, { Fp: quick(Field(curve.p)) });
  Point.BASE.precompute(WINDOW);
  return { Point, Fn: Point.Fn };
}

/** Elements are reduced, so that a sum needs no division: a third of a verification where an interpreter runs it. */
function quick(field: IField<bigint>): IField<bigint> {
  const p = field.ORDER;
  const zero = BigInt(0);
  const operations = {
    add: (a: bigint, b: bigint) => (a + b < p ? a + b : a + b - p),
    sub: (a: bigint, b: bigint) => (a < b ? a - b + p : a - b),
    neg: (a: bigint) => (a === zero ? a : p - a),
    mul: (a: bigint, b: bigint) => (a * b) % p,
    sqr: (a: bigint) => (a * a) % p,
  };
  const quick = Object.create(field);
  for (const [name, value] of Object.entries(operations)) Object.defineProperty(quick, name, { value });
  return quick;
}

function bigEndian(bytes: Uint8Array): bigint {
  let hex = "0x0";
  for (let index = 0; index < bytes.length; index++) hex += hexOf(bytes[index] as number);
  return BigInt(hex);
}

function littleEndian(bytes: Uint8Array): bigint {
  let hex = "0x0";
  for (let index = bytes.length - 1; index >= 0; index--) hex += hexOf(bytes[index] as number);
  return BigInt(hex);
}

function hexOf(byte: number): string {
  return (byte | 256).toString(16).slice(1);
}
