// Nothing is left out in silence: a generator hides an entry in valid source of each format. It must be in the policy, in a finding, or in an error.
// CHAINPIN_SEED repeats a run, CHAINPIN_CASES makes it longer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConvertError, fromAndroid, fromChromium, fromHpkp, fromIos, fromOkHttp, fromReactNative, fromTrustKit } from "chainpin/convert";
import { chance } from "../lib/random.mjs";
import { strayPin } from "../lib/vectors.mjs";

const seed = Number(process.env.CHAINPIN_SEED ?? 15);
const CASES = Number(process.env.CHAINPIN_CASES ?? 400);

const plain = strayPin(1);
const hidden = strayPin(2);
const HOST = "hidden.example";

/** What is done with a conversion: it throws, or tells of the entry by its host, its pin or its line. */
function isReported(convert, line) {
  let conversion;
  try {
    conversion = convert();
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error;
    return true;
  }
  const { policy, findings } = conversion;
  const pinned = policy.rules.some(
    (rule) => rule.host.endsWith(HOST) && (rule.exempt === true || rule.pins.some((pin) => (pin.pin ?? pin) === hidden)),
  );
  const tells = ({ code, host, message }) =>
    (LOST.includes(code) && host.endsWith(HOST)) || message.includes(hidden) || message.includes(`line ${line}:`);
  return pinned || findings.some(tells);
}

/** Findings that say of a host that something is not in the policy. */
const LOST = ["directive-ignored", "no-pins-left", "report-mode"];

