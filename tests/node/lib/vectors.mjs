// The real chains of tests/vectors/chains, with what another implementation read in them.
import { X509Certificate, createHash } from "node:crypto";
import { readFileSync } from "node:fs";

const folder = new URL("../../vectors/chains/", import.meta.url);

export const vectors = JSON.parse(readFileSync(new URL("expected.json", folder), "utf8")).map((vector) => {
  const pem = readFileSync(new URL(vector.file, folder), "utf8");
  const blocks = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g);
  const ders = blocks.map((block) => Uint8Array.from(new X509Certificate(block).raw));
  const now = Date.parse(vector.at ?? rfc3339(vector.certificates[0].not_after));
  const pins = vector.certificates.map(({ spki_sha256 }) => `sha256/${spki_sha256}`);
  return { ...vector, pem, blocks, ders, now, pins };
});

export function vector(host) {
  return vectors.find((vector) => vector.host === host);
}

/** `expected.json` writes a blank where RFC 3339 has its `T`. */
export function rfc3339(date) {
  return date.replace(" ", "T");
}

/** The pin of a key that nobody has. */
export function strayPin(number) {
  return `sha256/${createHash("sha256").update(`stray ${number}`).digest("base64")}`;
}

/** A policy of these rules. */
export function policyOf(...rules) {
  return { version: 1, id: "acme-mobile", sequence: 12, rules };
}
