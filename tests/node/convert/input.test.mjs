// Texts that are wrong, or meant to harm: refused as a whole, with a stable code and the place, and soon.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ChainpinError } from "chainpin";
import { ConvertError, fromAndroid, fromChromium, fromHpkp, fromIos, fromOkHttp, fromReactNative, fromTrustKit } from "chainpin/convert";
import { strayPin } from "../lib/vectors.mjs";

const [a, b] = [strayPin(1), strayPin(2)];
const [A, B] = [a, b].map((pin) => pin.slice("sha256/".length));
const MIB = 1024 * 1024;

const nsc = (...lines) => ["<network-security-config>", ...lines, "</network-security-config>"].join("\n");
const config = (...lines) => nsc("<domain-config><domain>a.com</domain>", ...lines, "</domain-config>");
const pinSet = (digest, attributes = "") => `<pin-set${attributes}><pin digest="SHA-256">${digest}</pin></pin-set>`;
const APPLE = '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">';
const apple = (...lines) => ['<?xml version="1.0" encoding="UTF-8"?>', APPLE, '<plist version="1.0">', ...lines, "</plist>"].join("\n");
const list = (digest) => `<array><dict><key>SPKI-SHA256-BASE64</key><string>${digest}</string></dict></array>`;
const ios = (...lines) => apple("<dict><key>NSPinnedDomains</key><dict>", ...lines, "</dict></dict>");
const leaf = `<dict><key>NSPinnedLeafIdentities</key>${list(A)}</dict>`;
const trustKit = (domains) => JSON.stringify({ TSKPinnedDomains: domains });
const hashes = { TSKPublicKeyHashes: [A, B] };
const hpkp = (text) => fromHpkp(text, { host: "a.com" });
const chromium = (json, pins) => fromChromium(typeof json === "string" ? json : JSON.stringify(json), { pins });
const bomb = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "${"a".repeat(100)}">${[..."bcdefgh"].map((name, index) => `<!ENTITY ${name} "${`&${"abcdefgh"[index]};`.repeat(100)}">`).join("")}]><network-security-config>&h;</network-security-config>`;

for (const [name, convert, text, code, line, path] of [
  ["an XML bomb", fromAndroid, bomb, "doctype-refused", 1, ""],
  [
    "an external entity",
    fromAndroid,
    '<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><network-security-config>&e;</network-security-config>',
    "doctype-refused",
    1,
    "",
  ],
  ["an external document type", fromAndroid, `<!DOCTYPE x SYSTEM "http://evil.example/x.dtd">${nsc()}`, "doctype-refused", 1, ""],
  ["Apple's document type, in Android's file", fromAndroid, APPLE + nsc(), "doctype-refused", 1, ""],
  ["Apple's document type with more in it", fromIos, ios().replace('.dtd">', '.dtd" [<!ENTITY a "b">]>'), "doctype-refused", 2, ""],
  ["another document type in a property list", fromIos, ios().replace("www.apple.com", "evil.example"), "doctype-refused", 2, ""],
  ["an unknown entity", fromAndroid, config("&a;"), "input-syntax", 3, "network-security-config/domain-config"],
  [
    "XML that ends too soon",
    fromAndroid,
    "<network-security-config>\n<domain-config>",
    "input-syntax",
    2,
    "network-security-config/domain-config",
  ],
  ["no XML", fromAndroid, "", "input-syntax", 1, ""],
  ["JSON where XML is expected", fromAndroid, "{}", "input-syntax", 1, ""],
  ["an attribute twice", fromAndroid, nsc('<domain-config a="1" a="2"/>'), "input-syntax", 2, "network-security-config"],
  ["another root", fromAndroid, "<resources/>", "input-shape", 1, "resources"],
  [
    "a misspelt attribute",
    fromAndroid,
    nsc("<domain-config>", '<domain includeSubDomains="true">a.com</domain></domain-config>'),
    "input-shape",
    3,
    "network-security-config/domain-config/domain",
  ],
  [
    "an attribute that is neither true nor false",
    fromAndroid,
    nsc('<domain-config><domain includeSubdomains="yes">a.com</domain></domain-config>'),
    "input-shape",
    2,
    "network-security-config/domain-config/domain",
  ],
  ["an unknown element", fromAndroid, config("", "<pins/>"), "input-shape", 4, "network-security-config/domain-config/pins"],
  [
    "pins in base-config",
    fromAndroid,
    nsc(`<base-config>${pinSet(A)}</base-config>`),
    "input-shape",
    2,
    "network-security-config/base-config/pin-set",
  ],
  [
    "pins in debug-overrides",
    fromAndroid,
    nsc(`<debug-overrides>${pinSet(A)}</debug-overrides>`),
    "input-shape",
    2,
    "network-security-config/debug-overrides/pin-set",
  ],
  ["no domain", fromAndroid, nsc(`<domain-config>${pinSet(A)}</domain-config>`), "input-shape", 2, "network-security-config/domain-config"],
  ["two pin sets", fromAndroid, config(pinSet(A), pinSet(B)), "duplicate", 4, "network-security-config/domain-config/pin-set"],
  ["two base-configs", fromAndroid, nsc("<base-config/>", "<base-config/>"), "duplicate", 3, "network-security-config/base-config"],
  [
    "a domain twice",
    fromAndroid,
    nsc(
      `<domain-config><domain>a.com</domain>${pinSet(A)}</domain-config>`,
      `<domain-config><domain> A.com</domain>${pinSet(B)}</domain-config>`,
    ),
    "duplicate",
    3,
    "network-security-config/domain-config/domain",
  ],
  [
    "a domain twice, once opted out",
    fromAndroid,
    nsc(`<domain-config><domain>a.com</domain>${pinSet(A)}</domain-config>`, "<domain-config><domain>a.com</domain></domain-config>"),
    "duplicate",
    3,
    "network-security-config/domain-config/domain",
  ],
  [
    "a domain twice, without pins",
    fromAndroid,
    nsc("<domain-config><domain>a.com</domain></domain-config>", "<domain-config><domain>A.com</domain></domain-config>"),
    "duplicate",
    3,
    "network-security-config/domain-config/domain",
  ],
  [
    "a digest of another length",
    fromAndroid,
    config(pinSet("AAAA")),
    "pin-invalid",
    3,
    "network-security-config/domain-config/pin-set/pin",
  ],
  [
    "a digest in hexadecimal",
    fromAndroid,
    config(pinSet("0".repeat(63) + "1")),
    "pin-invalid",
    3,
    "network-security-config/domain-config/pin-set/pin",
  ],
  ["a digest with its prefix", fromAndroid, config(pinSet(a)), "pin-invalid", 3, "network-security-config/domain-config/pin-set/pin"],
  [
    "SHA-1",
    fromAndroid,
    config('<pin-set><pin digest="SHA-1">9GLAnQDmPxNEDPFXzGdIWXlwuMk=</pin></pin-set>'),
    "pin-invalid",
    3,
    "network-security-config/domain-config/pin-set/pin",
  ],
  [
    "a day that is none",
    fromAndroid,
    config(pinSet(A, ' expiration="2027-02-30"')),
    "date-invalid",
    3,
    "network-security-config/domain-config/pin-set",
  ],
  [
    "a moment for a day",
    fromAndroid,
    config(pinSet(A, ' expiration="2027-02-01T00:00:00Z"')),
    "date-invalid",
    3,
    "network-security-config/domain-config/pin-set",
  ],
  [
    "a wildcard",
    fromAndroid,
    nsc(`<domain-config><domain>*.a.com</domain>${pinSet(A)}</domain-config>`),
    "host-invalid",
    2,
    "network-security-config/domain-config/domain",
  ],
  [
    "a host in Unicode",
    fromAndroid,
    nsc(`<domain-config><domain>ä.com</domain>${pinSet(A)}</domain-config>`),
    "host-invalid",
    2,
    "network-security-config/domain-config/domain",
  ],
  [
    "an odd address",
    fromAndroid,
    nsc(`<domain-config><domain>127.1</domain>${pinSet(A)}</domain-config>`),
    "host-invalid",
    2,
    "network-security-config/domain-config/domain",
  ],
  ["text between elements", fromAndroid, config("text"), "input-shape", 2, "network-security-config/domain-config"],

  ["a binary property list", fromIos, "bplist00\xd1\x01\x02", "binary-plist", undefined, ""],
  ["an Info.plist without pins", fromIos, apple("<dict/>"), "nothing-found", undefined, ""],
  ["a key without a value", fromIos, apple("<dict><key>NSPinnedDomains</key>", "</dict>"), "input-shape", 4, ""],
  ["a key for a value", fromIos, apple("<dict><key>NSPinnedDomains</key><key>a</key></dict>"), "input-shape", 4, ""],
  ["a value without a key", fromIos, apple("<dict><string>a</string></dict>"), "input-shape", 4, ""],
  ["an unknown value", fromIos, apple("<dict><key>NSPinnedDomains</key><map/></dict>"), "input-shape", 4, "NSPinnedDomains"],
  ["two values in a property list", fromIos, apple("<dict/><dict/>"), "input-shape", 3, "plist"],
  ["a domain twice", fromIos, ios(`<key>a.com</key>${leaf}`, `<key>a.com</key>${leaf}`), "duplicate", 6, 'NSPinnedDomains["a.com"]'],
  [
    "a domain in two spellings",
    fromIos,
    ios(`<key>a.com</key>${leaf}`, `<key>A.com</key>${leaf}`),
    "duplicate",
    6,
    'NSPinnedDomains["A.com"]',
  ],
  [
    "an unknown key",
    fromIos,
    ios("<key>a.com</key><dict><key>NSIncludesSubDomains</key><true/></dict>"),
    "input-shape",
    5,
    'NSPinnedDomains["a.com"].NSIncludesSubDomains',
  ],
  ["neither list", fromIos, ios("<key>a.com</key><dict/>"), "pins-too-few", 5, 'NSPinnedDomains["a.com"]'],
  [
    "an empty list",
    fromIos,
    ios("<key>a.com</key><dict><key>NSPinnedCAIdentities</key><array/></dict>"),
    "pins-too-few",
    5,
    'NSPinnedDomains["a.com"].NSPinnedCAIdentities',
  ],
  [
    "a digest of another length",
    fromIos,
    ios(leaf.replace(A, "AAAA").replace(/^/, "<key>a.com</key>")),
    "pin-invalid",
    5,
    'NSPinnedDomains["a.com"].NSPinnedLeafIdentities[0]["SPKI-SHA256-BASE64"]',
  ],
  [
    "text for true",
    fromIos,
    ios(`<key>a.com</key><dict><key>NSIncludesSubdomains</key><string>YES</string><key>NSPinnedCAIdentities</key>${list(A)}</dict>`),
    "input-shape",
    5,
    'NSPinnedDomains["a.com"].NSIncludesSubdomains',
  ],
  ["a wildcard", fromIos, ios(`<key>*.a.com</key>${leaf}`), "host-invalid", 5, 'NSPinnedDomains["*.a.com"]'],

  ["no JSON", fromTrustKit, '{\n "TSKPinnedDomains": }', "input-syntax", 2, "TSKPinnedDomains"],
  ["JSON that ends too soon", fromTrustKit, '{\n "TSKPinnedDomains": {\n', "input-syntax", 3, "TSKPinnedDomains"],
  ["a string that does not end", fromTrustKit, '{ "TSK', "input-syntax", 1, ""],
  ["a comment in JSON", fromTrustKit, "{ // a\n}", "input-syntax", 1, ""],
  ["no pinned domains", fromTrustKit, "{}", "nothing-found", undefined, ""],
  [
    "a domain twice in JSON",
    fromTrustKit,
    `{"TSKPinnedDomains": {"a.com": ${JSON.stringify(hashes)},\n"a.com": {}}}`,
    "duplicate",
    2,
    'TSKPinnedDomains["a.com"]',
  ],
  ["a name and its constant", fromTrustKit, '{"TSKPinnedDomains": {}, "kTSKPinnedDomains": {}}', "duplicate", 1, "kTSKPinnedDomains"],
  [
    "one pin",
    fromTrustKit,
    trustKit({ "a.com": { TSKPublicKeyHashes: [A] } }),
    "pins-too-few",
    1,
    'TSKPinnedDomains["a.com"].TSKPublicKeyHashes',
  ],
  [
    "one pin twice",
    fromTrustKit,
    trustKit({ "a.com": { TSKPublicKeyHashes: [A, A] } }),
    "pins-too-few",
    1,
    'TSKPinnedDomains["a.com"].TSKPublicKeyHashes',
  ],
  ["no pins", fromTrustKit, trustKit({ "a.com": { TSKEnforcePinning: false } }), "pins-too-few", 1, 'TSKPinnedDomains["a.com"]'],
  [
    "a digest of another length",
    fromTrustKit,
    trustKit({ "a.com": { TSKPublicKeyHashes: [A, `${B}AA`] } }),
    "pin-invalid",
    1,
    'TSKPinnedDomains["a.com"].TSKPublicKeyHashes[1]',
  ],
  [
    "a date that TrustKit would ignore",
    fromTrustKit,
    trustKit({ "a.com": { ...hashes, TSKExpirationDate: "01/02/2027" } }),
    "date-invalid",
    1,
    'TSKPinnedDomains["a.com"].TSKExpirationDate',
  ],
  ["an address", fromTrustKit, trustKit({ "192.0.2.1": hashes }), "host-invalid", 1, 'TSKPinnedDomains["192.0.2.1"]'],
  ["a name without a dot", fromTrustKit, trustKit({ localhost: hashes }), "host-invalid", 1, "TSKPinnedDomains.localhost"],
  [
    "an exclusion beside pins",
    fromTrustKit,
    trustKit({ "a.com": { ...hashes, TSKIncludeSubdomains: true }, "x.a.com": { ...hashes, kSKExcludeSubdomainFromParentPolicy: true } }),
    "input-shape",
    1,
    'TSKPinnedDomains["x.a.com"]',
  ],
  [
    "an exclusion from nothing",
    fromTrustKit,
    trustKit({ "x.a.com": { kSKExcludeSubdomainFromParentPolicy: true } }),
    "input-shape",
    1,
    'TSKPinnedDomains["x.a.com"]',
  ],
  [
    "an exclusion that TrustKit does not know",
    fromTrustKit,
    trustKit({ "x.a.com": { TSKExcludeSubdomainFromParentPolicy: true } }),
    "input-shape",
    1,
    'TSKPinnedDomains["x.a.com"].TSKExcludeSubdomainFromParentPolicy',
  ],
  ["null", fromTrustKit, trustKit({ "a.com": null }), "input-shape", 1, 'TSKPinnedDomains["a.com"]'],

  ["source without pins", fromOkHttp, "val x = 1", "nothing-found", undefined, ""],
  [
    "a comment in a comment, which ends later in Kotlin than in Java",
    fromOkHttp,
    `CertificatePinner.Builder().add("a.com", "${a}")\n/* /* */ .add("b.com", "${a}") */`,
    "entry-unsupported",
    2,
    "",
  ],
  ["a constant for a host", fromOkHttp, `CertificatePinner.Builder()\n.add(HOST, "${a}")`, "entry-unsupported", 2, ""],
  ["a constant for a pin", fromOkHttp, `CertificatePinner.Builder()\n.add("a.com", "${a}", OTHER)`, "entry-unsupported", 2, ""],
  ["a chain of constants alone", fromOkHttp, "CertificatePinner.Builder()\n.add(HOST, PIN)", "entry-unsupported", 2, ""],
  ["a spread", fromOkHttp, `CertificatePinner.Builder().add("a.com", *arrayOf("${a}"))`, "entry-unsupported", 1, ""],
  ["strings put together", fromOkHttp, `.add("a.com", "${a}" + suffix)`, "entry-unsupported", 1, ""],
  ["a value in a string", fromOkHttp, `.add("$host", "${a}")`, "entry-unsupported", 1, ""],
  ["a digest that OkHttp accepts and nothing matches", fromOkHttp, '.add("a.com", "sha256/AAAA")', "pin-invalid", 1, ""],
  ["SHA-512", fromOkHttp, `.add("a.com", "${a}", "sha512/AAAA")`, "pin-invalid", 1, ""],
  ["a star in the middle", fromOkHttp, `\n.add("a.*.com", "${a}")`, "host-invalid", 2, ""],
  ["subdomains of an address", fromOkHttp, `.add("*.192.0.2.1", "${a}")`, "host-invalid", 1, ""],
  ["a string that does not end", fromOkHttp, '\n.add("a.com', "input-syntax", 2, ""],
  ["a comment that does not end", fromOkHttp, "\n/* ", "input-syntax", 2, ""],
  ["parentheses", fromOkHttp, '.add("a.com"', "input-syntax", 1, ""],

  ["no header", hpkp, "Server: x\r\n\r\n", "nothing-found", undefined, ""],
  ["no max-age", hpkp, `pin-sha256="${A}"; pin-sha256="${B}"`, "input-syntax", 1, "Public-Key-Pins"],
  ["max-age twice", hpkp, `Server: x\nPublic-Key-Pins: pin-sha256="${A}"; max-age=1; Max-Age=2`, "duplicate", 2, "Public-Key-Pins"],
  ["a pin without quotes", hpkp, `pin-sha256=${A.slice(0, 43)}; max-age=1`, "input-syntax", 1, "Public-Key-Pins"],
  ["a quote that does not end", hpkp, `pin-sha256="${A}; max-age=1`, "input-syntax", 1, "Public-Key-Pins"],
  ["a digest of another length", hpkp, 'pin-sha256="AAAA"; max-age=1', "pin-invalid", 1, "Public-Key-Pins"],
  ["a header of 100 kB", hpkp, `max-age=1; x="${"a".repeat(100_000)}"`, "input-too-large", 1, "Public-Key-Pins"],
  ["pins of other algorithms alone", hpkp, 'pin-sha512="x"; max-age=1', "pins-too-few", 1, "Public-Key-Pins"],

  ["an unknown key", fromReactNative, '{"a.com": {"publicKeyHash": []}}', "input-shape", 1, '["a.com"].publicKeyHash'],
  ["no pins", fromReactNative, '{"a.com": {"publicKeyHashes": []}}', "pins-too-few", 1, '["a.com"].publicKeyHashes'],
  [
    "an object's fault has no line",
    fromReactNative,
    { "a.com": { publicKeyHashes: [1] } },
    "input-shape",
    undefined,
    '["a.com"].publicKeyHashes[0]',
  ],
  [
    "a path for a host",
    fromReactNative,
    { "https://a.com/": { publicKeyHashes: [A, B] } },
    "host-invalid",
    undefined,
    '["https://a.com/"]',
  ],

  ["an unknown pin set", chromium, { pinsets: [], entries: [{ name: "a.com", pins: "s" }] }, "name-unknown", 1, "entries[0].pins"],
  [
    "an unknown key",
    chromium,
    { pinsets: [{ name: "s", static_spki_hashes: ["One"] }], entries: [] },
    "name-unknown",
    1,
    "pinsets[0].static_spki_hashes[0]",
  ],
  ["no entries", chromium, { pinsets: [] }, "input-shape", 1, ""],
  [
    "an unknown member",
    chromium,
    { pinsets: [], entries: [{ name: "a.com", includeSubdomains: true }] },
    "input-shape",
    1,
    "entries[0].includeSubdomains",
  ],
  ["a comment that does not end", chromium, "{ /* ", "input-syntax", 1, ""],
]) {
  test(`${convert.name || "hpkp"}: ${name}`, () => {
    const started = Date.now();
    assert.throws(
      () => convert(text),
      (error) => {
        assert.ok(error instanceof ConvertError && error instanceof ChainpinError, String(error.stack));
        assert.deepEqual({ code: error.code, line: error.line, path: error.path }, { code, line, path }, error.message);
        assert.ok(error.message.length < 500);
        return true;
      },
    );
    assert.ok(Date.now() - started < 2000);
  });
}

