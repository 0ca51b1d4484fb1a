// The same sums by Node's X509Certificate, as one would write it: the pins of each certificate, sought among those of the host.
import { X509Certificate, hash } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

const { rules } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const pinsOf = new Map(rules.map(({ host, pins, backupPins }) => [host, new Set([...pins, ...backupPins])]));
const sums = new Map();
let observations = 0;
for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
  const { host, chain, count } = JSON.parse(line);
  const pins = chain.map(
    (der) =>
      `sha256/${hash("sha256", new X509Certificate(Buffer.from(der, "base64")).publicKey.export({ type: "spki", format: "der" }), "base64")}`,
  );
  const known = pinsOf.get(host);
  const key = `${host} ${known === undefined || pins.some((pin) => known.has(pin))}`;
  sums.set(key, (sums.get(key) ?? 0) + count);
  observations += 1;
}
const pass = [...sums].filter(([key]) => key.endsWith("true")).reduce((sum, [, count]) => sum + count, 0);
console.log(JSON.stringify({ observations, pass }));
