// What one genome's verdict costs, in steps of the module.
import { chainpin, countSteps } from "../../bench/steps.mjs";
import { connection } from "./build.mjs";

/**
 * `{ cost, counted }`. `cost(genome)`: `{ outcome, bytes, first }`, in steps; with `thorough` also `second`, the verdict with what the first
 * left to remember, and `message` and `evidence`, which are read of it.
 */
export async function costs() {
  const { counted } = await countSteps();
  const cost = (genome, { thorough = false } = {}) => {
    const { policy, anchors, request } = connection(genome);
    const bytes = request.chain.reduce((sum, der) => sum + der.length, 0);
    const verifier = chainpin.createVerifierSync(policy);
    const trusted = anchors && chainpin.createAnchors(anchors);
    const asked = { ...request, ...(trusted ? { anchors: trusted } : {}) };
    let verdict;
    const first = counted(() => (verdict = verifier.verify(asked)));
    const more = thorough && {
      second: counted(() => verifier.verify(asked)),
      message: counted(() => verdict.message),
      evidence: counted(() => [verdict.chain, verdict.toReport()]),
      says: verdict.message,
    };
    const outcome = verdict.reason ?? verdict.outcome;
    verifier.dispose();
    trusted?.dispose();
    return { outcome, bytes, first, ...more };
  };
  return { cost, counted };
}