test("a certificate in Chromium's keys needs somebody who reads it", () => {
  const keys = "One\n-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
  assert.throws(() => chromium({ pinsets: [{ name: "s", static_spki_hashes: ["One"] }], entries: [] }, keys), {
    code: "name-unknown",
    message: /pinsOf/,
  });
  assert.throws(() => chromium({ pinsets: [], entries: [] }, "One\nTwo"), { code: "pin-invalid", line: 2 });
  assert.throws(() => chromium({ pinsets: [], entries: [] }, `One\n${a}\nOne\n${a}`), { code: "duplicate", line: 3 });
  assert.throws(() => chromium({ pinsets: [], entries: [] }, "One\n-----BEGIN PUBLIC KEY-----\nAA"), { code: "input-syntax", line: 2 });
});

for (const [name, convert, text, code] of [
  ["33 MiB", fromAndroid, " ".repeat(33 * MIB), "input-too-large"],
  ["16 MiB of open elements", fromAndroid, "<a>".repeat((16 * MIB) / 3), "input-too-large"],
  ["32 MiB of elements", fromAndroid, nsc("<a/>".repeat(8 * MIB - 20)), "input-too-large"],
  ["a name of 30 MiB", fromAndroid, `<${"a".repeat(30 * MIB)}/>`, "input-shape"],
  ["an attribute of 30 MiB", fromAndroid, nsc(`<domain-config x="${"a".repeat(30 * MIB)}"/>`), "input-shape"],
  [
    "a host of 30 MiB",
    fromAndroid,
    nsc(`<domain-config><domain>${"a:".repeat(15 * MIB)}</domain>${pinSet(A)}</domain-config>`),
    "host-invalid",
  ],
  ["arrays in arrays", fromTrustKit, `{"TSKPinnedDomains": ${"[".repeat(16 * MIB)}`, "input-too-large"],
  ["32 MiB of values", fromTrustKit, `{"TSKPinnedDomains": [${"1,".repeat(15 * MIB)}1]}`, "input-too-large"],
  ["a string of 30 MiB", fromTrustKit, `{"TSKPinnedDomains": "${'\\"'.repeat(15 * MIB)}"}`, "input-shape"],
  [
    "objects in objects of JavaScript",
    fromReactNative,
    Array.from({ length: 100_000 }).reduce((inner) => ({ inner }), {}),
    "input-too-large",
  ],
  ["parentheses", fromOkHttp, "(".repeat(30 * MIB), "input-too-large"],
  ["calls in calls", fromOkHttp, "add(".repeat(500_000) + ")".repeat(500_000), "input-too-large"],
  ["a string of 30 MiB", fromOkHttp, `.add("${"a".repeat(30 * MIB)}", "${a}")`, "host-invalid"],
  ["a comment that does not end", fromOkHttp, "/* ".repeat(10 * MIB), "input-syntax"],
  ["lines of comments", fromOkHttp, "//\n".repeat(10 * MIB), "nothing-found"],
  [
    "100,001 hosts",
    fromReactNative,
    `{${Array.from({ length: 100_001 }, (_, index) => `"h${index}.com":{"publicKeyHashes":["${A}","${B}"]}`).join()}}`,
    "too-many-rules",
  ],
  [
    "65 pins",
    fromReactNative,
    { "a.com": { publicKeyHashes: Array.from({ length: 65 }, (_, index) => strayPin(index).slice(7)) } },
    "too-many-pins",
  ],
]) {
  test(`${convert.name}: ${name}: refused within seconds`, () => {
    const started = Date.now();
    assert.throws(
      () => convert(text),
      (error) => {
        assert.equal(error.code, code, String(error.stack).slice(0, 1000));
        assert.ok(error.message.length < 1000);
        return true;
      },
    );
    assert.ok(Date.now() - started < 20_000, `${Date.now() - started} ms`);
  });
}

