/**
 * The native side of the bridge, as one state machine without a platform: the reference for native ones, which mirror it. It decides
 * about one call after the other, and never waits. docs/bridge.md is the contract.
 */

import type { PatternPins } from "../convert/index.js";
import type { FailureCode, NoticeCode, PushCode, RefusalCode } from "../model/bridge-codes.js";
import type { Answer, Attach, Fetch, FromNative, Header, Hold, Push } from "./messages.js";
import { MOST_BODY_BYTES, MOST_CERTIFICATES, MOST_CHAIN_BYTES, bytesOf, fromPage, toText } from "./parse.js";

/** What a gate needs of the platform. */
export interface GatePlatform {
  /** To the app's own main frame, and to that only. */
  send(text: string): void;
  /** 128 bits from a secure source, as 32 lower-case hexadecimal digits. */
  random(): string;
  /** Milliseconds of a clock that never goes back. */
  now(): number;
  /** Runs `then` after `millis`, whatever the page does. Returns a function that stops it. */
  after(millis: number, then: () => void): () => void;
  /** Drops pooled connections and TLS sessions. */
  drop(): void;
  /** Stores the pins, then enforces them, all or none. `false`: they could not be stored, and nothing has changed. */
  enforce(pins: EnforcedPins): boolean;
  /** Begins a request, which ends with the gate's `respond` or `fail`. */
  start(request: GateRequest): void;
  /** Ends a request, and a connection that is held for it; the gate has told the page. */
  cancel(request: number): void;
}

/** Pins that native enforces by itself. */
export interface EnforcedPins {
  /** That of the policy from which they come. */
  sequence: number;
  /** For each pattern, all that may match. */
  pins: readonly PatternPins[];
}

/** A request that the page has made. */
export type GateRequest = Omit<Fetch, "type" | "session">;

/** A connection whose handshake is done and whose trust and name the platform has checked. */
export interface HeldConnection extends Omit<Hold, "type" | "session" | "id"> {
  /** Which connection: the same value for the same one. */
  connection: unknown;
}

/** What becomes of a held connection. */
export type Decision = { ok: true } | { ok: false; code: RefusalCode };

/** The answer to it. */
export interface GateResponse {
  /** After redirects. */
  url: string;
  /** Of HTTP. */
  status: number;
  /** Of HTTP. */
  statusText: string;
  /** In the order in which they came. */
  headers: readonly Header[];
  /** Base64. */
  body: string;
}

/** What the app's configuration says. */
export interface GateOptions {
  /** How long a connection waits for its verdict: 100 to 60,000 ms. Default: 5,000. */
  deadline?: number;
  /** The sequence of the pins that are enforced already: stored by an earlier run, or embedded. */
  enforced?: number;
}

/** One question to the page. `cancel`: nobody waits for the answer any more. */
export interface Held {
  /** Absent where nobody was asked. */
  readonly id?: string;
  /** The connection is gone. */
  cancel(): void;
}

/** The native side's state machine, as a reference for those in Kotlin and Swift; docs/bridge.md has the rules. */
export class NativeGate {
  private session: string | undefined;
  private epoch = 0;
  private enforced: number;
  private readonly deadline: number;
  private readonly pending = new Map<string, Pending>();
  /** What was allowed, since the gate last started afresh: connection -> hosts with ports. */
  private readonly allowed = new Map<unknown, Set<string>>();
  private readonly running = new Map<number, () => void>();
  private lastRequest = 0;

  constructor(
    private readonly platform: GatePlatform,
    { deadline = 5000, enforced = 0 }: GateOptions = {},
  ) {
    if (!(deadline >= 100 && deadline <= 60_000)) throw new TypeError(`the deadline must be 100 to 60,000 ms, got ${deadline}`);
    this.deadline = deadline;
    this.enforced = enforced;
  }

