/**
 * SHA-512 and SHA-384 (FIPS 180-4) for the module as JavaScript, in words of 32 bits. Ours for the reason that `sha256.ts` gives: signed
 * policies are long, and Ed25519 reads all of one.
 */

import { CONSTANTS as HIGH } from "./sha256.js";

/** `bits`: 384 or 512. The digest. */
export function sha512(bytes: Uint8Array, bits: number): Uint8Array {
  state.set(bits === 384 ? INITIAL_384 : INITIAL_512);
  const whole = bytes.length - (bytes.length % 128);
  for (let at = 0; at < whole; at += 128) compress(bytes, at);

  // Section 5.1.2: a one bit, zeros, and the length in bits.
  const rest = bytes.length - whole;
  const end = rest < 112 ? 128 : 256;
  last.fill(0);
  for (let index = 0; index < rest; index++) last[index] = bytes[whole + index] as number;
  last[rest] = 0x80;
  for (let index = 0, length = bytes.length * 8; index < 7; index++, length = Math.floor(length / 256)) last[end - 1 - index] = length;
  for (let at = 0; at < end; at += 128) compress(last, at);

  const digest = new Uint8Array(bits / 8);
  for (let index = 0; index < digest.length; index++) digest[index] = (state[index >> 2] as number) >>> (24 - 8 * (index & 3));
  return digest;
}

/** High word, low word, high word, … */
const state = new Int32Array(16);
const schedule = new Int32Array(160);
const last = new Uint8Array(256);

