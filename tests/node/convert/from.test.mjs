// What each format becomes, and what of it is lost.
import assert from "node:assert/strict";
import { createHash, generateKeyPairSync } from "node:crypto";
import { test } from "node:test";
import { createVerifierSync, pinsOf } from "chainpin";
import { fromAndroid, fromChromium, fromHpkp, fromIos, fromOkHttp, fromReactNative, fromTrustKit } from "chainpin/convert";
import { strayPin, vector } from "../lib/vectors.mjs";

const [a, b, c] = [strayPin(1), strayPin(2), strayPin(3)];
const [A, B, C] = [a, b, c].map((pin) => pin.slice("sha256/".length));

/** Rules and findings of what every verifier accepts. */
function read({ policy, findings }) {
  createVerifierSync(policy).dispose();
  return { rules: policy.rules, found: findings.map(({ code, effect, host }) => `${effect} ${code} ${host}`) };
}

const nsc = (inner) =>
  `<?xml version="1.0" encoding="utf-8"?>\n<network-security-config xmlns:tools="http://schemas.android.com/tools">\n${inner}\n</network-security-config>`;
const pins = (...digests) => digests.map((digest) => `<pin digest="SHA-256">${digest}</pin>`).join("");
const apple = (inner) =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">\n<plist version="1.0">${inner}</plist>`;

test("a policy has the id and sequence that are asked for", () => {
  const { policy } = fromReactNative({}, { id: "acme", sequence: 7 });
  assert.deepEqual(policy, { version: 1, id: "acme", sequence: 7, rules: [] });
  assert.deepEqual(fromReactNative({}).policy, { version: 1, id: "converted", sequence: 1, rules: [] });
  for (const wrong of [{ id: "" }, { id: "ä" }, { id: 1 }, { sequence: 0 }, { sequence: 1.5 }, { sequence: "1" }])
    assert.throws(() => fromReactNative({}, wrong), TypeError);
});

test("Android: nested configurations inherit pins; an empty set, or none, opts out", () => {
  const text =
    nsc(`<!-- ours --><base-config cleartextTrafficPermitted="false"><trust-anchors><certificates src="system"/></trust-anchors></base-config>
    <domain-config tools:ignore="X"><domain includeSubdomains="true"> Example.COM </domain><domain>other.com</domain>
      <pin-set expiration="2027-03-01">${pins(A, B)}</pin-set>
      <domain-config cleartextTrafficPermitted="true"><domain>inherits.example.com</domain></domain-config>
      <domain-config><domain includeSubdomains="true">out.example.com</domain><pin-set/></domain-config>
    </domain-config>
    <domain-config cleartextTrafficPermitted="true"><domain>plain.example.com</domain><domain>elsewhere.com</domain></domain-config>`);
  const pinned = { pins: [a, b], expires: "2027-03-01" };
  assert.deepEqual(read(fromAndroid(text)), {
    rules: [
      { host: "example.com", subdomains: true, ...pinned },
      { host: "other.com", ...pinned },
      { host: "inherits.example.com", ...pinned },
      { host: "out.example.com", subdomains: true, exempt: true },
      { host: "plain.example.com", exempt: true },
    ],
    found: ["example.com", "other.com", "inherits.example.com"].flatMap((host) => [
      `weaker expiry-time-zone ${host}`,
      `stricter expiry-time-zone ${host}`,
    ]),
  });
});

