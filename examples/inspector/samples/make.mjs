// Makes the chains of the samples that no real server serves, once; what it wrote is checked in. `node samples/make.mjs`, after `npm ci`
// at the root. The keys are made anew each time and never written.
import "reflect-metadata"; // @peculiar/x509 asks for it
import { webcrypto as crypto } from "node:crypto";
import { writeFileSync } from "node:fs";
import {
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  X509CertificateGenerator,
} from "@peculiar/x509";

const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const host = "api.acme.example";

const root = await authority("CN=Acme Root CA,O=Acme,C=NL", undefined, "2024-01-15", "2044-01-15");
const issuing = await authority("CN=Acme Issuing CA 1,O=Acme,C=NL", root, "2025-03-01", "2030-03-01");
const honest = await server(issuing, "2026-09-01", "2027-03-01");
const renewed = await server(issuing, "2026-11-16", "2027-05-16");
const rogue = await authority("CN=Airport Wi-Fi Gateway,O=Free Internet,C=ZZ", undefined, "2026-01-10", "2028-01-10");
const forged = await server(rogue, "2026-11-01", "2027-11-01");
// The genuine issuer's name, and the attacker's key: anybody can write a name.
const borrowed = await server({ ...issuing, keys: rogue.keys }, "2026-11-01", "2027-11-01");

write("honest", honest, issuing);
write("rotated", renewed, issuing);
write("appended", forged, rogue, issuing, root);
write("borrowed", borrowed, issuing, root);
write("root", root);

function authority(name, issuer, from, to) {
  return certificate({
    name,
    issuer,
    from,
    to,
    extensions: [
      new BasicConstraintsExtension(true, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
    ],
  });
}

function server(issuer, from, to) {
  const names = [host, "acme.example"].map((value) => ({ type: "dns", value }));
  const extensions = [
    new BasicConstraintsExtension(false, undefined, true),
    new KeyUsagesExtension(KeyUsageFlags.digitalSignature, true),
    new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
    new SubjectAlternativeNameExtension(names),
  ];
  return certificate({ name: `CN=${host}`, issuer, from, to, extensions });
}

async function certificate({ name, issuer, from, to, extensions }) {
  const keys = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
  const signer = issuer ?? { name, keys };
  const made = await X509CertificateGenerator.create(
    {
      subject: name,
      issuer: signer.name,
      notBefore: new Date(from),
      notAfter: new Date(to),
      publicKey: keys.publicKey,
      signingKey: signer.keys.privateKey,
      signingAlgorithm: algorithm,
      extensions,
    },
    crypto,
  );
  return { name, keys, pem: `${made.toString("pem")}\n` };
}

function write(file, ...certificates) {
  writeFileSync(new URL(`${file}.pem`, import.meta.url), certificates.map(({ pem }) => pem).join(""));
}