const unicode = (text) => [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
const octal = (text) => [...text].map((letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, "0")}`).join("");

/** Ways to write a value: h the host, p the pin, as a literal or otherwise; k Kotlin. */
const values = {
  kotlin: (text, { pick }) =>
    pick([
      `"${text}"`,
      `"${text}"`,
      `"""${text}"""`,
      "HIDDEN",
      "get()",
      `"${text.slice(0, 5)}" + "${text.slice(5)}"`,
      `"${text.slice(0, 5)}$REST"`,
      `"${text.slice(0, 5)}\${rest(1)}"`,
      `("${text}")`,
      `"${unicode(text)}"`,
      `if (DEBUG) "${text}" else OTHER`,
      `map["x"]!!`,
      `buildString { append("${text}") }`,
      `"${text}".trim()`,
    ]),
  java: (text, { pick }) =>
    pick([
      `"${text}"`,
      `"${text}"`,
      "HIDDEN",
      "getHidden()",
      `"${text.slice(0, 5)}" + "${text.slice(5)}"`,
      `"${unicode(text)}"`,
      `"${octal(text)}"`,
      `"${text.slice(0, 3)}\\uu${text.charCodeAt(3).toString(16).padStart(4, "0")}${text.slice(4)}"`,
      `String.format("%s", "${text}")`,
      `hidden[0]`,
      `(String) "${text}"`,
    ]),
};

const blanks = ({ pick }) => pick(["", "", "", " ", "\n  ", "/* . */", " // add\n", "\t", "\r\n"]);

/** Lines that make a pin for the host, in Kotlin and in Java. */
const ways = {
  kotlin: [
    (c, h, p) => `val b = CertificatePinner.Builder()\nb${c._()}.${c._()}add${c._()}(${h}, ${p})`,
    (c, h, p) => `CertificatePinner.Builder().apply {\n add(${h}, ${p})\n}.build()`,
    (c, h, p) => `CertificatePinner.Builder().also { it.add(${h}, ${p}) }`,
    (c, h, p) => `CertificatePinner.Builder().run { add(${h}, ${p}); build() }`,
    (c, h, p) => `with(CertificatePinner.Builder()) { add(${h}, ${p}) }`,
    (c, h, p) => `CertificatePinner.Builder().let { x -> x.add(${h}, ${p}) }`,
    (c, h, p) =>
      `CertificatePinner.Builder()${c.pick(["?.", "!!.", "."])}add("plain.example", "${plain}")${c.pick(["?.", "!!.", "\n."])}add(${h}, ${p})`,
    (c, h, p) => `hosts.forEach { host -> builder.add(${c.pick(["host", h])}, ${p}) }`,
    (c, h, p) => `for (host in hosts) builder.add(${c.pick(["host", h])}, ${p})`,
    (c, h, p) => `val pins = setOf(${c.pick(["CertificatePinner.", "okhttp3.CertificatePinner.", ""])}Pin(${h}, ${p}))`,
    (c, h, p) => `builder.pins${c.pick([".add(", " += ", ".plusAssign("])}CertificatePinner.Pin(${h}, ${p})`,
    (c, h, p) => `CertificatePinner.Builder().add(pattern = ${h}, pins = arrayOf(${p}))`,
    (c, h, p) => `builder.add(${h}, *arrayOf(${p}))`,
    (c, h, p) => `builder.add(${h}, *PINS, ${p})`,
    (c, h) => `builder.add(${h}, CertificatePinner.pin(certificate))`,
    (c, h, p) => `builder.\`add\`(${h}, ${p})`,
    (c, h, p) => `val f = ${c.pick(["builder", "CertificatePinner.Builder"])}::add\nf(${h}, ${p})`,
    (c, h, p) => `typealias Pinner = CertificatePinner\nval b = Pinner.Builder().add(${h}, ${p})`,
    (c, h, p) => `import okhttp3.CertificatePinner.Builder as B\nval b = B().add(${h}, ${p})`,
    (c, h, p) => `if (false) { builder.add(${h}, ${p}) }`,
    (c) => `mapOf("${HOST}" to "${hidden}").forEach { (h, p) -> pinned(h, p) }`,
    (c) => `const val PIN = "${hidden}"`,
    (c) => `val config = "${HOST}=${hidden};"`,
    (c) => `val s = """\n  ${hidden}\n""".trim()`,
    (c, h) => `builder.add(${h}, "sha256/$hash")`,
    (c, h) => `builder.add(${h}, "sha256/" + hash)`,
    (c, h) => `val s = "\${builder.add(HOST, PIN)}"`,
    (c, h, p) => `CertificatePinner.Builder().pinAll(${p})`,
    (c, h, p) => `CertificatePinner.Builder().pins.addAll(PINS)`,
    (c) => `// a comment\r builder.add("${HOST}", "${hidden}")`,
    (c) => `val q = """a""""; builder.add("${HOST}", "${hidden}"); val r = """"b"""`,
    (c, h, p) => `val q = '"'; builder.add(${h}, ${p}); val r = '"'`,
    (c, h, p) => `val q = '\\''; builder.add(${h}, ${p}); val r = '\\u0027'`,
    (c) => `/* /* */ builder.add("${HOST}", "${hidden}") /* */`,
  ],
  java: [
    (c, h, p) => `CertificatePinner.Builder b = new CertificatePinner.Builder();\nb${c._()}.${c._()}add${c._()}(${h}, ${p});`,
    (c, h, p) => `new CertificatePinner.Builder().add("plain.example", "${plain}")${c._()}.${c._()}add(${h}, ${p}).build();`,
    (c, h, p) => `for (String host : hosts) builder.add(${c.pick(["host", h])}, ${p});`,
    (c, h, p) => `new okhttp3.CertificatePinner.Builder().<String>add(${h}, ${p});`,
    (c, h, p) => `builder.${unicode("a")}dd(${h}, ${p});`,
    (c, h, p) => `builder.ad\u00add(${h}, ${p});`,
    (c, h, p) => `builder.add(${h}, new String[] { ${p} });`,
    (c) => `pins.forEach(builder::add);`,
    (c) => `/* \\u002a/ builder.add("${HOST}", "${hidden}"); /* */`,
    (c) => `// \\u000a builder.add("${HOST}", "${hidden}");`,
    (c) => `String s = "\\u0022; builder.add("${HOST}", "${hidden}"); s = "";`,
    (c) => `String s = """\n  a \\""" b; builder.add("${HOST}", "${hidden}");\n  """;`,
    (c) => `String s = "\${"; builder.add("${HOST}", HIDDEN); s = "}";`,
    (c) => `char c = '\\u005c''; builder.add("${HOST}", "${hidden}"); c = '"';`,
    (c) => `static final String PIN = "${octal("sha256/")}${hidden.slice(7)}";`,
    (c) => `pins.put("${HOST}", List.of("${hidden}"));`,
    (c, h, p) => `add(${h}, ${p});`,
  ],
};

