// Certificates for the servers of these tests, made anew for each run: their keys are nobody's.
import "reflect-metadata"; // @peculiar/x509 asks for it
import { webcrypto as crypto, createHash, X509Certificate } from "node:crypto";
import { BasicConstraintsExtension, ExtendedKeyUsage, ExtendedKeyUsageExtension, KeyUsageFlags, KeyUsagesExtension, PemConverter, SubjectAlternativeNameExtension, X509CertificateGenerator } from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const hour = 60 * 60 * 1000;

/** A certificate with its key; `issuer`: another of these. `hosts`: of a server's; without, it is an authority's. */
export async function issue(name, { issuer, hosts } = {}) {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const certificate = await X509CertificateGenerator.create(
    {
      subject: `CN=${name}`,
      issuer: `CN=${issuer?.name ?? name}`,
      notBefore: new Date(Date.now() - hour),
      notAfter: new Date(Date.now() + 24 * hour),
      publicKey: keys.publicKey,
      signingKey: (issuer?.keys ?? keys).privateKey,
      signingAlgorithm: algorithm,
      extensions: hosts ? ofServer(hosts) : ofAuthority(),
    },
    crypto,
  );
  const der = Buffer.from(certificate.rawData);
  const spki = new X509Certificate(der).publicKey.export({ type: "spki", format: "der" });
  return {
    name,
    keys,
    der,
    pem: certificate.toString("pem"),
    keyPem: PemConverter.encode(await crypto.subtle.exportKey("pkcs8", keys.privateKey), "PRIVATE KEY"),
    pin: `sha256/${createHash("sha256").update(spki).digest("base64")}`,
  };
}

function ofServer(hosts) {
  return [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(hosts.map((value) => ({ type: "dns", value }))),
  ];
}

function ofAuthority() {
  return [new BasicConstraintsExtension(true, undefined, true), new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true)];
}
