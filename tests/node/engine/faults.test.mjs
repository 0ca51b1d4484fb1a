// A trap in any function of the module, the glue's helpers included, on both payloads: the answer is a refusal or `internal`, never
// `ok`; the instance is thrown away, and the next call is right. A function that is exported and has no fault here fails the test.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { instances } from "../lib/instances.mjs";
import { openJavaScript } from "../lib/js-instances.mjs";
import { now as signedAt, policy as signedPolicy, signer } from "../lib/signer.mjs";
import { policyOf, strayPin, vector } from "../lib/vectors.mjs";

const wasm = { api: await import("chainpin"), instances };
const javascript = await openJavaScript();

const akamai = vector("akamai.com");
const [leafPin] = akamai.pins;
const rules = [{ host: akamai.host, pins: [{ pin: leafPin, label: "Schlüssel 2026" }], backupPins: [strayPin(1)] }];
const request = { host: akamai.host, chain: akamai.ders, source: "validated", now: akamai.now };
const presented = { ...request, source: "presented", anchors: [akamai.ders.at(-1)] };
const mismatching = policyOf({ ...rules[0], pins: [strayPin(2)] });
const key = signer("k");
const bundle = key.sign(signedPolicy(2));
const terms = { keys: [key.jwk], id: "acme-mobile", now: signedAt };

/** Calls of the API: what comes of each, and what it needs of the module beforehand. */
const calls = {
  createVerifier: { run: ({ createVerifierSync }) => createVerifierSync(policyOf(...rules)).policy.id },
  verify: { prepare: matching, run: (_, verifier) => outcome(verifier.verify(request)) },
  "verify with anchors": { prepare: matching, run: (_, verifier) => outcome(verifier.verify(presented)) },
  "verify in a new instance": { prepare: (api) => reborn(api, matching(api)), run: (_, verifier) => outcome(verifier.verify(request)) },
  "verdict.matched": { prepare: (api) => matching(api).verify(request), run: (_, verdict) => verdict.matched },
  "verdict.rule": { prepare: (api) => matching(api).verify(request), run: (_, verdict) => verdict.rule },
  "verdict.host": { prepare: mismatch, run: (_, verdict) => verdict.host },
  "verdict.message": { prepare: mismatch, run: (_, verdict) => verdict.message },
  "verdict.chain": { prepare: mismatch, run: (_, verdict) => verdict.chain },
  "verdict.toReport": { prepare: mismatch, run: (_, verdict) => verdict.toReport() },
  "verdict of a new instance": { prepare: (api) => reborn(api, mismatch(api)), run: (_, verdict) => verdict.message },
  ruleFor: { prepare: matching, run: (_, verifier) => verifier.ruleFor(akamai.host) },
  findings: { prepare: matching, run: (_, verifier) => verifier.findings.length },
  dispose: { prepare: matching, run: (_, verifier) => verifier.dispose() },
  createAnchors: { run: ({ createAnchors }) => typeof createAnchors(akamai.ders) },
  "anchors.dispose": { prepare: ({ createAnchors }) => createAnchors(akamai.ders), run: (_, anchors) => anchors.dispose() },
  inspect: { run: ({ inspect }) => inspect(akamai.ders) },
  issuersOf: { run: ({ issuersOf }) => issuersOf(akamai.ders) },
  pinsOf: { run: ({ pinsOf }) => pinsOf(akamai.ders) },
  lint: { run: ({ lint }) => lint(policyOf(...rules), { now: akamai.now }) },
  verifyBundle: { run: ({ verifyBundle }) => verifyBundle(bundle, terms) },
};

const verdicts = ["verify", "verify with anchors", "verify in a new instance"];
/** Telling decides nothing: a fresh instance is asked once more. And what is freed is gone with the instance. */
const unnoticed = [
  "verdict.matched",
  "verdict.host",
  "verdict.rule",
  "verdict.message",
  "verdict.chain",
  "verdict.toReport",
  "verdict of a new instance",
  "ruleFor",
  "dispose",
  "anchors.dispose",
];
const withText = Object.keys(calls).filter((name) => !["verdict.matched", "verdict.rule", "dispose", "anchors.dispose"].includes(name));

/** Which calls reach an export. */
const reached = {
  acceptBundle: ["verifyBundle"],
  compileAnchors: ["createAnchors", "verify with anchors"],
  compilePolicy: ["createVerifier", "verify in a new instance", "verdict of a new instance"],
  describe: ["verdict.message", "verdict.chain", "verdict of a new instance"],
  freeAnchors: ["anchors.dispose", "verify with anchors"],
  freePolicy: ["dispose"],
  hostText: ["verdict.host"],
  inspect: ["inspect"],
  issuersOf: ["issuersOf"],
  lint: ["lint", "findings"],
  pinsOf: ["pinsOf"],
  policyName: ["createVerifier"],
  reasons: ["createVerifier"],
  report: ["verdict.toReport"],
  ruleHost: ["verdict.rule"],
  ruleIndex: ["ruleFor"],
  rulePin: ["verdict.matched"],
  verify: verdicts,
  __wbindgen_add_to_stack_pointer: [...withText.filter((name) => name !== "verify"), "verdict.rule"],
  __wbindgen_free: ["verdict.rule"],
  __wbindgen_malloc: withText,
  __wbindgen_realloc: ["createVerifier"],
};

/** No call reaches these. */
const unreached = {
  __wbindgen_exn_store: "keeps what a caller's function throws, and js/engine/api.ts lets nothing of that through",
};

