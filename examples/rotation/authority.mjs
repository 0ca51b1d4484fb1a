// A certificate authority that the app's platform trusts, and the keys of servers. An app has none of this.
import "reflect-metadata"; // @peculiar/x509 asks for it
import { webcrypto as crypto } from "node:crypto";
import * as x509 from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY = 24 * 60 * 60 * 1000;

export async function createAuthority() {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const root = await certificate({
    subject: "Drill Root",
    keys,
    issuer: { subject: "Drill Root", keys },
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  });

  /** A new key for a server of that name, with a certificate for it: `{ key, cert }`, PEM. */
  async function issue(host) {
    const serverKeys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const extensions = [
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension([{ type: "dns", value: host }]),
    ];
    const cert = await certificate({ subject: host, keys: serverKeys, issuer: { subject: "Drill Root", keys }, extensions });
    const key = x509.PemConverter.encode(await crypto.subtle.exportKey("pkcs8", serverKeys.privateKey), "PRIVATE KEY");
    return { key, cert: cert.toString("pem") };
  }
  return { root: root.toString("pem"), issue };
}

function certificate({ subject, keys, issuer, extensions }) {
  return x509.X509CertificateGenerator.create(
    {
      subject: `CN=${subject}`,
      issuer: `CN=${issuer.subject}`,
      notBefore: new Date(Date.now() - DAY),
      notAfter: new Date(Date.now() + 3650 * DAY), // so long that nothing but the policy expires here
      publicKey: keys.publicKey,
      signingKey: issuer.keys.privateKey,
      signingAlgorithm: algorithm,
      extensions,
    },
    crypto,
  );
}
