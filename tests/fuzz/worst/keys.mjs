// Key pairs of every kind that chainpin verifies, and keys that only look like one. The same seed makes the same bytes everywhere, the
// signatures included, so that two runs count the same steps.
import { createHash } from "node:crypto";
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256, p384 } from "@noble/curves/nist.js";
import { bitString, integer, objectIdentifier, sequence, tlv } from "../../attacks/certificates.mjs";

/** Bytes that depend on `label` alone. */
export function bytesOf(label, length) {
  const blocks = Array.from({ length: Math.ceil(length / 32) }, (_, block) => createHash("sha256").update(`${label}/${block}`).digest());
  return Buffer.concat(blocks).subarray(0, length);
}

const identifier = (...arcs) => tlv(0x06, objectIdentifier(...arcs));
const NULL = tlv(0x05);

/** RFC 5758 section 3.2, RFC 8410 section 3, RFC 4055 section 5: what a certificate says about its signature. */
export const algorithms = {
  "ecdsa-sha256": { id: sequence(identifier(1, 2, 840, 10045, 4, 3, 2)), hash: "sha256" },
  "ecdsa-sha384": { id: sequence(identifier(1, 2, 840, 10045, 4, 3, 3)), hash: "sha384" },
  "ecdsa-sha512": { id: sequence(identifier(1, 2, 840, 10045, 4, 3, 4)), hash: "sha512" },
  ed25519: { id: sequence(identifier(1, 3, 101, 112)) },
  "rsa-sha256": { id: sequence(identifier(1, 2, 840, 113549, 1, 1, 11), NULL), hash: "sha256" },
  "rsa-sha384": { id: sequence(identifier(1, 2, 840, 113549, 1, 1, 12), NULL), hash: "sha384" },
  "rsa-sha512": { id: sequence(identifier(1, 2, 840, 113549, 1, 1, 13), NULL), hash: "sha512" },
  "pss-sha256": { id: pss(1, 32), hash: "sha256", pss: true },
  "pss-sha384": { id: pss(2, 48), hash: "sha384", pss: true },
  "pss-sha512": { id: pss(3, 64), hash: "sha512", pss: true },
  unsupported: { id: sequence(identifier(1, 2, 840, 113549, 1, 1, 5), NULL), hash: "sha1" },
};

/** RSASSA-PSS-params (RFC 4055 section 3.1): MGF1 over the same hash, a salt of the digest's length. */
function pss(arc, salt) {
  const hash = sequence(identifier(2, 16, 840, 1, 101, 3, 4, 2, arc), NULL);
  const mask = sequence(identifier(1, 2, 840, 113549, 1, 1, 8), hash);
  return sequence(identifier(1, 2, 840, 113549, 1, 1, 10), sequence(tlv(0xa0, hash), tlv(0xa1, mask), tlv(0xa2, integer(salt))));
}

const EC = identifier(1, 2, 840, 10045, 2, 1);
const curves = {
  "P-256": { curve: p256, id: sequence(EC, identifier(1, 2, 840, 10045, 3, 1, 7)), length: 32 },
  "P-384": { curve: p384, id: sequence(EC, identifier(1, 3, 132, 0, 34)), length: 48 },
};

/**
 * A key pair: `{ kind, spki, pin, sign(message, algorithm) }`. `kind`: `P-256`, `P-384`, `Ed25519`, or `RSA-BITS-EXPONENT`.
 * The signature is valid where `algorithm` is one for the key.
 */
export function keyOf(kind, seed) {
  const name = `${kind}/${seed}`;
  if (!made.has(name)) made.set(name, withPin(make(kind, name)));
  return made.get(name);
}

const made = new Map();

function make(kind, name) {
  if (kind === "Ed25519") {
    const secret = bytesOf(name, 32);
    const spki = sequence(algorithms.ed25519.id, bitString(ed25519.getPublicKey(secret)));
    return { kind, spki, sign: (message) => Buffer.from(ed25519.sign(message, secret)) };
  }
  if (kind in curves) {
    const { curve, id, length } = curves[kind];
    const secret = bytesOf(name, length);
    // Below the order of either curve.
    secret[0] &= 0x7f;
    const spki = sequence(id, bitString(curve.getPublicKey(secret, false)));
    const sign = (message, { hash = "sha256" }) =>
      Buffer.from(curve.sign(digest(hash, message), secret, { prehash: false, format: "der", lowS: false }));
    return { kind, spki, sign };
  }
  const [, bits, exponent] = /^RSA-(\d+)-(\d+)$/.exec(kind);
  return { kind, ...rsa(Number(bits), BigInt(exponent), name) };
}

