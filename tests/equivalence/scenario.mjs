// All that crosses the boundary, once: texts beyond ASCII, errors, details, reports, and a policy that makes the memory grow.
// What it answers must be the same on every backend.

/** `chains`: `[{ host, now, pem, pins, root }]`; `stray`: a pin of nobody. */
export async function scenario(chainpin, chains, stray) {
  const { createAnchors, createVerifier, createVerifierSync, init, inspect, issuersOf, lint, pinsOf } = chainpin;
  await init();
  const answers = [];
  const tell = (work) => {
    try {
      answers.push(work());
    } catch (error) {
      answers.push([error.name, error.code, error.path, error.message]);
    }
  };
  const policyOf = (...rules) => ({ version: 1, id: "acme-mobile", sequence: 12, rules });
  const label = "Schlüssel für 鍵 😀\u{feff}";

  const small = await createVerifier(policyOf(...chains.map(({ host, pins }) => ({ host, pins: [{ pin: pins[0], label }] }))));
  const judge = (verifier) => {
    for (const { host, now, pem, root } of chains) {
      for (const source of ["validated", "presented"]) tell(() => JSON.stringify(verifier.verify({ host, chain: pem, source, now })));
      if (root) tell(() => JSON.stringify(verifier.verify({ host, chain: pem, anchors: createAnchors(root), now })));
      tell(() => verifier.verify({ host: "other.example", chain: pem, now }).message);
    }
  };
  judge(small);
  tell(() => small.ruleFor(chains[0].host));
  tell(() => small.findings);

  const many = Array.from({ length: 15000 }, (_, index) => ({
    host: `h${index}.example`,
    pins: [stray],
    backupPins: [{ pin: chains[0].pins[0], label }],
  }));
  const large = createVerifierSync(JSON.stringify(policyOf(...many, { host: chains[0].host, pins: [chains[0].pins[0]] })));
  judge(small);
  tell(() => JSON.stringify(large.verify({ host: chains[0].host, chain: chains[0].pem, source: "validated", now: chains[0].now })));
  const report = large.verify({ host: "h14999.example", chain: chains[1].pem, source: "validated", now: chains[1].now });
  tell(() => JSON.stringify(report));
  tell(() => report.toReport(8443));
  tell(() => report.toError().code);

  tell(() => chains.map(({ pem }) => [inspect(pem), pinsOf(pem)]));
  tell(() => chains.map(({ pem, root }) => issuersOf(root ? pem + root : pem)));
  tell(() => inspect("nonsense"));
  tell(() => createVerifierSync("{"));
  // As text: an older JSON.stringify leaves the lone surrogate as it is, a newer one escapes it.
  tell(() => createVerifierSync(JSON.stringify(policyOf({ host: "ä?.example", pins: [stray] })).replace("?", "\ud800")));
  tell(() => small.ruleFor("\udc00鍵\u{1f600}"));
  tell(() => small.verify({ host: "ü\ud83d", chain: chains[0].pem, now: 0 }).message);
  tell(() => lint(policyOf({ host: "com", subdomains: true, pins: [stray] }), { now: 0, isPublicSuffix: (name) => name === "com" }));
  return answers.map((answer) => JSON.stringify(answer));
}
