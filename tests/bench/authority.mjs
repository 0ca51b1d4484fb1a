import "reflect-metadata"; // @peculiar/x509 asks for it
import { webcrypto as crypto } from "node:crypto";
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

export const algorithms = {
  "P-256": { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" },
  "RSA-2048": { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256", publicExponent: new Uint8Array([1, 0, 1]), modulusLength: 2048 },
};

/** Within the dates of all that is issued here. */
export const now = Date.UTC(2026, 5, 1);

/**
 * A root and `count` chains to it, `{ root, chains: [{ host, ders: [leaf, intermediate] }] }`, DER. No two chains share a certificate,
 * so that a verifier that remembers signatures has two new ones in each. `keys`: how many key pairs the intermediates share.
 */
export async function issue(algorithm, count, keys) {
  const pairs = await Promise.all(Array.from({ length: keys + 2 }, () => crypto.subtle.generateKey(algorithm, true, ["sign", "verify"])));
  const [rootKeys, leafKeys, ...intermediateKeys] = pairs;
  const root = await certificate({ algorithm, subject: "Bench Root", keys: rootKeys });

  const chain = async (i) => {
    const host = `host-${i}.example.com`;
    const keys = intermediateKeys[i % intermediateKeys.length];
    const intermediate = { subject: "Bench Intermediate", keys };
    const ders = await Promise.all([
      certificate({ algorithm, subject: host, keys: leafKeys, issuer: intermediate, host }),
      certificate({ algorithm, ...intermediate, issuer: { subject: "Bench Root", keys: rootKeys } }),
    ]);
    return { host, ders };
  };
  return { root, chains: await Promise.all(Array.from({ length: count }, (_, i) => chain(i))) };
}

async function certificate({ algorithm, subject, keys, issuer = { subject, keys }, host }) {
  const issued = await X509CertificateGenerator.create(
    {
      subject: `CN=${subject}`,
      issuer: `CN=${issuer.subject}`,
      notBefore: new Date(Date.UTC(2026, 0, 1)),
      notAfter: new Date(Date.UTC(2027, 0, 1)),
      publicKey: keys.publicKey,
      signingKey: issuer.keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        await AuthorityKeyIdentifierExtension.create(issuer.keys.publicKey),
        ...(host ? ofServer(host) : ofAuthority()),
      ],
    },
    crypto,
  );
  return new Uint8Array(issued.rawData);
}

function ofServer(host) {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension([{ type: "dns", value: host }]),
  ];
}

function ofAuthority() {
  return [
    new BasicConstraintsExtension(true, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
  ];
}