test("Android: before Android 7, TrustKit inherits and overwrites where Android does not", () => {
  const domain = (name, more = "") => `<domain${more}>${name}</domain>`;
  const outer = (inner, more = "") =>
    nsc(
      `<domain-config>${domain("a.com", ' includeSubdomains="true"')}<pin-set${more}>${pins(A, B)}</pin-set><trustkit-config enforcePinning="true" disableDefaultReportUri="true"><report-uri>https://r.example.net</report-uri></trustkit-config>${inner}</domain-config>`,
    );
  const both = (host) => [`weaker trustkit-reading ${host}`, `stricter trustkit-reading ${host}`];
  const zone = (host) => [`weaker expiry-time-zone ${host}`, `stricter expiry-time-zone ${host}`];
  for (const [inner, found, more] of [
    [`<domain-config>${domain("x.a.com", ' includeSubdomains="false"')}</domain-config>`, []],
    [`<domain-config>${domain("x.a.com")}</domain-config>`, both("x.a.com")],
    [
      `<domain-config>${domain("x.a.com", ' includeSubdomains="false"')}${domain("b.com", ' includeSubdomains="false"')}</domain-config>`,
      both("x.a.com"),
    ],
    [
      `<domain-config>${domain("x.a.com", ' includeSubdomains="true"')}<trustkit-config disableDefaultReportUri="true"/></domain-config>`,
      ["stricter report-mode x.a.com"],
    ],
    [
      `<domain-config>${domain("x.a.com", ' includeSubdomains="true"')}<pin-set>${pins(A)}</pin-set></domain-config>`,
      [...zone("a.com"), "stricter trustkit-reading x.a.com"],
      ' expiration="2027-03-01"',
    ],
  ]) {
    const { rules, found: seen } = read(fromAndroid(outer(inner, more)));
    assert.deepEqual(seen, found, inner);
    // Flags and report addresses are inherited, and overwritten together.
    const { reportTo } = rules.find(({ host }) => host === "x.a.com");
    assert.deepEqual(reportTo, inner.includes("trustkit-config") ? undefined : ["https://r.example.net"]);
  }
  const unpinned = nsc(`<domain-config>${domain("x.a.com")}</domain-config>`).replace(
    "</network",
    `<domain-config>${domain("a.com", ' includeSubdomains="true"')}<pin-set>${pins(A, B)}</pin-set><trustkit-config enforcePinning="true" disableDefaultReportUri="true"/></domain-config></network`,
  );
  assert.deepEqual(read(fromAndroid(unpinned)).found, both("x.a.com"));
});

test("a placeholder whose last character holds bits that nobody reads is a placeholder", () => {
  const digest = `${"A".repeat(42)}B=`;
  assert.deepEqual(read(fromAndroid(nsc(`<domain-config><domain>a.com</domain><pin-set>${pins(A, digest)}</pin-set></domain-config>`))), {
    rules: [{ host: "a.com", pins: [a] }],
    found: ["same placeholder-pin a.com"],
  });
});

test("Android: trust anchors, overridePins, debug builds, TrustKit's additions", () => {
  const config = (more) => nsc(`<domain-config><domain>a.com</domain><pin-set>${pins(A)}</pin-set>${more}</domain-config>`);
  const anchors = (...certificates) =>
    `<trust-anchors>${certificates.map((attributes) => `<certificates ${attributes}/>`).join("")}</trust-anchors>`;
  const plain = { host: "a.com", pins: [a] };
  for (const [text, rule, found] of [
    [config(anchors('src="system"', 'src="user" overridePins="true"')), { ...plain, userAnchors: "allow" }, []],
    [config(anchors('src="system"', 'src="user"')), plain, []],
    [config(anchors('src="system" overridePins="true"')), plain, ["stricter override-pins a.com"]],
    [
      config(anchors('src="system"', ...Array.from({ length: 20 }, (_, index) => `src="@raw/${index}" overridePins="true"`))),
      plain,
      ["stricter override-pins a.com"],
    ],
    [config(anchors('src="@raw/ca"')), plain, ["weaker trust-anchors a.com"]],
    [config('<certificateTransparency enabled="true"/>'), plain, []],
    [
      config(
        '<trustkit-config enforcePinning="true" disableDefaultReportUri="true"><report-uri>https://r.example.net</report-uri></trustkit-config>',
      ),
      { ...plain, reportTo: ["https://r.example.net"] },
      [],
    ],
    [config("<trustkit-config/>"), plain, ["stricter report-mode a.com", "same default-report a.com"]],
    [
      nsc(
        `<base-config>${anchors('src="system"', 'src="user" overridePins="true"')}</base-config><domain-config><domain>a.com</domain><pin-set>${pins(A)}</pin-set></domain-config>`,
      ),
      { ...plain, userAnchors: "allow" },
      [],
    ],
    [
      nsc(
        `<debug-overrides>${anchors('src="user"')}</debug-overrides><domain-config><domain>a.com</domain><pin-set>${pins(A)}</pin-set></domain-config>`,
      ),
      plain,
      ["stricter debug-overrides *"],
    ],
  ]) {
    assert.deepEqual(read(fromAndroid(text)), { rules: [rule], found }, text);
  }
});

