/** The page's side of the bridge: answers for held connections, asks for requests, pushes pins. docs/bridge.md is the contract. */

import { requireObject, wrong } from "../base/arguments.js";
import { toOkHttp } from "../convert/index.js";
import { BridgeError } from "../model/errors.js";
import type { ReplaceableVerifier } from "../engine/replaceable.js";
import type { Verdict, Verifier } from "../model/types.js";
import type { Bridge, BridgeChannel, BridgeNotice, BridgeOptions, PushedPins, SelfTest } from "./bridge.js";
import type { Answer, Attached, Failure, FromNative, FromPage, Hold, Notice, Pushed } from "./messages.js";
import { LONGEST_TEXT, MOST_PATTERNS, type Parsed, fromNative, toText } from "./parse.js";
import { type AbortSignalLike, type PinnedRequestInit, type RequestFields, toRequest } from "./request.js";
import { type PinnedResponse, toResponse } from "./response.js";
import { REQUEST_GRACE, ANSWER_TIMEOUT, after } from "./timeouts.js";

/**
 * Attaches this page to native, which from then on asks `verifier`. Where that can be replaced (`createReplaceable`, a policy store),
 * native learns of each replacement.
 * @throws BridgeError `bridge-unavailable` where there is no native side; `wrong-sequence` where native has seen a newer policy.
 */
export async function attachBridge(native: BridgeChannel, verifier: Verifier, options: BridgeOptions = {}): Promise<Bridge> {
  requireObject(native, "native");
  requireObject(options, "the options");
  if (typeof verifier?.verify !== "function") throw wrong("the verifier", "what `createVerifier` gives", verifier);
  const page = new Page(native, verifier, options);
  await page.attach();
  return page;
}

class Page implements Bridge {
  private readonly nonce = `${Date.now().toString(36)}-${random()}-${random()}`;
  /** What native was told of the policy. */
  private sequence = 0;
  private session: string | undefined;
  private attaching: Settle<void> | undefined;
  private ended: BridgeError | undefined;
  private readonly stops: (() => void)[] = [];
  private lastRequest = 0;
  private readonly running = new Map<number, Running>();
  private readonly pushing: Pushing[] = [];
  private pushed: { allowWeaker: readonly string[] } | undefined;
  /** Of refused holds, until the requests fail for which they were. */
  private readonly refused = new Map<string, Verdict>();

  constructor(
    private readonly native: BridgeChannel,
    private readonly verifier: Verifier,
    private readonly options: BridgeOptions,
  ) {}

