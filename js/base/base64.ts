/** Base64 of RFC 4648, section 4, for engines without `atob` and `btoa`. */

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

export function toBase64(bytes: Uint8Array): string {
  const parts: string[] = [];
  for (let from = 0; from < bytes.length; from += CHUNK) parts.push(chunkToBase64(bytes, from, Math.min(from + CHUNK, bytes.length)));
  return parts.join("");
}

/** Of text that is known to be base64. */
export function fromBase64(text: string): Uint8Array {
  const padding = text.slice(-2).split("=").length - 1;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let at = 0, out = 0; at < text.length; at += 4) {
    const bits = (value(text, at) << 18) | (value(text, at + 1) << 12) | (value(text, at + 2) << 6) | value(text, at + 3);
    // Past the end, a typed array takes nothing.
    bytes[out++] = bits >> 16;
    bytes[out++] = bits >> 8;
    bytes[out++] = bits;
  }
  return bytes;
}

/** A multiple of three, so that padding comes last only; and short enough to be joined cheaply. */
const CHUNK = 3 * 2048;

function chunkToBase64(bytes: Uint8Array, from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; at += 3) {
    const bits = ((bytes[at] as number) << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    text += ALPHABET.charAt(bits >> 18) + ALPHABET.charAt((bits >> 12) & 63);
    text += at + 1 < to ? ALPHABET.charAt((bits >> 6) & 63) : "=";
    text += at + 2 < to ? ALPHABET.charAt(bits & 63) : "=";
  }
  return text;
}

const VALUES = new Uint8Array(128);
for (let index = 0; index < ALPHABET.length; index++) VALUES[ALPHABET.charCodeAt(index)] = index;

function value(text: string, at: number): number {
  return VALUES[text.charCodeAt(at)] as number;
}
