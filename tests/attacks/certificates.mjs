// Certificates with every byte under control: an attacker's tool. P-256, signed by Node's crypto.
import { createHash, generateKeyPairSync, sign } from "node:crypto";

/** Within the dates of all that is issued here. */
export const now = Date.UTC(2026, 5, 1);

/** A key pair: `{ privateKey, spki (DER), pin }`. */
export function newKey() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const spki = publicKey.export({ type: "spki", format: "der" });
  return { privateKey, spki, pin: pinOf(spki) };
}

/** The pin of a key as it stands in a certificate. */
export function pinOf(spki) {
  return `sha256/${createHash("sha256").update(spki).digest("base64")}`;
}

/** A CA, by itself or under `issuer`. What is in `more` goes to `issue`. */
export function authority(name, issuer, more = {}) {
  return issue({ name, issuer, extensions: [basicConstraints({ ca: true }), keyUsage.certSign], ...more });
}

/** A server's certificate for `hosts`, DNS names as they are given. */
export function server(hosts, issuer, more = {}) {
  const extensions = [basicConstraints({ ca: false }), keyUsage.digitalSignature, serverAuth, alternativeNames(hosts.map(dnsName))];
  return issue({ name: "server", issuer, extensions, ...more });
}

/**
 * One certificate: `{ name, key, der, pin, certificatePin }`. `signer` signs in the name of `issuer`, by default `issuer` itself, and
 * without one the certificate is self-signed. `spki` replaces the key's DER.
 */
export function issue({
  name,
  issuer,
  key = newKey(),
  signer = issuer?.key ?? key,
  extensions = [],
  version = 2,
  spki = key.spki,
  dates = DATES,
}) {
  const own = nameOf(name);
  const tbs = sequence(
    version === 0 ? [] : tlv(0xa0, integer(version)),
    integer(nextSerial++),
    ECDSA_SHA256,
    issuer ? nameOf(issuer.name) : own,
    sequence(...dates.map((date) => tlv(0x18, Buffer.from(date)))),
    own,
    spki,
    version === 0 || extensions.length === 0 ? [] : tlv(0xa3, sequence(...extensions)),
  );
  const der = sequence(tbs, ECDSA_SHA256, bitString(sign("sha256", tbs, signer.privateKey)));
  return { name, key, der, pin: pinOf(spki), certificatePin: `cert-${pinOf(der)}` };
}

/** The same certificate with the other signature of its issuer, (r, n - s): as valid, with another hash. */
export function rewritten({ der, ...certificate }) {
  // At the end: BIT STRING, SEQUENCE, INTEGER r, INTEGER s, each shorter than 128 bytes.
  const [outer, tbs] = [contentAt(der, 0), contentAt(der, headerOf(der, 0))];
  const signatureAt = tbs.end + ECDSA_SHA256.length;
  const r = contentAt(der, signatureAt + 5);
  const s = contentAt(der, r.end);
  const value = BigInt(`0x${der.subarray(s.start, s.end).toString("hex")}`);
  const signature = sequence(der.subarray(signatureAt + 5, r.end), integer(P256_ORDER - value));
  const twin = sequence(der.subarray(outer.start, signatureAt), bitString(signature));
  return { ...certificate, der: twin, certificatePin: `cert-${pinOf(twin)}` };
}

/** Where the content of the element at `at` begins and ends. */
function contentAt(der, at) {
  const start = headerOf(der, at);
  const octets = der[at + 1] < 0x80 ? 0 : der[at + 1] & 0x7f;
  const length = octets === 0 ? der[at + 1] : Number(`0x${der.subarray(at + 2, at + 2 + octets).toString("hex")}`);
  return { start, end: start + length };
}

const headerOf = (der, at) => at + 2 + (der[at + 1] < 0x80 ? 0 : der[at + 1] & 0x7f);

/** SP 800-186 section 3.2.1.3. */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n;

const DATES = ["20260101000000Z", "20270101000000Z"];
let nextSerial = 1;

export const basicConstraints = ({ ca, pathLength }) =>
  extension(BASIC_CONSTRAINTS, sequence(ca ? tlv(0x01, [0xff]) : [], pathLength === undefined ? [] : integer(pathLength)), true);
export const alternativeNames = (names) => extension(SUBJECT_ALT_NAME, sequence(...names));
export const dnsName = (text) => tlv(0x82, Buffer.from(text, "utf8"));
export const addressName = (bytes) => tlv(0x87, bytes);

export function extension(oid, content, critical = false) {
  return sequence(tlv(0x06, oid), critical ? tlv(0x01, [0xff]) : [], tlv(0x04, content));
}

/** An object identifier's content, from arcs as BigInt, number or text. */
export function objectIdentifier(...arcs) {
  const [first, second, ...rest] = arcs.map(BigInt);
  return Buffer.from([first * 40n + second, ...rest].flatMap(base128));
}

function base128(arc) {
  const digits = [Number(arc & 0x7fn)];
  for (let rest = arc >> 7n; rest > 0n; rest >>= 7n) digits.unshift(Number(rest & 0x7fn) | 0x80);
  return digits;
}

export function tlv(tag, ...content) {
  const bytes = Buffer.concat(content.map((part) => Buffer.from(part)));
  return Buffer.concat([Buffer.from([tag]), lengthOf(bytes.length), bytes]);
}

export const sequence = (...content) => tlv(0x30, ...content);
export const bitString = (bytes) => tlv(0x03, [0], bytes);

export function integer(value) {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return tlv(0x02, bytes[0] >= 0x80 ? [0] : [], bytes);
}

function lengthOf(length) {
  if (length < 0x80) return Buffer.from([length]);
  const hex = length.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, "hex");
  return Buffer.concat([Buffer.from([0x80 | bytes.length]), bytes]);
}

const nameOf = (commonName) => sequence(tlv(0x31, sequence(tlv(0x06, COMMON_NAME), tlv(0x0c, Buffer.from(commonName)))));

// RFC 5280, sections 4.2.1 and A.1; RFC 5758, section 3.2.
const COMMON_NAME = objectIdentifier(2, 5, 4, 3);
const BASIC_CONSTRAINTS = objectIdentifier(2, 5, 29, 19);
const SUBJECT_ALT_NAME = objectIdentifier(2, 5, 29, 17);
const ECDSA_SHA256 = sequence(tlv(0x06, objectIdentifier(1, 2, 840, 10045, 4, 3, 2)));
export const serverAuth = extension(objectIdentifier(2, 5, 29, 37), sequence(tlv(0x06, objectIdentifier(1, 3, 6, 1, 5, 5, 7, 3, 1))));
const usage = (bits, unused) => extension(objectIdentifier(2, 5, 29, 15), tlv(0x03, [unused, bits]), true);
export const keyUsage = { certSign: usage(0x06, 1), digitalSignature: usage(0x80, 7) };
