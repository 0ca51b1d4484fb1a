import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { at } from "../../scripts/lib/paths.mjs";

const folder = at("tests", "vectors", "chains");

/** The real two-certificate chains, each at the time of its handshake. */
export const realChains = JSON.parse(readFileSync(`${folder}/expected.json`, "utf8"))
  .filter(({ at: time, certificates }) => time && certificates.length === 2)
  .map(({ file, host, at: time, certificates }) => {
    const ders = certificatesOf(readFileSync(`${folder}/${file}`, "utf8"));
    return {
      host,
      now: Date.parse(time),
      ders,
      base64: ders.map((der) => Buffer.from(der).toString("base64")),
      keys: ders.map(keyOf),
      pins: certificates.map(({ spki_sha256 }) => `sha256/${spki_sha256}`),
    };
  });

function certificatesOf(pem) {
  const bodies = pem.matchAll(/-----BEGIN CERTIFICATE-----([^-]+)-----END CERTIFICATE-----/g);
  return Array.from(bodies, ([, base64]) => new Uint8Array(Buffer.from(base64, "base64")));
}

/** SubjectPublicKeyInfo, DER. */
export function keyOf(der) {
  return new Uint8Array(new X509Certificate(der).publicKey.export({ type: "spki", format: "der" }));
}
