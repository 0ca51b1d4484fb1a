// The package as an app uses it: by import and by require, on real chains.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect as show } from "node:util";
import vm from "node:vm";
import { policyOf, rfc3339, strayPin, vector, vectors } from "../lib/vectors.mjs";

const imported = await import("chainpin");
const required = createRequire(import.meta.url)("chainpin");
const { ChainpinError, PinningError, PolicyError, createVerifier, createVerifierSync, inspect, issuersOf, lint, pinsOf } = imported;
const akamai = vector("akamai.com");
const [leafPin, caPin] = akamai.pins;

function verifierOf(...rules) {
  return createVerifierSync(policyOf(...rules));
}

/** Akamai's own rule with these fields. */
function akamaiRule(fields) {
  return { host: akamai.host, pins: [leafPin], backupPins: [strayPin(1)], ...fields };
}

function verdictOf(fields = {}, request = {}) {
  return verifierOf(akamaiRule(fields)).verify({ host: akamai.host, chain: akamai.ders, source: "validated", now: akamai.now, ...request });
}

// The vectors

for (const [how, chainpin] of [
  ["import", imported],
  ["require", required],
]) {
  test(`every vector comes out equal, by ${how}`, async () => {
    await chainpin.init();
    assert.equal(chainpin.backend(), "wasm");
    for (const { host, pem, blocks, ders, now, pins, certificates } of vectors) {
      const buffers = ders.map((der) => der.buffer.slice(der.byteOffset, der.byteOffset + der.byteLength));
      const base64 = ders.map((der) => Buffer.from(der).toString("base64"));
      for (const chain of [pem, [pem], blocks, ders, buffers, base64, ders.map((der) => Buffer.from(der))]) {
        assert.deepEqual(chainpin.pinsOf(chain), pins);
      }
      const verifier = await chainpin.createVerifier(policyOf({ host, pins: [pins[0]] }));
      const verdict = verifier.verify({ host, chain: ders, source: "presented", now });
      assert.equal(verdict.ok, true, verdict.message);
      for (const told of [chainpin.inspect(ders), verdict.chain]) {
        for (const [index, certificate] of certificates.entries()) assertCertificate(told[index], certificate);
      }
      assert.deepEqual(
        chainpin.inspect(pem).map(({ bytes }) => bytes),
        certificates.map(({ der_bytes }) => der_bytes),
      );
    }
  });
}

function assertCertificate(told, certificate) {
  assert.equal(told.pin, `sha256/${certificate.spki_sha256}`);
  assert.equal(told.fingerprint, certificate.certificate_sha256);
  assert.equal(told.subject, certificate.subject);
  assert.equal(told.issuer, certificate.issuer);
  assert.equal(told.notBefore, rfc3339(certificate.not_before));
  assert.equal(told.notAfter, rfc3339(certificate.not_after));
}

// Verdicts

test("a match tells what matched", () => {
  const verdict = verdictOf({ pins: [strayPin(2), { pin: caPin, role: "ca", label: "our CA ü" }] });
  assert.equal(verdict.ok, true);
  assert.equal(verdict.outcome, "pinned");
  assert.equal(verdict.reason, undefined);
  assert.equal(verdict.host, "akamai.com");
  assert.equal(verdict.rule, "akamai.com");
  assert.deepEqual(verdict.policy, { id: "acme-mobile", sequence: 12 });
  assert.deepEqual(verdict.matched, { pin: caPin, role: "ca", index: 1, backup: false, label: "our CA ü" });
  assert.match(verdict.message, /is pinned/);
});

test("a backup pin that matches says so", () => {
  assert.deepEqual(verdictOf({ pins: [strayPin(2)], backupPins: [leafPin] }).matched, {
    pin: leafPin,
    role: "leaf",
    index: 0,
    backup: true,
  });
});

test("a mismatch tells every pin", () => {
  const verdict = verdictOf({ pins: [strayPin(2)] });
  assert.equal(verdict.ok, false);
  assert.equal(verdict.outcome, "rejected");
  assert.equal(verdict.reason, "pin-mismatch");
  assert.equal(verdict.matched, undefined);
  for (const text of [...akamai.pins, strayPin(1), strayPin(2), akamai.certificates[1].subject])
    assert.ok(verdict.message.includes(text), text);
});

