import { readFileSync } from "node:fs";
import { at } from "../../scripts/lib/paths.mjs";
import { makeJavaScript } from "../../scripts/build/javascript.mjs";
import { bundleForHermes, runInHermes } from "../hermes/vm.mjs";
import { algorithms, issue, now } from "./authority.mjs";
import { keyOf, realChains } from "./chains.mjs";
import { pinOf } from "./engines.mjs";
import { Group } from "./figures.mjs";
import { policyOf } from "./policies.mjs";

/** React Native's engine: the JavaScript payload, beside what finding and hashing the keys alone costs there. */
export async function measureHermes({ quick }) {
  const { root, chains } = await issue(algorithms["P-256"], quick ? 4 : 16, 1);
  for (const chain of chains) chain.pins = chain.ders.map((der) => pinOf(keyOf(der)));
  const given = {
    rounds: quick ? 3 : 21,
    now,
    root: base64(root),
    real: realChains.map(({ host, now, ders, pins, keys }) => ({ host, now, ders: ders.map(base64), pins, digests: keys.map(digestOf) })),
    policy: policyOf(realChains, ({ pins }) => pins[0], 10),
    made: chains.map(({ host, ders }) => ({ host, ders: ders.map(base64) })),
    madePolicy: policyOf(chains, ({ pins }) => pins[1], chains.length),
  };
  const scripts = { rustcrypto: makeJavaScript(at("js", "generated", "chainpin.wasm")) };
  const source = readFileSync(new URL("in-hermes.mjs", import.meta.url), "utf8");
  const code = await bundleForHermes(source, { given }, scripts, at("tests", "bench"));
  const [line] = runInHermes(`${asReactNative}${code}`, { seconds: 300 });
  const times = JSON.parse(line);

  const group = new Group("hermes", "In Hermes 0.12: a verdict on a chain of two certificates", {
    noble: "× noble",
    rustcrypto: "× RustCrypto",
  });
  group.add("validated", "chainpin, source: validated", 1000 * times.verdict, "µs");
  group.add("noble", "@noble/hashes and a minimal walk to the keys", 1000 * times.noble, "µs");
  group.add("forge", "node-forge: asn1.fromDer, md.sha256", 1000 * times.forge, "µs");
  group.add("presented", "chainpin, presented, two P-256 signatures", 1000 * times.presented, "µs");
  group.add("rustcrypto", "the same with RustCrypto through wasm2js", 1000 * times.rustcrypto, "µs");
  group.ratio("validated", "noble", { atMost: 1.2 });
  group.ratio("forge", "noble");
  group.ratio("validated", "forge", { atMost: 0.2 });
  group.ratio("presented", "rustcrypto", { atMost: 1 / 3 });
  return group;
}

/** What node-forge looks for when it is loaded, and React Native has. */
const asReactNative = "var window = globalThis; var setTimeout = function () {};\n";

function base64(der) {
  return Buffer.from(der).toString("base64");
}

function digestOf(key) {
  return Uint8Array.from(Buffer.from(pinOf(key).slice(7), "base64")).join();
}