test("iOS: leaf, CA, both, subdomains, addresses; the rest of Info.plist is not looked at", () => {
  const list = (name, ...digests) =>
    `<key>${name}</key><array>${digests.map((digest) => `<dict><key>SPKI-SHA256-BASE64</key><string>${digest}</string></dict>`).join("")}</array>`;
  const [leaf, ca] = ["NSPinnedLeafIdentities", "NSPinnedCAIdentities"];
  const domains = `<key>NSPinnedDomains</key><dict>
    <key>leaf.com</key><dict><key>NSIncludesSubdomains</key><true/>${list(leaf, A, B)}</dict>
    <key>ca.com</key><dict><key>NSIncludesSubdomains</key><false/>${list(ca, A)}</dict>
    <key>x.leaf.com</key><dict>${list(leaf, A)}${list(ca, B)}</dict>
    <key>192.0.2.1</key><dict>${list(leaf, A)}</dict>
    <key>192.0.2.0/24</key><dict>${list(leaf, A)}</dict>
    <key>2001:db8::1</key><dict>${list(leaf, A)}</dict>
    <key>Upper.com</key><dict>${list(leaf, A)}</dict>
  </dict>`;
  const expected = {
    rules: [
      {
        host: "leaf.com",
        subdomains: "one",
        pins: [
          { pin: a, role: "leaf" },
          { pin: b, role: "leaf" },
        ],
      },
      { host: "ca.com", pins: [{ pin: a, role: "ca" }] },
      {
        host: "x.leaf.com",
        pins: [
          { pin: a, role: "leaf" },
          { pin: b, role: "ca" },
        ],
        match: "leaf-and-ca",
      },
      { host: "192.0.2.1", pins: [{ pin: a, role: "leaf" }] },
      { host: "upper.com", pins: [{ pin: a, role: "leaf" }] },
    ],
    found: [
      "weaker address-range 192.0.2.0/24",
      "weaker ip-v6 2001:db8::1",
      "stricter host-spelling Upper.com",
      "weaker overlapping-rules x.leaf.com",
      "stricter overlapping-rules x.leaf.com",
    ],
  };
  assert.deepEqual(
    read(
      fromIos(
        apple(
          `<dict><key>CFBundleVersion</key><string>1</string><key>Size</key><integer>1</integer><key>NSAppTransportSecurity</key><dict><key>NSAllowsArbitraryLoads</key><false/>${domains}</dict></dict>`,
        ),
      ),
    ),
    expected,
  );
  assert.deepEqual(read(fromIos(apple(`<dict>${domains}</dict>`))), expected);
});

test("TrustKit: a property list, JSON, the names of its constants", () => {
  const expected = {
    rules: [
      { host: "a.com", subdomains: true, pins: [a, b], expires: "2027-03-01", reportTo: ["https://r.example.net"] },
      { host: "b.com", pins: [c], mode: "report" },
      { host: "x.a.com", exempt: true },
    ],
    found: ["same default-report b.com"],
  };
  const domain = {
    PublicKeyHashes: [A, B],
    IncludeSubdomains: true,
    ExpirationDate: "2027-03-01",
    ReportUris: ["https://r.example.net"],
    DisableDefaultReportUri: true,
  };
  const named = (prefix, members) => Object.fromEntries(Object.entries(members).map(([name, value]) => [prefix + name, value]));
  for (const prefix of ["TSK", "kTSK"]) {
    const exclude = prefix === "TSK" ? "kSKExcludeSubdomainFromParentPolicy" : "kTSKExcludeSubdomainFromParentPolicy";
    const configuration = named(prefix, {
      SwizzleNetworkDelegates: false,
      PinnedDomains: {
        "a.com": named(prefix, domain),
        "b.com": named(prefix, { PublicKeyHashes: [C], EnforcePinning: false }),
        "x.a.com": { [exclude]: true },
      },
    });
    assert.deepEqual(read(fromTrustKit(JSON.stringify(configuration))), expected);
  }
  const text =
    apple(`<dict><key>TSKConfiguration</key><dict><key>TSKIgnorePinningForUserDefinedTrustAnchors</key><true/><key>TSKPinnedDomains</key><dict><key>a.com</key><dict>
    <key>TSKPublicKeyHashes</key><array><string>${A}</string><string>${B}</string></array><key>TSKPublicKeyAlgorithms</key><array><string>TSKAlgorithmRsa2048</string></array><key>TSKDisableDefaultReportUri</key><true/></dict></dict></dict></dict>`);
  assert.deepEqual(read(fromTrustKit(text)), { rules: [{ host: "a.com", pins: [a, b] }], found: ["stricter user-anchors *"] });
});

