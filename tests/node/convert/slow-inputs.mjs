// Looks for texts and policies that a converter is slow with: pieces of each format's grammar, repeated. Time is the processor's, the least of several
// runs. On its own: `node tests/node/convert/slow-inputs.mjs [--seconds 60] [--seed 1]` prints the slowest input of each converter, per MB.
import { pathToFileURL } from "node:url";
import * as convert from "chainpin/convert";
import { chance } from "../lib/random.mjs";
import { strayPin } from "../lib/vectors.mjs";

const [a, b] = [strayPin(1), strayPin(2)];
const [A, B] = [a, b].map((pin) => pin.slice("sha256/".length));
const ZEROS = `${"A".repeat(43)}=`;
const APPLE =
  '<?xml version="1.0"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd"><plist version="1.0">';

// In pieces, `%` is a number that counts, and `~` the longest name that ends with one; `^` a long name that they have in common, with more or fewer labels.
const long = "a.".repeat(120);
const spaces = [
  " ",
  "\t",
  "\n",
  "\r\n",
  "\\",
  '"',
  "'",
  "(",
  ")",
  "{",
  "[",
  "/",
  "*",
  "-",
  "=",
  ";",
  ":",
  ",",
  ".",
  "#",
  "&",
  "<",
  ">",
  "$",
  "`",
  "\u00e4",
  "\ufeff",
];
const xml = [
  ...spaces,
  "&amp;",
  "&#65;",
  "<!---->",
  "<![CDATA[x]]>",
  "<?x?>",
  "<x/>",
  "<x>",
  "</x>",
  " x%='1'",
  "<x x='&amp;'/>",
  "<a><b><c></c></b></a>",
];
const json = [
  ...spaces,
  "{",
  "}",
  "[",
  "]",
  "1,",
  "1.1e1",
  '"\\u0061"',
  '"\\\\"',
  '"a%":',
  '"a%":1,',
  "//\n",
  "/**/",
  "null,",
  "true",
  '"a",',
];

