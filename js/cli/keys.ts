/** Signing keys, as files hold them: JWK (RFC 7517), and for private ones PKCS#8 PEM (RFC 5958). */

import { type KeyObject, createHash, createPrivateKey, createPublicKey } from "node:crypto";
import type { Jwk } from "chainpin";
import { Failure } from "./exit.js";
import { parseJson, readJson, readText } from "./files.js";

export type Algorithm = "EdDSA" | "ES256";

export interface SigningKey {
  readonly privateKey: KeyObject;
  readonly alg: Algorithm;
  readonly kid: string;
  readonly publicJwk: Jwk;
}

/** A private key from a file; `kid` where neither the caller nor the JWK names it: its thumbprint (RFC 7638). */
export function readSigningKey(file: string, kid: string | undefined): SigningKey {
  const text = readText(file);
  const jwk = /^\s*\{/.test(text) ? (parseJson(file, text) as Record<string, unknown>) : undefined;
  let privateKey: KeyObject;
  try {
    privateKey = jwk === undefined ? createPrivateKey(text) : createPrivateKey({ key: jwk, format: "jwk" });
  } catch {
    if (/ENCRYPTED/.test(text)) throw new Failure(`${file} is encrypted; decrypt it first: openssl pkcs8 -in ${file}`);
    const publicOnly = jwk !== undefined ? !("d" in jwk) : /PUBLIC KEY/.test(text);
    // Without the error's own message, which may quote what it could not read.
    throw new Failure(
      `${file} holds ${publicOnly ? "a public key; its private one signs" : "no private key that can be read: a JWK, or PKCS#8 PEM"}`,
    );
  }
  const key = signingKey(privateKey, kid ?? (typeof jwk?.["kid"] === "string" ? jwk["kid"] : undefined), file);
  if (jwk?.["alg"] !== undefined && jwk["alg"] !== key.alg)
    throw new Failure(`${file} says \`alg\` ${String(jwk["alg"])}, and its key is for ${key.alg}`);
  return key;
}

export function signingKey(privateKey: KeyObject, kid: string | undefined, name: string): SigningKey {
  const alg = algorithmOf(privateKey, name);
  const { kty, crv, x, y } = createPublicKey(privateKey).export({ format: "jwk" }) as { kty: string; crv: string; x: string; y?: string };
  const coordinates = y === undefined ? { crv, kty, x } : { crv, kty, x, y };
  const named = kid ?? createHash("sha256").update(JSON.stringify(coordinates)).digest("base64url");
  if (named === "" || Buffer.byteLength(named) > 128) throw new Failure("a `kid` has 1 to 128 bytes");
  return { privateKey, alg, kid: named, publicJwk: { ...coordinates, kid: named, alg, use: "sig" } };
}

/** Public keys from files: a JWK, a list of them, or a JWK Set. */
export function readPublicKeys(files: readonly string[]): Jwk[] {
  return files.flatMap((file) => {
    const value = readJson(file);
    const keys = Array.isArray(value) ? value : isObject(value) && Array.isArray(value["keys"]) ? value["keys"] : [value];
    for (const key of keys) requirePublic(file, key);
    return keys as Jwk[];
  });
}

/** Node looks closer than an app does: whether the key is a point of its curve. */
function requirePublic(file: string, key: unknown): void {
  if (!isObject(key)) throw new Failure(`${file} holds no JWK`);
  if ("d" in key || "k" in key) throw new Failure(`${file} holds a private key; give its public part, and keep this one secret`);
  try {
    algorithmOf(createPublicKey({ key, format: "jwk" }), file);
  } catch (error) {
    if (error instanceof Failure) throw error;
    throw new Failure(`${file} holds no public key: ${(error as Error).message}`);
  }
}

function algorithmOf(key: KeyObject, name: string): Algorithm {
  const curve = key.asymmetricKeyDetails?.namedCurve;
  if (key.asymmetricKeyType === "ed25519") return "EdDSA";
  if (key.asymmetricKeyType === "ec" && curve === "prime256v1") return "ES256";
  throw new Failure(
    `${name} holds a key of type ${[key.asymmetricKeyType, curve].filter(Boolean).join(" ")}; Ed25519 and P-256 sign policies`,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
