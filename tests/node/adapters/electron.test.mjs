// `certificateVerifyProc`, with requests of the shape that Electron documents; Electron itself is not run.
import assert from "node:assert/strict";
import { test } from "node:test";
import { createVerifierSync } from "chainpin";
import { certificateVerifyProc } from "chainpin/electron";
import { makeServer } from "../../tls/authority.mjs";
import { honest, pinning, policy, stray } from "../../tls/world.mjs";

const issuedHere = { certificates: [honest.leaf, honest.intermediate, honest.root] };

/** As `session.setCertificateVerifyProc` calls its proc (docs/api/session.md, docs/api/structures/certificate.md of Electron 38). */
function request({ certificates, validated = certificates, hostname = "localhost", errorCode = 0, ...more }) {
  const verificationResult = errorCode === 0 ? "net::OK" : "net::ERR_CERT_AUTHORITY_INVALID";
  return {
    hostname,
    certificate: recorded(certificates),
    validatedCertificate: recorded(validated),
    isIssuedByKnownRoot: true,
    verificationResult,
    errorCode,
    ...more,
  };
}

function recorded([certificate, ...issuers]) {
  const principal = (commonName) => ({ commonName, organizations: [], organizationUnits: [], locality: "", state: "", country: "" });
  const issuer = certificate.issuer ?? certificate;
  return {
    data: certificate.pem,
    issuer: principal(issuer.name),
    issuerName: issuer.name,
    issuerCert: issuers.length > 0 ? recorded(issuers) : undefined,
    subject: principal(certificate.name),
    subjectName: certificate.name,
    serialNumber: "01",
    validStart: 1700000000,
    validExpiry: 1800000000,
    fingerprint: "sha256/AAAA",
  };
}

function answer(verifier, asked, options) {
  const answers = [];
  certificateVerifyProc(verifier, options)(request(asked), (result) => answers.push(result));
  assert.equal(answers.length, 1);
  return answers[0];
}

test("a pin on the validated path lets Chromium decide, never accepts by itself", () => {
  for (const { pin } of issuedHere.certificates) assert.equal(answer(pinning(pin), issuedHere), -3);
  assert.equal(answer(pinning(stray), issuedHere), -2);
  assert.equal(answer(pinning(stray, { mode: "report" }), issuedHere), -3);
  assert.equal(answer(pinning(stray), { ...issuedHere, hostname: "other.example" }), -3);
});

test("what the server sent does not count where Chromium has a path", async () => {
  const evil = await makeServer(undefined, ["localhost"]);
  assert.equal(answer(pinning(honest.root.pin), { certificates: [evil, honest.intermediate, honest.root], validated: [evil] }), -2);
  assert.equal(answer(pinning(honest.root.pin), { certificates: [honest.leaf], validated: issuedHere.certificates }), -3);
});

test("where Chromium refuses, the chain is as presented: an appended CA does not match", async () => {
  const evil = await makeServer(undefined, ["localhost"]);
  const errorCode = -202;
  assert.equal(answer(pinning(honest.root.pin), { certificates: [evil, honest.intermediate, honest.root], errorCode }), -2);
  assert.equal(answer(pinning(honest.leaf.pin), { ...issuedHere, errorCode }), -3, "Chromium still refuses it by itself");
  assert.equal(answer(pinning(honest.leaf.pin), { ...issuedHere, hostname: "b.other.localhost", errorCode }), -2);
});

test("a CA that was installed on the machine is the user's", () => {
  const allowing = pinning(stray, { userAnchors: "allow" });
  assert.equal(answer(allowing, { ...issuedHere, isIssuedByKnownRoot: false }), -3);
  assert.equal(answer(allowing, { ...issuedHere, isIssuedByKnownRoot: true }), -2);
  assert.equal(answer(allowing, { ...issuedHere, isIssuedByKnownRoot: undefined }), -2);
});

test("verdicts are told", () => {
  const told = [];
  answer(pinning(honest.leaf.pin), issuedHere, { onVerdict: ({ outcome }, peer) => told.push([outcome, peer]) });
  assert.deepEqual(told, [["pinned", { host: "localhost" }]]);
});

test("whatever fails refuses, and goes on to be seen", () => {
  const disposed = createVerifierSync(policy([]));
  disposed.dispose();
  const boom = new RangeError("boom");
  for (const [verifier, options] of [
    [disposed, {}],
    [
      pinning(honest.leaf.pin),
      {
        onVerdict: () => {
          throw boom;
        },
      },
    ],
    [{ verify: () => undefined }, {}],
  ]) {
    const answers = [];
    assert.throws(() => certificateVerifyProc(verifier, options)(request(issuedHere), (result) => answers.push(result)));
    assert.deepEqual(answers, [-2]);
  }
  for (const verdict of [{ ok: 1 }, { ok: "true" }, Promise.resolve({ ok: true })])
    assert.equal(answer({ verify: () => verdict }, issuedHere), -2);
  assert.throws(() => certificateVerifyProc({}), TypeError);
  assert.throws(() => certificateVerifyProc(pinning(stray), null), TypeError);
});

test("a request that is not as documented is refused", () => {
  for (const asked of [
    { validatedCertificate: undefined },
    { validatedCertificate: null },
    { validatedCertificate: { data: "nonsense" } },
    { hostname: "" },
    { errorCode: undefined, certificate: undefined },
  ]) {
    const answers = [];
    certificateVerifyProc(pinning(honest.leaf.pin))({ ...request(issuedHere), ...asked }, (result) => answers.push(result));
    assert.deepEqual(answers, [-2], JSON.stringify(Object.keys(asked)));
  }
  const loop = recorded([honest.leaf]);
  loop.issuerCert = loop;
  const answers = [];
  certificateVerifyProc(pinning(honest.leaf.pin))({ ...request(issuedHere), validatedCertificate: loop }, (result) => answers.push(result));
  assert.deepEqual(answers, [-3]);
});
