// The most that others can make the module work: a chain from the network, in each way that `npm run fuzz -- worst` knows, and hosts that
// a publisher chose. Steps, so that the limits hold on every machine.
import { issuersChain } from "../fuzz/worst/build.mjs";
import { costs } from "../fuzz/worst/cost.mjs";
import { ISSUERS_STEPS, VERDICT_STEPS, found } from "../fuzz/worst/genome.mjs";
import { collidingHosts, ordinaryHosts } from "./colliding.mjs";
import { Group } from "./figures.mjs";
import { chainpin } from "./steps.mjs";

const HOSTS = 20_000;

export async function measureWorst() {
  const group = new Group("worst", "The most steps that others can cause");
  const { cost, counted } = await costs();

  for (const [name, genome] of Object.entries(found)) {
    const { first, second, bytes } = cost(genome, { thorough: true });
    const what = `a verdict on a chain of ${Math.ceil(bytes / 1024)} KiB: ${name}`;
    group.add(name.replace(/\W+/g, "-"), what, Math.max(first, second), "steps", { atMost: VERDICT_STEPS });
  }

  group.add(
    "issuers",
    "issuersOf, all of one name, RSA-8192",
    counted(() => chainpin.issuersOf(issuersChain())),
    "steps",
    { atMost: ISSUERS_STEPS },
  );

  const compiled = (hosts) => {
    const policy = JSON.stringify({ version: 1, id: "hosts", sequence: 1, rules: hosts.map((host) => ({ host, exempt: true })) });
    let verifier;
    const steps = counted(() => (verifier = chainpin.createVerifierSync(policy)));
    const lookups = counted(() => hosts.slice(0, 1000).forEach((host) => verifier.verify({ host, chain: [] })));
    verifier.dispose();
    return { steps, lookups };
  };
  const [ordinary, colliding] = [ordinaryHosts(HOSTS), collidingHosts(HOSTS)].map(compiled);
  group.add("ordinary", `compiling ${HOSTS.toLocaleString("en")} hosts`, ordinary.steps, "steps");
  group.add("colliding", "compiling as many that have one hash", colliding.steps, "steps");
  group.ratio("colliding", "ordinary", { atMost: 2 });
  group.add("ordinary-found", "finding 1,000 of them", ordinary.lookups, "steps");
  group.add("colliding-found", "finding 1,000 that have one hash", colliding.lookups, "steps");
  group.ratio("colliding-found", "ordinary-found", { atMost: 2 });
  return group;
}