  async attach(): Promise<void> {
    try {
      this.stops.push(await this.native.listen((text) => this.receive(text)));
    } catch (error) {
      throw unavailable(error);
    }
    if ("onReplaced" in this.verifier) this.stops.push((this.verifier as ReplaceableVerifier).onReplaced(() => this.replaced()));
    let stopWaiting: (() => void) | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        this.attaching = { resolve, reject };
        stopWaiting = after(ANSWER_TIMEOUT, () => reject(silent()));
        this.sequence = this.verifier.policy.sequence;
        this.post({ type: "attach", nonce: this.nonce, sequence: this.sequence }, reject);
      });
    } catch (error) {
      this.stop();
      throw error;
    } finally {
      stopWaiting?.();
    }
  }

  async pinnedFetch(url: string | { readonly href: string }, init: PinnedRequestInit = {}): Promise<PinnedResponse> {
    const fields = toRequest(url, init);
    const signal = init.signal ?? undefined;
    if (signal?.aborted) throw reasonOf(signal);
    return new Promise((resolve, reject) => {
      const request = this.start(fields, false, { resolve: (response) => resolve(toResponse(response)), reject });
      if (request !== undefined) this.onAbort(request, signal);
    });
  }

  async pushPins({ allowWeaker = [] }: { allowWeaker?: readonly string[] } = {}): Promise<PushedPins> {
    if (!Array.isArray(allowWeaker)) throw wrong("allowWeaker", "a list of hosts", allowWeaker);
    const before = this.pushed;
    // Before native answers: a replacement meanwhile has to push again.
    const own = { allowWeaker };
    this.pushed = own;
    try {
      return await this.push(allowWeaker);
    } catch (error) {
      if (this.pushed === own) this.pushed = before;
      throw error;
    }
  }

  async selfTest(url: string): Promise<SelfTest> {
    const fields = toRequest(url, {});
    return new Promise((resolve, reject) => {
      const running: Running = {
        resolve: () => resolve({ refused: false, ...verdictOf(running) }),
        reject: (error, code) =>
          code === "rejected" && running.test?.verdict !== undefined ? resolve({ refused: true, ...verdictOf(running) }) : reject(error),
        test: {},
      };
      this.start(fields, true, running);
    });
  }

  detach(): void {
    if (this.session === undefined) return;
    this.post({ type: "detach", session: this.session }, (error) => this.tell({ code: error.code, message: error.message }));
    this.end(new BridgeError("page-closed", "this page has detached itself"));
  }

  private receive(text: string): void {
    const parsed = fromNative(text);
    if ("fault" in parsed) return this.misunderstood(parsed);
    const { message } = parsed;
    if (message.type === "attached") return this.attached(message);
    if (message.session !== this.session) return;
    switch (message.type) {
      case "hold":
        return this.hold(message);
      case "response":
        return this.take(message.request)?.resolve(message);
      case "failure":
        return this.fail(message);
      case "pushed":
        return this.takePush(message.sequence)?.resolve(message);
      case "notice":
        return this.tell(described(message));
    }
  }

  private misunderstood({ fault: code, session, request }: Extract<Parsed<FromNative>, { fault: unknown }>): void {
    const message = "native sent what is no message of version 1 of the bridge";
    this.tell({ code, message });
    this.attaching?.reject(new BridgeError(code, message));
    // What a server sends may have no place in a message. Native has ended the request, and says no more of it.
    if (this.session !== undefined && session === this.session && typeof request === "number")
      this.take(request)?.reject(new BridgeError(code, message));
  }

  private attached({ nonce, session, code }: Attached): void {
    if (nonce !== this.nonce) {
      if (session !== undefined && this.session !== undefined)
        this.end(new BridgeError("superseded", "another page has attached to native"));
      return;
    }
    const attaching = this.attaching;
    if (attaching === undefined) return;
    this.attaching = undefined;
    if (session === undefined)
      return attaching.reject(
        new BridgeError(code ?? "wrong-sequence", "native has seen a newer policy than this; restart the app to go back"),
      );
    this.session = session;
    // Replaced while native was answering.
    if (this.sequence !== this.verifier.policy.sequence) this.replaced();
    attaching.resolve();
  }

  /** Answers at once, so that answers leave in the order of the questions. */
  private hold({ session, id, host, port, chain, source, anchor, request }: Hold): void {
    const test = request === undefined ? undefined : this.running.get(request)?.test;
    let verdict: Verdict | undefined;
    let answer: Pick<Answer, "sequence" | "ok" | "outcome" | "reason" | "message">;
    try {
      const given = this.verifier.verify({ host, port, chain, source, anchor });
      answer = answerOf(given, this.sequence);
      verdict = given;
      if (test !== undefined) answer = { sequence: this.sequence, ...TEST };
    } catch (error) {
      answer = { sequence: this.sequence, ok: false, outcome: "rejected", reason: "internal", message: messageOf(error) };
    }
    if (test !== undefined && verdict !== undefined) test.verdict = verdict;
    else if (verdict !== undefined && !verdict.ok) this.keepRefused(id, verdict);
    this.post({ type: "answer", session, id, ...answer }, (error) => this.tell({ code: error.code, host, message: error.message }));
    if (verdict !== undefined && test === undefined) this.options.onVerdict?.(verdict);
  }

  private keepRefused(id: string, verdict: Verdict): void {
    this.refused.set(id, verdict);
    if (this.refused.size > Math.max(MOST_REFUSED, this.running.size)) this.refused.delete(this.refused.keys().next().value as string);
  }

  private fail({ request, code, id, message }: Failure): void {
    const verdict = id === undefined ? undefined : this.refused.get(id);
    if (id !== undefined) this.refused.delete(id);
    this.take(request)?.reject(code === "rejected" && verdict !== undefined ? verdict.toError() : new BridgeError(code, message), code);
  }

  /** Returns the request's number, or nothing where it cannot even begin. */
  private start(fields: RequestFields, fresh: boolean, running: Running): number | undefined {
    if (this.session === undefined) {
      running.reject(this.ended ?? new BridgeError("not-attached", "native has not answered yet"));
      return undefined;
    }
    const request = ++this.lastRequest;
    this.running.set(request, running);
    const timedOut = () =>
      this.take(request)?.reject(new BridgeError("timeout", `native gave no answer, ${REQUEST_GRACE / 1000} s after the time-out`));
    running.stopWaiting = after(fields.timeout + REQUEST_GRACE, timedOut);
    this.post({ type: "fetch", session: this.session, request, ...fields, fresh }, (error) => this.take(request)?.reject(error));
    return request;
  }

  private onAbort(request: number, signal: AbortSignalLike | undefined): void {
    const running = this.running.get(request);
    if (signal === undefined || running === undefined) return;
    const abort = () => {
      const { session } = this;
      if (this.take(request) === undefined) return;
      running.reject(reasonOf(signal));
      if (session !== undefined)
        this.post({ type: "abort", session, request }, (error) => this.tell({ code: error.code, message: error.message }));
    };
    signal.addEventListener("abort", abort);
    running.settled = () => signal.removeEventListener("abort", abort);
  }

  private take(request: number): Running | undefined {
    const running = this.running.get(request);
    this.running.delete(request);
    running?.settled?.();
    running?.stopWaiting?.();
    return running;
  }

  private takePush(sequence: number): Pushing | undefined {
    const at = this.pushing.findIndex((push) => push.sequence === sequence);
    const push = at < 0 ? undefined : this.pushing.splice(at, 1)[0];
    push?.stopWaiting();
    return push;
  }

  private async push(allowWeaker: readonly string[]): Promise<PushedPins> {
    const { session, sequence } = this;
    if (session === undefined) throw this.ended ?? new BridgeError("not-attached", "native has not answered yet");
    const { pins, findings } = toOkHttp(this.verifier.policy, { lossy: true });
    const weaker = findings.filter(({ effect }) => effect === "weaker");
    const refused = weaker.filter(({ host }) => allowWeaker.indexOf(host) < 0);
    if (refused.length > 0) {
      const lines = refused.map(({ code, host, message }) => `  ${host}: ${code}: ${message}`);
      throw new BridgeError("push-weaker", [
        "native would enforce less than the policy; `allowWeaker` names the hosts for which that is enough",
        ...lines,
      ]);
    }
    const allowed = [...new Set(weaker.map(({ host }) => host.replace(/\.$/, "")))];
    const most = Math.max(pins.length, allowed.length);
    if (most > MOST_PATTERNS) throw new BridgeError("push-too-large", `${most} patterns, and native takes ${MOST_PATTERNS}`);
    const { ok, code } = await new Promise<Pushed>((resolve, reject) => {
      // It keeps its place when nobody waits any more: native answers in order.
      this.pushing.push({ resolve, reject, sequence, stopWaiting: after(ANSWER_TIMEOUT, () => reject(silent())) });
      this.post({ type: "push", session, sequence, pins, weaker: allowed }, (error) => {
        this.end(error);
      });
    });
    if (!ok) throw new BridgeError(code ?? "store-failed", "native did not take the pins; what it enforces has not changed");
    return { sequence, pins, findings };
  }

  /** The policy's successor answers already. What an older one has decided counts no more. */
  private replaced(): void {
    if (this.session === undefined) return;
    this.sequence = this.verifier.policy.sequence;
    this.post({ type: "policy", session: this.session, sequence: this.sequence }, (error) => this.end(error));
    if (this.pushed === undefined) return;
    this.push(this.pushed.allowWeaker).catch((error) => {
      if (!(error instanceof BridgeError)) throw error;
      this.tell({ code: error.code as BridgeNotice["code"], message: error.message });
    });
  }

  private end(error: BridgeError): void {
    this.session = undefined;
    this.ended = error;
    this.stop();
    for (const request of [...this.running.keys()]) this.take(request)?.reject(error);
    for (const { reject, stopWaiting } of this.pushing.splice(0)) {
      stopWaiting();
      reject(error);
    }
    this.refused.clear();
  }

  private stop(): void {
    for (const stop of this.stops.splice(0)) stop();
  }

  /** `failed` is told where the message did not get there; native then goes without it, and refuses. */
  private post(message: FromPage, failed: (error: Unavailable) => void): void {
    const tell = (error: unknown) => failed(unavailable(error));
    try {
      Promise.resolve(this.native.post(toText(message))).then(undefined, tell);
    } catch (error) {
      tell(error);
    }
  }

  private tell(notice: BridgeNotice): void {
    this.options.onNotice?.(notice);
  }
}

