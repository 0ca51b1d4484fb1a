// From a genome to a connection: the policy and the anchors of an honest app, and the chain that somebody in the network answers with.
import {
  alternativeNames,
  basicConstraints,
  dnsName,
  extension,
  keyUsage,
  objectIdentifier,
  sequence,
  serverAuth,
  tlv,
} from "../../attacks/certificates.mjs";
import { certificate, nameOf, now } from "./certificate.mjs";
import { bytesOf, junkKey, keyLike, keyOf } from "./keys.mjs";

export const HOST = "api.example.com";

/** `{ policy, anchors?, request: { host, chain, now } }`. */
export function connection(genome) {
  const names = namesOf(genome);
  const authority = keyOf(genome.authority, "authority");
  const ders = [...chainOf(genome, names, authority)];
  return {
    policy: JSON.stringify(policyOf(genome, authority)),
    anchors: genome.source === "pinned" ? undefined : anchorsOf(genome, names, authority),
    request: { host: genome.source === "unlisted" ? "unlisted.example" : HOST, chain: ders.map((der) => new Uint8Array(der)), now },
  };
}

/** Name 0 is the authority's, the others are the chain's own; all of one length, so that they differ in their last byte. */
function namesOf({ nameLength, nameParts }) {
  return [0, 1, 2, 3, 4, 5].map((index) => nameOf("N", { length: nameLength, parts: nameParts, last: String(index) }));
}

function policyOf({ source, pins, blocked, matching, expired }, authority) {
  const digest = (label) => bytesOf(label, 32).toString("base64");
  const others = Array.from({ length: pins - 1 }, (_, index) => `${index % 2 ? "cert-" : ""}sha256/${digest(`pin/${index}`)}`);
  const all = [...others, authority.pin].map((pin) => (expired ? { pin, expires: "2026-02-01" } : pin));
  const pinned = matching === "any" ? all : [...all.slice(0, 63), { pin: `sha256/${digest("leaf")}`, role: "leaf" }];
  const rule = { host: HOST, pins: pinned, ...(matching === "any" ? {} : { match: matching }) };
  const blocks = Array.from({ length: blocked }, (_, index) => `sha256/${digest(`blocked/${index}`)}`);
  return { version: 1, id: "worst", sequence: 1, rules: [rule], ...(source === "unlisted" || blocked > 0 ? { blocked: blocks } : {}) };
}

/** The authority, others of its name, and a crowd as in a root store. */
function anchorsOf({ authority: kind, anchors, crowd }, names, authority) {
  const self = (subject, key, algorithm) =>
    certificate({ subject, issuer: subject, key, signer: key, algorithm, extensions: [basicConstraints({ ca: true }), keyUsage.certSign] });
  const own = Array.from({ length: anchors }, (_, index) =>
    self(names[0], index === 0 ? authority : keyOf(kind, `anchor/${index}`), algorithmOf(kind)),
  );
  while (crowds.length < crowd) crowds.push(self(nameOf(`Crowd ${crowds.length}`), keyOf("P-256", "crowd"), "ecdsa-sha256"));
  return [...own, ...crowds.slice(0, crowd)].map((der) => new Uint8Array(der));
}

const crowds = [];

function* chainOf(genome, names, authority) {
  const parts = [genome.leaf, ...genome.groups].map((part, index) => ({ ...part, place: index }));
  const shares = parts.reduce((sum, { count, share }) => sum + count * share, 0) || 1;
  const framing = 900 + 2 * names[0].length;
  const certificates = parts.reduce((sum, { count }) => sum + count, 0);
  const bytes = Math.max(0, genome.bytes - framing * certificates);
  for (const part of parts) {
    const each = Math.floor((bytes * part.share) / shares);
    for (let index = 0; index < part.count; index++) yield one(genome, part, index, each, names, authority);
  }
}

function one(genome, part, index, bytes, names, authority) {
  const isLeaf = part.place === 0;
  const key = part.fill === "key" ? junkKey(bytes, 16 * part.place + index) : keyFor(part, index, authority);
  const held = (name) => (name === 0 ? genome.insider && authority : keyFor({ ...parentOf(genome, name), place: name }, 0, authority));
  const signer = held(part.issuer) || authority;
  const signature = part.issuer === 0 && !genome.insider && part.signature === "valid" ? "forged" : part.signature;
  const sans =
    isLeaf || part.fill === "names" ? [alternativeNames(part.fill === "names" ? dnsNames(bytes, part.size) : [dnsName(HOST)])] : [];
  return certificate({
    serial: 1 + index + 100 * part.place,
    subject: isLeaf ? nameOf("leaf") : names[part.subject],
    issuer: names[part.issuer],
    key,
    signer,
    algorithm: algorithmOf(signer.kind, part.hash),
    signature,
    extensions: [
      ...(isLeaf ? [keyUsage.digitalSignature] : [basicConstraints({ ca: true }), keyUsage.certSign]),
      ...sans,
      ...fillOf(part, bytes, index),
    ],
  });
}

/** The first group that bears the name, else the last. */
function parentOf({ groups }, name) {
  return groups.find(({ subject }) => subject === name) ?? groups.at(-1);
}

