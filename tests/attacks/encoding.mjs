// Attacks on the reading of certificates: what a lenient reader sees, and a strict one must not.
import {
  alternativeNames,
  authority,
  basicConstraints,
  bitString,
  dnsName,
  extension,
  integer,
  issue,
  keyUsage,
  newKey,
  objectIdentifier,
  pinOf,
  sequence,
  server,
  serverAuth,
  tlv,
} from "./certificates.mjs";
import { HOST, base64, connection, genuine, pinning, policyOf } from "./world.mjs";

const { root, intermediate, leaf } = genuine;

/** The certificate's bytes with its outer length written in another way. */
function outerLength(der, ...length) {
  return Buffer.concat([Buffer.from([0x30, ...length]), der.subarray(4)]);
}

const strictDer = () => {
  const size = leaf.der.length - 4;
  const [high, low] = [size >> 8, size & 0xff];
  const replaced = (from, to) => {
    const at = leaf.der.indexOf(from);
    if (at < 0 || from.length !== to.length) throw new Error("not in the certificate, or of another length");
    return Buffer.concat([leaf.der.subarray(0, at), to, leaf.der.subarray(at + from.length)]);
  };
  const malformed = {
    "a long form of length": outerLength(leaf.der, 0x83, 0, high, low),
    "an indefinite length (BER)": Buffer.concat([outerLength(leaf.der, 0x80), Buffer.from([0, 0])]),
    "a length of nine bytes": outerLength(leaf.der, 0x89, 0, 0, 0, 0, 0, 0, 0, high, low),
    "a length that overflows 32 bits": outerLength(leaf.der, 0x85, 1, 0, 0, high, low),
    "a length of 2^32 - 1": outerLength(leaf.der, 0x84, 0xff, 0xff, 0xff, 0xff),
    "a byte after the certificate": Buffer.concat([leaf.der, Buffer.from([0])]),
    "a second certificate after it": Buffer.concat([leaf.der, genuine.root.der]),
    "the last byte missing": leaf.der.subarray(0, -1),
    "a field after the signature": sequence(leaf.der.subarray(4), integer(1)),
    "a constructed bit string (BER)": replaced(Buffer.from([0x03, 0x42, 0x00, 0x04]), Buffer.from([0x23, 0x42, 0x00, 0x04])),
    "a key of ten thousand sequences": issue({ name: "nested", issuer: intermediate, spki: nested(10_000) }).der,
    "a key that is no SubjectPublicKeyInfo": issue({ name: "number", issuer: intermediate, spki: integer(7) }).der,
    "PEM text as bytes of another kind": Buffer.from("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"),
  };
  const deep = issue({
    name: "deep",
    issuer: intermediate,
    extensions: [...ofServer([dnsName(HOST)]), extension(objectIdentifier(1, 2, 3, 4), nested(10_000))],
  });
  return [
    ...Object.entries(malformed).map(([name, der]) =>
      connection(name, "rejected chain-malformed", { policy: pinning(leaf.pin), chain: [der] }),
    ),
    ...Object.entries(malformed).map(([name, der]) =>
      connection(`${name}, behind a good leaf, report mode`, "rejected chain-malformed", {
        policy: pinning(leaf.pin, { mode: "report" }),
        chain: [leaf, der],
        source: "validated",
      }),
    ),
    connection("a host without a rule does not hide it", "rejected chain-malformed", {
      policy: policyOf([]),
      chain: [malformed["the last byte missing"]],
    }),
    connection("near miss: ten thousand sequences in an extension of nobody's", "pinned leaf 0", {
      policy: pinning(deep.pin),
      chain: [deep],
    }),
    connection("near miss: as it is", "pinned leaf 0", { policy: pinning(leaf.pin), chain: [leaf] }),
  ];
};

/** So many sequences in each other. */
function nested(depth) {
  let inner = Buffer.alloc(0);
  for (let made = 0; made < depth; made++) inner = sequence(inner);
  return inner;
}

const ofServer = (names, san = alternativeNames(names)) => [basicConstraints({ ca: false }), keyUsage.digitalSignature, serverAuth, san];