test("OkHttp: Kotlin and Java, comments, raw strings; other calls of `add` are let be", () => {
  for (const text of [
    `val pinner = CertificatePinner.Builder()\n  .add("**.a.com", "${a}", "${b}") // .add("no.com", "${c}")\n  /* .add("no.com", "${c}") */ .build()\nlist.add("x")\nlist.add(1, y)`,
    `new CertificatePinner.Builder()\n  .add("**.a.com",\n    "${a}",\n    "${b}",\n  ).build();`,
    `builder.apply { add("""**.A.com""", """${a}""", "${b}") }\nval c = '"'; val d = '\\''; val e = '\\u0022'`,
    `.add("**.a.com", "${a}")\n.add("**.a.com", "${b}")`,
    `okhttp3.CertificatePinner.Builder()?.add("**.\\u0061.com", "${a}", "${b}")`,
  ]) {
    assert.deepEqual(read(fromOkHttp(text)), { rules: [{ host: "a.com", subdomains: true, pins: [a, b] }], found: [] }, text);
  }
});

test("OkHttp unites, a policy does not", () => {
  const add = (...entries) =>
    read(fromOkHttp(entries.map((strings) => `.add(${strings.map((text) => JSON.stringify(text)).join(", ")})`).join("\n")));
  assert.deepEqual(add(["**.a.com", a], ["b.a.com", b]), {
    rules: [
      { host: "a.com", subdomains: true, pins: [a] },
      { host: "b.a.com", pins: [b, a] },
    ],
    found: [],
  });
  assert.deepEqual(add(["a.com", a], ["*.a.com", a]), { rules: [{ host: "a.com", subdomains: "one", pins: [a] }], found: [] });
  assert.deepEqual(add(["*.a.com", a]), { rules: [{ host: "a.com", subdomains: "one", pins: [a] }], found: ["stricter subdomains a.com"] });
  assert.deepEqual(add(["a.com", a, c], ["*.a.com", b, c]), {
    rules: [{ host: "a.com", subdomains: "one", pins: [c] }],
    found: ["stricter subdomains a.com"],
  });
  assert.deepEqual(add(["a.com", a], ["*.a.com", b]), {
    rules: [{ host: "a.com", subdomains: "one", pins: [a, b] }],
    found: ["weaker subdomains a.com"],
  });
  assert.deepEqual(add(["a.com", a, "sha1/9GLAnQDmPxNEDPFXzGdIWXlwuMk="]), {
    rules: [{ host: "a.com", pins: [a] }],
    found: ["stricter sha1-pin a.com"],
  });
  assert.deepEqual(add(["a.com.", a]), { rules: [{ host: "a.com", pins: [a] }], found: ["stricter host-spelling a.com."] });
});

