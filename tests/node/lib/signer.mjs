// Signs policies, without any code of ours.
import { createHash, generateKeyPairSync, sign } from "node:crypto";

/** `{ jwk, sign(policy) }`. */
export function signer(kid, type = "ed25519") {
  const { publicKey, privateKey } = generateKeyPairSync(type, type === "ec" ? { namedCurve: "P-256" } : {});
  const alg = type === "ec" ? "ES256" : "EdDSA";
  return {
    jwk: { ...publicKey.export({ format: "jwk" }), kid },
    sign(policy, header = { alg, kid, typ: "chainpin-policy+jws" }) {
      const signed = `${encode(JSON.stringify(header))}.${encode(typeof policy === "string" ? policy : JSON.stringify(policy))}`;
      const signature = sign(type === "ec" ? "sha256" : null, Buffer.from(signed), { key: privateKey, dsaEncoding: "ieee-p1363" });
      return `${signed}.${signature.toString("base64url")}`;
    },
  };
}

export function encode(text) {
  return Buffer.from(text).toString("base64url");
}

export const now = Date.UTC(2026, 10, 24, 12);
const DAY = 24 * 60 * 60 * 1000;

/** A policy that was issued `age` days ago and counts for `days` days from then on. */
export function policy(sequence, { id = "acme-mobile", age = 1, days = 90, at = now, ...fields } = {}) {
  const date = (millis) => new Date(millis).toISOString();
  return {
    version: 1,
    id,
    sequence,
    issuedAt: date(at - age * DAY),
    expires: date(at + (days - age) * DAY),
    rules: [{ host: "api.example.com", pins: [pin(sequence)], backupPins: [pin(sequence + 1)] }],
    ...fields,
  };
}

export function pin(number) {
  return `sha256/${createHash("sha256").update(`key ${number}`).digest("base64")}`;
}
