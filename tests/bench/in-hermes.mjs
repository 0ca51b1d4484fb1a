// What is measured inside Hermes; tests/bench/hermes.mjs bundles it. Prints a line of JSON: name -> ms an operation.
import * as chainpin from "chainpin";
import { sha256 } from "@noble/hashes/sha2.js";
import asn1 from "node-forge/lib/asn1.js";
import forgeSha256 from "node-forge/lib/sha256.js";
import { chainpin as apiOf } from "../../js/engine/api.ts";
import * as engine from "../../js/generated/glue.js";
import { utf8 } from "../../js/base/utf8.ts";
import { instantiate } from "given:rustcrypto";
import { bytesOf } from "../equivalence/cases.mjs";
import given from "given:given";

const real = given.real.map((chain) => ({ ...chain, ders: chain.ders.map(bytesOf) }));
const made = given.made.map((chain) => ({ ...chain, ders: chain.ders.map(bytesOf) }));
const root = bytesOf(given.root);

/** The same crate with RustCrypto's arithmetic, all of it through wasm2js. */
const compiled = apiOf({
  kind: "js",
  engine,
  compileSync: () => instantiate,
  compile: () => Promise.resolve(instantiate),
  instantiate() {
    engine.setTextCodec(utf8);
    engine.__wbg_set_wasm(instantiate(engine.imports));
  },
});

const verifier = chainpin.createVerifierSync(given.policy);
const contenders = {
  verdict: (i) => {
    const { host, now, ders, pins } = real[i % real.length];
    const { matched } = verifier.verify({ host, chain: ders, source: "validated", now });
    if (matched.pin !== pins[0]) throw new Error("no match");
  },
  noble: (i) => {
    real[i % real.length].ders.forEach((der) => sha256(keyOf(der)));
  },
  forge: (i) => real[i % real.length].ders.forEach(forgePin),
};

for (const { ders, digests } of real) {
  ders.forEach((der, index) => {
    const [ours, theirs] = [sha256(keyOf(der)).join(), bytesOfBinary(forgePin(der)).join()];
    if (ours !== digests[index] || theirs !== digests[index]) throw new Error("another digest");
  });
}
const times = {};
// A turn takes some 100 ms: Hermes tells whole milliseconds only.
for (const name of Object.keys(contenders)) times[name] = [];
for (let round = 0; round < given.rounds; round++) {
  for (const name of Object.keys(contenders)) times[name].push(timeOf(contenders[name], (name === "forge" ? 10 : 40) * real.length));
}
for (const [name, api] of Object.entries({ presented: chainpin, rustcrypto: compiled })) {
  api.initSync();
  const anchors = api.createAnchors([root]);
  const fresh = api.createVerifierSync(given.madePolicy);
  const judge = (i) => {
    const { host, ders } = made[i % made.length];
    const { ok, message } = fresh.verify({ host, chain: ders, anchors, now: given.now });
    if (!ok) throw new Error(message);
  };
  judge(0); // what is made at the first use
  times[name] = made.slice(1).map((_, index) => timeOf(() => judge(index + 1), 1));
}
for (const name of Object.keys(times)) times[name] = median(times[name]);
print(JSON.stringify(times));

function timeOf(run, count) {
  const from = Date.now();
  for (let i = 0; i < count; i++) run(i);
  return (Date.now() - from) / count;
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

/** The least that finds a key: to the seventh element of the certificate's first one. */
function keyOf(der) {
  let [at] = header(der, 0);
  [at] = header(der, at);
  if (der[at] !== 0xa0) throw new Error("not version 3");
  for (let element = 0; element < 6; element++) at = header(der, at)[1];
  return der.subarray(at, header(der, at)[1]);
}

/** Where the content begins and ends. */
function header(der, at) {
  let length = der[at + 1];
  let start = at + 2;
  if (length >= 128) {
    const bytes = length - 128;
    length = 0;
    for (let index = 0; index < bytes; index++) length = length * 256 + der[start + index];
    start += bytes;
  }
  return [start, start + length];
}

function bytesOfBinary(binary) {
  return Uint8Array.from(binary.split("").map((character) => character.charCodeAt(0)));
}

/** As its documents say, and as in tests/bench/peers.mjs. */
function forgePin(der) {
  let binary = "";
  for (let index = 0; index < der.length; index++) binary += String.fromCharCode(der[index]);
  const certificate = asn1.fromDer(binary);
  return forgeSha256.create().update(asn1.toDer(certificate.value[0].value[6]).getBytes()).digest().getBytes();
}
