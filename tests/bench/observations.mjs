// Observations of the real two-certificate chains, each with a leaf that no other one has: `node observations.mjs NUMBER` writes them to
// standard output. What differs is in the leaf's signature, which nobody checks in a validated chain.
import { once } from "node:events";
import { pathToFileURL } from "node:url";
import { realChains } from "./chains.mjs";

/** Base64 digits that count; 2^36 leaves. */
const DIGITS = 6;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
/** Lines of a block, which is written again and again with other digits. */
const BLOCK = 900;

/** Blocks of NDJSON; each is good until the next. */
export function* observations(number) {
  const lines = Array.from({ length: BLOCK }, (_, index) => line(realChains[index % realChains.length], 1 + (index % 7)));
  const block = Buffer.from(lines.map(({ text }) => text).join(""));
  let done = 0;
  while (done < number) {
    let at = 0;
    const end = Math.min(BLOCK, number - done);
    for (let index = 0; index < end; index++) {
      const { text, digits } = lines[index];
      for (let digit = 0, rest = done + index; digit < DIGITS; digit++, rest = Math.floor(rest / 64))
        block[at + digits + digit] = ALPHABET.charCodeAt(rest % 64);
      at += text.length;
    }
    done += end;
    yield block.subarray(0, at);
  }
}

/** `digits`: where those that differ begin, in the middle of the signature. */
function line({ host, base64: [leaf, issuer], now }, count) {
  const text = `${JSON.stringify({ host, chain: [leaf, issuer], source: "validated", at: new Date(now).toISOString(), count })}\n`;
  return { text, digits: text.indexOf(leaf) + Math.floor(leaf.length / 4) * 4 - 32 };
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const block of observations(Number(process.argv[2]))) if (!process.stdout.write(block)) await once(process.stdout, "drain");
}
