// Attacks on a policy: time that runs out, nothing to compare with, pins in other spellings, updates that are not the app's.
import { readFileSync } from "node:fs";
import { at } from "../../scripts/lib/paths.mjs";
import { now } from "./certificates.mjs";
import { HOST, badPolicy, connection, genuine, pinning, policyOf, rogue, stray } from "./world.mjs";

const { root, intermediate, leaf } = genuine;
const wrong = [rogue.leaf, rogue.intermediate, rogue.root];
const right = [leaf, intermediate, root];

const expiry = () => {
  const ask = (name, expected, rule, more = {}) => {
    const { chain = wrong, at = now, policy = {} } = more;
    return connection(name, expected, {
      policy: pinning(intermediate.pin, rule, policy),
      chain,
      now: at,
      source: "validated",
      anchor: "system",
    });
  };
  const past = "2026-05-01T00:00:00Z";
  const farAhead = Date.UTC(2040, 0, 1);
  return [
    ask("an expired rule tells of a mismatch, it does not forget", "tolerated pin-mismatch", { expires: past }),
    ask("an expired rule that enforces", "rejected pin-mismatch", { expires: past, onExpiry: "enforce" }),
    ask("an expired rule that denies", "rejected rule-expired", { expires: past, onExpiry: "deny" }),
    ask("an expired rule that denies, and a right pin", "rejected rule-expired", { expires: past, onExpiry: "deny" }, { chain: right }),
    ask(
      "a clock set to 2040, a rule that enforces",
      "rejected pin-mismatch",
      { expires: "2027-01-01", onExpiry: "enforce" },
      { at: farAhead },
    ),
    ask("a clock set to 2040, a rule without an end", "rejected pin-mismatch", {}, { at: farAhead }),
    ask("an expired policy loosens no rule", "rejected pin-mismatch", {}, { policy: { expires: past } }),
    ask("an expired policy that denies", "rejected policy-expired", {}, { policy: { expires: past, onExpiry: "deny" }, chain: right }),
    ask("an expired rule and a blocked key", "rejected key-blocked", { expires: past }, { policy: { blocked: [rogue.root.pin] } }),
    connection("an expired pin", "rejected pin-expired", {
      policy: pinning({ pin: leaf.pin, expires: past }),
      chain: right,
      source: "validated",
    }),
    connection("a leaf that has expired, by the clock set forward", "rejected certificate-expired", {
      policy: pinning(leaf.pin, { mode: "report" }),
      chain: right,
      now: farAhead,
    }),
    ask("near miss: the last moment", "rejected pin-mismatch", { expires: past }, { at: Date.parse(past) - 1 }),
    ask("near miss: the very moment", "tolerated pin-mismatch", { expires: past }, { at: Date.parse(past) }),
    ask("near miss: an expired rule and a right pin", "pinned ca 1", { expires: past }, { chain: right }),
    ...["2026-02-30", "2026-13-01", "01.05.2026", "2026-05-01 00:00", "2026-05-01T00:00:00", "tomorrow", ""].map((expires) =>
      badPolicy(`a date that is none: ${expires}`, "date-invalid", pinning(leaf.pin, { expires })),
    ),
  ];
};

const empty = () => [
  connection("no certificate", "rejected chain-empty", { policy: pinning(leaf.pin), chain: [] }),
  connection("no certificate, a host without a rule", "rejected chain-empty", {
    policy: pinning(leaf.pin),
    host: "other.example",
    chain: [],
  }),
  connection("no certificate, report mode", "rejected chain-empty", {
    policy: pinning(leaf.pin, { mode: "report" }),
    chain: [],
    source: "validated",
  }),
  connection("an empty certificate", "rejected chain-malformed", { policy: pinning(leaf.pin), chain: [Buffer.alloc(0)] }),
  badPolicy("an empty pin set", "pins-empty", pinning([])),
  badPolicy("no pin set", "pins-missing", policyOf([{ host: HOST }])),
  badPolicy("backup pins alone", "pins-missing", policyOf([{ host: HOST, backupPins: [stray] }])),
  badPolicy("exempt: false", "exempt-false", policyOf([{ host: HOST, exempt: false }])),
  connection("a host without a rule, where those are denied", "rejected unlisted-host", {
    policy: pinning(leaf.pin, {}, { unlisted: "deny" }),
    host: "other.example",
    chain: right,
    source: "validated",
  }),
  connection("a policy without rules, where those are denied", "rejected unlisted-host", {
    policy: policyOf([], { unlisted: "deny" }),
    chain: right,
  }),
  connection("near miss: a host without a rule, where those are allowed, is told as such", "unlisted", {
    policy: pinning(leaf.pin),
    host: "other.example",
    chain: right,
  }),
];

