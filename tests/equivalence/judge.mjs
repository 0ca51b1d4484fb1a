// One case through the package, whichever backend: the verdict, its reason, and which certificate matched, in one line.
import { VALIDATED, WITH_ANCHORS } from "./cases.mjs";

/** `chainpin`: the functions of an entry. Answers a function from a case to its line. */
export function judgeOf(chainpin, seeds) {
  const verifiers = seeds.map((seed) => seed.policies.map((policy) => chainpin.createVerifierSync(policy)));
  const anchors = seeds.map((seed) => (seed.anchors.length === 0 ? undefined : chainpin.createAnchors(seed.anchors)));
  return ({ seed, policy, source, chain }) => {
    const { host, now } = seeds[seed];
    const request = { host, now, chain, source: source === VALIDATED ? "validated" : "presented" };
    if (source === VALIDATED) request.anchor = "system";
    if (source === WITH_ANCHORS && anchors[seed] !== undefined) request.anchors = anchors[seed];
    const { outcome, reason, matched } = verifiers[seed][policy].verify(request);
    const where = matched === undefined ? "" : ` ${matched.role} ${matched.index} ${matched.pin}${matched.backup ? " backup" : ""}`;
    return `${outcome}${reason === undefined ? "" : ` ${reason}`}${where}`;
  };
}
