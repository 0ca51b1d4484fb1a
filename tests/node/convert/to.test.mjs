// What each format is given, and what is said to be lost: one line for each difference that there is between the formats.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVerifierSync } from "chainpin";
import { toAndroid, toIos, toOkHttp, toReactNative, toTrustKit } from "chainpin/convert";
import { plist } from "./peers.mjs";
import { policyOf, strayPin } from "../lib/vectors.mjs";

const [a, b, c] = [strayPin(1), strayPin(2), strayPin(3)];
const [A, B, C] = [a, b, c].map((pin) => pin.slice("sha256/".length));
const FILLER = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
const now = Date.parse("2026-11-24T00:00:00Z");
const codes = ({ findings }) => findings.map(({ code, effect, host }) => `${effect} ${code} ${host}`);
const host = "a.example.com";
const parent = { host: "example.com", subdomains: true, pins: [a, b] };

test("Android: domains, pins, expiration, an exemption, CAs of the user", () => {
  const { text, findings } = toAndroid(
    policyOf(
      { host: "Example.com.", subdomains: true, pins: [a], backupPins: [b], expires: "2027-03-01" },
      { host: "b.example.com", pins: [c], userAnchors: "allow" },
      { host: "c.example.com", exempt: true },
      { host: "192.0.2.1", pins: [a] },
    ),
    { now },
  );
  assert.equal(
    text,
    `<?xml version="1.0" encoding="utf-8"?>
<network-security-config>
  <domain-config>
    <domain includeSubdomains="true">example.com</domain>
    <pin-set expiration="2027-03-01">
      <pin digest="SHA-256">${A}</pin>
      <pin digest="SHA-256">${B}</pin>
    </pin-set>
  </domain-config>
  <domain-config>
    <domain includeSubdomains="false">b.example.com</domain>
    <pin-set>
      <pin digest="SHA-256">${C}</pin>
    </pin-set>
    <trust-anchors>
      <certificates src="system"/>
      <certificates src="user" overridePins="true"/>
    </trust-anchors>
  </domain-config>
  <domain-config>
    <domain includeSubdomains="false">c.example.com</domain>
    <pin-set/>
  </domain-config>
  <domain-config>
    <domain includeSubdomains="false">192.0.2.1</domain>
    <pin-set>
      <pin digest="SHA-256">${A}</pin>
    </pin-set>
  </domain-config>
</network-security-config>
`,
  );
  assert.deepEqual(codes({ findings }), [
    "weaker expiry-time-zone Example.com.",
    "stricter expiry-time-zone Example.com.",
    "weaker user-anchors b.example.com",
  ]);
});

test("iOS: leaf, CA, both, one label below", () => {
  const { text, findings } = toIos(
    policyOf(
      { host: "leaf.com", pins: [{ pin: a, role: "leaf" }] },
      {
        host: "ca.com",
        subdomains: "one",
        pins: [
          { pin: a, role: "ca" },
          { pin: b, role: "ca" },
        ],
      },
      { host: "both.com", match: "leaf-and-ca", pins: [{ pin: a, role: "leaf" }, { pin: b, role: "ca" }, c] },
    ),
    { now },
  );
  const identity = (digest) => ({ "SPKI-SHA256-BASE64": digest });
  assert.deepEqual(plist(text), {
    NSAppTransportSecurity: {
      NSPinnedDomains: {
        "leaf.com": { NSPinnedLeafIdentities: [identity(A)] },
        "ca.com": { NSIncludesSubdomains: true, NSPinnedCAIdentities: [identity(A), identity(B)] },
        "both.com": { NSPinnedLeafIdentities: [identity(A)], NSPinnedCAIdentities: [identity(B)] },
      },
    },
  });
  assert.deepEqual(findings, []);
  assert.match(text, /^<\?xml version="1\.0" encoding="UTF-8"\?>\n<!DOCTYPE plist PUBLIC "-\/\/Apple\/\/DTD PLIST 1\.0\/\/EN"/);
});

