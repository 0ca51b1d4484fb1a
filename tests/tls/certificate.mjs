// The maker of all well-formed certificates of these tests. Malformed ones are for tests/attacks/certificates.mjs, which writes each byte itself.
import "reflect-metadata"; // @peculiar/x509 asks for it
import { X509Certificate, createHash, webcrypto as crypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  PemConverter,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

export const DAY = 86_400_000;

export const algorithms = {
  "P-256": { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  "RSA-2048": { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 },
};

export const newKeys = (algorithm = algorithms["P-256"]) => crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);

/** A certificate of @peculiar/x509. `issuer`: `{ subject, keys }`; self-signed without one. `from` and `until` are Dates. */
export function issueCertificate({ subject, keys, issuer = { subject, keys }, from, until, extensions, algorithm = algorithms["P-256"] }) {
  return X509CertificateGenerator.create(
    {
      subject,
      issuer: issuer.subject,
      notBefore: from,
      notAfter: until,
      publicKey: keys.publicKey,
      signingKey: issuer.keys.privateKey,
      signingAlgorithm: algorithm,
      extensions,
    },
    crypto,
  );
}

/** The extensions of a CA. */
export function ofAuthority({ revokes = true } = {}) {
  const usages = KeyUsageFlags.keyCertSign | (revokes ? KeyUsageFlags.cRLSign : 0);
  return [new BasicConstraintsExtension(true, undefined, true), new KeyUsagesExtension(usages, true)];
}

/** The extensions of a server for `hosts`, names and addresses. */
export function ofServer(hosts) {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    serverAuth(),
    namesOf(hosts),
  ];
}

/** The identifier of the certificate's own key, and of its issuer's. */
export const keyIdentifierOf = (keys) => SubjectKeyIdentifierExtension.create(keys.publicKey);
export const issuerIdentifierOf = (issuerKeys) => AuthorityKeyIdentifierExtension.create(issuerKeys.publicKey);

export const serverAuth = () => new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]);

export function namesOf(hosts) {
  return new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? "ip" : "dns", value })));
}

/** The private key as PEM. */
export async function keyPem({ privateKey }) {
  return `${PemConverter.encode(await crypto.subtle.exportKey("pkcs8", privateKey), "PRIVATE KEY")}\n`;
}

/** The pin of a certificate, DER or PEM: by OpenSSL's reading, not by ours. */
export function pinOf(certificate) {
  return `sha256/${createHash("sha256")
    .update(new X509Certificate(certificate).publicKey.export({ type: "spki", format: "der" }))
    .digest("base64")}`;
}