/** Of each converter: how it reads, and heads, pieces and tails of its texts. */
export const TEXTS = {
  fromAndroid: {
    heads: [
      "",
      "<network-security-config>",
      "<network-security-config><domain-config><domain>a.b</domain>",
      "<network-security-config><domain-config><domain>a.b</domain><pin-set>",
      "<network-security-config><domain-config><domain>",
      `<network-security-config><domain-config>${Array.from({ length: 120 }, (_, depth) => `<domain includeSubdomains="true">${"a.".repeat(depth)}common</domain>`).join("")}<pin-set><pin digest="SHA-256">${A}</pin></pin-set></domain-config>`,
      "<network-security-config ",
      `<network-security-config><domain-config><domain includeSubdomains="true">common</domain><pin-set>${`<pin digest="SHA-256">${ZEROS}</pin>`.repeat(3000)}<pin digest="SHA-256">${A}</pin></pin-set>`,
    ],
    pieces: [
      ...xml,
      "<domain>a%.b</domain>",
      "<domain>~</domain>",
      "<domain>^</domain>",
      "<domain-config>",
      "</domain-config>",
      `<pin digest="SHA-256">${A}</pin>`,
      `<pin digest="SHA-256">${ZEROS}</pin>`,
      `<pin digest="SHA-256"> ${A} </pin>`,
      "<pin-set/>",
      `<domain-config><domain>a%.b</domain><pin-set expiration="2027-03-01"><pin digest="SHA-256">${A}</pin></pin-set><trustkit-config><report-uri>https://x</report-uri></trustkit-config></domain-config>`,
      "<domain-config><domain>^</domain></domain-config>",
      "<domain-config><domain>%.common</domain></domain-config>",
      "<domain-config><domain>~</domain><pin-set/></domain-config>",
    ],
    tails: [
      "",
      "</network-security-config>",
      "</domain-config></network-security-config>",
      "</pin-set></domain-config></network-security-config>",
      "/>",
    ],
  },
  fromIos: {
    heads: [
      "",
      APPLE,
      `${APPLE}<dict><key>NSPinnedDomains</key><dict>`,
      `${APPLE}<dict><key>NSPinnedDomains</key><dict><key>a.b</key><dict><key>NSPinnedCAIdentities</key><array>`,
      `${APPLE}<dict><key>`,
      `${APPLE}<dict>`,
      "<!DOCTYPE ",
      "<!DOCTYPE plist PUBLIC ",
    ],
    pieces: [
      ...xml,
      "<dict>",
      "</dict>",
      "<array>",
      "<key>a%</key><string>x</string>",
      `<dict><key>SPKI-SHA256-BASE64</key><string>${A}</string></dict>`,
      `<dict><key>SPKI-SHA256-BASE64</key><string>${ZEROS}</string></dict>`,
      ...["a%.b", "~", "^", "%.common", "1.2.3.0/24", "::%"].map(
        (host) =>
          `<key>${host}</key><dict><key>NSIncludesSubdomains</key><true/><key>NSPinnedCAIdentities</key><array>${`<dict><key>SPKI-SHA256-BASE64</key><string>${A}</string></dict>`.repeat(host.length === 1 ? 20 : 1)}</array></dict>`,
      ),
    ],
    tails: ["", "</dict></dict></plist>", "</array></dict></dict></dict></plist>", "</key></dict></plist>", "</dict></plist>"],
  },
  fromTrustKit: {
    heads: [
      "",
      "{",
      '{"TSKPinnedDomains":{',
      '{"TSKPinnedDomains":{"a.b":{"TSKPublicKeyHashes":[',
      '{"TSKPinnedDomains":[',
      '{"TSKPinnedDomains":"',
      `{"TSKPinnedDomains":{"common":{"TSKIncludeSubdomains":true,"TSKPublicKeyHashes":["${A}","${B}"]},`,
      `${APPLE}<dict><key>TSKPinnedDomains</key><dict>`,
    ],
    pieces: [
      ...json,
      `"${A}",`,
      `"${ZEROS}",`,
      ...["a%.b", "~", "^", "%.common"].flatMap((host) => [
        `"${host}":{"TSKIncludeSubdomains":true,"TSKPublicKeyHashes":["${A}","${B}"]},`,
        `"${host}":{"kSKExcludeSubdomainFromParentPolicy":true},`,
      ]),
    ],
    tails: ["", "}", '"x":1}}', `"x.y":{"TSKPublicKeyHashes":["${A}","${B}"]}}}`, `"${B}"]}}}`, '"}', "</dict></dict></plist>"],
  },
  fromReactNative: {
    heads: ["", "{", "[", '{"a.b":{"publicKeyHashes":[', '{"a.b":"'],
    pieces: [
      ...json,
      `"${A}",`,
      `"${ZEROS}",`,
      ...["a%.b", "~", "^", "%.common"].map(
        (host) => `"${host}":{"includeSubdomains":true,"publicKeyHashes":["${A}","${B}"${`,"${A}"`.repeat(host === "^" ? 60 : 0)}]},`,
      ),
    ],
    tails: ["", "}", `"x.y":{"publicKeyHashes":["${A}"]}}`, `"${B}"]}}`, '"}'],
  },
  fromOkHttp: {
    heads: [
      "",
      "CertificatePinner.Builder()",
      '.add("a.b",',
      `.add("a.b","${a}"`,
      '"',
      '"""',
      "/*",
      "//",
      `.add("**.common","${a}"${`,"sha1/a"`.repeat(5)})`,
      `.add("**.common","${a}"${Array.from({ length: 60 }, (_, index) => `,"sha1/${index}"`).join("")})`,
    ],
    pieces: [
      ...spaces,
      "a ",
      "add",
      ".add(",
      "add(x,y)",
      "Pin(",
      "pin",
      '.add("a%.b")',
      '""',
      '"a"',
      '"""a"""',
      '"""',
      "/**/",
      "//\n",
      "'a'",
      "\\u0061",
      '"\\u0061"',
      '"\\1\\2"',
      "${a}",
      "$a",
      "${",
      "{}",
      "()",
      '"${a}"',
      "`a`",
      ",",
      '"sha1/%",',
      `"${a}",`,
      `"sha256/${ZEROS}",`,
      ...["a%.b", "~", "^", "**.^", "*.^", "*.~", "%.common", "x"].map((host) => `.add("${host}","${a}")`),
      '.add("**.^","sha1/%")',
      '.add("^","sha1/%")',
      '.add("%.common","sha1/a")',
      "a::add ",
      "CertificatePinner.Builder()",
      ".apply{",
    ],
    tails: ["", ")", '"', '"""', "*/", `.add("a.b","${a}")`, `,"${a}")`],
  },
  fromHpkp: {
    heads: [
      "",
      "Public-Key-Pins: ",
      "Public-Key-Pins: a",
      'Public-Key-Pins: a="',
      "a: b\n",
      'pin-sha256="',
      `Public-Key-Pins: pin-sha256="${A}"; max-age=1;`,
    ],
    pieces: [
      ...spaces,
      "a:\n",
      "a: b\r\n",
      "a",
      "a;",
      "a=b;",
      "a%=b;",
      'a="\\a";',
      "\\a",
      `pin-sha256="${A}";`,
      `pin-sha256="${ZEROS}";`,
      "max-age=1;",
      "Public-Key-Pins: max-age=0\n",
      `Public-Key-Pins: pin-sha256="${A}";pin-sha256="${B}";max-age=1\n`,
    ],
    tails: ["", '"', "!", `\nPublic-Key-Pins: pin-sha256="${A}";pin-sha256="${B}";max-age=1`, ";max-age=1"],
    read: (text) => convert.fromHpkp(text, { host: "a.com", now: 0 }),
  },
  fromChromium: {
    heads: [
      "",
      '{"pinsets":[',
      '{"pinsets":[],"entries":[',
      `{"pinsets":[{"name":"s","static_spki_hashes":["${a}","sha256/${ZEROS}"],"bad_static_spki_hashes":["${b}"]}],"entries":[`,
      `{"pinsets":[{"name":"s","static_spki_hashes":["${a}"${`,"sha256/${ZEROS}"`.repeat(60)}],"bad_static_spki_hashes":[${Array.from({ length: 60 }, (_, index) => `"${strayPin(index + 9)}"`)}]}],"entries":[`,
      `{"entries":[],"pinsets":[{"name":"s","static_spki_hashes":[`,
      `{"pinsets":[{"name":"s","static_spki_hashes":["${a}"${`,"sha256/${ZEROS}"`.repeat(3000)}]}],"entries":[`,
    ],
    pieces: [
      ...json,
      '{"name":"a%.b"},',
      '{"name":"~"},',
      ...["a%.b", "~", "^", "%.common"].map((host) => `{"name":"${host}","pins":"s","include_subdomains":true},`),
      '{"name":"^","pins":"s"},',
      `{"name":"s%","static_spki_hashes":["${a}"]},`,
      `"${a}",`,
      `"sha256/${ZEROS}",`,
    ],
    tails: ["", "]}", '{"name":"x.y"}]}', `"${a}"]}]}`, '{"name":"t"}],"entries":[]}'],
  },
  "fromChromium, .pins": {
    heads: ["", "# x\n", "K\n-----BEGIN PUBLIC KEY-----\n", "K\n-----BEGIN CERTIFICATE-----\n"],
    pieces: [
      ...spaces,
      "#\n",
      "K%\n",
      `K%\n${a}\n`,
      "K%\n-----BEGIN CERTIFICATE-----\nAA==\n-----END CERTIFICATE-----\n",
      "K%\n-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n",
      "AAAA",
      "A A\n",
      "-----BEGIN CERTIFICATE-----\n",
      "-----END CERTIFICATE-----\n",
    ],
    tails: ["", "-----END PUBLIC KEY-----\n", "-----END CERTIFICATE-----\n", "="],
    read: (pins) => convert.fromChromium('{"pinsets":[],"entries":[]}', { pins }),
  },
};

