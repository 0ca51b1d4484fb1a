import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { realChains } from "./chains.mjs";
import { Group } from "./figures.mjs";
import { median } from "./measure.mjs";
import { policyOf } from "./policies.mjs";

/** From import to the first verdict, each time in a fresh process. */
export async function measureCold({ quick }) {
  const [chain] = realChains;
  const given = JSON.stringify({
    policy: policyOf(realChains, ({ pins }) => pins[0], 10),
    host: chain.host,
    now: chain.now,
    chain: chain.base64,
  });
  const verdict = (entry) => `
    const { createVerifier } = await import("${entry}");
    const verifier = await createVerifier(given.policy);
    if (!verifier.verify({ host: given.host, chain: given.chain, source: "validated", now: given.now }).ok) throw new Error("no match");`;
  const contenders = {
    chainpin: verdict("chainpin"),
    js: verdict("chainpin/js"),
    forge: `await import("node-forge");`,
  };
  const times = Object.fromEntries(Object.keys(contenders).map((name) => [name, []]));
  for (let round = 0; round < (quick ? 3 : 25); round++)
    for (const [name, code] of Object.entries(contenders)) times[name].push(inChild(code, given));

  const group = new Group("cold", "From import to the first verdict, in a fresh process", { forge: "× node-forge" });
  group.add("chainpin", "chainpin", median(times.chainpin), "ms");
  group.add("js", "chainpin/js", median(times.js), "ms");
  group.add("forge", "importing node-forge, no more", median(times.forge), "ms");
  group.ratio("chainpin", "forge", { atMost: 1 / 3 });
  group.ratio("js", "forge");
  return group;
}

function inChild(code, given) {
  const script = `const given = JSON.parse(process.env.GIVEN); const from = performance.now(); ${code} console.log(performance.now() - from);`;
  const child = spawnSync(process.execPath, ["--input-type=module", "-e", script], {
    cwd: fileURLToPath(new URL(".", import.meta.url)),
    env: { ...process.env, GIVEN: given },
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  if (child.status !== 0) throw new Error(`a cold start ended with ${child.signal ?? child.status}`);
  return Number(child.stdout);
}