/** Section 6.4.2. Sums of low words are exact in doubles; what they carry over goes to the high ones, taken modulo 2^32. */
function compress(block: Uint8Array, start: number): void {
  const w = schedule as unknown as number[];
  const h = state as unknown as number[];
  const high = CONSTANTS_HIGH as unknown as number[];
  const low = CONSTANTS_LOW as unknown as number[];
  const bytes = block as unknown as number[];
  for (let t = 0, at = start; t < 32; t++, at += 4)
    w[t] = (bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!;
  for (let t = 32; t < 160; t += 2) {
    const xh = w[t - 30]!,
      xl = w[t - 29]!,
      yh = w[t - 4]!,
      yl = w[t - 3]!;
    const s0l = ((xl >>> 1) | (xh << 31)) ^ ((xl >>> 8) | (xh << 24)) ^ ((xl >>> 7) | (xh << 25));
    const s1l = ((yl >>> 19) | (yh << 13)) ^ ((yh >>> 29) | (yl << 3)) ^ ((yl >>> 6) | (yh << 26));
    const sum = (w[t - 31]! >>> 0) + (w[t - 13]! >>> 0) + (s0l >>> 0) + (s1l >>> 0);
    const s0h = ((xh >>> 1) | (xl << 31)) ^ ((xh >>> 8) | (xl << 24)) ^ (xh >>> 7);
    const s1h = ((yh >>> 19) | (yl << 13)) ^ ((yl >>> 29) | (yh << 3)) ^ (yh >>> 6);
    w[t] = w[t - 32]! + w[t - 14]! + s0h + s1h + ((sum / 0x100000000) | 0);
    w[t + 1] = sum;
  }
  let ah = h[0]!,
    al = h[1]!,
    bh = h[2]!,
    bl = h[3]!,
    ch = h[4]!,
    cl = h[5]!,
    dh = h[6]!,
    dl = h[7]!;
  let eh = h[8]!,
    el = h[9]!,
    fh = h[10]!,
    fl = h[11]!,
    gh = h[12]!,
    gl = h[13]!,
    ih = h[14]!,
    il = h[15]!;
  for (let t = 0; t < 80; t++) {
    const s1l = ((el >>> 14) | (eh << 18)) ^ ((el >>> 18) | (eh << 14)) ^ ((eh >>> 9) | (el << 23));
    const sum = (il >>> 0) + (s1l >>> 0) + ((gl ^ (el & (fl ^ gl))) >>> 0) + (low[t]! >>> 0) + (w[2 * t + 1]! >>> 0);
    const s1h = ((eh >>> 14) | (el << 18)) ^ ((eh >>> 18) | (el << 14)) ^ ((el >>> 9) | (eh << 23));
    const t1l = sum >>> 0;
    const t1h = (ih + s1h + (gh ^ (eh & (fh ^ gh))) + high[t]! + w[2 * t]! + ((sum / 0x100000000) | 0)) | 0;
    ih = gh;
    il = gl;
    gh = fh;
    gl = fl;
    fh = eh;
    fl = el;
    const e = (dl >>> 0) + t1l;
    eh = (dh + t1h + ((e / 0x100000000) | 0)) | 0;
    el = e | 0;
    const s0l = ((al >>> 28) | (ah << 4)) ^ ((ah >>> 2) | (al << 30)) ^ ((ah >>> 7) | (al << 25));
    const a = t1l + (s0l >>> 0) + (((al & bl) ^ (cl & (al ^ bl))) >>> 0);
    const s0h = ((ah >>> 28) | (al << 4)) ^ ((al >>> 2) | (ah << 30)) ^ ((al >>> 7) | (ah << 25));
    const majority = (ah & bh) ^ (ch & (ah ^ bh));
    dh = ch;
    dl = cl;
    ch = bh;
    cl = bl;
    bh = ah;
    bl = al;
    ah = (t1h + s0h + majority + ((a / 0x100000000) | 0)) | 0;
    al = a | 0;
  }
  add(0, ah, al);
  add(2, bh, bl);
  add(4, ch, cl);
  add(6, dh, dl);
  add(8, eh, el);
  add(10, fh, fl);
  add(12, gh, gl);
  add(14, ih, il);
}

function add(index: number, high: number, low: number): void {
  const sum = (state[index + 1]! >>> 0) + (low >>> 0);
  state[index] = state[index]! + high + ((sum / 0x100000000) | 0);
  state[index + 1] = sum;
}

/** Section 5.3.5. */
const INITIAL_512 = [
  0x6a09e667, 0xf3bcc908, 0xbb67ae85, 0x84caa73b, 0x3c6ef372, 0xfe94f82b, 0xa54ff53a, 0x5f1d36f1, 0x510e527f, 0xade682d1, 0x9b05688c,
  0x2b3e6c1f, 0x1f83d9ab, 0xfb41bd6b, 0x5be0cd19, 0x137e2179,
];

/** Section 5.3.4. */
const INITIAL_384 = [
  0xcbbb9d5d, 0xc1059ed8, 0x629a292a, 0x367cd507, 0x9159015a, 0x3070dd17, 0x152fecd8, 0xf70e5939, 0x67332667, 0xffc00b31, 0x8eb44a87,
  0x68581511, 0xdb0c2e0d, 0x64f98fa7, 0x47b5481d, 0xbefa4fa4,
];

/** Section 4.2.3: the high words of the first 64 are the constants of SHA-256. */
const CONSTANTS_HIGH = new Int32Array(80);
CONSTANTS_HIGH.set(HIGH);
CONSTANTS_HIGH.set(
  [
    0xca273ece, 0xd186b8c7, 0xeada7dd6, 0xf57d4f7f, 0x06f067aa, 0x0a637dc5, 0x113f9804, 0x1b710b35, 0x28db77f5, 0x32caab7b, 0x3c9ebe0a,
    0x431d67c4, 0x4cc5d4be, 0x597f299c, 0x5fcb6fab, 0x6c44198c,
  ],
  64,
);
const CONSTANTS_LOW = new Int32Array([
  0xd728ae22, 0x23ef65cd, 0xec4d3b2f, 0x8189dbbc, 0xf348b538, 0xb605d019, 0xaf194f9b, 0xda6d8118, 0xa3030242, 0x45706fbe, 0x4ee4b28c,
  0xd5ffb4e2, 0xf27b896f, 0x3b1696b1, 0x25c71235, 0xcf692694, 0x9ef14ad2, 0x384f25e3, 0x8b8cd5b5, 0x77ac9c65, 0x592b0275, 0x6ea6e483,
  0xbd41fbd4, 0x831153b5, 0xee66dfab, 0x2db43210, 0x98fb213f, 0xbeef0ee4, 0x3da88fc2, 0x930aa725, 0xe003826f, 0x0a0e6e70, 0x46d22ffc,
  0x5c26c926, 0x5ac42aed, 0x9d95b3df, 0x8baf63de, 0x3c77b2a8, 0x47edaee6, 0x1482353b, 0x4cf10364, 0xbc423001, 0xd0f89791, 0x0654be30,
  0xd6ef5218, 0x5565a910, 0x5771202a, 0x32bbd1b8, 0xb8d2d0c8, 0x5141ab53, 0xdf8eeb99, 0xe19b48a8, 0xc5c95a63, 0xe3418acb, 0x7763e373,
  0xd6b2b8a3, 0x5defb2fc, 0x43172f60, 0xa1f0ab72, 0x1a6439ec, 0x23631e28, 0xde82bde9, 0xb2c67915, 0xe372532b, 0xea26619c, 0x21c0c207,
  0xcde0eb1e, 0xee6ed178, 0x72176fba, 0xa2c898a6, 0xbef90dae, 0x131c471b, 0x23047d84, 0x40c72493, 0x15c9bebc, 0x9c100d4c, 0xcb3e42b6,
  0xfc657e2a, 0x3ad6faec, 0x4a475817,
]);