/** What is no pinner, and is passed over without a word. */
const noise = {
  kotlin: [
    'list.add("x")',
    "list.add(1, y)",
    'Headers.Builder().add("Accept", "text/plain")',
    'Log.d("got $x of ${x.size}")',
    '// b.add("no.example", PIN)',
    `/* b.add("no.example", "${hidden}") */`,
    "val c = '\"'",
    "items.add(Item(a, b))",
    "fun add(a: Int, b: Int) = a + b",
    'val r = Regex("""\\w+\\s$""")',
    "val n = 1.0",
    'map["a"]?.let { it.add(it) }',
    "val f = list.size::plus",
  ],
  java: [
    'list.add("x");',
    "list.add(0, y);",
    'headers.add("Accept", "text/plain");',
    '// b.add("no.example", PIN);',
    `/* b.add("no.example", "${hidden}"); */`,
    "char c = '\"';",
    "calendar.add(Calendar.DATE, 1);",
    'String s = "costs $5 \\u00e4 \\n";',
    "int[] x = { 1, 2 };",
  ],
};

function source(language, planted, { random, pick }) {
  const lines = Array.from({ length: Math.floor(random() * 4) }, () => pick(noise[language]));
  lines.splice(
    Math.floor(random() * (lines.length + 1)),
    0,
    `val plain = ${language === "java" ? "new " : ""}CertificatePinner.Builder().add("plain.example", "${plain}").build()`,
  );
  const at = Math.floor(random() * (lines.length + 1));
  if (planted !== undefined) lines.splice(at, 0, planted);
  const text = lines.join("\n");
  // A call's line is that of its `add` or `Pin`, one of the planted lines.
  return { text, from: lines.slice(0, at).join("\n").split("\n").length + (at > 0 ? 1 : 0), lines: planted?.split(/\r?\n/).length ?? 0 };
}

test(`OkHttp: an entry that is hidden in Kotlin or Java is read or reported (seed ${seed})`, () => {
  for (const language of ["kotlin", "java"]) {
    ways[language].forEach((way, index) => {
      for (let n = 0; n < CASES / 10; n++) {
        const luck = chance(seed + 1000 * index + n);
        const context = { ...luck, _: () => blanks(luck) };
        const value = (text) => values[language](text, luck);
        const planted = way(context, value(HOST), value(hidden));
        const { text, from, lines } = source(language, planted, luck);
        const told = Array.from({ length: lines + 1 }, (_, line) => line + from).some((line) => isReported(() => fromOkHttp(text), line));
        assert.ok(told, `${language}: neither read nor reported:\n${planted}\nin\n${text}`);
      }
    });
  }
});

test("OkHttp: what is no pinner changes nothing", () => {
  for (const language of ["kotlin", "java"]) {
    for (let n = 0; n < CASES; n++) {
      const { text } = source(language, undefined, chance(seed + n));
      const { policy, findings } = fromOkHttp(text);
      assert.deepEqual({ rules: policy.rules, findings }, { rules: [{ host: "plain.example", pins: [plain] }], findings: [] }, text);
    }
  }
});