function keyFor({ place, key, kind }, index, authority) {
  const own = (seed) => keyOf(kind, seed);
  const kinds = {
    pinned: () => authority,
    shared: () => own("shared"),
    own: () => own(`own/${place}/${index}`),
    alike: () => keyLike(own("alike"), index + 16 * place),
  };
  return kinds[key]();
}

function algorithmOf(kind, hash = 256) {
  if (kind === "Ed25519") return "ed25519";
  if (kind.startsWith("RSA")) return `rsa-sha${hash}`;
  return kind === "P-384" && hash === 256 ? "ecdsa-sha384" : `ecdsa-sha${hash}`;
}

const SERVER_AUTH = objectIdentifier(1, 3, 6, 1, 5, 5, 7, 3, 1);
const identifier = (bytes) => tlv(0x06, bytes);

/** Extensions that take `bytes` bytes; `size`: of each of their parts. */
function fillOf({ fill, size, ends }, bytes) {
  const name = `${fill}/${size}/${ends}/${bytes}`;
  if (!filled.has(name)) filled.set(name, [...fills[fill](bytes, size), ...endings[ends]()]);
  if (filled.size > 64) filled.delete(filled.keys().next().value);
  return filled.get(name);
}

const filled = new Map();

const endings = {
  plain: () => [],
  critical: () => [extension(objectIdentifier(1, 2, 3, 4), Buffer.alloc(0), true)],
  serverAuth: () => [serverAuth],
};

const fills = {
  none: () => [],
  key: () => [],
  names: () => [],
  /** As many as fit, of equal or of different identifiers. */
  extensions: (bytes, size) => many(bytes, size + 6, (index) => extension(numbered(index, size), Buffer.alloc(0))),
  unknown: (bytes) => (bytes > 0 ? [extension(objectIdentifier(1, 3, 6, 1, 4, 1, 99999), Buffer.alloc(bytes, 0x55))] : []),
  purposes: (bytes, size) => [
    extension(
      objectIdentifier(2, 5, 29, 37),
      sequence(...many(bytes, size + 2, (index) => identifier(numbered(index, size))), identifier(SERVER_AUTH)),
    ),
  ],
  access: (bytes, size) => [
    extension(
      objectIdentifier(1, 3, 6, 1, 5, 5, 7, 1, 1),
      sequence(...many(bytes, size + 8, (index) => sequence(identifier(numbered(index, size)), tlv(0x86, Buffer.alloc(2, 0x61))))),
    ),
  ],
  constraints: (bytes, size) => [constraints(bytes, size)],
  sequences: (bytes) => [extension(objectIdentifier(1, 3, 6, 1, 4, 1, 99998), nested(Math.floor(bytes / 4)))],
};

function constraints(bytes, size) {
  const excluded = many(bytes, size + 6, (index) => sequence(dnsName(hostOf(index, size))));
  return extension(objectIdentifier(2, 5, 29, 30), sequence(tlv(0xa1, sequence(dnsName("q")), ...excluded)), true);
}

function dnsNames(bytes, size) {
  return [...many(bytes, size + 4, (index) => dnsName(hostOf(index, size))), dnsName(HOST)];
}

/** A DNS name of `size` bytes; two end alike. */
function hostOf(index, size) {
  const label = "a".repeat(60);
  let text = `${(index % 46656).toString(36)}`;
  while (text.length < size) text += text.length % 61 === 0 ? "." : label[0];
  return text.slice(0, Math.max(1, size)).replace(/\.$/, "a");
}

/** `size` bytes of an identifier, minimal arcs; those of one size differ in their last bytes. */
function numbered(index, size) {
  const bytes = Buffer.alloc(Math.max(1, size), 0x2a);
  if (size >= 3) bytes[size - 2] = (index >> 7) & 0x7f;
  if (size >= 2) bytes[size - 1] = index & 0x7f;
  return bytes;
}

function many(bytes, each, make) {
  return Array.from({ length: Math.max(0, Math.floor(bytes / each)) }, (_, index) => make(index));
}

function nested(depth) {
  // Lengths are written from the inside, so that this stays linear.
  const parts = [];
  let length = 0;
  for (let made = 0; made < depth; made++) {
    const header =
      length < 128
        ? [0x30, length]
        : length < 256
          ? [0x30, 0x81, length]
          : length < 65536
            ? [0x30, 0x82, length >> 8, length & 255]
            : [0x30, 0x83, length >> 16, (length >> 8) & 255, length & 255];
    parts.push(Buffer.from(header));
    length += header.length;
  }
  return Buffer.concat(parts.reverse());
}

/** Sixteen certificates of one name, each the issuer of all: 256 signatures by the costliest keys. */
export function issuersChain(kind = "RSA-8192-8589934591") {
  const name = nameOf("N");
  const key = keyOf(kind, "issuer");
  const one = (_, index) =>
    certificate({ serial: index + 1, subject: name, issuer: name, key, signer: key, algorithm: algorithmOf(kind), signature: "forged" });
  return Array.from({ length: 16 }, one).map((der) => new Uint8Array(der));
}