const CONFIG = {
  head: "<network-security-config><domain-config>",
  unit: "<domain>a%.b</domain>",
  tail: "</domain-config></network-security-config>",
};
const PINNED = `<pin-set><pin digest="SHA-256">${A}</pin></pin-set>`;
/**
 * Many hosts that share many things: a reader that goes through the things for each host takes the square of the time.
 * Half a text is `unit`s, half `shared`.
 */
export const SHARING = {
  fromAndroid: [
    ...['src="@raw/a" overridePins="true"', 'src="@raw/a%" overridePins="true"', 'src="@raw/a%"', 'src="user" overridePins="true"'].map(
      (attributes) => ({
        ...CONFIG,
        middle: `${PINNED}<trust-anchors>`,
        shared: `<certificates ${attributes}/>`,
        tail: `</trust-anchors>${CONFIG.tail}`,
      }),
    ),
    {
      ...CONFIG,
      middle: `${PINNED}<trustkit-config>`,
      shared: "<report-uri>https://x</report-uri>",
      tail: `</trustkit-config>${CONFIG.tail}`,
    },
    {
      ...CONFIG,
      middle: `<pin-set><pin digest="SHA-256">${A}</pin>`,
      shared: `<pin digest="SHA-256">${ZEROS}</pin>`,
      tail: `</pin-set>${CONFIG.tail}`,
    },
    {
      head: "<network-security-config><base-config><trust-anchors>",
      unit: '<certificates src="@raw/a%" overridePins="true"/>',
      middle: "</trust-anchors></base-config>",
      shared: `<domain-config><domain>a%.b</domain>${PINNED}</domain-config>`,
      tail: "</network-security-config>",
    },
  ],
  fromChromium: ["static_spki_hashes", "bad_static_spki_hashes"].map((list) => ({
    head: '{"entries":[',
    unit: '{"name":"a%.b","pins":"s"},',
    middle: `{"name":"x.y"}],"pinsets":[{"name":"s","${list}":[`,
    shared: `"sha256/${ZEROS}","${a}",`,
    tail: `"${b}"]}]}`,
  })),
  fromOkHttp: [
    { head: "", unit: '.add("a%.common",P)', middle: `.add("**.common","${a}"`, shared: ',"sha1/%"', tail: ")" },
    { head: "", unit: `.add("a%.common","${a}")`, middle: `.add("**.common","${a}"`, shared: ',"sha1/%"', tail: ")" },
  ],
};

