import { createHash } from "node:crypto";

/** Rules as apps have them, two pins and a backup; `pinOf(chain)` is one of the two. */
export function policyOf(chains, pinOf, rules) {
  const own = chains.map((chain) => rule(chain.host, pinOf(chain)));
  const others = Array.from({ length: rules - own.length }, (_, i) => `service-${i}.example.com`);
  return { version: 1, id: "bench", sequence: 1, rules: [...own, ...others.map((host) => rule(host, pin(`${host} CA`)))] };
}

function rule(host, ofChain) {
  return { host, pins: [pin(`${host} other`), ofChain], backupPins: [pin(`${host} backup`)] };
}

function pin(seed) {
  return `sha256/${createHash("sha256").update(seed).digest("base64")}`;
}