test("TrustKit: report mode, report addresses, expiry, an exemption; never its makers' report address", () => {
  const policy = policyOf(
    { host: "example.com", subdomains: true, pins: [a, b], expires: "2027-03-01", reportTo: ["https://r.example.net/?a=1&b=2"] },
    { host: "b.example.com", exempt: true },
    { host: "other.com", pins: [c], mode: "report" },
  );
  const expected = {
    TSKIgnorePinningForUserDefinedTrustAnchors: false,
    TSKPinnedDomains: {
      "example.com": {
        TSKPublicKeyHashes: [A, B],
        TSKEnforcePinning: true,
        TSKIncludeSubdomains: true,
        TSKExpirationDate: "2027-03-01",
        TSKReportUris: ["https://r.example.net/?a=1&b=2"],
        TSKDisableDefaultReportUri: true,
      },
      "b.example.com": { kSKExcludeSubdomainFromParentPolicy: true },
      "other.com": { TSKPublicKeyHashes: [C], TSKEnforcePinning: false, TSKIncludeSubdomains: false, TSKDisableDefaultReportUri: true },
    },
  };
  const json = toTrustKit(policy, { now, format: "json" });
  assert.deepEqual(JSON.parse(json.text), expected);
  assert.deepEqual(json.findings, []);
  const { text } = toTrustKit(policy, { now });
  assert.match(text, /a=1&amp;b=2/);
  assert.deepEqual(plist(text.replaceAll("&amp;", "&")), { TSKConfiguration: expected });
});

test("React Native: options for both platforms", () => {
  const { value, findings } = toReactNative(
    policyOf({ host: "example.com", subdomains: true, pins: [a, b] }, { host: "other.com", pins: [a, c], expires: "2027-03-01" }),
    { now },
  );
  assert.deepEqual(value, {
    "example.com": { includeSubdomains: true, publicKeyHashes: [A, B] },
    "other.com": { publicKeyHashes: [A, C], expirationDate: "2027-03-01" },
  });
  assert.deepEqual(codes({ findings }), [
    "weaker expiry-time-zone other.com",
    "stricter expiry-time-zone other.com",
    "stricter expiry-at-start other.com",
  ]);
});

const left = (...found) => ({ strict: found.map((line) => line.replace(/^\S+/, "weaker")), lossy: found });
const all = { android: toAndroid, ios: toIos, trustkit: toTrustKit, okhttp: toOkHttp, "react-native": toReactNative };
const leaf = (pin) => ({ pin, role: "leaf" });

