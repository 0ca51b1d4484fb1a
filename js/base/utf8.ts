/** UTF-8 for engines without TextDecoder and TextEncoder, and the same as theirs (encoding.spec.whatwg.org, section 8). */

/** The part of both that this package uses. */
export interface TextCodec {
  decode(bytes: Uint8Array): string;
  encode(text: string): Uint8Array;
  encodeInto(text: string, bytes: Uint8Array): { read: number; written: number };
}

export const utf8: TextCodec = {
  /** Lossy: each maximal part of what is no UTF-8 becomes U+FFFD. A byte order mark stays. */
  decode(bytes) {
    let text = "";
    let units: number[] = [];
    for (let at = 0; at < bytes.length; ) {
      // Most text is ASCII, which takes no work but for the engine's own.
      let end = at;
      while (end < bytes.length && (bytes[end] as number) < 0x80 && end - at < CHUNK) end++;
      if (end - at > SHORT) {
        text += String.fromCharCode(...units) + String.fromCharCode.apply(null, bytes.subarray(at, end) as unknown as number[]);
        units = [];
        at = end;
      }
      while (at < end) units.push(bytes[at++] as number);
      if (at === bytes.length) break;
      const { point, length } = pointAt(bytes, at);
      at += length;
      pushUnits(units, point);
      if (units.length >= CHUNK) {
        text += String.fromCharCode(...units);
        units = [];
      }
    }
    return text + String.fromCharCode(...units);
  },

  encode(text) {
    const bytes = new Uint8Array(text.length * 3);
    return bytes.slice(0, utf8.encodeInto(text, bytes).written);
  },

  /** Lossy: a lone surrogate becomes U+FFFD. Writes whole characters only. */
  encodeInto(text, bytes) {
    let read = 0;
    let written = 0;
    while (read < text.length) {
      let point = text.charCodeAt(read);
      let units = 1;
      if (point >= 0xd800 && point < 0xe000) {
        const low = text.charCodeAt(read + 1);
        const isPair = point < 0xdc00 && low >= 0xdc00 && low < 0xe000;
        point = isPair ? 0x10000 + ((point - 0xd800) << 10) + (low - 0xdc00) : REPLACEMENT;
        units = isPair ? 2 : 1;
      }
      const length = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
      if (written + length > bytes.length) break;
      if (length === 1) bytes[written] = point;
      else {
        bytes[written] = ((0xf00 >> length) & 0xff) | (point >> (6 * (length - 1)));
        for (let index = 1; index < length; index++) bytes[written + index] = 0x80 | ((point >> (6 * (length - 1 - index))) & 0x3f);
      }
      read += units;
      written += length;
    }
    return { read, written };
  },
};

const REPLACEMENT = 0xfffd;

/** Arguments of one call: some engines take few. */
const CHUNK = 4096;
/** Bytes that are sooner copied one by one. */
const SHORT = 16;

function pointAt(bytes: Uint8Array, at: number): { point: number; length: number } {
  const first = bytes[at] as number;
  if (first < 0x80) return { point: first, length: 1 };
  const more = first >= 0xc2 && first < 0xe0 ? 1 : first >= 0xe0 && first < 0xf0 ? 2 : first >= 0xf0 && first < 0xf5 ? 3 : 0;
  let point = first & (0x3f >> more);
  for (let index = 1; index <= more; index++) {
    const next = bytes[at + index];
    if (next === undefined || !continues(next, index === 1 ? first : 0)) return { point: REPLACEMENT, length: index };
    point = (point << 6) | (next & 0x3f);
  }
  return more === 0 ? { point: REPLACEMENT, length: 1 } : { point, length: more + 1 };
}

/** After some first bytes, the second has a narrower range: no long forms, no surrogates, nothing beyond U+10FFFF. */
function continues(byte: number, first: number): boolean {
  const lowest = first === 0xe0 ? 0xa0 : first === 0xf0 ? 0x90 : 0x80;
  const highest = first === 0xed ? 0x9f : first === 0xf4 ? 0x8f : 0xbf;
  return byte >= lowest && byte <= highest;
}

function pushUnits(units: number[], point: number): void {
  if (point < 0x10000) units.push(point);
  else units.push(0xd800 + ((point - 0x10000) >> 10), 0xdc00 + (point & 0x3ff));
}
