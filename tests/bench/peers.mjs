import "reflect-metadata"; // @peculiar/x509 asks for it
import { X509Certificate, hash } from "node:crypto";
import { createRequire } from "node:module";
import fidm from "@fidm/x509";
import { X509Certificate as PeculiarCertificate } from "@peculiar/x509";
import forge from "node-forge";
import jsrsasign from "jsrsasign";
import { Certificate as PkijsCertificate } from "pkijs";

const require = createRequire(import.meta.url);
const { ASN1 } = createRequire(require.resolve("@fidm/x509"))("@fidm/asn1"); // its reader, and the only way to give it DER

/** Name -> version. */
export const versions = Object.fromEntries(
  ["node-forge", "jsrsasign", "@fidm/x509", "@peculiar/x509", "pkijs"].map((name) => [name, require(`${name}/package.json`).version]),
);

/** Ways to a chain's pins, each as its documents say. */
export const peers = [
  way("node", "node:crypto: X509Certificate", (der) => new X509Certificate(der).publicKey.export({ type: "spki", format: "der" })),
  way("forge", "node-forge: asn1.fromDer", (der) => forgeKey(der)),
  way("jsrsasign", "jsrsasign: readCertHex, getSPKI", (der) => {
    const certificate = new jsrsasign.X509();
    certificate.readCertHex(bufferOf(der).toString("hex"));
    return Buffer.from(certificate.getSPKI(), "hex");
  }),
  way("fidm", "@fidm/x509: publicKeyRaw", (der) => new fidm.Certificate(ASN1.fromDER(bufferOf(der))).publicKeyRaw),
  way("peculiar", "@peculiar/x509: publicKey.rawData", (der) => bufferOf(new PeculiarCertificate(der).publicKey.rawData)),
  way("pkijs", "pkijs: subjectPublicKeyInfo", (der) => bufferOf(PkijsCertificate.fromBER(der).subjectPublicKeyInfo.toSchema().toBER())),
];

/** Short cuts that their ASN.1 readers offer: the seventh thing in a certificate, whatever it is. What reading costs at the least. */
export const shortCuts = [
  way("forge-asn1", "node-forge: asn1.fromDer, decodeBitStrings: false", (der) => forgeKey(der, { decodeBitStrings: false })),
  way("jsrsasign-asn1", "jsrsasign: ASN1HEX.getTLVbyList", (der) =>
    Buffer.from(jsrsasign.ASN1HEX.getTLVbyList(bufferOf(der).toString("hex"), 0, [0, 6]), "hex"),
  ),
  way("fidm-asn1", "@fidm/asn1: ASN1.fromDER", (der) => ASN1.fromDER(bufferOf(der)).value[0].value[6].DER),
];

/** `hash` is the fastest SHA-256 of Node 20; forge's own would take as long again as all its reading. */
function way(id, what, keyOf) {
  return { id, what, pins: (ders) => ders.map((der) => `sha256/${hash("sha256", keyOf(der), "base64")}`) };
}

function forgeKey(der, options = {}) {
  const certificate = forge.asn1.fromDer(bufferOf(der).toString("latin1"), { ...options });
  return Buffer.from(forge.asn1.toDer(certificate.value[0].value[6]).getBytes(), "latin1");
}

function bufferOf(bytes) {
  return bytes instanceof ArrayBuffer ? Buffer.from(bytes) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