const POLICY_BYTES = 32 * MIB;
const shared = (count, things) =>
  nsc(`<domain-config>${Array.from({ length: count }, (_, index) => `<domain>h${index}.com</domain>`).join("")}${things}</domain-config>`);
for (const [name, text] of [
  [
    "30,000 domains with the same 64 pins",
    shared(
      30_000,
      `<pin-set>${Array.from({ length: 64 }, (_, index) => `<pin digest="SHA-256">${strayPin(index).slice(7)}</pin>`).join("")}</pin-set>`,
    ),
  ],
  [
    "18,000 domains with the same 13,000 report addresses",
    shared(18_000, `${pinSet(A)}<trustkit-config>${"<report-uri>https://a.io</report-uri>".repeat(13_000)}</trustkit-config>`),
  ],
  [
    "two domains with 13 MiB of quotes",
    shared(2, `${pinSet(A)}<trustkit-config><report-uri>${'"'.repeat(13 * MIB)}</report-uri></trustkit-config>`),
  ],
  [
    "two domains with 6 MiB of three bytes",
    shared(2, `${pinSet(A)}<trustkit-config><report-uri>${"\u20ac".repeat(6 * MIB)}</report-uri></trustkit-config>`),
  ],
]) {
  test(`fromAndroid: ${name}: a policy that would be too long is refused`, () => {
    assert.throws(() => fromAndroid(text), { code: "input-too-large", message: new RegExp(String(POLICY_BYTES)) });
  });
}