test("every outcome has its fields", () => {
  const user = { source: "validated", anchor: "user" };
  for (const [fields, request, outcome, reason] of [
    [{}, {}, "pinned"],
    [{}, { source: "presented" }, "pinned"],
    [{}, { source: undefined }, "pinned"],
    [{ pins: [strayPin(2)], mode: "report" }, {}, "tolerated", "pin-mismatch"],
    [{ pins: [strayPin(2)], expires: "2025-01-01" }, {}, "tolerated", "pin-mismatch"],
    [{ pins: [strayPin(2)], userAnchors: "allow" }, user, "exempt"],
    [{ pins: [strayPin(2)], userAnchors: "allow" }, { ...user, anchor: "system" }, "rejected", "pin-mismatch"],
    [{ pins: [strayPin(2)], userAnchors: "allow" }, { ...user, anchor: undefined }, "rejected", "pin-mismatch"],
    [{ pins: [strayPin(2)], userAnchors: "allow" }, { ...user, source: "presented" }, "rejected", "pin-mismatch"],
    [{}, { host: "other.example" }, "unlisted"],
    [{}, { host: "127.1" }, "rejected", "host-invalid"],
    [{}, { host: "" }, "rejected", "host-invalid"],
    [{}, { host: "a".repeat(10_000) }, "rejected", "host-invalid"],
    [{}, { host: "exämple.com" }, "rejected", "host-invalid"],
    [{}, { host: "\ud800" }, "rejected", "host-invalid"],
    [{}, { chain: [] }, "rejected", "chain-empty"],
    [{}, { chain: "" }, "rejected", "chain-empty"],
    [{}, { chain: " \n" }, "rejected", "chain-empty"],
    [{}, { chain: [""] }, "rejected", "chain-malformed"],
    [{}, { chain: [new Uint8Array()] }, "rejected", "chain-malformed"],
    [{}, { chain: ["", akamai.blocks[0]] }, "rejected", "chain-malformed"],
    [{}, { chain: "nonsense" }, "rejected", "chain-malformed"],
    [{}, { chain: "é".repeat(40) }, "rejected", "chain-malformed"],
    [{}, { chain: [Buffer.from(akamai.pem)] }, "rejected", "chain-malformed"],
    [{}, { chain: [akamai.ders[0].subarray(0, 900)] }, "rejected", "chain-malformed"],
    [{}, { chain: Array(17).fill(akamai.ders[0]) }, "rejected", "chain-too-large"],
    [{}, { chain: Array(100_000).fill(akamai.ders[0]) }, "rejected", "chain-too-large"],
    [{}, { chain: [new Uint8Array(256 * 1024 + 1)] }, "rejected", "chain-too-large"],
    [{}, { chain: [new Uint8Array(64 * 1024 * 1024)] }, "rejected", "chain-too-large"],
    [{}, { chain: "A".repeat(8 * 1024 * 1024) }, "rejected", "chain-too-large"],
    [{}, { source: "presented", now: Date.parse("2031-01-01") }, "rejected", "certificate-expired"],
    [{}, { source: "presented", now: Date.parse("2020-01-01") }, "rejected", "certificate-not-yet-valid"],
    [{}, { source: "presented", now: -1e300 }, "rejected", "certificate-not-yet-valid"],
    [{}, { source: "presented", now: 1e300 }, "rejected", "certificate-expired"],
    [{ expires: "2025-01-01", onExpiry: "deny" }, {}, "rejected", "rule-expired"],
  ]) {
    const verdict = verdictOf(fields, request);
    const context = JSON.stringify({ fields, request: { ...request, chain: undefined } });
    assert.equal(verdict.outcome, outcome, `${context} ${verdict.message}`);
    assert.equal(verdict.reason, reason, context);
    assert.equal(verdict.ok, outcome !== "rejected", context);
    assert.ok(verdict.message.length > 10 && verdict.message.length < 2_000);
    assert.equal(verdict.toReport().chainpin.outcome, outcome);
  }
});

