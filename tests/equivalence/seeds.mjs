// What the cases are made from: the real chains and those of x509-limbo, each with policies that its certificates can meet or miss.
import { readFileSync } from "node:fs";
import { pinsOf } from "chainpin";
import { at } from "../../scripts/lib/paths.mjs";
import { policyOf, strayPin, vectors } from "../node/lib/vectors.mjs";

/** Where a limbo case gives no time. */
const NOW = "2026-11-24T00:00:00Z";

export function seeds() {
  return [...vectors.map(real), ...limbo()];
}

function real({ host, file, now, ders, pins, root }) {
  const roots = root ? [readFileSync(at("tests", "vectors", "chains", root.file), "utf8")].map(der) : [];
  return seed(file, host, now, ders, roots, pins);
}

function limbo() {
  return JSON.parse(readFileSync(at("tests", "vectors", "limbo", "limbo.json"), "utf8"))
    .testcases.filter(({ expected_peer_name, validation_kind }) => expected_peer_name && validation_kind === "SERVER")
    .map(({ id, expected_peer_name, trusted_certs, peer_certificate, untrusted_intermediates, validation_time }) => {
      const chain = [peer_certificate, ...untrusted_intermediates].map(der);
      return seed(id, expected_peer_name.value, Date.parse(validation_time ?? NOW), chain, trusted_certs.map(der), chainPins(chain));
    });
}

function seed(name, host, now, chain, anchors, pins) {
  const rules = [
    { pins: [pins[0]], backupPins: [strayPin(1)] },
    { pins: [strayPin(1), { pin: pins.at(-1), role: "ca" }] },
    { pins: [...anchors.flatMap((anchor) => chainPins([anchor])), strayPin(2)], backupPins: [pins[0]] },
  ];
  const policies = rules.map((rule) => JSON.stringify(policyOf({ host, ...rule })));
  const base64 = (ders) => ders.map((der) => Buffer.from(der).toString("base64"));
  return { name, policies, host, now, chain: base64(chain), anchors: base64(anchors) };
}

/** A certificate that cannot be read has no pin: any other will do. */
function chainPins(chain) {
  try {
    return [...new Set(pinsOf(chain))];
  } catch {
    return [strayPin(3)];
  }
}

function der(pem) {
  const [, body] = /-----BEGIN CERTIFICATE-----([^-]+)-----END/.exec(pem);
  return Uint8Array.from(Buffer.from(body, "base64"));
}
