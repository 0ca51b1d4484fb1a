/** A pin from whatever holds a public key: a certificate, a request for one, a key. */

import { type KeyObject, createHash, createPrivateKey, createPublicKey } from "node:crypto";
import { ChainpinError, initSync, pinsOf } from "chainpin";
import { Failure } from "./exit.js";
import { readCertificates } from "./files.js";
import { certificatesOf } from "./certificates.js";

export interface PinnedKey {
  readonly pin: string;
  readonly kind: "certificate" | "private key" | "public key" | "request";
}

/** The first key of a file, PEM or DER. @throws Failure */
export function readKey(file: string, bytes = readCertificates(file)): PinnedKey {
  const name = file === "-" ? "standard input" : file;
  if (/BEGIN ENCRYPTED|^DEK-Info/m.test(bytes.toString("latin1")))
    throw new Failure(`${name} is encrypted; its public part will do: openssl pkey -in ${file} -pubout`);
  for (const read of [fromCertificate, fromRequest, fromPublicKey, fromPrivateKey]) {
    const key = read(bytes);
    if (key !== undefined) return key;
  }
  throw new Failure(`${name} holds no certificate, request for one (CSR) or key that can be read`);
}

/** Of a public key's SubjectPublicKeyInfo. */
export function pinOf(key: KeyObject): string {
  return pinOfInfo(key.export({ type: "spki", format: "der" }));
}

function fromCertificate(bytes: Buffer): PinnedKey | undefined {
  const [certificate] = certificatesOf(bytes) ?? [];
  if (certificate === undefined) return undefined;
  initSync();
  try {
    const [pin] = pinsOf([certificate]);
    return pin === undefined ? undefined : { pin, kind: "certificate" };
  } catch (error) {
    if (!(error instanceof ChainpinError)) throw error;
    return undefined; // some other DER
  }
}

function fromRequest(bytes: Buffer): PinnedKey | undefined {
  const info = keyOfRequest(block(bytes, "(?:NEW )?CERTIFICATE REQUEST") ?? bytes);
  if (info === undefined || keyOf(() => createPublicKey({ key: info, format: "der", type: "spki" })) === undefined) return undefined;
  return { pin: pinOfInfo(info), kind: "request" };
}

function fromPublicKey(bytes: Buffer): PinnedKey | undefined {
  const der = block(bytes, "PUBLIC KEY") ?? bytes;
  const key = keyOf(() => createPublicKey({ key: der, format: "der", type: "spki" }));
  // As it stands there, as the engine hashes it in a certificate.
  return key && { pin: pinOfInfo(der), kind: "public key" };
}

function fromPrivateKey(bytes: Buffer): PinnedKey | undefined {
  const text = bytes.toString("latin1");
  const key = keyOf(() => createPrivateKey(text.includes("-----BEGIN ") ? text : { key: bytes, format: "der", type: "pkcs8" }));
  return key && { pin: pinOf(createPublicKey(key)), kind: "private key" };
}

function keyOf(read: () => KeyObject): KeyObject | undefined {
  try {
    return read();
  } catch {
    return undefined; // it is something else; who asks tries the next, and says so at the end
  }
}

/** The DER of the first PEM block of that kind. */
function block(bytes: Buffer, kind: string): Buffer | undefined {
  const [, body] = new RegExp(`-----BEGIN ${kind}-----([^-]*)-----END ${kind}-----`).exec(bytes.toString("latin1")) ?? [];
  return body === undefined ? undefined : Buffer.from(body, "base64");
}

function pinOfInfo(info: Buffer): string {
  return `sha256/${createHash("sha256").update(info).digest("base64")}`;
}

/** CertificationRequest (RFC 2986 section 4.2): in its first part, the key follows version and name. */
function keyOfRequest(der: Buffer): Buffer | undefined {
  const request = element(der, 0, der.length);
  const info = request && element(der, request.content, request.end);
  const version = info && element(der, info.content, info.end);
  const subject = version && element(der, version.end, info.end);
  const key = subject && element(der, subject.end, info.end);
  return key && der.subarray(key.start, key.end);
}

/** One element of DER (X.690 section 8.1) that ends no later than at `limit`. */
function element(der: Buffer, start: number, limit: number): { start: number; content: number; end: number } | undefined {
  const first = der[start + 1];
  if (first === undefined) return undefined;
  const long = first < 0x80 ? 0 : first & 0x7f;
  if (long > 3 || first === 0x80 || start + 2 + long > limit) return undefined;
  const content = start + 2 + long;
  const end = content + (long === 0 ? first : der.readUIntBE(start + 2, long));
  return end > limit ? undefined : { start, content, end };
}