test("a blocked key and an unlisted host are refused", () => {
  const request = { host: akamai.host, chain: akamai.ders, source: "validated", now: akamai.now };
  const blocking = createVerifierSync({ ...policyOf(), blocked: [caPin] });
  assert.equal(blocking.verify(request).reason, "key-blocked");
  const denying = createVerifierSync({ ...policyOf(), unlisted: "deny" });
  assert.equal(denying.verify(request).reason, "unlisted-host");
  assert.equal(denying.verify(request).rule, undefined);
});

test("the host is told in its canonical form", () => {
  const verifier = verifierOf({ host: "example.com", subdomains: true, pins: [leafPin] });
  for (const host of ["API.example.COM.", "api.example.com"]) {
    const verdict = verifier.verify({ host, chain: akamai.ders, source: "validated", now: akamai.now });
    assert.deepEqual([verdict.host, verdict.rule], ["api.example.com", "example.com"]);
  }
});

test("now is a number or a Date, and the clock by default", () => {
  const rule = { expires: "2025-08-01", onExpiry: "deny" };
  for (const now of [Date.parse("2025-08-01") - 1, new Date("2025-07-31T23:59:59.999Z")]) assert.equal(verdictOf(rule, { now }).ok, true);
  for (const now of [Date.parse("2025-08-01"), new Date("2025-08-01"), undefined])
    assert.equal(verdictOf(rule, { now }).reason, "rule-expired");
});

test("a verdict keeps to the chain that it was given", () => {
  const der = Uint8Array.from(akamai.ders[0]);
  const verdict = verdictOf({ pins: [strayPin(2)] }, { chain: [der] });
  der.fill(0);
  assert.ok(verdict.message.includes(leafPin));
  assert.equal(verdict.chain[0].pin, leafPin);
});

test("certificates of another realm are read", () => {
  const foreign = vm.runInNewContext("Uint8Array.from(bytes)", { bytes: Array.from(akamai.ders[0]) });
  assert.equal(foreign instanceof Uint8Array, false);
  assert.deepEqual(pinsOf([foreign, vm.runInNewContext("bytes.buffer", { bytes: foreign })]), [leafPin, leafPin]);
});

// Wrong arguments

test("a wrong argument type throws TypeError and names the argument", () => {
  const verifier = verifierOf(akamaiRule());
  const good = { host: akamai.host, chain: akamai.ders, source: "validated", now: akamai.now };
  for (const [request, name] of [
    [undefined, /request/],
    [null, /request/],
    ["akamai.com", /request/],
    [{}, /host/],
    [{ ...good, host: undefined }, /host/],
    [{ ...good, host: null }, /host/],
    [{ ...good, host: 127 }, /host/],
    [{ ...good, host: new String("akamai.com") }, /host/],
    [{ ...good, chain: undefined }, /chain/],
    [{ ...good, chain: null }, /chain/],
    [{ ...good, chain: akamai.ders[0] }, /chain/],
    [{ ...good, chain: { 0: akamai.ders[0], length: 1 } }, /chain/],
    [{ ...good, chain: [null, null] }, /chain\[0\]/],
    [{ ...good, chain: [akamai.ders[0], null] }, /chain\[1\]/],
    [{ ...good, chain: [akamai.ders[0], undefined] }, /chain\[1\]/],
    [{ ...good, chain: [akamai.ders[0], , akamai.ders[1]] }, /chain\[1\]/],
    [{ ...good, chain: [Array.from(akamai.ders[0])] }, /chain\[0\]/],
    [{ ...good, chain: [new Uint16Array(4)] }, /chain\[0\]/],
    [{ ...good, chain: [new DataView(new ArrayBuffer(4))] }, /chain\[0\]/],
    [{ ...good, chain: [{}] }, /chain\[0\]/],
    [{ ...good, source: "served" }, /source/],
    [{ ...good, source: null }, /source/],
    [{ ...good, source: "constructor" }, /source/],
    [{ ...good, anchor: "root" }, /anchor/],
    [{ ...good, anchor: true }, /anchor/],
    [{ ...good, anchor: "toString" }, /anchor/],
    [{ ...good, now: NaN }, /now/],
    [{ ...good, now: Infinity }, /now/],
    [{ ...good, now: null }, /now/],
    [{ ...good, now: "2025-07-05" }, /now/],
    [{ ...good, now: new Date(NaN) }, /now/],
    [{ ...good, now: 1n }, /now/],
    [{ ...good, port: -1 }, /port/],
    [{ ...good, port: 65536 }, /port/],
    [{ ...good, port: 443.5 }, /port/],
    [{ ...good, port: "443" }, /port/],
  ]) {
    assert.throws(
      () => verifier.verify(request),
      (error) => error instanceof TypeError && name.test(error.message),
      String(name),
    );
  }
  assert.equal(verifier.verify(good).ok, true);
});