test("HPKP: of a response, of a value alone, report only", () => {
  const now = Date.parse("2026-11-24T00:00:00Z");
  const value = `pin-sha256="${A}"; pin-sha256="${B}"; max-age=86400; includeSubDomains; report-uri="https://r.example.net/?a;b"; future; pin-sha512="x"`;
  const rule = {
    host: "a.com",
    subdomains: true,
    pins: [a, b],
    expires: "2026-11-25T00:00:00.000Z",
    reportTo: ["https://r.example.net/?a;b"],
  };
  const ignored = "same directive-ignored a.com";
  for (const [text, ...more] of [
    [value],
    [`HTTP/1.1 200 OK\r\nServer: x\r\npublic-KEY-pins: ${value}\r\nPublic-Key-Pins: max-age=0\r\n\r\n`, ignored],
  ]) {
    assert.deepEqual(read(fromHpkp(text, { host: "A.com.", now })), { rules: [rule], found: [...more, ignored, "weaker max-age a.com"] });
  }
  const { expires, ...without } = rule;
  assert.deepEqual(read(fromHpkp(`Public-Key-Pins-Report-Only: ${value}`, { host: "a.com", now })), {
    rules: [{ ...without, mode: "report" }],
    found: [ignored],
  });
  assert.deepEqual(read(fromHpkp(`Public-Key-Pins: ${value}\nPublic-Key-Pins-Report-Only: ${value}`, { host: "a.com", now })).found, [
    "same report-mode a.com",
    ignored,
    "weaker max-age a.com",
  ]);
  assert.deepEqual(read(fromHpkp("max-age=0", { host: "a.com", now })), { rules: [], found: ["same max-age a.com"] });
  assert.deepEqual(read(fromHpkp(`pin-sha256="${A}"; max-age=1`, { host: "a.com", now })).found, [
    "stricter single-pin a.com",
    "weaker max-age a.com",
  ]);
  assert.equal(
    fromHpkp(`pin-sha256="${A}"; pin-sha256="${B}"; max-age=${"9".repeat(400)}`, { host: "a.com", now }).policy.rules[0].expires,
    "9999-12-31T23:59:59.000Z",
  );
});

test("React Native: an object or JSON, and what its two platforms make of it", () => {
  const options = {
    "a.com": { includeSubdomains: true, publicKeyHashes: [A, B] },
    "x.a.com": { publicKeyHashes: [A, C], expirationDate: "2027-03-01", includeSubdomains: undefined },
  };
  const expected = {
    rules: [
      { host: "a.com", subdomains: true, pins: [a, b] },
      { host: "x.a.com", pins: [a, c], expires: "2027-03-01" },
    ],
    found: [
      "weaker expiry-time-zone x.a.com",
      "stricter expiry-time-zone x.a.com",
      "weaker expiry-at-start x.a.com",
      "stricter overlapping-rules x.a.com",
      "weaker overlapping-rules x.a.com",
    ],
  };
  assert.deepEqual(read(fromReactNative(options)), expected);
  assert.deepEqual(read(fromReactNative(JSON.stringify(options))), expected);
  assert.deepEqual(read(fromReactNative({ "a.com": { publicKeyHashes: [A] } })).found, ["same single-pin a.com"]);
  assert.deepEqual(read(fromReactNative({ "192.0.2.1": { publicKeyHashes: [A, B] } })).found, ["same host-not-public 192.0.2.1"]);
});