test("every exported function has its fault", () => {
  const module = new WebAssembly.Module(readFileSync(new URL("../../../js/generated/chainpin.wasm", import.meta.url)));
  const functions = WebAssembly.Module.exports(module).filter(({ kind }) => kind === "function");
  assert.deepEqual(functions.map(({ name }) => name).sort(), [...Object.keys(reached), ...Object.keys(unreached)].sort());
  assert.deepEqual([...new Set(Object.values(reached).flat())].sort(), Object.keys(calls).sort(), "every call is met by one");
});

for (const [payload, { api, instances }] of Object.entries({ wasm, javascript })) {
  for (const [name, names] of Object.entries(reached)) {
    test(`${payload}: a trap in ${name}`, () => {
      api.initSync();
      for (const call of names) {
        api.pinsOf(akamai.ders);
        const { prepare = () => undefined, run } = calls[call];
        const counted = inject(instances, name, Infinity, prepare(api), run, api);
        assert.ok(counted.count > 0, `${call} does not reach it`);
        for (let nth = 1; nth <= counted.count; nth++) {
          for (const when of ["before", "after"]) {
            const subject = prepare(api);
            const made = instances.length;
            const failed = inject(instances, name, nth, subject, run, api, when);
            const place = `${call}, ${when} call ${nth} of ${counted.count}`;
            // What is freed after a verdict was given does not take it back.
            if (unnoticed.includes(call) || name === "freeAnchors") assert.deepEqual(failed.answer, counted.answer, place);
            else if (verdicts.includes(call))
              assert.deepEqual(failed.answer, { ok: false, outcome: "rejected", reason: "internal", matched: undefined }, place);
            else assert.deepEqual([failed.error?.name, failed.error?.code], ["ChainpinError", "internal"], place);
            if (!/dispose/.test(call)) assert.deepEqual(run(api, subject), counted.answer, `${place}: the next one`);
            api.pinsOf(akamai.ders);
            assert.equal(instances.length, made + 1, `${place}: one fresh instance`);
          }
        }
      }
    });
  }

  test(`${payload}: what no call reaches is not reached by a caller's function that throws`, () => {
    const { exports } = newest(instances);
    for (const name of Object.keys(unreached)) exports[name] = () => assert.fail(name);
    const isPublicSuffix = () => {
      throw new RangeError("the caller's own");
    };
    assert.throws(() => api.lint(policyOf({ ...rules[0], subdomains: true }), { isPublicSuffix }), new RangeError("the caller's own"));
  });

  test(`${payload}: while every instance traps, every verdict is a refusal, and nothing else is said`, () => {
    const { ok } = matching(api).verify(request);
    const verifiers = Array.from({ length: 20 }, () => matching(api));
    const verdict = mismatch(api);
    const breaking = (instance) => {
      for (const name of Object.keys(reached)) instance.exports[name] = trap;
      return Array.prototype.push.call(instances, instance);
    };
    breaking(instances.pop());
    instances.push = breaking;
    for (const verifier of verifiers) {
      assert.deepEqual(outcome(verifier.verify(request)), { ok: false, outcome: "rejected", reason: "internal", matched: undefined });
      assert.deepEqual(outcome(verifier.verify(presented)), { ok: false, outcome: "rejected", reason: "internal", matched: undefined });
    }
    assert.deepEqual([verdict.ok, verdict.reason], [false, "pin-mismatch"]);
    for (const run of [
      () => verdict.message,
      () => api.createVerifierSync(mismatching),
      () => api.pinsOf(akamai.ders),
      () => verifiers[0].ruleFor(akamai.host),
    ]) {
      assert.throws(run, { name: "ChainpinError", code: "internal" });
    }
    verifiers[1].dispose();
    delete instances.push;
    assert.equal(ok && verifiers[0].verify(request).ok, true);
    assert.equal(verdict.message.includes(leafPin), true);
  });
}

/** Runs with the nth call of an export trapping, before its work or after it. */
function inject(instances, name, nth, subject, run, api, when = "before") {
  const { exports } = newest(instances);
  const { [name]: original } = exports;
  const result = { count: 0 };
  exports[name] = (...values) => {
    result.count += 1;
    if (result.count === nth && when === "before") trap();
    const answer = original(...values);
    if (result.count === nth) trap();
    return answer;
  };
  try {
    result.answer = run(api, subject);
  } catch (error) {
    result.error = error;
  }
  exports[name] = original;
  if (nth !== Infinity) assert.ok(result.count >= nth, `${name} was called ${result.count} times`);
  else if (result.error) throw result.error;
  return result;
}

function trap() {
  throw new WebAssembly.RuntimeError("unreachable");
}

function newest(instances) {
  return instances[instances.length - 1];
}

/** A new instance is in use, which knows nothing of what was made before. */
function reborn(api, subject) {
  const { instances } = api === wasm.api ? wasm : javascript;
  const { error } = inject(instances, "pinsOf", 1, undefined, () => api.pinsOf(akamai.ders));
  assert.equal(error.code, "internal");
  api.pinsOf(akamai.ders);
  return subject;
}

function matching({ createVerifierSync }) {
  return createVerifierSync(policyOf(...rules));
}

function mismatch({ createVerifierSync }) {
  return createVerifierSync(mismatching).verify(request);
}

function outcome({ ok, outcome, reason, matched }) {
  return { ok, outcome, reason, matched };
}