/** An object identifier whose last arc is another's plus 2^32: a reader that keeps 32 bits takes one for the other. */
const truncatedIdentifier = () => {
  const wrapped = (arc) => objectIdentifier(2, 5, 29, 2n ** 32n + BigInt(arc));
  const names = sequence(dnsName(HOST));
  const falseName = issue({ name: "false name", issuer: intermediate, extensions: ofServer([], extension(wrapped(17), names)) });
  const falseCa = issue({
    name: "False CA",
    issuer: root,
    extensions: [extension(wrapped(19), sequence(tlv(0x01, [0xff])), false), keyUsage.certSign],
  });
  const padded = issue({
    name: "padded",
    issuer: intermediate,
    extensions: ofServer([], extension(Buffer.from([0x55, 0x80, 0x1d, 0x11]), names)),
  });
  return [
    connection("an alternative name by 2.5.29.(2^32 + 17)", "rejected hostname-mismatch", {
      policy: pinning(falseName.pin),
      chain: [falseName],
    }),
    connection("a CA bit by 2.5.29.(2^32 + 19)", "rejected pin-mismatch", {
      policy: pinning(root.pin),
      chain: [server([HOST], falseCa), falseCa, root],
    }),
    connection("an alternative name by an identifier with a zero in front", "rejected chain-malformed", {
      policy: pinning(padded.pin),
      chain: [padded],
    }),
    connection("near miss: by its own", "pinned leaf 0", { policy: pinning(leaf.pin), chain: [leaf] }),
  ];
};

/** Fields that are left out, doubled or moved, so that two readers disagree on what comes after. */
const desynchronised = () => {
  const twice = issue({
    name: "twice",
    issuer: intermediate,
    extensions: [...ofServer([dnsName("other.example")]), alternativeNames([dnsName(HOST)])],
  });
  const trailing = issue({
    name: "trailing",
    issuer: intermediate,
    extensions: ofServer(
      [],
      extension(objectIdentifier(2, 5, 29, 17), Buffer.concat([sequence(dnsName(HOST)), sequence(dnsName("other.example"))])),
    ),
  });
  const twoBits = authority("Two", root, {
    extensions: [basicConstraints({ ca: false }), basicConstraints({ ca: true }), keyUsage.certSign],
  });
  const asBytes = issue({
    name: "wrapped",
    issuer: intermediate,
    extensions: ofServer([], extension(objectIdentifier(2, 5, 29, 17), tlv(0x04, sequence(dnsName(HOST))))),
  });
  return [
    connection("an alternative name twice", "rejected hostname-mismatch", { policy: pinning(twice.pin), chain: [twice] }),
    connection("something after the alternative names", "rejected hostname-mismatch", { policy: pinning(trailing.pin), chain: [trailing] }),
    connection("alternative names as bytes within bytes", "rejected hostname-mismatch", { policy: pinning(asBytes.pin), chain: [asBytes] }),
    connection("basic constraints twice", "rejected pin-mismatch", {
      policy: pinning(root.pin),
      chain: [server([HOST], twoBits), twoBits, root],
    }),
    connection("near miss: once each", "pinned ca 2", { policy: pinning(root.pin), chain: [leaf, intermediate, root] }),
  ];
};

/** One key, four encodings, four pins: what stands in the certificate is hashed. */
const reencodedKey = () => {
  const key = newKey();
  const point = key.spki.subarray(-65);
  const compressed = Buffer.concat([Buffer.from([2 + (point[64] & 1)]), point.subarray(1, 33)]);
  const EC_KEY = tlv(0x06, objectIdentifier(1, 2, 840, 10045, 2, 1));
  const P256 = tlv(0x06, objectIdentifier(1, 2, 840, 10045, 3, 1, 7));
  const RSA = tlv(0x06, objectIdentifier(1, 2, 840, 113549, 1, 1, 1));
  const modulus = 2n ** 2047n + 1n;
  const rsaKey = bitString(sequence(integer(modulus), integer(65537)));
  const encodings = {
    "an uncompressed point": key.spki,
    "a compressed point": sequence(sequence(EC_KEY, P256), bitString(compressed)),
    "a curve without its name": sequence(sequence(EC_KEY, sequence(integer(1))), bitString(point)),
    "RSA with NULL parameters": sequence(sequence(RSA, tlv(0x05)), rsaKey),
    "RSA without parameters": sequence(sequence(RSA), rsaKey),
    "RSA of an odd size": sequence(sequence(RSA, tlv(0x05)), bitString(sequence(integer(2n ** 1234n + 1n), integer(3)))),
    "a kind of key that nobody knows": sequence(sequence(tlv(0x06, objectIdentifier(1, 2, 3, 4, 5))), bitString(Buffer.alloc(99, 7))),
  };
  return Object.entries(encodings).flatMap(([name, spki]) => {
    const made = server([HOST], intermediate, { spki });
    const others = Object.values(encodings)
      .filter((other) => other !== spki)
      .map(pinOf);
    return [
      { name: `the pin of ${name}`, ask: "pins", chain: [base64(made)], expected: pinOf(spki) },
      connection(`${name} matches by its bytes`, "pinned leaf 0", { policy: pinning(pinOf(spki)), chain: [made] }),
      connection(`near miss: ${name}, and the pins of the others`, "rejected pin-mismatch", { policy: pinning(others), chain: [made] }),
    ];
  });
};

export const encoding = {
  "strict-der": strictDer(),
  "truncated-identifier": truncatedIdentifier(),
  desynchronised: desynchronised(),
  "re-encoded-key": reencodedKey(),
};
