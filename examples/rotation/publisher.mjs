// Who signs the policies, and serves each app what leads it on. By hand: `chainpin keygen` and `chainpin sign`.
import { generateKeyPairSync, sign } from "node:crypto";

export function createSigner(kid) {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  return {
    kid,
    jwk: { ...publicKey.export({ format: "jwk" }), kid },
    sign(policy, header = { alg: "EdDSA", kid, typ: "chainpin-policy+jws" }) {
      const encode = (value) => Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
      const signed = `${encode(header)}.${encode(policy)}`;
      return `${signed}.${sign(null, Buffer.from(signed), privateKey).toString("base64url")}`;
    },
  };
}

/** All that was published: `{ sequence, bundle, changesKeys }`, oldest first. */
export function createPublisher() {
  const published = [];
  return {
    publish(signer, policy) {
      const bundle = signer.sign(policy);
      published.push({ sequence: policy.sequence, bundle, changesKeys: "signingKeys" in policy });
      return bundle;
    },
    bundle: (sequence) => published.find((entry) => entry.sequence === sequence).bundle,
    /** The next change of keys, or else the newest. */
    next: (after) => (published.find(({ sequence, changesKeys }) => changesKeys && sequence > after) ?? published.at(-1)).bundle,
  };
}
