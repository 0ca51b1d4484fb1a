// Certificates for the servers of these tests, made for each run: nobody has their keys.
import { issueCertificate, keyPem, newKeys, ofAuthority, ofServer, pinOf } from "../../tls/certificate.mjs";

const hour = 60 * 60 * 1000;

/** A certificate with its key; `issuer`: another of these. `hosts`: of a server's; without, it is an authority's. */
export async function issue(name, { issuer, hosts } = {}) {
  const keys = await newKeys();
  const certificate = await issueCertificate({
    subject: `CN=${name}`,
    issuer: { subject: `CN=${issuer?.name ?? name}`, keys: issuer?.keys ?? keys },
    keys,
    from: new Date(Date.now() - hour),
    until: new Date(Date.now() + 24 * hour),
    extensions: hosts ? ofServer(hosts) : ofAuthority(),
  });
  const der = Buffer.from(certificate.rawData);
  return { name, keys, der, pem: certificate.toString("pem"), keyPem: await keyPem(keys), pin: pinOf(der) };
}
