// node --expose-gc verdicts.mjs COUNT: a million verdicts by WebAssembly, COUNT by JavaScript, without a byte more of the module's memory.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import { instances } from "../node/lib/instances.mjs";
import { openJavaScript } from "../node/lib/js-instances.mjs";
import { policyOf, strayPin, vectors } from "../node/lib/vectors.mjs";

const chains = vectors.filter(({ host, ders }) => host !== undefined && ders.length > 1);
const policy = JSON.stringify(policyOf(...chains.map(({ host, pins }) => ({ host, pins: [pins[0]], backupPins: [strayPin(1)] }))));
const large = JSON.stringify(
  policyOf(...Array.from({ length: 200 }, (_, index) => ({ host: `h${index}.example`, pins: [strayPin(index)] }))),
);

/** Until every chain has been met in every way, and told of: what takes the most memory is among them. */
const WARM_UP = 20_000;

const wasm = { api: await import("chainpin"), instances, count: 1_000_000 };
const javascript = { ...(await openJavaScript()), count: Number(process.argv[2]) };

for (const [payload, { api, instances, count }] of Object.entries({ WebAssembly: wasm, JavaScript: javascript })) {
  const memory = () => instances[instances.length - 1].exports.memory.buffer.byteLength;
  const started = process.cpuUsage();
  const verifier = api.createVerifierSync(policy);
  const judged = { pinned: 0, mismatch: 0, malformed: 0 };
  const steady = (what, warmUp, times, work) => {
    for (let index = 0; index < warmUp; index++) work(index);
    const before = memory();
    for (let index = 0; index < times; index++) work(index);
    assert.equal(memory(), before, `${payload}: ${what}`);
  };

  steady("verdicts", WARM_UP, count, (index) => {
    const { host, ders, now, pins } = chains[index % chains.length];
    // Nine of ten are of a validated path; the others are all that can go wrong.
    const kind = index % 10;
    const chain =
      kind === 8 ? chains[(index + 1) % chains.length].ders : kind === 9 ? [ders[0], ders[1].subarray(0, 100 + (index % 300))] : ders;
    const verdict = verifier.verify({ host, chain, source: "validated", now });
    if (kind === 9) judged.malformed += verdict.reason === "chain-malformed" ? 1 : assert.fail(verdict.message);
    else if (kind === 8) judged.mismatch += verdict.ok ? assert.fail(verdict.message) : 1;
    else judged.pinned += verdict.matched.pin === pins[0] ? 1 : assert.fail(verdict.message);
    if (index % 97 === 0)
      assert.ok(verdict.message.length > 0 && verdict.toReport().hostname === host && verdict.chain.length >= (kind === 9 ? 0 : 2));
  });
  const verdictTime = cpuSince(started);

  const cycles = Math.ceil(count / 500);
  steady("verifiers made and disposed", 200, cycles, () => api.createVerifierSync(large).dispose());

  // Forgotten, as an app that knows of no `dispose` does: the collector frees them.
  const forget = async (times) => {
    for (let index = 0; index < times; index++) {
      api.createVerifierSync(large);
      if (index % 20 === 19) globalThis.gc(), await wait(1);
    }
  };
  await forget(200);
  const before = memory();
  await forget(Math.min(cycles, 1_000));
  assert.equal(memory(), before, `${payload}: verifiers forgotten`);
  assert.equal(instances.length, 1, "no trap on the way");

  const perVerdict = ((verdictTime * 1e6) / (count + WARM_UP)).toFixed(1);
  console.log(
    `${payload}: ${count} verdicts (${perVerdict} µs each), ${cycles} verifiers disposed, ${Math.min(cycles, 1_000)} forgotten: ${memory() / 65_536} pages throughout, ${cpuSince(started).toFixed(0)} s of processor time`,
  );
  console.log(`  ${JSON.stringify(judged)}`);
}

function cpuSince(started) {
  const { user, system } = process.cpuUsage(started);
  return (user + system) / 1e6;
}