test("a policy of the greatest length is accepted, and one byte more is refused", () => {
  const of = (length, host) =>
    fromChromium(
      JSON.stringify({
        pinsets: [{ name: "s", static_spki_hashes: [a], bad_static_spki_hashes: [b], report_uri: "a".repeat(length) }],
        entries: ["a.com", host].map((name) => ({ name, pins: "s" })),
      }),
    ).policy;
  const length = 15 * MIB;
  const left = POLICY_BYTES - JSON.stringify(of(length, "b.com")).length;
  const longest = length + Math.floor(left / 2);
  const host = `${"b".repeat(1 + (left % 2))}.com`;
  assert.equal(JSON.stringify(of(longest, host)).length, POLICY_BYTES);
  assert.throws(() => of(longest, `b${host}`), { code: "input-too-large" });
});

test("objects whose members are not their own are refused", () => {
  const domain = { publicKeyHashes: [A, B] };
  for (const pins of [
    new Map([["a.com", domain]]),
    new Set(),
    new Date(),
    Object.create({ "a.com": domain }),
    new (class {
      #domain = domain;
    })(),
  ])
    assert.throws(() => fromReactNative(pins), TypeError);
  for (const [pins, path] of [
    [{ "a.com": new Map(Object.entries(domain)) }, '["a.com"]'],
    [{ "a.com": Object.create(domain) }, '["a.com"]'],
    [{ "a.com": { publicKeyHashes: new Set([A, B]) } }, '["a.com"].publicKeyHashes'],
    [{ "a.com": { publicKeyHashes: [A, , B] } }, '["a.com"].publicKeyHashes[1]'],
  ])
    assert.throws(() => fromReactNative(pins), { code: "input-shape", path });
  assert.equal(fromReactNative(Object.assign(Object.create(null), { "a.com": domain })).policy.rules.length, 1);
});

