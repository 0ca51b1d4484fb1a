// Certificates made in the test: authorities, servers' certificates, and the pins of their keys.
import "reflect-metadata"; // @peculiar/x509 asks for it
import { createHash, webcrypto as crypto } from "node:crypto";
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

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY = 86_400_000;

/** A CA, by itself or under `issuer`: `{ name, keys, pem, pin, issuer }`. `keyIdentifier: false`: it names its issuer by name alone. */
export async function makeAuthority(name, issuer, more = {}) {
  const extensions = [new BasicConstraintsExtension(true, undefined, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)];
  return certificate({ name, issuer, extensions, ...more });
}

/** A server's certificate for `hosts` (names and addresses): `{ name, keys, key, pem, pin, issuer }`; `key` is PEM. */
export async function makeServer(issuer, hosts, more = {}) {
  const names = hosts.map((value) => ({ type: /^[\d.]+$|:/.test(value) ? "ip" : "dns", value }));
  const extensions = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(names),
  ];
  return certificate({ name: hosts[0], issuer, extensions, ...more });
}

async function certificate({ name, issuer, extensions, keyIdentifier = true }) {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const signer = issuer ?? { name, keys };
  const issued = await X509CertificateGenerator.create(
    {
      subject: `CN=${name}`,
      issuer: `CN=${signer.name}`,
      notBefore: new Date(Date.now() - DAY),
      notAfter: new Date(Date.now() + 30 * DAY),
      publicKey: keys.publicKey,
      signingKey: signer.keys.privateKey,
      signingAlgorithm: algorithm,
      extensions: [
        ...extensions,
        await SubjectKeyIdentifierExtension.create(keys.publicKey),
        ...(keyIdentifier ? [await AuthorityKeyIdentifierExtension.create(signer.keys.publicKey)] : []),
      ],
    },
    crypto,
  );
  const spki = Buffer.from(await crypto.subtle.exportKey("spki", keys.publicKey));
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey("pkcs8", keys.privateKey));
  return {
    name,
    keys,
    issuer,
    pem: `${issued.toString("pem")}\n`,
    pin: `sha256/${createHash("sha256").update(spki).digest("base64")}`,
    key: pem("PRIVATE KEY", pkcs8),
  };
}

function pem(label, der) {
  return `-----BEGIN ${label}-----\n${der.toString("base64").match(/.{1,64}/g).join("\n")}\n-----END ${label}-----\n`;
}