test("what is no policy throws TypeError, what is a bad one PolicyError with code and path", async () => {
  for (const policy of [undefined, null, 1, true, () => {}, Symbol("policy")]) {
    assert.throws(() => createVerifierSync(policy), TypeError);
    await assert.rejects(createVerifier(policy), TypeError);
    assert.throws(() => lint(policy), TypeError);
  }
  for (const [policy, code, path] of [
    ["", "policy-syntax", ""],
    ["{", "policy-syntax", ""],
    [[], "policy-shape", ""],
    [{}, "policy-shape", ""],
    [policyOf({ host: "a.example" }), "pins-missing", "rules[0].pins"],
    [policyOf({ host: "a.example", pins: ["sha256/AAAA"] }), "pin-invalid", "rules[0].pins[0]"],
    [policyOf({ host: "a.example", pins: [leafPin] }, { host: "A.EXAMPLE.", exempt: true }), "host-duplicate", "rules[1].host"],
    [policyOf({ host: "a.example", pins: [leafPin], pinz: [] }), "policy-shape", "rules[0].pinz"],
    [{ ...policyOf(), expires: "never" }, "date-invalid", "expires"],
    [{ ...policyOf(), sequence: 0 }, "sequence-invalid", "sequence"],
    [Object.assign(Object.create({ unlisted: "deny" }), policyOf({ host: "*", pins: [leafPin] })), "host-invalid", "rules[0].host"],
  ]) {
    const text = typeof policy === "string" ? policy : JSON.stringify(policy);
    for (const given of [policy, text]) {
      const isRefusal = (error) => {
        assert.ok(error instanceof PolicyError && error instanceof ChainpinError && error instanceof Error);
        assert.deepEqual([error.name, error.code, error.path], ["PolicyError", code, path], error.message);
        return true;
      };
      assert.throws(() => createVerifierSync(given), isRefusal);
      await assert.rejects(createVerifier(given), isRefusal);
      assert.throws(() => lint(given), isRefusal);
    }
  }
});

test("issuersOf tells who signed what: a name alone is no signature", () => {
  const [leaf, issuer] = akamai.ders;
  assert.deepEqual(issuersOf(akamai.pem), [[{ index: 1, signature: "valid" }], []]);
  const forged = Buffer.from(leaf);
  forged[forged.length - 1] ^= 1;
  assert.deepEqual(issuersOf([forged, issuer, issuer]), [
    [
      { index: 1, signature: "invalid" },
      { index: 2, signature: "invalid" },
    ],
    [],
    [],
  ]);
});

test("inspect, issuersOf and pinsOf throw for what is no chain", () => {
  for (const read of [inspect, issuersOf, pinsOf]) {
    for (const [chain, code] of [
      [[], "chain-empty"],
      ["", "chain-empty"],
      [["nonsense"], "chain-malformed"],
      [[akamai.ders[0].subarray(1)], "chain-malformed"],
      [Array(17).fill(akamai.ders[0]), "chain-too-large"],
    ]) {
      assert.throws(
        () => read(chain),
        (error) => error instanceof ChainpinError && !(error instanceof PolicyError) && error.code === code,
      );
    }
    for (const chain of [undefined, null, 1, akamai.ders[0], [null]]) assert.throws(() => read(chain), TypeError);
  }
});