/** The same key with another last byte: no key that verifies anything, of the same length. */
export function keyLike(key, difference) {
  const spki = Buffer.from(key.spki);
  spki[spki.length - 1] ^= difference;
  return withPin({ kind: key.kind, spki, sign: key.sign });
}

/** A SubjectPublicKeyInfo of `length` bytes that verifies nothing; two differ in their last byte alone. */
export function junkKey(length, last) {
  const body = Buffer.alloc(Math.max(1, length), 0x55);
  body[body.length - 1] = last & 0xff;
  const spki = sequence(sequence(identifier(1, 2, 840, 113549, 1, 1, 1), NULL), bitString(body));
  return withPin({ kind: "junk", spki, sign: () => bytesOf(`junk/${length}/${last}`, 64) });
}

/** RSA over many small primes: a verifier cannot tell, and such a key is made, and signs, in no time whatever its size. */
function rsa(bits, e, name) {
  const primes = primesOf(bits, e, name);
  const n = primes.reduce((product, prime) => product * prime);
  // Chinese remainders: each prime's part of a signature is a small power.
  const parts = primes.map((prime) => ({ prime, d: inverse(e, prime - 1n), unit: (n / prime) * inverse((n / prime) % prime, prime) }));
  const spki = sequence(sequence(identifier(1, 2, 840, 113549, 1, 1, 1), NULL), bitString(sequence(integer(n), integer(e))));
  const length = bits / 8;
  const sign = (message, { hash = "sha256", pss: isPss }) => {
    const encoded = isPss ? bytesOf(`${name}/pss`, length) : padded(hash, message, length);
    encoded[0] = 0;
    const value = BigInt(`0x${encoded.toString("hex")}`);
    const signature = parts.reduce((sum, { prime, d, unit }) => sum + power(value % prime, d, prime) * unit, 0n) % n;
    return Buffer.from(signature.toString(16).padStart(2 * length, "0"), "hex");
  };
  return { spki, sign };
}

/** Primes of 64 bits or more whose product has so many bits, and to which the exponent has an inverse. */
function primesOf(bits, e, name) {
  const primes = [];
  for (let n = 1n, index = 0; ; index++) {
    const left = BigInt(bits) - BigInt(n.toString(2).length);
    // The last prime brings the product to its length.
    const low = left < 120n ? (1n << BigInt(bits - 1)) / n + 1n : 1n << 63n;
    let candidate = (low + BigInt(`0x${bytesOf(`${name}/${index}`, 7).toString("hex")}`)) | 1n;
    while (!isPrime(candidate) || gcd(candidate - 1n, e) !== 1n) candidate += 2n;
    primes.push(candidate);
    n *= candidate;
    if (n.toString(2).length === bits) return primes;
    if (n.toString(2).length > bits) throw new Error(`${name}: a modulus of another length`);
  }
}

/** Miller and Rabin's test; these bases leave no doubt below 2^81, and few errors above. */
function isPrime(n) {
  const bases = [2n, 3n, 5n, 7n, 11n, 13n, 17n, 19n, 23n, 29n, 31n, 37n];
  if (bases.some((base) => n % base === 0n)) return false;
  let [odd, twos] = [n - 1n, 0];
  while (odd % 2n === 0n) [odd, twos] = [odd / 2n, twos + 1];
  return bases.every((base) => {
    let x = power(base, odd, n);
    if (x === 1n || x === n - 1n) return true;
    for (let round = 1; round < twos; round++) if ((x = (x * x) % n) === n - 1n) return true;
    return false;
  });
}

function power(base, exponent, modulus) {
  let result = 1n;
  for (let [b, e] = [base % modulus, exponent]; e > 0n; [b, e] = [(b * b) % modulus, e >> 1n]) if (e & 1n) result = (result * b) % modulus;
  return result;
}

function gcd(a, b) {
  return b === 0n ? a : gcd(b, a % b);
}

function inverse(a, modulus) {
  let [r, next, s, after] = [modulus, a % modulus, 0n, 1n];
  while (next > 0n) [r, next, s, after] = [next, r % next, after, s - (r / next) * after];
  return ((s % modulus) + modulus) % modulus;
}

/** EMSA-PKCS1-v1_5 (RFC 8017 section 9.2). */
function padded(hash, message, length) {
  const arcs = { sha256: 1, sha384: 2, sha512: 3 };
  const info = sequence(sequence(identifier(2, 16, 840, 1, 101, 3, 4, 2, arcs[hash] ?? 1), NULL), tlv(0x04, digest(hash, message)));
  return Buffer.concat([Buffer.from([0, 1]), Buffer.alloc(length - info.length - 3, 0xff), Buffer.from([0]), info]);
}

const digest = (hash, message) => createHash(hash).update(message).digest();

function withPin(key) {
  return { ...key, pin: `sha256/${createHash("sha256").update(key.spki).digest("base64")}` };
}
