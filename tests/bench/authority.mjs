// Chains for measurements.
import { issueCertificate, issuerIdentifierOf, keyIdentifierOf, newKeys, ofAuthority, ofServer } from "../tls/certificate.mjs";

export { algorithms } from "../tls/certificate.mjs";

/** Within the dates of all that is issued here. */
export const now = Date.UTC(2026, 5, 1);

/**
 * A root and `count` chains to it, `{ root, chains: [{ host, ders: [leaf, intermediate] }] }`, DER. No two chains share a certificate,
 * so that a verifier that remembers signatures has two new ones in each. `keys`: how many key pairs the intermediates share.
 */
export async function issue(algorithm, count, keys) {
  const pairs = await Promise.all(Array.from({ length: keys + 2 }, () => newKeys(algorithm)));
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
  const issued = await issueCertificate({
    subject: `CN=${subject}`,
    issuer: { subject: `CN=${issuer.subject}`, keys: issuer.keys },
    keys,
    algorithm,
    from: new Date(Date.UTC(2026, 0, 1)),
    until: new Date(Date.UTC(2027, 0, 1)),
    extensions: [await keyIdentifierOf(keys), await issuerIdentifierOf(issuer.keys), ...(host ? ofServer([host]) : ofAuthority())],
  });
  return new Uint8Array(issued.rawData);
}