test("a private key in the chain is refused and not repeated", () => {
  const secret = "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v";
  const key = `-----BEGIN PRIVATE KEY-----\n${secret}\n-----END PRIVATE KEY-----\n`;
  const verdict = verdictOf({}, { chain: akamai.pem + key });
  assert.equal(verdict.reason, "chain-malformed");
  assert.match(verdict.message, /private key/);
  for (const told of [
    verdict.message,
    JSON.stringify(verdict),
    show(verdict),
    JSON.stringify(verdict.toReport()),
    show(verdict.toError()),
  ]) {
    assert.ok(!told.includes(secret));
  }
});

// Initialisation

test("before init: inspect, pinsOf and lint throw not-initialised, createVerifier initialises by itself", () => {
  const answers = (code) => {
    const run = [
      "--input-type=module",
      "-e",
      `import * as chainpin from "chainpin"; const policy = ${JSON.stringify(policyOf())};
      const code = (work) => { try { work(); return "ok" } catch (error) { return error.constructor.name + " " + error.code } };
      console.log(JSON.stringify(await (async () => { ${code} })()))`,
    ];
    return JSON.parse(execFileSync(process.execPath, run, { cwd: fileURLToPath(new URL(".", import.meta.url)), encoding: "utf8" }));
  };
  const early = `[code(() => chainpin.inspect([new Uint8Array(1)])), code(() => chainpin.pinsOf([new Uint8Array(1)])), code(() => chainpin.lint(policy))]`;
  const late = `[code(() => chainpin.pinsOf([new Uint8Array(1)])), code(() => chainpin.lint(policy))]`;
  const working = ["ChainpinError chain-malformed", "ok"];
  assert.deepEqual(answers(`return ${early}`), Array(3).fill("ChainpinError not-initialised"));
  assert.deepEqual(answers(`await chainpin.init(); return ${late}`), working);
  assert.deepEqual(answers(`chainpin.initSync(); return ${late}`), working);
  assert.deepEqual(answers(`await chainpin.createVerifier(policy); return ${late}`), working);
  assert.deepEqual(answers(`chainpin.createVerifierSync(policy); return ${late}`), working);
  assert.deepEqual(answers(`chainpin.init(); chainpin.initSync(); chainpin.initSync(); await chainpin.init(); return ${late}`), working);
  assert.deepEqual(answers(`return [chainpin.init() === chainpin.init(), chainpin.backend()]`), [true, "wasm"]);
});

// Verifiers

test("a policy is the same as an object and as text, and is kept frozen", async () => {
  const policy = { ...policyOf(akamaiRule({ pins: [{ pin: leafPin, role: "leaf" }] })), unlisted: "deny" };
  for (const given of [policy, JSON.stringify(policy), JSON.stringify(policy, null, 2)]) {
    for (const verifier of [createVerifierSync(given), await createVerifier(given)]) {
      assert.deepEqual(verifier.policy, policy);
      assert.ok(Object.isFrozen(verifier.policy) && Object.isFrozen(verifier.policy.rules[0].pins[0]));
      assert.equal(verifier.verify({ host: akamai.host, chain: akamai.ders, source: "validated", now: akamai.now }).ok, true);
    }
  }
  const verifier = createVerifierSync(policy);
  policy.rules[0].pins[0].pin = strayPin(2);
  assert.equal(verifier.policy.rules[0].pins[0].pin, leafPin, "a change of the caller's object changes nothing");
});

test("a policy that inherits its fields is judged by its own", () => {
  const inherited = Object.assign(Object.create({ unlisted: "deny", blocked: [leafPin] }), policyOf());
  const verdict = createVerifierSync(inherited).verify({ host: akamai.host, chain: akamai.ders, now: akamai.now });
  assert.equal(verdict.outcome, "unlisted");
});

test("ruleFor gives the rule that decides, as the policy writes it", () => {
  const rules = [
    { host: "Example.com", subdomains: true, pins: [leafPin] },
    { host: "open.example.com", exempt: true },
    { host: "2001:DB8::1", pins: [leafPin] },
  ];
  const verifier = verifierOf(...rules);
  for (const [host, index] of [
    ["example.com", 0],
    ["A.B.example.com.", 0],
    ["open.example.com", 1],
    ["[2001:db8:0::1]", 2],
    ["notexample.com", -1],
    ["192.0.2.1", -1],
  ]) {
    assert.deepEqual(verifier.ruleFor(host), rules[index], host);
  }
  for (const host of ["", "127.1", "a..b", "https://example.com"]) assert.throws(() => verifier.ruleFor(host), { code: "host-invalid" });
  for (const host of [undefined, null, 1, {}]) assert.throws(() => verifier.ruleFor(host), TypeError);
});

