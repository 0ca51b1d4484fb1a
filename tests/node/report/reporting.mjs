// A reporter with a clock of its own, over real verdicts.
import { setImmediate } from "node:timers/promises";
import { createVerifierSync } from "chainpin";
import { createReporter } from "chainpin/report";
import { policyOf, strayPin, vector } from "../lib/vectors.mjs";

export const akamai = vector("akamai.com");
export const collector = "https://reports.example.net/pins";
export const other = "https://reports.example.org/pins";
export const hour = 3_600_000;

/** A rule of akamai.com that its chain does not match. */
export const mismatch = { host: akamai.host, pins: [strayPin(1)], reportTo: [collector] };

export function verifierOf(...rules) {
  return createVerifierSync(policyOf(...rules));
}

/** The verdict on akamai.com's chain, validated. */
export function judge(verifier, request = {}) {
  return verifier.verify({ host: akamai.host, chain: akamai.ders, source: "validated", now: akamai.now, ...request });
}

/** Storage as a restart finds it again. */
export function memory(content = new Map()) {
  return { content, get: async (key) => content.get(key), set: async (key, value) => void content.set(key, value) };
}

/** What a test drives: `{ reporter, requests, events, clock, answer }`; `answer(request)` may be replaced. */
export function reporting({ verifier = verifierOf(mismatch), clock = new Clock(), timers = true, ...options } = {}) {
  const world = { requests: [], events: [], clock, verifier, answer: () => ({ status: 204 }) };
  world.reporter = createReporter({
    verifier,
    send: async (request) => {
      world.requests.push({ ...request, at: clock.now, report: JSON.parse(request.body) });
      return world.answer(request);
    },
    now: () => clock.now,
    random: () => 0.5,
    onEvent: (event) => world.events.push(event),
    setTimeout: timers ? (callback, ms) => clock.start(callback, ms) : null,
    clearTimeout: timers ? (timer) => clock.clear(timer) : null,
    ...options,
  });
  return world;
}

/** Time that passes only in `pass`. */
export class Clock {
  timers = [];

  constructor(now = akamai.now) {
    this.now = now;
  }

  start(callback, milliseconds) {
    const timer = { callback, at: this.now + milliseconds };
    this.timers.push(timer);
    return timer;
  }

  clear(timer) {
    this.timers = this.timers.filter((other) => other !== timer);
  }

  async pass(milliseconds) {
    const end = this.now + milliseconds;
    await settle();
    for (let due = this.next(end); due; due = this.next(end)) {
      this.clear(due);
      this.now = Math.max(this.now, due.at);
      due.callback();
      await settle();
    }
    this.now = end;
  }

  next(end) {
    return this.timers.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
  }
}

/** Until all promises that need nothing from outside are settled. */
export async function settle() {
  for (let turn = 0; turn < 5; turn++) await setImmediate();
}