const base64AsText = () => {
  const digest = leaf.pin.slice("sha256/".length);
  const swapped = digest.replace(/[A-Za-z]/g, (letter) => (letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase()));
  // The last digit before `=` holds two bits that stand for nothing.
  const last = ALPHABET.indexOf(digest[42]);
  const written = (pin) => pinning(pin);
  return [
    connection("the same letters, the other case: 32 other bytes", "rejected pin-mismatch", {
      policy: written(`sha256/${canonical(swapped)}`),
      chain: right,
    }),
    badPolicy("bits that stand for nothing", "pin-invalid", written(`sha256/${digest.slice(0, 42)}${ALPHABET[last + 1]}=`)),
    badPolicy("a blank in it", "pin-invalid", written(`sha256/ ${digest}`)),
    badPolicy("a line break after it", "pin-invalid", written(`sha256/${digest}\n`)),
    badPolicy("without its padding", "pin-invalid", written(`sha256/${digest.slice(0, 43)}`)),
    badPolicy("base64url", "pin-invalid", written(`sha256/${"-_".repeat(21)}A=`)),
    badPolicy("three bytes", "pin-invalid", written("sha256/AAAA")),
    badPolicy("33 bytes", "pin-invalid", written(`sha256/${Buffer.alloc(33, 7).toString("base64")}`)),
    badPolicy("a placeholder", "pin-invalid", written(`sha256/${"A".repeat(43)}=`)),
    badPolicy("SHA-1", "pin-invalid", written(`sha1/${Buffer.alloc(20, 7).toString("base64")}`)),
    badPolicy("curl's double slash", "pin-invalid", written(`sha256//${digest}`)),
    badPolicy("hexadecimal", "pin-invalid", written(`sha256/${Buffer.from(digest, "base64").toString("hex")}`)),
    badPolicy("pinned and blocked, once by an object", "pin-blocked", pinning({ pin: leaf.pin }, {}, { blocked: [leaf.pin] })),
    connection("near miss: as it is", "pinned leaf 0", { policy: written(leaf.pin), chain: right }),
  ];
};

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const canonical = (text) => Buffer.from(text, "base64").toString("base64");

const bundles = JSON.parse(readFileSync(at("tests", "vectors", "bundles", "cases.json"), "utf8"));

/** What the signed policies are judged by. */
export const terms = { ...bundles.terms, now: Date.parse(bundles.terms.now) };

/** Those of tests/vectors/bundles: the verdict here is what an app's own terms give. */
const signed = (...wanted) =>
  wanted.map((name) => {
    const { bundle, expected, terms: own } = bundles.cases.find((one) => one.name === name);
    if (own) throw new Error(`\`${name}\` has terms of its own`);
    return { name, ask: "bundle", bundle, expected };
  });

export const policies = {
  "expiry-fails-open": expiry(),
  "nothing-to-compare": empty(),
  "base64-as-text": base64AsText(),
  "unsigned-control-field": signed(
    "header: a member that nobody knows",
    "header: an embedded jwk",
    "header: a jku",
    "header: crit",
    "header: b64: false",
    "alg none, no signature",
    "alg none, with the signature",
    "HS256 with the public key's bytes",
    "a detached payload",
    "the JSON serialization",
    "another payload under the signature",
    "no signature",
    "truncated",
    "payload: an unknown member",
    "payload: a duplicate sequence",
    "payload: a duplicate id in escapes",
    "a stranger's key under a trusted name",
    "header members in another order",
    "by hand, ES256",
    "by hand, EdDSA",
  ),
  "rollback-and-freeze": signed(
    "an older sequence",
    "the same sequence",
    "another id",
    "expired",
    "dates: no expires",
    "dates: no issuedAt",
    "from the future",
    "a kid of nobody",
    "the next key, before it is trusted",
    "an older sequence, expired",
    "by jose, ES256",
    "by jose, EdDSA",
  ),
};
