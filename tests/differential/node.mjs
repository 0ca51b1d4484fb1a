// What Node's X509Certificate says of certificates: a line of them in, as a JSON list of base64, a line of answers out.
import { X509Certificate, createHash } from "node:crypto";
import { createInterface } from "node:readline";

for await (const line of createInterface({ input: process.stdin })) {
  process.stdout.write(`${JSON.stringify(JSON.parse(line).map(read))}\n`);
}

function read(base64) {
  let certificate;
  try {
    certificate = new X509Certificate(Buffer.from(base64, "base64"));
  } catch {
    return null; // it refuses this one
  }
  return {
    key: keyOf(certificate),
    fingerprint: Buffer.from(certificate.fingerprint256.replaceAll(":", ""), "hex").toString("base64"),
    notBefore: dateOf(certificate.validFrom),
    notAfter: dateOf(certificate.validTo),
    subject: certificate.subject,
    issuer: certificate.issuer,
    altNames: certificate.subjectAltName ?? "",
  };
}

// A key of a kind that OpenSSL does not know cannot be written again.
function keyOf(certificate) {
  try {
    return createHash("sha256")
      .update(certificate.publicKey.export({ type: "spki", format: "der" }))
      .digest("base64");
  } catch {
    return null;
  }
}

// `Nov 24 00:00:00 2026 GMT` in RFC 3339. By hand: Date takes years below 100 for the last century's.
function dateOf(text) {
  const found = /^([A-Z][a-z]{2}) +(\d+) (\d\d:\d\d:\d\d) (\d+) GMT$/.exec(text);
  if (!found) return null;
  const month = "JanFebMarAprMayJunJulAugSepOctNovDec".indexOf(found[1]) / 3 + 1;
  const two = (number) => String(number).padStart(2, "0");
  return `${found[4].padStart(4, "0")}-${two(month)}-${two(found[2])}T${found[3]}Z`;
}