test("findings are frozen and those of lint", () => {
  const policy = policyOf({ host: "example.com", pins: [leafPin] });
  const { findings } = createVerifierSync(policy);
  assert.deepEqual(findings, lint(policy));
  assert.deepEqual(findings.map(({ code }) => code).sort(), ["no-backup-pin", "no-expiry", "single-pin"]);
  assert.ok(Object.isFrozen(findings) && Object.isFrozen(findings[0]));
  for (const { code, severity, rule, message } of findings) {
    assert.ok(/^[a-z-]+$/.test(code) && ["error", "warning", "info"].includes(severity) && rule === "example.com" && message.length > 20);
  }
});

test("disposing ends a verifier, and not its verdicts", () => {
  const verifier = verifierOf(akamaiRule({ pins: [strayPin(2), { pin: caPin, label: "our CA" }] }));
  const request = { host: akamai.host, chain: akamai.ders, source: "validated", now: akamai.now };
  const read = verifier.verify(request);
  const { message } = read;
  const unread = verifier.verify(request);
  verifier.dispose();
  verifier.dispose();
  assert.throws(() => verifier.verify(request), { name: "ChainpinError", code: "disposed" });
  assert.throws(() => verifier.ruleFor("akamai.com"), { name: "ChainpinError", code: "disposed" });
  for (const verdict of [read, unread]) {
    assert.equal(verdict.message, message);
    assert.equal(verdict.rule, "akamai.com");
    assert.deepEqual(verdict.matched, { pin: caPin, role: "ca", index: 1, backup: false, label: "our CA" });
    assert.deepEqual(
      verdict.chain.map(({ pin }) => pin),
      akamai.pins,
    );
    assert.equal(verdict.toReport().hostname, "akamai.com");
  }
  assert.equal(verifierOf(akamaiRule()).verify(request).ok, true, "a later verifier is not mixed up with it");
  assert.equal(unread.matched.pin, caPin);
});

test("verifiers do not mix", () => {
  const verifiers = vectors.map(({ host, pins }, index) => [verifierOf({ host, pins: [pins[0]] }), vectors[index]]);
  for (const [verifier, { host, ders, now, pins }] of [...verifiers, ...verifiers.reverse()]) {
    const verdict = verifier.verify({ host, chain: ders, now });
    assert.deepEqual([verdict.outcome, verdict.matched?.pin], ["pinned", pins[0]], host);
  }
});

// A verdict on its way into logs and reports

test("toError has the reason as its code and carries the verdict", () => {
  const verdict = verdictOf({ pins: [strayPin(2)] });
  const error = verdict.toError();
  assert.ok(error instanceof PinningError && error instanceof ChainpinError && error instanceof Error);
  assert.deepEqual([error.name, error.code, error.message], ["PinningError", "pin-mismatch", verdict.message]);
  assert.equal(error.verdict, verdict);
  assert.deepEqual(Object.keys(error).includes("verdict"), false);
  assert.match(error.stack, /^PinningError: `akamai.com` rejected/);
  assert.equal(verdictOf({ pins: [strayPin(2)], mode: "report" }).toError().code, "pin-mismatch", "tolerated");
  assert.throws(() => verdictOf().toError(), TypeError);
});