/** A text of about that length. */
export function textOf({ head, unit, middle, shared, tail }, length) {
  if (middle === undefined) return `${repeated(head, unit, length - tail.length)}${tail}`;
  const half = (length - middle.length - tail.length) / 2;
  return `${repeated(head, unit, half)}${repeated(middle, shared, half)}${tail}`;
}

function repeated(head, unit, length) {
  const parts = [head];
  for (let size = head.length, count = 0; size < length; count++) {
    const part = /[%~^]/.test(unit)
      ? unit
          .replace(/%/g, count)
          .replace(/~/g, `${long}x${count}`)
          .replace(/\^/g, `${"a.".repeat(count % 119)}y${Math.floor(count / 119) || ""}.common`)
      : unit;
    parts.push(part);
    size += part.length;
  }
  return parts.join("");
}

/** Parts of a policy's rules. */
const RULES = {
  hosts: [
    (n) => `a${n}.example.org`,
    (n) => `${long}x${n}`,
    (n) => `${"a.".repeat(n % 119)}y${Math.floor(n / 119) || ""}.common`,
    (n) => `${n}.common`,
    (n) => `h${n}.test`,
    (n) => `1.2.${n >> 8}.${n & 255}`,
  ],
  pins: [
    () => [a],
    () => [a, b],
    (n) => [strayPin(n % 50), strayPin((n + 1) % 50)],
    (n) => Array.from({ length: 64 }, (_, index) => PINS[(n + index) % 100]),
    () => PINS.slice(0, 64),
    () => PINS.slice(0, 64).map((pin) => `cert-${pin}`),
    (n) =>
      Array.from({ length: 32 }, (_, index) => ({
        pin: PINS[index],
        role: (n + index) % 2 ? "leaf" : "ca",
        expires: "2030-01-01T00:00:00Z",
      })),
    () => [{ pin: a, role: "leaf" }, b],
  ],
  more: [
    {},
    { subdomains: true },
    { subdomains: "one" },
    { mode: "report" },
    { expires: "2027-01-01T01:00:00Z" },
    { expires: "2020-01-01T01:00:00Z" },
    { onExpiry: "deny", expires: "2027-01-01" },
    { userAnchors: "allow" },
    { reportTo: Array.from({ length: 8 }, (_, n) => `https://r${n}.example.org/`) },
    { exempt: true },
    { match: "leaf-and-ca" },
  ],
};
const PINS = Array.from({ length: 100 }, (_, index) => strayPin(100 + index));