const [PLAIN, HIDDEN] = [plain, hidden].map((pin) => pin.slice("sha256/".length));
const other = strayPin(3).slice("sha256/".length);
const charRef = (text) => [...text].map((letter) => `&#x${letter.charCodeAt(0).toString(16)};`).join("");

/** Ways to write a text in XML. */
const inXml = (text, { pick }) =>
  pick([
    text,
    text,
    `<![CDATA[${text}]]>`,
    charRef(text),
    ` ${text} `,
    `${text.slice(0, 4)}<!-- . -->${text.slice(4)}`,
    `${text.slice(0, 4)}<![CDATA[${text.slice(4)}]]>`,
    `<?x?>${text}`,
  ]);

const nsc = (...inner) => `<network-security-config>${inner.join("")}</network-security-config>`;
const pinSet = (digest) => `<pin-set><pin digest="SHA-256">${digest}</pin></pin-set>`;
const plainConfig = `<domain-config><domain>plain.example</domain>${pinSet(PLAIN)}</domain-config>`;
const DOCTYPE =
  '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">';
const plist = (inner) => `${DOCTYPE}<plist version="1.0"><dict>${inner}</dict></plist>`;
const identities = (name, digest) =>
  `<key>${name}</key><array><dict><key>SPKI-SHA256-BASE64</key><string>${digest}</string></dict></array>`;