test("garbage is refused beside what leaves no rule", () => {
  const ids = (...digests) =>
    `<array>${digests.map((digest) => `<dict><key>SPKI-SHA256-BASE64</key><string>${digest}</string></dict>`).join("")}</array>`;
  const zeros = `${"A".repeat(43)}=`;
  for (const [convert, text, code] of [
    [
      fromIos,
      ios(`<key>a.com</key><dict><key>NSPinnedLeafIdentities</key>${ids(zeros)}<key>NSPinnedCAIdentities</key>${ids(A, "garbage")}</dict>`),
      "pin-invalid",
    ],
    [fromIos, ios(`<key>10.0.0.0/8</key><dict><key>NSPinnedLeafIdentities</key>${ids("garbage")}</dict>`), "pin-invalid"],
    [fromIos, ios("<key>10.0.0.0/8</key><dict/>"), "pins-too-few"],
    [fromIos, ios(`<key>::1</key><dict><key>NSPinnedLeafIdentities</key>${ids("garbage")}</dict>`), "pin-invalid"],
    [fromReactNative, { "a.com": { publicKeyHashes: [zeros, zeros], expirationDate: "soon" } }, "date-invalid"],
    [fromReactNative, { "a.com": { publicKeyHashes: [zeros, zeros], includeSubdomains: 1 } }, "input-shape"],
    [fromTrustKit, trustKit({ "a.com": { TSKPublicKeyHashes: [zeros, `${"B".repeat(43)}=`], TSKExpirationDate: "soon" } }), "date-invalid"],
    [fromTrustKit, trustKit({ "a.com": { TSKPublicKeyHashes: [zeros, `${"B".repeat(43)}=`], TSKReportUris: 1 } }), "input-shape"],
  ])
    assert.throws(() => convert(text), { code });
});

