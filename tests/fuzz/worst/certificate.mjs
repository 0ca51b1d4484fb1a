// Certificates whose every part is chosen, as somebody in the network would choose it.
import { bitString, extension, integer, objectIdentifier, sequence, tlv } from "../../attacks/certificates.mjs";
import { algorithms, bytesOf } from "./keys.mjs";

/**
 * DER of a certificate. `subject` and `issuer`: DER of a name. `key`: the subject's; `signer`: whose signature it bears. `signature`:
 * `valid`, `forged` (a good one for another message), or `random`.
 */
export function certificate({ serial = 1, subject, issuer, key, signer, algorithm, signature = "valid", extensions = [] }) {
  const { id } = algorithms[algorithm];
  const tbs = sequence(
    tlv(0xa0, integer(2)),
    integer(serial),
    id,
    issuer,
    VALIDITY,
    subject,
    key.spki,
    extensions.length > 0 ? tlv(0xa3, sequence(...extensions)) : [],
  );
  return sequence(tbs, id, bitString(signatureOf(tbs, signer, algorithm, signature)));
}

/** Within the dates of all that is made here. */
export const now = Date.UTC(2026, 5, 1);
const VALIDITY = sequence(tlv(0x18, Buffer.from("20260101000000Z")), tlv(0x18, Buffer.from("20270101000000Z")));

function signatureOf(tbs, signer, algorithm, kind) {
  if (kind === "random") return bytesOf(`signature/${tbs.length}`, 71);
  if (kind === "valid") return signer.sign(tbs, algorithms[algorithm]);
  const name = `${signer.pin}/${algorithm}`;
  if (!forged.has(name)) forged.set(name, signer.sign(Buffer.from("another message"), algorithms[algorithm]));
  return forged.get(name);
}

const forged = new Map();

/** A name of `parts` common names of `length` characters, the last of which ends in `last`. */
export function nameOf(text, { parts = 1, length = text.length, last = "" } = {}) {
  const part = (value) => tlv(0x31, sequence(COMMON_NAME, tlv(0x0c, Buffer.from(value))));
  const filler = text.padEnd(Math.max(length - last.length, 0), "n");
  return sequence(...Array.from({ length: parts }, (_, index) => part(index === parts - 1 ? filler + last : filler)));
}

const COMMON_NAME = tlv(0x06, objectIdentifier(2, 5, 4, 3));

/** An extension that nobody knows, of `length` bytes. */
export function unknown(index, length, content = Buffer.alloc(length, 0x55)) {
  return extension(objectIdentifier(1, 3, 6, 1, 4, 1, 99999, index), content);
}