const inJson = (text, { pick }) =>
  pick([text, text, unicode(text), text.replace(/\//g, "\\/"), `${unicode(text.slice(0, 1))}${text.slice(1)}`]);
const CA = "NSPinnedCAIdentities";

/** Of each other format: how it is read, and sources that hide an entry. */
const others = {
  fromAndroid: {
    read: fromAndroid,
    ways: [
      (c) => nsc(plainConfig, `<domain-config><domain>${inXml(HOST, c)}</domain>${pinSet(inXml(HIDDEN, c))}</domain-config>`),
      (c) =>
        nsc(
          `<domain-config><domain>plain.example</domain>${pinSet(PLAIN)}<domain-config><domain>${inXml(HOST, c)}</domain>${pinSet(inXml(HIDDEN, c))}</domain-config></domain-config>`,
        ),
      (c) =>
        nsc(`<domain-config><domain>plain.example</domain><domain>${inXml(HOST, c)}</domain>${pinSet(inXml(HIDDEN, c))}</domain-config>`),
      (c) =>
        nsc(
          `<domain-config><domain>${inXml(HOST, c)}</domain><pin-set><pin digest="SHA-256">${PLAIN}</pin><pin digest="${c.pick(["SHA-256", "&#83;HA-256"])}">${inXml(HIDDEN, c)}</pin></pin-set></domain-config>`,
        ),
      (c) =>
        nsc(
          `<domain-config><domain>${HOST}</domain><pin-set expiration="2020-01-01"><pin digest='SHA-256'>${HIDDEN}</pin></pin-set></domain-config>`,
        ),
      (c) => nsc(plainConfig, `<base-config>${pinSet(HIDDEN)}</base-config>`),
      (c) =>
        nsc(
          plainConfig,
          `<debug-overrides>${c.pick([pinSet(HIDDEN), `<trust-anchors>${pinSet(HIDDEN)}</trust-anchors>`])}</debug-overrides>`,
        ),
      (c) =>
        nsc(
          `<domain-config><domain>plain.example</domain>${pinSet(PLAIN)}<trust-anchors><certificates src="system">${pinSet(HIDDEN)}</certificates></trust-anchors></domain-config>`,
        ),
      (c) =>
        nsc(
          `<domain-config><domain>plain.example</domain>${pinSet(PLAIN)}<trustkit-config><report-uri>https://r.example${c.pick([`<pin>${HIDDEN}</pin>`, ""])}</report-uri>${pinSet(HIDDEN)}</trustkit-config></domain-config>`,
        ),
      (c) => nsc(plainConfig, `<x:domain-config xmlns:x="x"><domain>${HOST}</domain>${pinSet(HIDDEN)}</x:domain-config>`),
      (c) => nsc(`<domain-config><domain>plain.example<domain>${HOST}</domain></domain>${pinSet(PLAIN)}</domain-config>`),
      (c) => nsc(plainConfig, `<domain-config><domain>${HOST.toUpperCase()}</domain>${pinSet(HIDDEN)}</domain-config>`),
      (c) => nsc(plainConfig, `<domain-config><domain>::1</domain><domain>${HOST}</domain>${pinSet(HIDDEN)}</domain-config>`),
    ],
  },
  fromIos: {
    read: fromIos,
    ways: [
      (c) =>
        plist(
          `<key>NSAppTransportSecurity</key><dict><key>NSPinnedDomains</key><dict><key>plain.example</key><dict>${identities(CA, PLAIN)}</dict><key>${inXml(HOST, c).trim()}</key><dict>${identities(c.pick([CA, "NSPinnedLeafIdentities"]), inXml(HIDDEN, c))}</dict></dict></dict>`,
        ),
      (c) =>
        plist(
          `<key>NSPinnedDomains</key><dict><key>${HOST}</key><dict>${identities("NSPinnedLeafIdentities", PLAIN)}${identities(CA, HIDDEN)}</dict></dict>`,
        ),
      (c) =>
        plist(
          `<key>NSPinnedDomains</key><dict><key>${HOST}</key><dict>${identities("NSPinnedLeafIdentities", `${"A".repeat(43)}=`)}${identities(CA, HIDDEN)}</dict></dict>`,
        ),
      (c) =>
        plist(
          `<key>NSPinnedDomains</key><dict><key>${HOST}</key><dict>${identities(CA, HIDDEN)}</dict></dict><key>NSAppTransportSecurity</key><dict>${c.pick(["", `<key>NSPinnedDomains</key><dict><key>plain.example</key><dict>${identities(CA, PLAIN)}</dict></dict>`])}</dict>`,
        ),
      (c) =>
        plist(
          `<key>NSAppTransportSecurity</key><dict><key>NSPinnedDomains</key><dict/><key>NSExceptionDomains</key><dict><key>x</key><dict><key>NSPinnedDomains</key><dict><key>${HOST}</key><dict>${identities(CA, HIDDEN)}</dict></dict></dict></dict></dict>`,
        ),
      (c) =>
        plist(
          `<key>NSPinnedDomains</key><dict><key>${HOST}</key><dict><key>NSPinnedCAIdentities</key><array><dict><key>SPKI-SHA256-BASE64</key><string>${PLAIN}</string></dict><dict><key>SPKI-SHA256-BASE64</key><string>${inXml(HIDDEN, c)}</string></dict></array></dict></dict>`,
        ),
      (c) =>
        plist(
          `<key>NSPinnedDomains</key><dict><key>plain.example</key><dict>${identities(CA, PLAIN)}<key>${HOST}</key><dict>${identities(CA, HIDDEN)}</dict></dict></dict>`,
        ),
      (c) =>
        plist(`<key>NSPinnedDomains</key><dict><key>plain.example</key><dict>${identities(CA, PLAIN)}</dict></dict>`).replace(
          "</plist>",
          `<dict><key>${HOST}</key></dict></plist>`,
        ),
    ],
  },
  fromTrustKit: {
    read: fromTrustKit,
    ways: [
      (c) =>
        `{"TSKPinnedDomains": {"plain.example": {"TSKPublicKeyHashes": ["${PLAIN}", "${other}"]}, "${inJson(HOST, c)}": {"${c.pick(["TSK", "kTSK", unicode("TSK")])}PublicKeyHashes": ["${inJson(HIDDEN, c)}", "${other}"]}}}`,
      (c) =>
        `{"TSKConfiguration": {"TSKPinnedDomains": {"plain.example": {"TSKPublicKeyHashes": ["${PLAIN}", "${other}"]}}}, "TSKPinnedDomains": {"${HOST}": {"TSKPublicKeyHashes": ["${HIDDEN}", "${other}"]}}}`,
      (c) => `{"TSKPinnedDomains": {"${HOST}": {"TSKEnforcePinning": false, "TSKPublicKeyHashes": ["${HIDDEN}"]}}}`,
      (c) =>
        `{"TSKPinnedDomains": {"${HOST}": {"TSKPublicKeyHashes": ["${PLAIN}", "${other}"], "TSKPublicKeyHashes": ["${HIDDEN}", "${other}"]}}}`,
      (c) =>
        `{"TSKPinnedDomains": {"plain.example": {"TSKPublicKeyHashes": ["${PLAIN}", "${other}"]}}, "kTSKPinnedDomains": {"${HOST}": {"TSKPublicKeyHashes": ["${HIDDEN}", "${other}"]}}}`,
      (c) =>
        `{"TSKPinnedDomains": {"plain.example": {"TSKIncludeSubdomains": true, "TSKPublicKeyHashes": ["${PLAIN}", "${other}"]}, "x.plain.example": {"kSKExcludeSubdomainFromParentPolicy": true, "TSKPublicKeyHashes": ["${HIDDEN}", "${other}"]}}}`,
      (c) =>
        plist(
          `<key>TSKConfiguration</key><dict><key>TSKPinnedDomains</key><dict><key>${HOST}</key><dict><key>TSKPublicKeyHashes</key><array><string>${inXml(HIDDEN, c)}</string><string>${other}</string></array></dict></dict></dict>`,
        ),
    ],
  },
  fromReactNative: {
    read: fromReactNative,
    ways: [
      (c) =>
        `{"plain.example": {"publicKeyHashes": ["${PLAIN}", "${other}"]}, "${inJson(HOST, c)}": {"${c.pick(["", unicode("public")]) || "public"}KeyHashes": ["${inJson(HIDDEN, c)}", "${other}"]}}`,
      (c) => `{"${HOST}": {"publicKeyHashes": ["${PLAIN}", "${other}"], "${unicode("publicKeyHashes")}": ["${HIDDEN}"]}}`,
      (c) => `{"plain.example": {"publicKeyHashes": ["${PLAIN}", "${other}"], "${HOST}": {"publicKeyHashes": ["${HIDDEN}"]}}}`,
      (c) => ({ "plain.example": { publicKeyHashes: [PLAIN, other] }, [HOST.toUpperCase()]: { publicKeyHashes: [HIDDEN, other] } }),
      (c) => ({
        "plain.example": { publicKeyHashes: [PLAIN, other] },
        [HOST]: c.pick([(inner) => new Map(Object.entries(inner)), Object.create])({ publicKeyHashes: [HIDDEN, other] }),
      }),
      (c) => ({ [HOST]: { publicKeyHashes: [other, HIDDEN], includeSubdomains: true, expirationDate: "2020-01-01" } }),
    ],
  },
  fromHpkp: {
    read: (text) => fromHpkp(text, { host: HOST, now: 0 }),
    ways: [
      (c) =>
        `${c.pick(["", "Server: x\r\n"])}${c.pick(["Public-Key-Pins", "PUBLIC-key-pins"])}: pin-sha256="${PLAIN}";${c.pick(["", " ", ";;"])}${c.pick(["pin-sha256", "PIN-SHA256"])}${c.pick(["=", " = "])}"${c.pick([HIDDEN, [...HIDDEN].map((letter) => `\\${letter}`).join("")])}"; max-age=1`,
      (c) =>
        `Public-Key-Pins: pin-sha256="${PLAIN}"; pin-sha256="${other}"; max-age=1\nPublic-Key-Pins: pin-sha256="${HIDDEN}"; max-age=1`.replace(
          /^/,
          c.pick(["", "\n\n"]),
        ),
      (c) =>
        `Public-Key-Pins: pin-sha256="${PLAIN}"; pin-sha256="${other}"; max-age=1\n${c.pick(["Public-Key-Pins-Report-Only: ", "< Public-Key-Pins: ", "Public-Key-Pins : ", "* public-key-pins: "])}pin-sha256="${HIDDEN}"; max-age=1`,
      (c) => `Public-Key-Pins: pin-sha256="${PLAIN}"; max-age=1;\r\n${c.pick([" ", "\t"])}pin-sha256="${HIDDEN}"`,
      (c) =>
        `Public-Key-Pins: pin-sha256="${PLAIN}"; pin-sha256="${other}"; max-age=1; ${c.pick(["pin-sha512", "pin-sha1", "pin-sha256x"])}="${HIDDEN}"`,
      (c) => `Public-Key-Pins-Report-Only: pin-sha256="${HIDDEN}"; pin-sha256="${other}"`,
    ],
  },
  fromChromium: {
    read: ({ json, pins }) => fromChromium(json, { pins }),
    ways: [
      (c) => ({
        json: `{"pinsets": [{"name": "s", "static_spki_hashes": ["${inJson(c.pick([hidden, "Key"]), c)}"]}], "entries": [{"name": "${inJson(HOST, c)}", "pins": "s"}]} ${c.pick(["", "// end"])}`,
        pins: `Key\n${hidden}\n`,
      }),
      (c) => ({
        json: `{"pinsets": [{"name": "s", "static_spki_hashes": ["${hidden}"]}, {"name": "s", "static_spki_hashes": ["${plain}"]}], "entries": [{"name": "${HOST}", "pins": "s"}]}`,
      }),
      (c) => ({
        json: `{"pinsets": [{"name": "s", "static_spki_hashes": ["${hidden}"]}, {"name": "t", "static_spki_hashes": ["${plain}"]}], "entries": [{"name": "${HOST}", "pins": "s"}, {"name": "${HOST}"${c.pick(["", ', "pins": "t"'])}}]}`,
      }),
      (c) => ({
        json: `{"pinsets": [{"name": "s", "static_spki_hashes": ["${plain}"], "bad_static_spki_hashes": ["${hidden}"]}], "entries": [{"name": "${HOST}", "pins": "s"}]}`,
      }),
      (c) => ({
        json: `{"pinsets": [{"name": "s", "static_spki_hashes": ["Key"]}], "entries": [{"name": "${HOST}", "pins": "s"}]}`,
        pins: `Key\n${plain}\n\nKey\n${hidden}\n`,
      }),
      (c) => ({
        json: `{"pinsets": [{"name": "s", "static_spki_hashes": ["${plain}"]}], "entries": [{"name": "${HOST}", "pins": "s"}]}`,
        pins: `Key\n${hidden}\n`,
      }),
      (c) => ({
        json: `{"pinsets": [{"name": "s", "static_spki_hashes": ["${plain}"]}, {"name": "t", "${c.pick(["", "bad_"])}static_spki_hashes": ["${hidden}"]}], "entries": [{"name": "${HOST}", "pins": "s"}]}`,
      }),
      (c) => ({
        json: `{"pinsets": [{"name": "s", "static_spki_hashes": ["${plain}"]}], "entries": [{"name": "plain.example", "pins": "s"}], "more_entries": [{"name": "${HOST}", "pins": "s"}]}`,
      }),
    ],
  },
};

for (const [name, { read, ways }] of Object.entries(others)) {
  test(`${name}: an entry that is hidden in its source is read or reported (seed ${seed})`, () => {
    ways.forEach((way, index) => {
      for (let n = 0; n < CASES / 10; n++) {
        const text = way(chance(seed + 1000 * index + n));
        assert.ok(
          isReported(() => read(text), 0),
          `neither read nor reported:\n${typeof text === "string" ? text : JSON.stringify(text, null, 2)}`,
        );
      }
    });
  });
}