  /** Asks whether a connection may be used. `decide` is called once, before this returns or later. */
  open(held: HeldConnection, decide: (decision: Decision) => void): Held {
    const { connection, host, port, chain, source, anchor, request } = held;
    const key = `${host}:${port}`;
    if (this.session === undefined) return this.refuseAtOnce("not-attached", host, decide);
    if (this.allowed.get(connection)?.has(key)) {
      decide({ ok: true });
      return { cancel() {} };
    }
    if (chain.length === 0 || chain.length > MOST_CERTIFICATES || bytesOf(chain) > MOST_CHAIN_BYTES)
      return this.refuseAtOnce("chain-invalid", host, decide);
    if (this.pending.size >= MOST_PENDING) return this.refuseAtOnce("too-many", host, decide);

    const id = this.platform.random();
    const until = this.platform.now() + this.deadline;
    const stop = this.platform.after(this.deadline, () => this.refuse(id, "deadline"));
    this.pending.set(id, { connection, key, host, until, stop, decide });
    this.send({
      type: "hold",
      session: this.session,
      id,
      host,
      port,
      chain,
      source,
      anchor,
      ...(request === undefined ? {} : { request }),
    });
    return { id, cancel: () => this.refuse(id, "closed") };
  }

  /** A connection has closed: nobody waits for its verdicts, and they are forgotten. */
  closed(connection: unknown): void {
    for (const [id, pending] of [...this.pending]) if (pending.connection === connection) this.refuse(id, "closed");
    this.allowed.delete(connection);
  }

  /** The page has closed, reloaded or navigated, or its process or runtime has ended. */
  pageClosed(): void {
    if (this.session !== undefined) this.endSession("page-closed");
  }

  /** A message of the app's own main frame. */
  receive(text: string): void {
    const parsed = fromPage(text);
    if ("fault" in parsed) {
      const { fault, session, id } = parsed;
      if (session === this.session && typeof id === "string" && this.pending.has(id)) this.refuse(id, fault);
      else this.notice({ code: fault });
      return;
    }
    const { message } = parsed;
    if (message.type === "attach") return this.attach(message);
    if (message.session !== this.session) return this.notice({ code: "wrong-session" });
    switch (message.type) {
      case "answer":
        return this.answer(message);
      case "policy":
        return this.changePolicy(message.sequence);
      case "push":
        return this.push(message);
      case "fetch":
        return this.begin(message);
      case "abort":
        return this.abort(message.request, "aborted", "aborted by the app");
      case "detach":
        return this.endSession("page-closed");
    }
  }

  /** A request has ended with a response. */
  respond(request: number, response: GateResponse): void {
    if (bytesOf([response.body]) > MOST_BODY_BYTES)
      return this.fail(request, "body-too-large", `the response has more than ${MOST_BODY_BYTES} bytes`);
    if (this.session === undefined || !this.end(request)) return;
    this.send({ type: "response", session: this.session, request, ...response });
  }

  /** A request has ended without one; `held`: because this was refused. */
  fail(request: number, code: FailureCode, message: string, held?: Held): void {
    if (this.session === undefined || !this.end(request)) return;
    this.send({ type: "failure", session: this.session, request, code, ...(held?.id === undefined ? {} : { id: held.id }), message });
  }

  private attach({ nonce, sequence }: Attach): void {
    if (sequence < this.epoch) return this.send({ type: "attached", nonce, code: "wrong-sequence" });
    if (this.session === undefined) this.startAfresh();
    else this.endSession("superseded");
    this.epoch = sequence;
    this.session = this.platform.random();
    this.lastRequest = 0;
    this.send({ type: "attached", session: this.session, nonce });
  }

  private answer({ id, sequence, ok }: Answer): void {
    const pending = this.pending.get(id);
    if (pending === undefined) return this.notice({ code: "unknown-id", id });
    // A timer may fire late; the clock does not.
    if (this.platform.now() >= pending.until) return this.refuse(id, "deadline");
    if (sequence !== this.epoch) return this.refuse(id, "wrong-sequence");
    if (!ok) return this.refuse(id, "rejected");
    this.take(id);
    const hosts = this.allowed.get(pending.connection) ?? new Set();
    this.allowed.set(pending.connection, hosts.add(pending.key));
    pending.decide({ ok: true });
  }

  private changePolicy(sequence: number): void {
    if (sequence < this.epoch) return this.notice({ code: "wrong-sequence" });
    this.epoch = sequence;
    this.refuseAll("policy-changed");
    this.startAfresh();
  }

