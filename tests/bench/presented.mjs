import * as chainpin from "chainpin";
import { algorithms, issue, now } from "./authority.mjs";
import { keyOf } from "./chains.mjs";
import { enginesFor, pinOf } from "./engines.mjs";
import { Group } from "./figures.mjs";
import { effort, race } from "./measure.mjs";
import { policyOf } from "./policies.mjs";

const limits = { "P-256": 2, "RSA-2048": 1.5 };

/** As many chains as a turn may take before a verifier has seen one of them. */
const POOL = 64;

/** A verdict on a chain that nobody has checked: leaf and intermediate, to a root of the app's own; two signatures. */
export async function measurePresented(algorithm, { quick }) {
  const group = new Group(`presented-${algorithm.toLowerCase()}`, `A presented chain with two ${algorithm} signatures`, {
    fresh: "× fresh",
    validated: "× validated",
  });
  if (chainpin.createAnchors === undefined) {
    group.notes.push("skipped: chainpin has no createAnchors yet");
    return group;
  }
  const pool = await chains(algorithm);
  const contenders = [fresh(pool), again(pool), validated(pool), ...enginesFor(pool.root, now).map((engine) => rival(engine, pool))];
  for (const { check } of contenders) await check();
  const times = await race(contenders, effort(quick));

  for (const { id, what } of contenders) group.add(id, what, times.get(id), "µs");
  group.ratio("fresh", "node", { atMost: limits[algorithm] });
  group.ratio("again", "validated", { atMost: 3 });
  group.ratio("node", "fresh");
  group.ratio("pkijs", "fresh", { atLeast: 1 });
  group.ratio("peculiar", "fresh", { atLeast: 1 });
  return group;
}

/** RSA keys take long to make. */
async function chains(algorithm) {
  const { root, chains } = await issue(algorithms[algorithm], POOL, algorithm === "RSA-2048" ? 8 : POOL);
  for (const chain of chains) chain.pins = chain.ders.map((der) => pinOf(keyOf(der)));
  const policy = policyOf(chains, ({ pins }) => pins[1], POOL);
  // Right names, wrong key.
  const forged = { ...chains[0], ders: [chains[0].ders[0], chains[1].ders[1]], pins: chains[1].pins };
  return { root, chains, policy, forged, at: (i) => chains[i % chains.length] };
}

/** A verifier that has seen none of the chains. */
function fresh({ root, policy, forged, at }) {
  const anchors = chainpin.createAnchors([root]);
  let verifier;
  const prepare = () => {
    verifier?.dispose();
    verifier = chainpin.createVerifierSync(policy);
  };
  const ask = ({ host, ders }) => verifier.verify({ host, chain: ders, source: "presented", anchors, now });
  const check = () => {
    prepare();
    expectMatch("a fresh chain", ask(at(0)), at(0));
    const { reason } = ask(forged);
    if (reason !== "path-invalid") throw new Error(`a forged chain: ${reason} instead of path-invalid`);
  };
  return { id: "fresh", what: "chainpin, seen for the first time", prepare, most: POOL, run: (i) => read(ask(at(i))), check };
}

function again({ root, policy, at }) {
  return repeated("again", "chainpin, seen before", policy, at(0), { source: "presented", anchors: chainpin.createAnchors([root]) });
}

function validated({ policy, at }) {
  return repeated("validated", "chainpin, source: validated", policy, at(0), { source: "validated" });
}

function repeated(id, what, policy, chain, options) {
  const verifier = chainpin.createVerifierSync(policy);
  const request = { host: chain.host, chain: chain.ders, now, ...options };
  const ask = () => verifier.verify(request);
  return { id, what, run: () => read(ask()), check: () => expectMatch(what, ask(), chain) };
}

function rival({ id, what, asynchronous, judge }, { at, forged }) {
  const check = async () => {
    if (String(await judge(at(0).ders)) !== String(at(0).pins)) throw new Error(`${what} refuses a right chain`);
    if ((await judge(forged.ders)).length > 0) throw new Error(`${what} accepts a forged chain`);
  };
  return { id, what, asynchronous, run: (i) => judge(at(i).ders), check };
}

function read(verdict) {
  return verdict.ok && verdict.matched;
}

function expectMatch(what, { ok, matched, message }, { pins }) {
  if (!ok || matched?.pin !== pins[1] || matched.index !== 1) throw new Error(`${what}: ${message}`);
}
