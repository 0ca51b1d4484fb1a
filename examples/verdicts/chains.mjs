// Chains from files. An app has none of this: its platform, or its TLS socket, hands the certificates over.
import { X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";

const folder = new URL("../../tests/vectors/chains/", import.meta.url);

/** The certificates of a host, leaf first, each as DER. (`verify` takes the PEM text just as well.) */
export function readChain(host) {
  const pem = readFileSync(new URL(`${host}.pem`, folder), "utf8");
  return pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g).map((block) => new X509Certificate(block).raw);
}
