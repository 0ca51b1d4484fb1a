/** One policy, compiled in the module, and the verdicts that it gives. */

import { oneOf, requireObject, requireString, toMillis, toPort } from "../base/arguments.js";
import type { Backend } from "./backend.js";
import { AnchorSet, isAnchorSet } from "./anchors.js";
import { CHAIN, packChain } from "./chain.js";
import { Compiled, POLICY } from "./compiled.js";
import { ChainpinError } from "../model/errors.js";
import { translated } from "./failure.js";
import type { Policy, Rule } from "../model/policy.js";
import type { ChainInput, Finding, PolicyName, Reason, Verdict, Verifier, VerifyRequest } from "../model/types.js";
import { RULE_PINS, VALIDATED, WITH_ANCHORS } from "../model/generated.js";
import { ANCHOR, type Origin, PackedVerdict, type Question, failedVerdict, outcomeOf } from "./verdict.js";

export class CompiledVerifier implements Verifier {
  private readonly origin: Origin;
  private disposed = false;
  private parsed: Policy | undefined;
  private found: readonly Finding[] | undefined;

  /** @throws PolicyError */
  constructor(
    private readonly backend: Backend,
    private readonly text: string,
    compiled = new Compiled(backend, POLICY, text),
  ) {
    this.origin = translated(() => new PolicyOrigin(backend, compiled));
  }

  verify(request: VerifyRequest): Verdict {
    this.requireAlive();
    const question = toQuestion(request, this.backend);
    const { host, chain, flags, anchors, now } = question;
    try {
      const packed = translated(() =>
        this.origin.compiled.use((engine, handle) => {
          const packed = engine.verify(handle, host, chain, flags, anchors?.ready(engine) ?? 0, now);
          // In here, so that a module that answers nonsense is replaced like one that traps.
          outcomeOf(packed);
          return packed;
        }),
      );
      return new PackedVerdict(this.origin, question, packed);
    } catch (error) {
      // Bad anchors: a failure of the module is no TypeError here.
      if (error instanceof TypeError) throw error;
      return failedVerdict(this.origin, question, error);
    } finally {
      anchors?.release();
    }
  }

  ruleFor(host: string): Rule | undefined {
    this.requireAlive();
    requireString(host, "host");
    const index = translated(() => this.origin.compiled.tell((engine, handle) => engine.ruleIndex(handle, host)));
    return this.policy.rules[index];
  }

  get findings(): readonly Finding[] {
    return (this.found ??= freeze(
      translated(() => this.backend.run((engine) => engine.lint(this.text, undefined, Date.now(), undefined, undefined))),
    ));
  }

  get policy(): Policy {
    return (this.parsed ??= freeze(JSON.parse(this.text)));
  }

  dispose(): void {
    this.disposed = true;
    this.origin.compiled.free();
  }

  private requireAlive(): void {
    if (this.disposed) throw new ChainpinError("disposed", "this verifier was disposed; create another");
  }
}

function toQuestion(request: VerifyRequest, backend: Backend): Question {
  requireObject(request, "the request");
  const { host, source, port } = request;
  requireString(host, "host");
  const validated = oneOf(source, "source", ["validated", "presented"], "presented") === "validated";
  const anchors = toAnchors(request.anchors, validated, backend);
  const anchor = ANCHOR[oneOf(request.anchor, "anchor", ["system", "user", "unknown"], "unknown")];
  return {
    host,
    chain: packChain(request.chain, "chain", CHAIN),
    flags: anchor | (validated ? VALIDATED : 0) | (anchors === undefined ? 0 : WITH_ANCHORS),
    anchors,
    now: toMillis(request.now, "now"),
    port: toPort(port, "port"),
  };
}

function toAnchors(anchors: VerifyRequest["anchors"], validated: boolean, backend: Backend): Compiled<Uint8Array> | undefined {
  if (anchors === undefined) return undefined;
  if (validated) throw new TypeError('anchors go with source "presented"; a validated path has been built to the platform\'s own');
  if (isAnchorSet(anchors)) return anchors.of(backend);
  return new AnchorSet(anchors as ChainInput, "anchors").of(backend).expire();
}

/** What is asked of the module once per policy, rule and pin. */
class PolicyOrigin implements Origin {
  readonly reasons: readonly (Reason | undefined)[];
  readonly policy: PolicyName;
  private readonly hosts = new Map<number, string | undefined>();
  private readonly pins = new Map<number, readonly [string, string?] | undefined>();

  constructor(
    backend: Backend,
    readonly compiled: Compiled<string>,
  ) {
    this.policy = Object.freeze(this.compiled.use((engine, handle) => engine.policyName(handle)) as PolicyName);
    this.reasons = [undefined, ...(backend.run((engine) => engine.reasons()) as Reason[]), "internal"];
  }

  ruleHost(rule: number): string | undefined {
    return remember(this.hosts, rule, () => this.compiled.tell((engine, handle) => engine.ruleHost(handle, rule)));
  }

  rulePin(rule: number, pin: number): readonly [string, string?] | undefined {
    const key = rule * RULE_PINS + pin;
    const ask = () => this.compiled.tell((engine, handle) => engine.rulePin(handle, rule, pin)) as [string, string?] | undefined;
    return remember(this.pins, key, ask);
  }
}

/** Texts kept of a policy; an app talks to fewer hosts than that. */
const REMEMBERED = 256;

function remember<T>(known: Map<number, T>, key: number, ask: () => T): T {
  const old = known.get(key);
  if (old !== undefined) return old;
  if (known.size >= REMEMBERED) known.clear();
  const fresh = ask();
  known.set(key, fresh);
  return fresh;
}

function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) {
    for (const key of Object.keys(value)) freeze((value as Record<string, unknown>)[key]);
    Object.freeze(value);
  }
  return value;
}