for (const [name, rules, expected] of [
  [
    "roles",
    [{ host, pins: [leaf(a), leaf(b)] }],
    {
      android: left(`weaker role ${host}`, `weaker role ${host}`),
      ios: left(),
      trustkit: left(`weaker role ${host}`, `weaker role ${host}`),
      okhttp: left(`weaker role ${host}`, `weaker role ${host}`),
      "react-native": left(`weaker role ${host}`, `weaker role ${host}`),
    },
  ],
  [
    "no roles",
    [{ host, pins: [a, b] }],
    {
      android: left(),
      ios: left(`stricter role ${host}`, `stricter role ${host}`),
      trustkit: left(),
      okhttp: left(),
      "react-native": left(),
    },
  ],
  ["a single pin", [{ host, pins: [leaf(a)] }], { ios: left(), trustkit: left(`weaker role ${host}`, `same single-pin ${host}`) }],
  ["one label below", [{ host, subdomains: "one", pins: [leaf(a), leaf(b)] }], { ios: left() }],
  [
    "one label below, any role",
    [{ host, subdomains: "one", pins: [a, b] }],
    {
      android: left(`stricter subdomains ${host}`),
      trustkit: left(`stricter subdomains ${host}`),
      okhttp: left(),
      "react-native": left(`stricter subdomains ${host}`),
    },
  ],
  ["any depth", [{ host, subdomains: true, pins: [leaf(a)] }], { ios: left(`weaker subdomains ${host}`) }],
  [
    "expiry at noon",
    [{ host, pins: [a, b], expires: "2027-03-01T12:00:00Z" }],
    {
      android: { both: [`stricter expiry-rounded ${host}`, `weaker expiry-time-zone ${host}`, `stricter expiry-time-zone ${host}`] },
      trustkit: { both: [`stricter expiry-rounded ${host}`] },
      okhttp: left(`stricter expiry ${host}`),
    },
  ],
  [
    "expiry that denies",
    [{ host, pins: [a, b], expires: "2027-03-01", onExpiry: "deny" }],
    {
      android: left(`weaker expiry ${host}`),
      trustkit: left(`weaker expiry ${host}`),
      okhttp: left(`weaker expiry ${host}`),
      "react-native": left(`weaker expiry ${host}`),
    },
  ],
  [
    "expiry that changes nothing",
    [{ host, pins: [a, b], expires: "2027-03-01", onExpiry: "enforce" }],
    { android: left(), trustkit: left(), okhttp: left(), "react-native": left() },
  ],
  [
    "a pin's expiry",
    [{ host, pins: [a, b, { pin: c, expires: "2027-03-01" }] }],
    { android: left(`weaker pin-expiry ${host}`), trustkit: left(`weaker pin-expiry ${host}`), okhttp: left(`weaker pin-expiry ${host}`) },
  ],
  [
    "a pin of a certificate",
    [{ host, pins: [a, b, `cert-${c}`] }],
    {
      android: left(`stricter certificate-pin ${host}`),
      trustkit: left(`stricter certificate-pin ${host}`),
      "react-native": left(`stricter certificate-pin ${host}`),
    },
  ],
  [
    "report mode",
    [{ host, pins: [a, b], mode: "report" }],
    {
      android: { both: [`same report-mode ${host}`] },
      ios: { both: [`same report-mode ${host}`] },
      trustkit: left(),
      okhttp: { both: [`same report-mode ${host}`] },
    },
  ],
  [
    "report mode below pins",
    [parent, { host, pins: [b, c], mode: "report" }],
    {
      android: { both: [`same report-mode ${host}`] },
      trustkit: left(),
      okhttp: { both: [`same report-mode ${host}`, `stricter report-below ${host}`] },
      "react-native": { both: [`same report-mode ${host}`, `stricter report-below ${host}`] },
    },
  ],
  [
    "report addresses",
    [{ host, pins: [a, b], reportTo: ["https://r.example.net"] }],
    { android: { both: [`same report-to ${host}`] }, trustkit: left(), okhttp: { both: [`same report-to ${host}`] } },
  ],
  [
    "an exemption below pins",
    [parent, { host, exempt: true }],
    {
      android: left(),
      trustkit: left(),
      okhttp: { both: [`stricter exempt-below ${host}`] },
      "react-native": { both: [`stricter exempt-below ${host}`] },
    },
  ],
  [
    "an exemption of a subtree",
    [parent, { host, exempt: true, subdomains: true }],
    { android: left(), trustkit: { both: [`same subdomains ${host}`, `stricter exempt-below ${host}`] } },
  ],
  [
    "an exemption from nothing",
    [{ host, exempt: true }],
    { android: left(), ios: left(), trustkit: left(), okhttp: left(), "react-native": left() },
  ],
  [
    "a child with other pins",
    [parent, { host, pins: [b, c] }],
    {
      android: left(),
      trustkit: left(),
      okhttp: { both: [`weaker overlapping-rules ${host}`] },
      "react-native": { both: [`weaker overlapping-rules ${host}`, `stricter overlapping-rules ${host}`] },
    },
  ],
  [
    "CAs of the user",
    [{ host, pins: [a, b], userAnchors: "allow" }],
    {
      android: { both: [`weaker user-anchors ${host}`] },
      trustkit: left(`stricter user-anchors ${host}`),
      okhttp: left(`stricter user-anchors ${host}`),
    },
  ],
  ["IPv4", [{ host: "192.0.2.1", pins: [leaf(a)] }], { ios: { both: ["weaker ip-address 192.0.2.1"] } }],
  [
    "IPv4, any role",
    [{ host: "192.0.2.1", pins: [a, b] }],
    {
      android: left(),
      trustkit: left("weaker host-not-public 192.0.2.1"),
      okhttp: left(),
      "react-native": left("weaker host-not-public 192.0.2.1"),
    },
  ],
  [
    "IPv6",
    [{ host: "[2001:db8::1]", pins: [a, b] }],
    { android: left("weaker ip-v6 [2001:db8::1]"), ios: left("weaker ip-v6 [2001:db8::1]"), trustkit: left("weaker ip-v6 [2001:db8::1]") },
  ],
  [
    "a private name",
    [
      { host: "router.local", pins: [a, b] },
      { host: "intranet", pins: [a, b] },
    ],
    { android: left(), trustkit: left("weaker host-not-public router.local", "weaker host-not-public intranet"), okhttp: left() },
  ],
]) {
  for (const [target, { strict, lossy, both }] of Object.entries(expected)) {
    test(`${name}, to ${target}`, () => {
      const policy = policyOf(...rules);
      createVerifierSync(policy).dispose();
      assert.deepEqual(codes(all[target](policy, { now, lossy: true })), both ?? lossy);
      assert.deepEqual(codes(all[target](policy, { now })), both ?? strict);
    });
  }
}