function ruleOf({ host, pins, more }, n) {
  const rule = Object.assign({ host: host(n), pins: pins(n) }, ...more);
  if (rule.exempt) delete rule.pins;
  return rule;
}

/** A policy of about that many characters as JSON. */
export function policyOfLength(kinds, length) {
  const rules = new Map();
  for (let size = 0, n = 0; size < length && n < 1e5; n++) {
    const rule = ruleOf(kinds[n % kinds.length], n);
    if (rules.has(rule.host)) continue;
    rules.set(rule.host, rule);
    size += JSON.stringify(rule).length;
  }
  return { version: 1, id: "x", sequence: 1, rules: [...rules.values()] };
}

export const TARGETS = ["toAndroid", "toIos", "toOkHttp", "toReactNative", "toTrustKit"];

/** Everything that is searched: `random(luck)` makes a recipe, `input(recipe, length)` what is read, `read(input)` reads it. */
export const SUBJECTS = {
  ...Object.fromEntries(
    Object.entries(TEXTS).map(([name, { heads, pieces, tails, read = convert[name] }]) => [
      name,
      {
        random: ({ pick, random }) =>
          SHARING[name] !== undefined && random() < 0.1
            ? pick(SHARING[name])
            : {
                head: pick(heads),
                unit: Array.from({ length: 1 + Math.floor(random() * random() * 3) }, () => pick(pieces)).join(""),
                tail: pick(tails),
              },
        input: textOf,
        read,
      },
    ]),
  ),
  ...Object.fromEntries(
    TARGETS.map((name) => [
      name,
      {
        random: ({ pick, random }) =>
          Array.from({ length: 1 + Math.floor(random() * 2) }, () => ({
            host: pick(RULES.hosts),
            pins: pick(RULES.pins),
            more: Array.from({ length: Math.floor(random() * 3) }, () => pick(RULES.more)),
          })),
        input: policyOfLength,
        read: (policy) => convert[name](policy, { lossy: true, now: Date.UTC(2026, 0) }),
      },
    ]),
  ),
};

/** Milliseconds of the processor: the least of some runs. */
export function cost(read, input, runs = 3) {
  let least = Infinity;
  for (let run = 0; run < runs; run++) {
    const before = process.cpuUsage();
    try {
      read(input);
    } catch (error) {
      if (error.code === undefined) throw error;
    }
    const { user, system } = process.cpuUsage(before);
    least = Math.min(least, (user + system) / 1000);
  }
  return least;
}

/** The slowest recipes that chance finds, at 64 kB. */
export function search(subject, seconds, seed) {
  const found = [];
  const until = performance.now() + seconds * 1000;
  for (let n = seed * 1e6; performance.now() < until; n++) {
    const recipe = subject.random(chance(n));
    found.push({ recipe, ms: cost(subject.read, subject.input(recipe, 64_000), 2) });
    found.sort((a, b) => b.ms - a.ms);
    found.length = Math.min(found.length, 3);
  }
  return found.map(({ recipe }) => recipe);
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const option = (name, absent) => Number(process.argv[process.argv.indexOf(name) + 1 || -1] ?? absent);
  const [seconds, seed] = [option("--seconds", 60), option("--seed", 1)];
  const names = Object.keys(SUBJECTS);
  for (const name of names) {
    const subject = SUBJECTS[name];
    const measured = search(subject, seconds / names.length, seed).map((recipe) => {
      const input = subject.input(recipe, 1_000_000);
      return { recipe, ms: cost(subject.read, input, 3) };
    });
    const [{ recipe, ms }] = measured.sort((a, b) => b.ms - a.ms);
    console.log(
      `${name.padEnd(22)} ${ms.toFixed(0).padStart(6)} ms for 1 MB: ${JSON.stringify(recipe, (_, value) => (typeof value === "function" ? String(value) : typeof value === "string" && value.length > 90 ? `${value.slice(0, 90)}…` : value))}`,
    );
  }
}