test("Chromium: names of keys, certificates and PEM keys, bad keys, entries that opt out", () => {
  const { publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = publicKey.export({ type: "spki", format: "pem" });
  const pin = `sha256/${createHash("sha256")
    .update(publicKey.export({ type: "spki", format: "der" }))
    .digest("base64")}`;
  const { blocks, pins: served } = vector("akamai.com");
  const keys = `# keys\nPinsListTimestamp\n1700000000\n\nOne\n${a}\n\nTwo\n${pem}\nThree\n${blocks[1]}\n\nBad\n${c}\n`;
  const json = `// Chromium's
    { "pinsets": [ { "name": "s", "static_spki_hashes": ["One", "Two", "Three"], "bad_static_spki_hashes": ["Bad"], "report_uri": "http://r.example.net" } ], /* more */
      "entries": [
        { "name": "a.com", "policy": "custom", "mode": "force-https", "include_subdomains": true, "pins": "s" },
        { "name": "x.a.com", "policy": "custom", "mode": "force-https" },
        { "name": "b.com", "policy": "custom", "include_subdomains_for_pinning": true, "pins": "s" },
        { "name": "hsts.com", "policy": "bulk-1-year", "mode": "force-https", "include_subdomains": true } ] }`;
  const pinned = { pins: [a, pin, served[1]], reportTo: ["http://r.example.net"] };
  const conversion = fromChromium(json, { pins: keys, pinsOf });
  assert.deepEqual(read(conversion), {
    rules: [
      { host: "a.com", subdomains: true, ...pinned },
      { host: "x.a.com", subdomains: true, exempt: true },
      { host: "b.com", subdomains: true, ...pinned },
    ],
    found: ["stricter blocked-keys *", "stricter blocked-keys *", "stricter list-age *", "stricter user-anchors *"],
  });
  assert.deepEqual(conversion.policy.blocked, [c]);
});

test("Chromium: sets without hosts, keys without sets and lost report addresses are told", () => {
  const json = JSON.stringify({
    pinsets: [
      { name: "s", static_spki_hashes: ["One"] },
      { name: "unused", static_spki_hashes: [b], bad_static_spki_hashes: ["Bad"], report_uri: "https://r.example" },
      { name: "bad", bad_static_spki_hashes: [c], report_uri: "https://r.example" },
    ],
    entries: [
      { name: "a.com", pins: "s" },
      { name: "b.com", pins: "bad" },
    ],
  });
  const { policy, findings } = fromChromium(json, { pins: `One\n${a}\nBad\n${strayPin(4)}\nUnused\n${strayPin(5)}\n` });
  assert.deepEqual(policy.rules, [{ host: "a.com", pins: [a] }]);
  assert.deepEqual(policy.blocked, [c]);
  const messages = (code) => findings.filter((finding) => finding.code === code).map(({ effect, message }) => `${effect}: ${message}`);
  assert.deepEqual(messages("pins-unused"), [
    `same: no host has the pin set \`unused\`; its keys are left out: \`${b}\`, \`${strayPin(4)}\``,
    `same: no pin set has the key \`Unused\`, \`${strayPin(5)}\`; it is left out`,
  ]);
  assert.deepEqual(messages("report-to"), [
    "same: Chromium reports for the pin set `bad` to `https://r.example`; no good key is in it, so no rule reports there",
  ]);
});

test("iOS: a list of placeholders alone beside another one tells that the pins of both are left out", () => {
  const ids = (key, digest) => `<key>${key}</key><array><dict><key>SPKI-SHA256-BASE64</key><string>${digest}</string></dict></array>`;
  const domain = (leaf, ca) =>
    apple(
      `<dict><key>NSPinnedDomains</key><dict><key>a.com</key><dict>${ids("NSPinnedLeafIdentities", leaf)}${ids("NSPinnedCAIdentities", ca)}</dict></dict></dict>`,
    );
  const zeros = `${"A".repeat(43)}=`;
  for (const [text, list, other] of [
    [domain(zeros, A), "NSPinnedLeafIdentities", "NSPinnedCAIdentities"],
    [domain(A, zeros), "NSPinnedCAIdentities", "NSPinnedLeafIdentities"],
  ]) {
    const { policy, findings } = fromIos(text);
    assert.deepEqual(policy.rules, []);
    const { message } = findings.find(({ code }) => code === "no-pins-left");
    assert.equal(
      message,
      `iOS wants a pin of both lists, and \`${list}\` has placeholders alone; the host gets no rule, and the pins of \`${other}\` are left out`,
    );
  }
});

test("TrustKit: names of constants in `TSKConfiguration`", () => {
  const domains = { "a.com": { kTSKIncludeSubdomains: true, kTSKPublicKeyHashes: [A, B] } };
  for (const outer of ["TSKConfiguration", "kTSKConfiguration"]) {
    const { policy } = fromTrustKit(JSON.stringify({ [outer]: { kTSKPinnedDomains: domains } }));
    assert.deepEqual(policy.rules, [{ host: "a.com", subdomains: true, pins: [a, b] }]);
  }
});

test("placeholders, which policies refuse, are left out and told", () => {
  const zeros = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
  assert.deepEqual(read(fromReactNative({ "a.com": { publicKeyHashes: [A, zeros] } })), {
    rules: [{ host: "a.com", pins: [a] }],
    found: ["same placeholder-pin a.com"],
  });
  assert.deepEqual(read(fromReactNative({ "a.com": { publicKeyHashes: [zeros, "B".repeat(43) + "="] } })), {
    rules: [],
    found: ["same placeholder-pin a.com", "same placeholder-pin a.com", "weaker no-pins-left a.com"],
  });
});

test("base64 as readers take it becomes canonical", () => {
  const loose = A.slice(0, 42) + String.fromCharCode(A.charCodeAt(42) + 1);
  assert.deepEqual(
    fromAndroid(nsc(`<domain-config><domain>a.com</domain><pin-set>${pins(`\n ${loose} \n`)}</pin-set></domain-config>`)).policy.rules,
    [{ host: "a.com", pins: [a] }],
  );
});