interface Settle<Value> {
  resolve(value: Value): void;
  reject(error: unknown): void;
}

interface Pushing extends Settle<Pushed> {
  sequence: number;
  stopWaiting(): void;
}

interface Running {
  resolve(response: Parameters<typeof toResponse>[0]): void;
  reject(error: unknown, code?: string): void;
  settled?: () => void;
  stopWaiting?: () => void;
  /** A self-test: refused, whatever the verdict. */
  test?: { verdict?: Verdict };
}

/** Or as many as there are requests: one that fails takes its verdict along; of other connections, native's own, nobody asks for it. */
const MOST_REFUSED = 100;

const TEST = { ok: false, outcome: "rejected", reason: "pin-mismatch", message: "a self-test: refused, whatever the policy says" } as const;

function answerOf(verdict: Verdict, sequence: number): Pick<Answer, "sequence" | "ok" | "outcome" | "reason" | "message"> {
  const { ok, outcome, reason, policy } = verdict;
  if (typeof ok !== "boolean") throw new TypeError("the verifier gave no verdict");
  const message = reason === undefined ? "" : verdict.message.slice(0, LONGEST_TEXT);
  return { sequence: policy.sequence ?? sequence, ok, outcome, ...(reason === undefined ? {} : { reason }), message };
}

function verdictOf({ test }: Running): { verdict?: Verdict } {
  return test?.verdict === undefined ? {} : { verdict: test.verdict };
}

function described({ code, id, host }: Notice): BridgeNotice {
  if (host !== undefined) return { code, host, message: `native refused a connection to \`${host}\`: ${code}` };
  return { code, message: `native ignored a message: ${code}${id === undefined ? "" : `, hold ${id}`}` };
}

function reasonOf({ reason }: AbortSignalLike): unknown {
  return reason ?? new BridgeError("aborted", "the request was aborted");
}

type Unavailable = BridgeError & { code: "bridge-unavailable" };

function unavailable(error: unknown): Unavailable {
  return new BridgeError("bridge-unavailable", `native cannot be reached: ${messageOf(error)}`, { cause: error }) as Unavailable;
}

function silent(): BridgeError {
  return unavailable(new Error(`no answer in ${ANSWER_TIMEOUT / 1000} s`));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Tells attachments apart; it guards nothing. */
function random(): string {
  return Math.random().toString(36).slice(2);
}
