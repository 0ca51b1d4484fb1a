import "reflect-metadata"; // @peculiar/x509 asks for it
import { X509Certificate, hash, webcrypto } from "node:crypto";
import { X509ChainBuilder, X509Certificate as PeculiarCertificate, cryptoProvider } from "@peculiar/x509";
import { Certificate, CertificateChainValidationEngine, CryptoEngine, setEngine } from "pkijs";

setEngine("node", new CryptoEngine({ name: "node", crypto: webcrypto }));
cryptoProvider.set(webcrypto);

/**
 * How others check the signatures of a chain and find its pins: `{ id, what, asynchronous, judge(ders) -> pins }`, no pins where
 * the chain does not lead to the root. The root is read beforehand, as ours is.
 */
export function enginesFor(root, now) {
  return [nodeCrypto(root), pkijs(root, now), peculiar(root)];
}

/** Node's own way; names, dates, purposes and CA bits go unchecked. */
function nodeCrypto(root) {
  const rootKey = new X509Certificate(root).publicKey;
  const judge = (ders) => {
    const [leaf, intermediate] = ders.map((der) => new X509Certificate(der));
    const key = intermediate.publicKey;
    if (!leaf.verify(key) || !intermediate.verify(rootKey)) return [];
    return [leaf.publicKey, key].map((key) => pinOf(key.export({ type: "spki", format: "der" })));
  };
  return { id: "node", what: "node:crypto: X509Certificate, verify", asynchronous: false, judge };
}

function pkijs(root, now) {
  const trustedCerts = [Certificate.fromBER(root)];
  const checkDate = new Date(now);
  const judge = async (ders) => {
    const certificates = ders.map((der) => Certificate.fromBER(der));
    const engine = new CertificateChainValidationEngine({ trustedCerts, certs: certificates.toReversed(), checkDate });
    if (!(await engine.verify()).result) return [];
    return certificates.map(({ subjectPublicKeyInfo }) => pinOf(new Uint8Array(subjectPublicKeyInfo.toSchema().toBER())));
  };
  return { id: "pkijs", what: "pkijs: CertificateChainValidationEngine", asynchronous: true, judge };
}

/** Dates, purposes and CA bits go unchecked. */
function peculiar(root) {
  const anchor = new PeculiarCertificate(root);
  const judge = async (ders) => {
    const [leaf, intermediate] = ders.map((der) => new PeculiarCertificate(der));
    const path = await new X509ChainBuilder({ certificates: [intermediate, anchor] }).build(leaf);
    if (path.at(-1) !== anchor) return [];
    return [leaf, intermediate].map(({ publicKey }) => pinOf(new Uint8Array(publicKey.rawData)));
  };
  return { id: "peculiar", what: "@peculiar/x509: X509ChainBuilder", asynchronous: true, judge };
}

export function pinOf(key) {
  return `sha256/${hash("sha256", key, "base64")}`;
}
