// One case put to the package, whichever backend: what comes of it, in one line. Plain JavaScript, Hermes runs it too.

/** `terms`: what the signed policies of tests/vectors/bundles are judged by. */
export function answer(chainpin, terms, { ask, says, ...question }) {
  if (ask === "bundle") {
    const verdict = chainpin.verifyBundle(question.bundle, terms);
    return verdict.accepted ? "accepted" : verdict.reason;
  }
  if (ask === "pins") return orCode(() => chainpin.pinsOf(question.chain).join(" "));
  if (ask === "findings") {
    const isPublicSuffix = (name) => question.suffixes.indexOf(name) >= 0;
    return orCode(() => codes(chainpin.lint(question.policy, { now: question.now, isPublicSuffix })));
  }
  return orCode(() => verdictLine(chainpin, question, says));
}

function verdictLine(chainpin, { policy, host, now, chain, source, anchor, anchors }, says) {
  const verifier = chainpin.createVerifierSync(policy);
  const verdict = verifier.verify({ host, now, chain, source, anchor, anchors });
  const { outcome, reason, matched } = verdict;
  const words = [outcome];
  if (reason !== undefined) words.push(reason);
  if (matched !== undefined) words.push(matched.role, matched.index);
  if (matched !== undefined && matched.backup) words.push("backup");
  if (says !== undefined && told(verdict).indexOf(says) < 0) words.push("and does not say so");
  verifier.dispose();
  return words.join(" ");
}

/** All that a verdict says in words. */
function told({ message, chain }) {
  return [message].concat(chain.map(({ offPath }) => offPath || "")).join("\n");
}

function codes(findings) {
  return (
    findings
      .map(({ code }) => code)
      .filter((code, index, all) => all.indexOf(code) === index)
      .sort()
      .join(" ") || "nothing found"
  );
}

function orCode(work) {
  try {
    return work();
  } catch (error) {
    if (error.code === undefined) throw error;
    return error.code;
  }
}
