// Where the fuzzers start: the repository's vectors, in the form in which each target reads its input.
import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at } from "../../scripts/lib/paths.mjs";

/** Writes the seeds of a target into `folder`, each under the hash of its content. */
export function writeSeeds(target, folder) {
  mkdirSync(folder, { recursive: true });
  for (const seed of seeds[target]()) {
    const bytes = Buffer.from(seed);
    writeFileSync(join(folder, createHash("sha1").update(bytes).digest("hex")), bytes);
  }
}

const seeds = {
  bundle: () => [
    ...bundles.map((bundle) => `\x03${bundle}`),
    ...payloads().flatMap((payload) => [0, 1, 2].map((signer) => signed(signer, payload))),
    // One character changed: in the header, in the payload, in the signature.
    ...[2, 30, 62].flatMap((place) => [0, 1].map((signer) => signed(signer + 4 * place, payloads()[0]))),
  ],
  certificate: () => chains().flatMap(ders),
  chain: () =>
    chains().flatMap((pem) => {
      const pieces = ders(pem).map((der) => [Buffer.from("\n==\nD"), der]);
      return [
        `T${pem}`,
        Buffer.concat(pieces.flat()).subarray(4),
        ders(pem)
          .map((der) => der.toString("base64"))
          .join("\n==\n"),
      ];
    }),
  host: () => hosts,
  path: () => paths.map((bytes) => Uint8Array.from(bytes)),
  policy: () => [...policies.map((policy) => JSON.stringify({ version: 1, id: "a", sequence: 1, ...policy })), ...payloads()],
};

function signed(choice, payload) {
  const [alg, kid] = (choice & 3) === 1 ? ["ES256", "ec"] : ["EdDSA", "ed"];
  const header = JSON.stringify({ alg, kid, typ: "chainpin-policy+jws" });
  return Buffer.concat([Buffer.of(choice), Buffer.from(`${header}\n${payload}`)]);
}

const bundles = JSON.parse(readFileSync(at("tests", "vectors", "bundles", "cases.json"), "utf8")).cases.map(({ bundle }) => bundle);

/** The payloads of the bundles that have a readable one, each once. */
function payloads() {
  const texts = bundles.map((bundle) => Buffer.from(bundle.split(".")[1] ?? "", "base64url").toString());
  return [...new Set(texts)].filter((text) => text.startsWith("{") && text.length < 4096);
}

function chains() {
  const folder = at("tests", "vectors", "chains");
  return readdirSync(folder)
    .filter((name) => name.endsWith(".pem"))
    .sort()
    .map((name) => readFileSync(join(folder, name), "utf8"));
}

function ders(pem) {
  const blocks = pem.split("-----BEGIN CERTIFICATE-----").slice(1);
  return blocks.map((block) => Buffer.from(block.split("-")[0], "base64"));
}

const hosts = [
  "example.com",
  "EXAMPLE.com.",
  "xn--bcher-kva.example",
  "a_b.c-d.e1",
  "127.0.0.1",
  "127.1",
  "0x7f.0.0.1",
  "0177.0.0.1",
  "1.2.3.4.",
  "2130706433",
  "::1",
  "[::1]",
  "[::ffff:192.0.2.1]",
  "2001:DB8:0:0:0:0:0:1",
  "fe80::1%25eth0",
  "https://a.example/",
  "a..b",
  "-a.b",
  "",
];

const policies = [
  {
    rules: [
      { host: "example.com", subdomains: true, pins: ["@k0"], backupPins: ["@c1"] },
      { host: "a.example.com", exempt: true },
    ],
  },
  {
    rules: [
      {
        host: "example.com",
        subdomains: "one",
        pins: [
          { pin: "@k0", role: "leaf" },
          { pin: "@k1", role: "ca" },
        ],
        match: "leaf-and-ca",
      },
    ],
  },
  {
    expires: "2026-03-01",
    onExpiry: "deny",
    issuedAt: "2026-01-01T00:00:00+01:00",
    unlisted: "deny",
    blocked: ["@c2"],
    rules: [
      {
        host: "192.0.2.1",
        pins: [{ pin: "@k2", label: "a", expires: "2026-02-01T00:00:00.5Z" }],
        mode: "report",
        userAnchors: "allow",
        expires: "2026-02-15",
        onExpiry: "enforce",
        reportTo: ["https://r.example/"],
      },
    ],
  },
];

// Header (see targets/path.rs): source, host, time, terms, kind of rule, anchors, chain, blocked, three pins. Then a leaf, an
// intermediate and a root of 8 bytes each (src/pki.rs): well made, and with one thing odd in one of them.
const made = [
  [0x14, 0x04, 0, 0, 0, 0, 0, 0],
  [0x21, 0x09, 1, 0, 0, 0, 0, 0],
  [0x22, 0x0a, 1, 0, 0, 0, 0, 0],
];
const leafPins = [0, 0, 0, 0, 0, 0];
const caPins = [1, 2, 1, 2, 1, 2];
const rootPins = [2, 2, 2, 2, 2, 2];
const scenes = [
  ...[0, 1, 2, 3].flatMap((source) => [
    [source, leafPins],
    [source, caPins],
  ]),
  [2, rootPins],
  [3, rootPins],
];
const scene = ([source, pins], certificates) => [
  source,
  0,
  0,
  0,
  0,
  4,
  source === 2 && pins === rootPins ? 7 : 3,
  0,
  ...pins,
  ...certificates.flat(),
];
const quirks = Array.from({ length: 20 }, (_, number) => number + 1).flatMap((quirk) => [0, 1, 2].map((argument) => [quirk, argument]));
const paths = [
  ...scenes.map((of) => scene(of, made)),
  ...scenes.slice(4).flatMap((of) =>
    quirks.flatMap((odd) =>
      made.map((_, place) =>
        scene(
          of,
          made.map((recipe, index) => (index === place ? [...recipe.slice(0, 3), ...odd, ...recipe.slice(5)] : recipe)),
        ),
      ),
    ),
  ),
];