test("what is no text is a mistake", () => {
  for (const convert of [fromAndroid, fromIos, fromTrustKit, fromOkHttp, hpkp, chromium]) {
    for (const wrong of [undefined, null, 1, new Uint8Array(1)]) if (convert !== chromium) assert.throws(() => convert(wrong), TypeError);
  }
  for (const wrong of [undefined, null, 1]) assert.throws(() => fromReactNative(wrong), TypeError);
  assert.throws(() => fromHpkp("max-age=1"), TypeError);
  assert.throws(() => fromHpkp("max-age=1", { host: "a.com", now: NaN }), TypeError);
  assert.throws(() => fromHpkp("max-age=1", { host: "192.0.2.1" }), { code: "host-invalid" });
});

test("cut at every place, a text is refused or read, and nothing else happens", () => {
  const whole = {
    android: config(pinSet(A)),
    ios: ios(`<key>a.com</key>${leaf}`),
    trustkit: trustKit({ "a.com": hashes }),
    okhttp: `CertificatePinner.Builder().add("a.com", "${a}").build()`,
    hpkp: `pin-sha256="${A}"; pin-sha256="${B}"; max-age=1`,
  };
  const from = { android: fromAndroid, ios: fromIos, trustkit: fromTrustKit, okhttp: fromOkHttp, hpkp };
  for (const [format, text] of Object.entries(whole)) {
    for (let length = 0; length < text.length; length++) {
      try {
        from[format](text.slice(0, length));
      } catch (error) {
        assert.ok(error instanceof ConvertError, `${format} ${length} ${error.stack}`);
      }
    }
  }
});
