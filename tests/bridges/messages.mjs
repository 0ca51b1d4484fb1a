// Random messages of a page, valid ones and broken ones, as scenarios: each with what the reference gate makes of it. A native gate must make
// the same. `node tests/bridges/messages.mjs COUNT SEED` prints them.
import { fileURLToPath } from "node:url";
import { NativeGate } from "chainpin/bridge";
import { runScenario } from "./gate.mjs";

const perScenario = 20;

export function messageScenarios(count, seed) {
  const random = new Random(seed);
  return Array.from({ length: Math.ceil(count / perScenario) }, (_, index) => {
    const steps = [
      { do: "receive", text: text({ v: 1, type: "attach", nonce: "a", sequence: 7 }) },
      {
        do: "open",
        as: "h1",
        connection: "c1",
        host: "api.example.com",
        port: 443,
        chain: ["AAAA"],
        source: "validated",
        anchor: "system",
      },
      {
        do: "open",
        as: "h2",
        connection: "c2",
        host: "api.example.com",
        port: 443,
        chain: ["AAAA"],
        source: "validated",
        anchor: "system",
      },
      ...Array.from({ length: perScenario }, () => ({ do: "receive", text: message(random) })),
    ];
    const out = runScenario({ steps }, (platform, options) => new NativeGate(platform, options));
    return { name: `random messages ${seed}.${index}`, steps: steps.map((step, at) => ({ ...step, out: out[at] })) };
  });
}

function message(random) {
  const record = random.of(kinds)(random);
  while (random.chance(0.2)) random.of(changes)(record, random);
  let written = random.chance(0.2) ? spelled(record, random) : text(record);
  if (random.chance(0.3)) written = random.of(damages)(written, random);
  return written;
}

const id = (n) => n.toString(16).padStart(32, "0");
const session = (random) => (random.chance(0.97) ? id(1) : random.of([id(2), id(9), id(1).toUpperCase(), "", null, 1]));
const sequence = (random) => (random.chance(0.9) ? 7 : random.of(numbers));
const pin = `sha256/${"A".repeat(43)}=`;

/** One of each type, most of them valid: of each list, `usually` takes one of the first, which are. */
const kinds = [
  (random) => ({
    v: random.chance(0.7) ? 2 : 1,
    type: "attach",
    nonce: random.usually(3, ["a", "b-_9", "x".repeat(64), "x".repeat(65), "ä"]),
    sequence: sequence(random),
  }),
  answer,
  answer,
  answer,
  (random) => ({ v: 1, type: "policy", session: session(random), sequence: sequence(random) }),
  (random) => ({
    v: 1,
    type: "push",
    session: session(random),
    sequence: sequence(random),
    pins: random.usually(4, pinLists),
    weaker: random.usually(3, [[], ["a"], ["x".repeat(253)], ["x".repeat(254)], [1]]),
  }),
  request,
  request,
  request,
  (random) => ({ v: 1, type: "abort", session: session(random), request: random.below(40) + 1 }),
  (random) => ({ v: 1, type: "detach", session: session(random), ...(random.chance(0.9) && { more: 1 }) }),
];

function answer(random) {
  return {
    v: 1,
    type: "answer",
    session: session(random),
    id: id(random.of([2, 3, 4])),
    sequence: sequence(random),
    ...random.usually(4, verdicts),
    message: random.usually(7, texts),
  };
}

function request(random) {
  const body = random.chance(0.4) && { body: random.usually(5, bodies) };
  const method = random.usually(4, ["POST", "PATCH", "post", "DELETE", "GET", "G T", "É", "x".repeat(17)]);
  const timeout = random.usually(3, [1, 1000, 600_000, 600_001, 0, 1.5]);
  return {
    v: 1,
    type: "fetch",
    session: session(random),
    request: random.below(1e6) + 1,
    url: random.usually(5, urls),
    method,
    headers: random.usually(4, headerLists),
    ...body,
    timeout,
    fresh: random.chance(0.5),
  };
}

