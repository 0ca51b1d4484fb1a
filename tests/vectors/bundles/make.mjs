// Makes cases.json: signed policies, honest and hostile, each with the verdict that every backend must give.
// `jose` signs whatever it is willing to sign; what it refuses is put together by hand over node:crypto.
// Run it by hand (`node tests/vectors/bundles/make.mjs`): it draws fresh keys each time.
import { createHmac, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { CompactSign, exportJWK } from "jose";

const typ = "chainpin-policy+jws";
/** Of P-256's base point: FIPS 186-5, SP 800-186 section 3.2.1.3. */
const order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
const now = "2026-11-24T12:00:00Z";
const policy = {
  version: 1,
  id: "acme-mobile",
  sequence: 6,
  issuedAt: "2026-11-20T00:00:00Z",
  expires: "2027-03-01T00:00:00Z",
  rules: [{ host: "api.example.com", pins: ["sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk="], backupPins: ["sha256/wnM2Zhm3YD2FmK8ZCQrqq47+pYqaa6au0BE06xmOPdU="] }],
};

const ec = await pair("ec", { namedCurve: "P-256" }, "ec-2026");
const ed = await pair("ed25519", {}, "ed-2026");
const next = await pair("ed25519", {}, "ed-2027");
const p384 = await pair("ec", { namedCurve: "P-384" }, "ec-384");
const stranger = await pair("ed25519", {}, "ed-2026");
const keys = [ec.jwk, ed.jwk];
const cases = [];

// What must be accepted.
for (const signer of [ec, ed]) {
  add(`by jose, ${signer.alg}`, await jose(signer, policy), "accepted");
  add(`by hand, ${signer.alg}`, hand(signer, policy), "accepted");
}
add("header members in another order", hand(ed, policy, { header: JSON.stringify({ typ, kid: "ed-2026", alg: "EdDSA" }) }), "accepted");
add("white space and escapes in the header", hand(ed, policy, { header: ` {\n"alg" : "EdDS\\u0041", "kid":"ed-2026","typ":"${typ}" }\n` }), "accepted");
add("pretty-printed payload", hand(ed, JSON.stringify(policy, null, 2)), "accepted");
add("the first policy ever", await jose(ed, { ...policy, sequence: 1 }), "accepted", { floor: 0 });
add("the greatest sequence", await jose(ed, { ...policy, sequence: 2 ** 53 - 1 }), "accepted");
add("issued within the clock skew", await jose(ed, { ...policy, issuedAt: "2026-11-25T12:00:00Z" }), "accepted");
add("a later bundle moved the clock on", await jose(ed, { ...policy, issuedAt: "2026-12-01T00:00:00Z" }), "accepted", { latest: "2026-11-30T00:00:00Z" });
add("expired, read back from storage", await jose(ed, { ...policy, expires: "2026-11-21T00:00:00Z" }), "accepted", { expiry: "ignored" });
add("other keys", await jose(ed, { ...policy, signingKeys: [next.jwk] }), "accepted", { newKeys: [next.jwk] });
add("the same keys in another order", await jose(ed, { ...policy, signingKeys: [ed.jwk, ec.jwk] }), "accepted");
add("a malleated ES256 signature: (r, n - s) is valid too, and nothing depends on the bytes", malleated(hand(ec, policy)), "accepted");

// The form.
const good = hand(ed, policy);
const [head, body, tail] = good.split(".");
for (const [name, bundle, expected = "bundle-malformed"] of [
  ["nothing", ""],
  ["two dots", "..", "header-invalid"],
  ["two parts", `${head}.${body}`],
  ["four parts", `${good}.${tail}`],
  ["a detached payload", `${head}..${tail}`, "signature-invalid"],
  ["a line feed at the end", `${good}\n`],
  ["a blank before it", ` ${good}`],
  ["a line feed in the payload", `${head}.${body.slice(0, 40)}\n${body.slice(40)}.${tail}`, "signature-invalid"],
  ["a padded signature", `${good}==`],
  ["a padded header", `${pad(head)}.${body}.${tail}`],
  ["a signature that is not canonical", `${head}.${body}.${otherLastDigit(tail)}`],
  ["standard base64 in the signature", `${head}.${body}.${tail.slice(0, -2)}+/`],
  ["a null at the end", `${good}\0`],
  ["the JSON serialization", JSON.stringify({ payload: body, protected: head, signature: tail })],
]) {
  add(name, bundle, expected);
}
add("truncated", good.slice(0, -10), "signature-invalid");
add("a padded payload, signed as it stands", rawHand(ed, pad(encode(JSON.stringify({ ...policy, rules: [] })))), "bundle-malformed");
add("a payload with white space, signed as it stands", rawHand(ed, `${body.slice(0, 40)}\n${body.slice(40)}`), "bundle-malformed");
add("a payload that is not canonical, signed as it stands", rawHand(ed, otherLastDigit(encode(JSON.stringify(policy).padEnd(700 + 1)))), "bundle-malformed");
add("a payload that is not UTF-8", rawHand(ed, Buffer.from([0x7b, 0xff, 0x7d]).toString("base64url")), "bundle-malformed");

// The header.
const header = { alg: "EdDSA", kid: "ed-2026", typ };
for (const [name, value] of [
  ["crit", { ...header, crit: ["exp"], exp: 1 }],
  ["an empty crit", { ...header, crit: [] }],
  ["b64: false", { ...header, b64: false, crit: ["b64"] }],
  ["an embedded jwk", { ...header, jwk: stranger.jwk }],
  ["a jku", { ...header, jku: "https://attacker.example/keys" }],
  ["an x5c", { ...header, x5c: ["MII="] }],
  ["a zip", { ...header, zip: "DEF" }],
  ["another typ", { ...header, typ: "JWT" }],
  ["typ in capitals", { ...header, typ: typ.toUpperCase() }],
  ["a full media type", { ...header, typ: `application/${typ}` }],
  ["no typ", { alg: "EdDSA", kid: "ed-2026" }],
  ["no kid", { alg: "EdDSA", typ }],
  ["no alg", { kid: "ed-2026", typ }],
  ["a kid that is a number", { ...header, kid: 1 }],
  ["an alg that is null", { ...header, alg: null }],
  ["a member that nobody knows", { ...header, extra: "" }],
]) {
  add(`header: ${name}`, hand(ed, policy, { header: JSON.stringify(value) }), "header-invalid");
}
for (const [name, text] of [
  ["a duplicate alg", `{"alg":"EdDSA","alg":"EdDSA","kid":"ed-2026","typ":"${typ}"}`],
  ["an alg in escapes", `{"\\u0061lg":"EdDSA","kid":"ed-2026","typ":"${typ}"}`],
  ["a duplicate kid in escapes", `{"alg":"EdDSA","kid":"ed-2026","k\\u0069d":"ed-2026","typ":"${typ}"}`],
  ["a list", `["EdDSA","ed-2026","${typ}"]`],
  ["a text", `"EdDSA"`],
  ["no JSON", `{"alg":"EdDSA","kid":"ed-2026","typ":"${typ}",}`],
  ["a byte order mark", `\ufeff${JSON.stringify(header)}`],
  ["too long", JSON.stringify({ ...header, kid: "k".repeat(2000) })],
  ["two objects", `${JSON.stringify(header)}${JSON.stringify(header)}`],
]) {
  add(`header: ${name}`, hand(ed, policy, { header: text }), "header-invalid");
}

// The key and its algorithm.
add("alg none, no signature", `${encode(JSON.stringify({ ...header, alg: "none" }))}.${body}.`, "algorithm-mismatch");
add("alg none, with the signature", hand(ed, policy, { header: JSON.stringify({ ...header, alg: "none" }) }), "algorithm-mismatch");
add("alg None", hand(ed, policy, { header: JSON.stringify({ ...header, alg: "None" }) }), "algorithm-mismatch");
add("alg Ed25519, the newer name", hand(ed, policy, { header: JSON.stringify({ ...header, alg: "Ed25519" }) }), "algorithm-mismatch");
add("HS256 with the public key's bytes", hmac(Buffer.from(ed.jwk.x, "base64url"), { ...header, alg: "HS256" }), "algorithm-mismatch");
add("HS256 with the public key's PEM", hmac(ec.publicKey.export({ type: "spki", format: "pem" }), { alg: "HS256", kid: "ec-2026", typ }), "algorithm-mismatch");
add("ES256 over the Ed25519 key's name", hand(ec, policy, { header: JSON.stringify({ ...header, alg: "ES256" }) }), "algorithm-mismatch");
add("EdDSA over the P-256 key's name", hand(ed, policy, { header: JSON.stringify({ ...header, kid: "ec-2026" }) }), "algorithm-mismatch");
add("ES384", hand(p384, policy, { header: JSON.stringify({ alg: "ES384", kid: "ec-2026", typ }) }), "algorithm-mismatch");
add("a kid of nobody", hand(ed, policy, { header: JSON.stringify({ ...header, kid: "ed-2025" }) }), "key-unknown");
add("an empty kid", hand(ed, policy, { header: JSON.stringify({ ...header, kid: "" }) }), "key-unknown");
add("the next key, before it is trusted", await jose(next, policy), "key-unknown");
add("a stranger's key under a trusted name", await jose(stranger, policy), "signature-invalid");

// The signature.
add("another payload under the signature", `${head}.${encode(JSON.stringify({ ...policy, sequence: 99 }))}.${tail}`, "signature-invalid");
add("no signature", `${head}.${body}.`, "signature-invalid");
add("an ES256 signature in DER", hand(ec, policy, { encoding: "der" }), "signature-invalid");
add("an ES256 signature of zeros", `${hand(ec, policy).split(".", 2).join(".")}.${encode(Buffer.alloc(64))}`, "signature-invalid");
add("an ES256 signature of r = s = n", `${hand(ec, policy).split(".", 2).join(".")}.${encode(Buffer.from(order.repeat(2), "hex"))}`, "signature-invalid");
add("an Ed25519 signature with s + L", highS(good), "signature-invalid");
add("a byte too many", `${head}.${body}.${encode(Buffer.concat([Buffer.from(tail, "base64url"), Buffer.alloc(1)]))}`, "signature-invalid");
// y = 1, the identity: S = 0 and R = A fit every message where small orders are let pass.
const identity = Buffer.concat([Buffer.from([1]), Buffer.alloc(31)]);
const anything = `${encode(JSON.stringify({ ...header, kid: "low" }))}.${body}.${encode(Buffer.concat([identity, Buffer.alloc(32)]))}`;
add("a low-order Ed25519 key, which signs everything", anything, "signature-invalid", { keys: [{ kty: "OKP", crv: "Ed25519", x: encode(identity), kid: "low" }] });
for (const [name, hex] of [
  ["0", "00".repeat(32)],
  ["p - 1", `ec${"ff".repeat(30)}7f`],
  ["p, which is not canonical", `ed${"ff".repeat(30)}7f`],
  ["p + 1, which is not canonical", `ee${"ff".repeat(30)}7f`],
  ["order 8", "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"],
  ["order 8, the other", "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a"],
]) {
  const low = [{ kty: "OKP", crv: "Ed25519", x: encode(Buffer.from(hex, "hex")), kid: "low" }];
  add(`a low-order Ed25519 key: y = ${name}`, anything, "signature-invalid", { keys: low });
}
const offCurve = [{ kty: "EC", crv: "P-256", x: ec.jwk.x, y: ec.jwk.x, kid: "ec-2026" }];
add("a P-256 key that is no point of the curve", hand(ec, policy), "signature-invalid", { keys: offCurve });

// The payload.
for (const [name, payload] of [
  ["no object", "[]"],
  ["no JSON", "{"],
  ["an unknown member", { ...policy, extra: 1 }],
  ["a duplicate sequence", JSON.stringify(policy).replace('"sequence":6', '"sequence":6,"sequence":7')],
  ["a duplicate id in escapes", JSON.stringify(policy).replace('"id":', '"i\\u0064":"x","id":')],
  ["a duplicate deep inside", JSON.stringify(policy).replace('"host":', '"host":"x","host":')],
  ["duplicate signingKeys", JSON.stringify({ ...policy, signingKeys: [next.jwk] }).replace("{", `{"signingKeys":${JSON.stringify([ed.jwk])},`)],
  ["keys under a name in escapes", JSON.stringify({ ...policy, signingKeys: [next.jwk] }).replace("signingKeys", "signin\\u0067Keys")],
  ["no sequence", { ...policy, sequence: undefined }],
  ["a sequence that is no integer", JSON.stringify(policy).replace('"sequence":6', '"sequence":6.5')],
  ["a sequence beyond 2^53 - 1", JSON.stringify(policy).replace('"sequence":6', '"sequence":9007199254740992')],
  ["no id", { ...policy, id: undefined }],
  ["a bad date", { ...policy, issuedAt: "yesterday" }],
  ["a bad pin", { ...policy, rules: [{ host: "a.example", pins: ["sha256/AAAA"] }] }],
  ["version 2", { ...policy, version: 2 }],
]) {
  add(`payload: ${name}`, hand(ed, payload), "policy-invalid");
}
add("another id", await jose(ed, { ...policy, id: "acme-staging" }), "id-mismatch");
add("another id in capitals", await jose(ed, { ...policy, id: "Acme-mobile" }), "id-mismatch");
add("an older sequence", await jose(ed, { ...policy, sequence: 4 }), "rollback");
add("the same sequence", await jose(ed, { ...policy, sequence: 5 }), "not-newer");
add("an older sequence of another id", await jose(ed, { ...policy, id: "other", sequence: 1 }), "id-mismatch");
add("an older sequence, expired", await jose(ed, { ...policy, sequence: 4, issuedAt: "2026-01-01", expires: "2026-02-01" }), "rollback");
for (const [name, fields] of [
  ["no issuedAt", { issuedAt: undefined }],
  ["no expires", { expires: undefined }],
  ["neither", { issuedAt: undefined, expires: undefined }],
  ["issued when it expires", { issuedAt: policy.expires }],
  ["issued after it expires", { issuedAt: "2027-03-01T00:00:01Z" }],
]) {
  add(`dates: ${name}`, await jose(ed, { ...policy, ...fields }), "dates-invalid");
}
add("from the future", await jose(ed, { ...policy, issuedAt: "2026-11-25T12:00:01Z" }), "issued-in-future");
add("from the future, read back from storage", await jose(ed, { ...policy, issuedAt: "2027-01-01T00:00:00Z" }), "issued-in-future", { expiry: "ignored" });
add("no skew at all", await jose(ed, { ...policy, issuedAt: "2026-11-24T12:00:01Z" }), "issued-in-future", { clockSkew: 0 });
add("expired", await jose(ed, { ...policy, expires: "2026-11-24T12:00:00Z" }), "expired");
add("expired by what a later bundle said of the time", await jose(ed, policy), "expired", { now: "2026-11-24T12:00:00Z", latest: "2027-03-01T00:00:00Z" });

// The keys that a bundle brings.
const { x } = next.jwk;
for (const [name, signingKeys] of [
  ["none", []],
  ["nine", Array.from({ length: 9 }, (_, index) => ({ ...next.jwk, kid: `k${index}` }))],
  ["no list", next.jwk],
  ["null", null],
  ["a private one", [{ ...next.jwk, d: x }]],
  ["a padded one", [{ ...next.jwk, x: pad(x) }]],
  ["one in standard base64", [{ ...next.jwk, x: `${x.slice(0, 41)}+/` }]],
  ["one that is not canonical", [{ ...next.jwk, x: otherLastDigit(x) }]],
  ["a short one", [{ ...next.jwk, x: x.slice(0, 42) }]],
  ["one without kid", [{ ...next.jwk, kid: undefined }]],
  ["one with an empty kid", [{ ...next.jwk, kid: "" }]],
  ["one with a long kid", [{ ...next.jwk, kid: "k".repeat(129) }]],
  ["two of one name", [next.jwk, { ...ed.jwk, kid: next.jwk.kid }]],
  ["P-384", [p384.jwk]],
  ["a secret", [{ kty: "oct", k: x, kid: "k" }]],
  ["X25519", [{ ...next.jwk, crv: "X25519" }]],
  ["Ed25519 as EC", [{ ...next.jwk, kty: "EC" }]],
  ["for another algorithm", [{ ...next.jwk, alg: "ES256" }]],
  ["for encryption", [{ ...next.jwk, use: "enc" }]],
  ["with a certificate", [{ ...next.jwk, x5c: ["MII="] }]],
  ["a list as a key", [["OKP", "Ed25519", x, "k"]]],
]) {
  add(`signingKeys: ${name}`, hand(ed, { ...policy, signingKeys }), "signing-keys-invalid");
}
add("signingKeys: a duplicate member", hand(ed, JSON.stringify({ ...policy, signingKeys: [next.jwk] }).replace('"kty"', '"x":"","kty"')), "signing-keys-invalid");
add("signingKeys: as Web Cryptography exports them", hand(ed, { ...policy, signingKeys: [{ ...next.jwk, alg: "EdDSA", use: "sig", key_ops: ["verify"], ext: true }] }), "accepted", { newKeys: [{ ...next.jwk, alg: "EdDSA", use: "sig", key_ops: ["verify"], ext: true }] });

writeFileSync(new URL("cases.json", import.meta.url), `${JSON.stringify({ terms: { id: policy.id, floor: 5, now, keys }, cases }, null, 1)}\n`);
console.log(`${cases.length} cases`);

function add(name, bundle, expected, terms = {}) {
  if (typeof bundle !== "string" || !expected) throw new Error(name);
  const { newKeys, ...given } = terms;
  cases.push({ name, expected, ...(newKeys && { newKeys }), ...(Object.keys(given).length > 0 && { terms: given }), bundle });
}

async function pair(type, options, kid) {
  const { publicKey, privateKey } = generateKeyPairSync(type, options);
  const alg = type === "ed25519" ? "EdDSA" : options.namedCurve === "P-384" ? "ES384" : "ES256";
  return { publicKey, privateKey, alg, kid, jwk: { ...(await exportJWK(publicKey)), kid } };
}

function jose({ privateKey, alg, kid }, payload) {
  return new CompactSign(Buffer.from(JSON.stringify(payload))).setProtectedHeader({ alg, kid, typ }).sign(privateKey);
}

function hand(signer, payload, { header = JSON.stringify({ alg: signer.alg, kid: signer.kid, typ }), encoding = "ieee-p1363" } = {}) {
  return rawHand(signer, encode(typeof payload === "string" ? payload : JSON.stringify(payload)), header, encoding);
}

function rawHand(signer, payload, header = JSON.stringify({ alg: signer.alg, kid: signer.kid, typ }), dsaEncoding = "ieee-p1363") {
  const signed = `${encode(header)}.${payload}`;
  const hash = { EdDSA: null, ES256: "sha256", ES384: "sha384" }[signer.alg];
  return `${signed}.${encode(signBytes(hash, Buffer.from(signed), { key: signer.privateKey, dsaEncoding }))}`;
}

function hmac(secret, header) {
  const signed = `${encode(JSON.stringify(header))}.${encode(JSON.stringify(policy))}`;
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function encode(bytes) {
  return Buffer.from(bytes).toString("base64url");
}

/** With the padding of base64, or where it has none with some that does not belong there. */
function pad(base64url) {
  return base64url + (base64url.length % 4 === 3 ? "=" : "==");
}

/** The same bytes, with a bit set that no byte has. */
function otherLastDigit(base64url) {
  const digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  if (base64url.length % 4 === 0) throw new Error("every bit of it counts");
  return base64url.slice(0, -1) + digits[digits.indexOf(base64url.at(-1)) + 1];
}

function malleated(bundle) {
  const [head, body, tail] = bundle.split(".");
  const bytes = Buffer.from(tail, "base64url");
  const s = BigInt(`0x${order}`) - BigInt(`0x${bytes.subarray(32).toString("hex")}`);
  return [head, body, encode(Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, "0"), "hex")]))].join(".");
}

/** RFC 8032 section 5.1.7: s must be below L. */
function highS(bundle) {
  const [head, body, tail] = bundle.split(".");
  const bytes = Buffer.from(tail, "base64url");
  const s = BigInt(`0x${Buffer.from(bytes.subarray(32)).reverse().toString("hex")}`) + 2n ** 252n + 27742317777372353535851937790883648493n;
  return [head, body, encode(Buffer.concat([bytes.subarray(0, 32), Buffer.from(s.toString(16).padStart(64, "0"), "hex").reverse()]))].join(".");
}
