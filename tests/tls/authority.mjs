// Authorities and servers' certificates that are valid today, and the pins of their keys.
import {
  DAY,
  issueCertificate,
  issuerIdentifierOf,
  keyIdentifierOf,
  keyPem,
  newKeys,
  ofAuthority,
  ofServer,
  pinOf,
} from "./certificate.mjs";

/** A CA, by itself or under `issuer`: `{ name, keys, pem, pin, issuer }`. `keyIdentifier: false`: it names its issuer by name alone. */
export async function makeAuthority(name, issuer, more = {}) {
  return certificate({ name, issuer, extensions: ofAuthority(), ...more });
}

/** A server's certificate for `hosts` (names and addresses): `{ name, keys, key, pem, pin, issuer }`; `key` is PEM. */
export async function makeServer(issuer, hosts, more = {}) {
  return certificate({ name: hosts[0], issuer, extensions: ofServer(hosts), ...more });
}

async function certificate({ name, issuer, extensions, keyIdentifier = true }) {
  const keys = await newKeys();
  const signer = issuer ?? { name, keys };
  const issued = await issueCertificate({
    subject: `CN=${name}`,
    issuer: { subject: `CN=${signer.name}`, keys: signer.keys },
    keys,
    from: new Date(Date.now() - DAY),
    until: new Date(Date.now() + 30 * DAY),
    extensions: [...extensions, await keyIdentifierOf(keys), ...(keyIdentifier ? [await issuerIdentifierOf(signer.keys)] : [])],
  });
  const pem = `${issued.toString("pem")}\n`;
  return { name, keys, issuer, pem, pin: pinOf(pem), key: await keyPem(keys) };
}