const verdicts = [
  { ok: true, outcome: "pinned" },
  { ok: true, outcome: "unlisted" },
  { ok: true, outcome: "tolerated", reason: "pin-mismatch" },
  { ok: false, outcome: "rejected", reason: "a-b" },
  { ok: false, outcome: "rejected" },
  { ok: true, outcome: "rejected", reason: "a" },
  { ok: true, outcome: "tolerated", reason: "a--b" },
  { ok: true, outcome: "tolerated", reason: `${"a".repeat(64)}b` },
  { ok: 1, outcome: "pinned" },
];
const texts = [
  "",
  "/",
  "a\u2028b\u2029",
  "\ud83d\ude00".repeat(8192),
  "\ud800",
  "a\udc00\ud800",
  '\0\x1f"\\',
  "e\u0301",
  "x".repeat(16_384),
  "x".repeat(16_385),
  "\ud83d\ude00".repeat(8192) + "a",
];
const numbers = [0, -0, 1, 7, 7.5, 8, -1, 2 ** 53 - 1, 2 ** 53, 1e21, 1e-7, "7", true, null, [7], { a: 7 }];
const values = [...numbers, "", "a", [], {}, false, id(1), id(2), "constructor", "pinned", "x".repeat(20_000)];
const names = [
  "v",
  "type",
  "session",
  "id",
  "sequence",
  "ok",
  "outcome",
  "reason",
  "message",
  "nonce",
  "pins",
  "weaker",
  "request",
  "url",
  "method",
  "headers",
  "body",
  "timeout",
  "fresh",
  "",
  "constructor",
  "__proto__",
  "e\u0301",
  "\u212a",
];
const pinLists = [
  [],
  [{ pattern: "api.example.com", pins: [pin] }],
  [
    { pattern: "*.example.com", pins: [pin, pin] },
    { pattern: "**.example.com", pins: [pin] },
  ],
  Array.from({ length: 20 }, (_, n) => ({ pattern: `h${n}`, pins: [pin] })),
  [{ pattern: "x".repeat(256), pins: Array(64).fill(pin) }],
  [
    { pattern: "a.b", pins: [pin] },
    { pattern: "a.b", pins: [pin] },
  ],
  [{ pattern: "A.b", pins: [pin] }],
  [{ pattern: "a.b\n", pins: [pin] }],
  [{ pattern: "***.b", pins: [pin] }],
  [{ pattern: "*.", pins: [pin] }],
  [{ pattern: "a.b", pins: [] }],
  [{ pattern: "a.b", pins: [pin.replace("A=", "B=")] }],
  [{ pattern: "a.b", pins: [`${pin}\n`] }],
  [{ pattern: "a.b", pins: [pin], more: 1 }],
  [{ pattern: "x".repeat(257), pins: [pin] }],
  [{ pattern: "a.b", pins: Array(65).fill(pin) }],
];
const urls = [
  "https://api.example.com/",
  "https://api.example.com/a?b#c",
  'https://a/|{}^`"<>',
  "HTTPS://a/",
  `https://a/${"x".repeat(8182)}`,
  "https://a@b/",
  "https://",
  "http://a/",
  "https://a b",
  "https://a\\b",
  "https://\u212a/",
  `https://a/${"x".repeat(8183)}`,
  "https://a/\n",
  "https://a/%zz",
];
const headerLists = [
  [],
  [["a", "b"]],
  [["a", "\t é \u{1f600} \u2028"]],
  [["a", "\ud800"]],
  [["host", "b"]],
  [["a", "\n"]],
  [["a b", "c"]],
  [["a"]],
  [["a", 1]],
  Array(200).fill(["a", "b"]),
  Array(201).fill(["a", "b"]),
  [["a", "\x7f"]],
  [["\u212a", "b"]],
];
const bodies = ["", "AAAA", "AAA=", "AA==", "/+/+", "A===", "====", "AAA", "AA=A", "AA_-", "AAAA\n", "é".repeat(4), null, 1];

/** What happens to a message's fields. */
const changes = [
  (record, random) => delete record[random.of(Object.keys(record))],
  (record, random) => (record[random.of(Object.keys(record))] = random.of(values)),
  (record, random) =>
    Object.defineProperty(record, random.of(names), { value: random.of(values), enumerable: true, configurable: true, writable: true }),
];

