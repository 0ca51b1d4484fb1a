import { readFileSync } from "node:fs";
import { createPolicyStore, memoryStorage } from "chainpin/updates";
import { signer } from "../node/lib/signer.mjs";
import { bundleForHermes, runInHermes } from "../hermes/vm.mjs";
import { at } from "../../scripts/lib/paths.mjs";
import { realChains } from "./chains.mjs";
import { Group } from "./figures.mjs";
import { median } from "./measure.mjs";
import { policyOf } from "./policies.mjs";

const RULES = 1_000;
const now = Date.UTC(2026, 10, 24);

/** From the text of a bundle to the policy in use: signature, policy, log and verifier. In Node, and in Hermes. */
export async function measureUpdates({ quick }) {
  const group = new Group("updates", `Accepting a signed policy of ${RULES.toLocaleString("en")} rules`);
  for (const [alg, type] of [
    ["ES256", "ec"],
    ["EdDSA", "ed25519"],
  ]) {
    const key = signer("bench", type);
    const bundles = Array.from({ length: quick ? 5 : 31 }, (_, index) => key.sign(policy(index + 2, RULES)));
    if (alg === "ES256") group.add("text", "its text", bundles[0].length, "B");
    const given = { keys: [key.jwk], embedded: policy(1, 1), bundles, now };
    group.add(`node:${alg}`, `Node, ${alg}`, await inNode(given), "ms", { atMost: 20 });
    group.add(
      `hermes:${alg}`,
      `Hermes 0.12, ${alg}, by the clock`,
      await inHermes({ ...given, bundles: bundles.slice(0, quick ? 3 : 7) }),
      "ms",
      { atMost: 500 },
    );
  }
  return group;
}

async function inNode({ keys, embedded, bundles, now }) {
  let next;
  const store = await createPolicyStore({ keys, embedded, storage: memoryStorage(), now: () => now, fetch: async () => next });
  const times = [];
  for (next of bundles) {
    const from = process.cpuUsage();
    const { accepted, message } = await store.update();
    const { user, system } = process.cpuUsage(from);
    times.push((user + system) / 1000);
    if (!accepted) throw new Error(message);
  }
  return median(times);
}

async function inHermes(given) {
  const source = readFileSync(new URL("updates-in-hermes.mjs", import.meta.url), "utf8");
  const [line] = runInHermes(await bundleForHermes(source, { given }, {}, at("tests", "bench")), { seconds: 300 });
  if (!line.startsWith("[")) throw new Error(line);
  return median(JSON.parse(line));
}

/** Rules as apps have them. */
function policy(sequence, rules) {
  const { rules: list, ...rest } = policyOf(realChains, ({ pins }) => pins[0], Math.max(rules, realChains.length));
  const date = (days) => new Date(now + days * 86_400_000).toISOString();
  return { ...rest, sequence, issuedAt: date(-1), expires: date(90), rules: list };
}