test("of the whole policy: blocked keys, unlisted hosts, expiry that denies", () => {
  const policy = { ...policyOf({ host, pins: [a, b] }), blocked: [c], unlisted: "deny", expires: "2027-03-01", onExpiry: "deny" };
  for (const target of ["android", "trustkit", "okhttp", "react-native"]) {
    for (const lossy of [true, false])
      assert.deepEqual(codes(all[target](policy, { now, lossy })), [
        "weaker blocked-keys *",
        "weaker unlisted-hosts *",
        "weaker policy-expiry *",
      ]);
  }
});

test("a rule that cannot be said is left out, or with `lossy` written as near as can be", () => {
  const one = policyOf({ host, subdomains: "one", pins: [a, b] });
  assert.doesNotMatch(toAndroid(one, { now }).text, /domain-config/);
  assert.match(toAndroid(one, { now, lossy: true }).text, /includeSubdomains="true">a\.example\.com/);
  const single = policyOf({ host, pins: [a] });
  assert.deepEqual(toReactNative(single, { now }).value, {});
  assert.deepEqual(toReactNative(single, { now, lossy: true }).value, { [host]: { publicKeyHashes: [A, FILLER] } });
  const rest = policyOf({ host, pins: [a, b], mode: "report" }, { host: "192.0.2.1", pins: [a, b] });
  assert.deepEqual(toReactNative(rest, { now, lossy: true }).value, {});
});

test("what is left out leaves its host to the rule above, which is told", () => {
  const policy = policyOf(parent, { host, subdomains: "one", pins: [c] });
  assert.deepEqual(codes(toAndroid(policy, { now })), [
    `weaker subdomains ${host}`,
    `weaker overlapping-rules ${host}`,
    `stricter overlapping-rules ${host}`,
  ]);
});

test("iOS without roles: pins count for the leaf, or for CAs where the app says so", () => {
  const domains = (policy, options) =>
    plist(toIos(policy, { now, lossy: true, ...options }).text).NSAppTransportSecurity.NSPinnedDomains[host];
  assert.deepEqual(Object.keys(domains(policyOf({ host, pins: [a, b] }))), ["NSPinnedLeafIdentities"]);
  assert.deepEqual(Object.keys(domains(policyOf({ host, pins: [a, b] }), { unmarked: "ca" })), ["NSPinnedCAIdentities"]);
  // Both lists would both have to match: the list of the first pin stays.
  assert.deepEqual(domains(policyOf({ host, pins: [{ pin: a, role: "ca" }, leaf(b)] })), {
    NSPinnedCAIdentities: [{ "SPKI-SHA256-BASE64": A }],
  });
});

test("public suffixes: TrustKit refuses their subdomains, and names that no registry knows", () => {
  const isPublicSuffix = (name) => ["com", "co.uk", "uk"].includes(name);
  const found = (rule) => codes(toTrustKit(policyOf({ pins: [a, b], ...rule }), { now, isPublicSuffix }));
  assert.deepEqual(found({ host: "co.uk", subdomains: true }), ["weaker public-suffix co.uk"]);
  assert.deepEqual(found({ host: "a.corp" }), ["weaker host-not-public a.corp"]);
  assert.deepEqual(found({ host: "a.co.uk", subdomains: true }), []);
});

test("pins that no format has: expired ones go, and a rule without any is told", () => {
  const policy = policyOf({ host, pins: [{ pin: a, expires: "2026-11-24" }] });
  for (const to of Object.values(all)) assert.deepEqual(codes(to(policy, { now, lossy: true })), [`weaker no-pins-left ${host}`]);
});

test("what is no policy is a mistake", () => {
  for (const to of Object.values(all)) {
    for (const wrong of [undefined, null, "{}", {}]) assert.throws(() => to(wrong), TypeError);
    assert.throws(() => to(policyOf(), { now: NaN }), TypeError);
  }
  assert.throws(() => toTrustKit(policyOf(), { format: "yaml" }), TypeError);
  assert.throws(() => toIos(policyOf(), { unmarked: "any" }), TypeError);
});