/** What happens to its text. */
const damages = [
  (text) => `\ufeff${text}`,
  (text) => text.replace(/}$/, ",}"),
  (text) => text.replace(/]/, ",]"),
  (text, random) => ` \t\n\r${text}${random.of([" ", "\n", "\u00a0", "\f", "\0", "x", "{}"])}`,
  (text, random) =>
    text.replace(
      /:7/,
      `:${random.of(["1e400", "-1e400", "7.0", "70e-1", "7e0", "07", "+7", "7.", ".7", "0x7", "NaN", "1E400", "-", "7e", "Infinity", "1e-400"])}`,
    ),
  (text, random) => text.replace(/"v":1/, `"v":${random.of(["1.0", "10e-1", "1e0", "01", "true", "2", "-1", "1.00000000000000000001"])}`),
  (text, random) =>
    text.replace(
      /"(message|more|reason)":[^,}]*/,
      `"$1":"${random.of(["\\ud800", "\\udc00\\ud800", "\\ud83d\\ude00", "\\ud83d\\u0041", "\\u00e9", "\\x41", "\\u12", "\\u{41}", "\\/", "\\'", "a\tb", "\\uD83D", "\\ud83d\\", "\\u+123"])}"`,
    ),
  (text) => text.replace(/"sess/, '"\\u0073ess'),
  (text, random) => text.replace(/^{/, `{"${random.of(["type", "v", "session", "sequence", "id"])}":${JSON.stringify(random.of(values))},`),
  (text, random) =>
    text.replace(/}$/, `,"${random.of(["type", "v", "session", "sequence", "id", "ok"])}":${JSON.stringify(random.of(values))}}`),
  (text, random) => nested(text, random, (depth) => "[".repeat(depth) + "]".repeat(depth)),
  (text, random) => nested(text, random, (depth) => '{"a":'.repeat(depth) + "1" + "}".repeat(depth)),
  (text, random) => nested(text, random, (depth) => '[1,{"a":[],"b":'.repeat(depth) + "{}" + "},2]".repeat(depth)),
  (text, random) => nested(text, random, (depth) => "[".repeat(depth) + "]".repeat(depth - 1)),
  (text, random) => nested(text, random, (depth) => '[{"a":'.repeat(depth) + "1" + "}]".repeat(depth - 1) + "]}"),
  (text, random) => text.slice(0, random.below(text.length)),
  (text, random) => {
    const at = random.below(text.length);
    return text.slice(0, at) + random.of([...'{}[]",:\\0 tfnu-.eE\u2028\x01é']) + text.slice(at + random.below(2));
  },
  (_, random) =>
    random.of([
      "",
      " ",
      "null",
      "1",
      "[]",
      "{}",
      '"a"',
      "[".repeat(20_000),
      '{"a":'.repeat(1000),
      "tru",
      "nul",
      "true",
      "\0",
      "{",
      '{"a"}',
      "{,}",
      "[,]",
      "{'v':1}",
      "/**/{}",
    ]),
];

function nested(text, random, value) {
  return text.replace(/}$/, `,"more":${value(random.of([1, 14, 15, 16, 17, 18, 40, 3000]))}}`);
}

const text = (record) => JSON.stringify(record);

/** The same record, in another of JSON's spellings. */
function spelled(record, random) {
  const gap = () => random.of(["", " ", "\n", "\t\r "]);
  const fields = Object.entries(record).map(([name, value]) => `${gap()}${text(name)}${gap()}:${gap()}${text(value)}${gap()}`);
  return `${gap()}{${fields.sort(() => random.below(3) - 1).join(",")}}${gap()}`.replaceAll("/", () =>
    random.of(["/", "\\/", "\\u002f", "\\u002F"]),
  );
}

/** Mulberry32: the same numbers everywhere. */
class Random {
  constructor(seed) {
    this.state = seed >>> 0;
  }

  next() {
    this.state = (this.state + 0x6d2b79f5) >>> 0;
    let t = this.state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  }

  below(limit) {
    return Math.floor(this.next() * limit);
  }

  chance(part) {
    return this.next() < part;
  }

  of(list) {
    return list[this.below(list.length)];
  }

  /** One of the first `valid`, and now and then any. */
  usually(valid, list) {
    return list[this.below(this.chance(0.92) ? valid : list.length)];
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [count = "10000", seed = "1"] = process.argv.slice(2);
  process.stdout.write(JSON.stringify(messageScenarios(Number(count), Number(seed))));
}