test("toReport has the fields of RFC 7469", () => {
  const verdict = verdictOf({ pins: [strayPin(2)], expires: "2026-01-01" }, { port: 8443 });
  const report = verdict.toReport();
  assert.deepEqual(Object.keys(report).sort(), [
    "chainpin",
    "date-time",
    "effective-expiration-date",
    "hostname",
    "include-subdomains",
    "known-pins",
    "noted-hostname",
    "port",
    "served-certificate-chain",
    "validated-certificate-chain",
  ]);
  assert.equal(report["date-time"], new Date(akamai.now).toISOString().replace(".000Z", "Z"));
  assert.equal(report.port, 8443);
  assert.equal(verdict.toReport(444).port, 444);
  assert.equal(verdictOf().toReport().port, 443);
  assert.deepEqual(
    report["known-pins"],
    [2, 1].map((number) => `pin-sha256="${strayPin(number).slice(7)}"`),
  );
  assert.deepEqual(
    report["validated-certificate-chain"].map((pem) => pem.trim()),
    akamai.blocks,
  );
  assert.equal(report.chainpin.reason, "pin-mismatch");
  assert.deepEqual(report.chainpin.policy, { id: "acme-mobile", sequence: 12 });
  assert.deepEqual(JSON.parse(JSON.stringify(report)), report);
  for (const port of [-1, 65536, 1.5, "443", null]) assert.throws(() => verdict.toReport(port), TypeError);
});

test("JSON.stringify and console.log show the public fields and no more", () => {
  for (const verdict of [verdictOf(), verdictOf({ pins: [strayPin(2)] }), verdictOf({}, { chain: [] })]) {
    const json = JSON.parse(JSON.stringify(verdict));
    const fields = ["ok", "outcome", "reason", "host", "rule", "policy", "matched", "message", "chain"];
    assert.deepEqual(
      Object.keys(json),
      fields.filter((field) => verdict[field] !== undefined),
    );
    for (const field of Object.keys(json)) assert.deepEqual(json[field], JSON.parse(JSON.stringify(verdict[field])));
    const shown = show(verdict, { depth: 5 });
    assert.ok(shown.includes(verdict.outcome) && !/origin|packed|question/.test(shown), shown);
  }
});

// Lint

test("lint takes a chain, a time and a public-suffix test", () => {
  const policy = policyOf({ host: "com", subdomains: true, pins: [leafPin], backupPins: [caPin], expires: "2026-01-01" });
  const codes = (options) => lint(policy, options).map(({ code }) => code);
  assert.ok(codes({ now: akamai.now }).includes("single-label"));
  assert.ok(codes({ now: akamai.now, isPublicSuffix: (name) => name === "com" }).includes("public-suffix"));
  assert.ok(codes({ now: akamai.now, isPublicSuffix: () => 0 }).includes("single-label"));
  assert.ok(codes({ now: akamai.now, chain: akamai.pem }).includes("no-true-backup"));
  assert.ok(!codes({ now: akamai.now }).includes("expired"));
  assert.ok(codes({ now: new Date("2026-01-01") }).includes("expired"));
  assert.ok(codes({}).includes("expired"));
  for (const options of [null, 1, { now: NaN }, { chain: 1 }, { chain: [null] }, { isPublicSuffix: "com" }, { isPublicSuffix: null }]) {
    assert.throws(() => lint(policy, options), TypeError, JSON.stringify(options));
  }
  assert.throws(() => lint(policy, { chain: "nonsense" }), { code: "chain-malformed" });
});

test("a public-suffix test that throws is heard, and breaks nothing", () => {
  const policy = policyOf({ host: "com", subdomains: true, pins: [leafPin] });
  const verifier = verifierOf(akamaiRule());
  for (const failure of [new Error("no list"), "a text", undefined, null, { code: "policy-syntax", message: "not ours" }]) {
    let heard = false;
    try {
      lint(policy, {
        isPublicSuffix: () => {
          throw failure;
        },
      });
    } catch (error) {
      heard = true;
      assert.equal(error, failure);
    }
    assert.ok(heard, String(failure));
    assert.equal(verifier.verify({ host: akamai.host, chain: akamai.ders, now: akamai.now }).ok, true);
  }
});

test("a public-suffix test may use the package", () => {
  const verifier = verifierOf(akamaiRule());
  const request = { host: akamai.host, chain: akamai.ders, now: akamai.now };
  const isPublicSuffix = () => verifier.verify(request).ok && createVerifierSync(policyOf()).policy.sequence === 12;
  assert.ok(
    lint(policyOf({ host: "com", subdomains: true, pins: [leafPin] }), { isPublicSuffix }).some(({ code }) => code === "public-suffix"),
  );
});