  private push({ session, sequence, pins }: Push): void {
    const code: PushCode | undefined =
      sequence !== this.epoch || sequence < this.enforced
        ? "wrong-sequence"
        : this.platform.enforce({ sequence, pins })
          ? undefined
          : "store-failed";
    if (code === undefined) {
      this.enforced = sequence;
      this.startAfresh();
    }
    this.send({ type: "pushed", session, sequence, ok: code === undefined, ...(code === undefined ? {} : { code }) });
  }

  private begin({ type: _, session, ...request }: Fetch): void {
    const { request: number, timeout } = request;
    if (number <= this.lastRequest) return this.notice({ code: "protocol" });
    this.lastRequest = number;
    const wrong = this.running.size >= MOST_RUNNING ? "too-many" : isInvalid(request) ? "request-invalid" : undefined;
    if (wrong !== undefined) return this.send({ type: "failure", session, request: number, code: wrong, message: WHY[wrong] });
    this.running.set(
      number,
      this.platform.after(timeout, () => this.abort(number, "timeout", `not done within ${timeout} ms`)),
    );
    this.platform.start(request);
  }

  private abort(request: number, code: FailureCode, message: string): void {
    if (!this.running.has(request)) return;
    this.platform.cancel(request);
    this.fail(request, code, message);
  }

  /** Whether a request was running; it is not any more. */
  private end(request: number): boolean {
    this.running.get(request)?.();
    return this.running.delete(request);
  }

  private endSession(code: "page-closed" | "superseded"): void {
    this.session = undefined;
    this.refuseAll(code);
    for (const request of [...this.running.keys()]) {
      this.end(request);
      this.platform.cancel(request);
    }
    this.startAfresh();
  }

  private startAfresh(): void {
    this.allowed.clear();
    this.platform.drop();
  }

  private refuseAll(code: RefusalCode): void {
    for (const id of [...this.pending.keys()]) this.refuse(id, code);
  }

  private refuse(id: string, code: RefusalCode): void {
    const pending = this.take(id);
    if (pending === undefined) return;
    pending.decide({ ok: false, code });
    if (TOLD.has(code)) this.notice({ code, id, host: pending.host });
  }

  private refuseAtOnce(code: RefusalCode, host: string, decide: (decision: Decision) => void): Held {
    decide({ ok: false, code });
    if (TOLD.has(code)) this.notice({ code, host });
    return { cancel() {} };
  }

  private take(id: string): Pending | undefined {
    const pending = this.pending.get(id);
    this.pending.delete(id);
    pending?.stop();
    return pending;
  }

  private notice(notice: { code: NoticeCode; id?: string; host?: string }): void {
    if (this.session !== undefined) this.send({ type: "notice", session: this.session, ...notice });
  }

  private send(message: FromNative): void {
    this.platform.send(toText(message));
  }
}

interface Pending {
  connection: unknown;
  key: string;
  host: string;
  until: number;
  stop(): void;
  decide(decision: Decision): void;
}

/** An app that opens more at once has a fault; and each may hold 256 KiB. */
const MOST_PENDING = 1000;
const MOST_RUNNING = 1000;

/** What the page cannot know by itself. */
const TOLD = new Set<RefusalCode>(["chain-invalid", "deadline", "policy-changed", "protocol", "too-many", "version", "wrong-sequence"]);

const WHY = {
  "request-invalid": "a body with GET or HEAD, a user in the URL, or a header that native sets",
  "too-many": `${MOST_RUNNING} requests are running already`,
};

/** Native's own: with them a request could be for another host than the one that was judged, or be cut in two. */
const OWN_HEADERS = ["connection", "content-length", "host", "transfer-encoding", "upgrade"];

function isInvalid({ url, method, headers, body }: GateRequest): boolean {
  const authority = url.slice("https://".length).split(/[/?#\\]/)[0] as string;
  return (
    authority.indexOf("@") >= 0 ||
    headers.some(([name]) => OWN_HEADERS.indexOf(name.toLowerCase()) >= 0) ||
    (body !== undefined && /^(?:get|head)$/i.test(method))
  );
}
