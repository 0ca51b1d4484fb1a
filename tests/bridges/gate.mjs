// The scenarios of conformance/gate.json against any gate: the reference, or a native one that is driven from Node.
import { readFileSync } from "node:fs";

export const scenarios = JSON.parse(readFileSync(new URL("conformance/gate.json", import.meta.url), "utf8"));

/** Runs one scenario; returns for each step what came out. `makeGate(platform, options)` is told what `NativeGate` is. */
export function runScenario({ deadline, enforced, steps }, makeGate) {
  const clock = new Clock();
  const holds = new Map();
  let out = [];
  let randoms = 0;
  let storageFails = false;
  const platform = {
    send: (text) => out.push({ send: JSON.parse(text) }),
    random: () => (++randoms).toString(16).padStart(32, "0"),
    now: () => clock.now,
    after: (millis, then) => clock.after(millis, then),
    drop: () => out.push({ drop: true }),
    enforce(pins) {
      out.push({ enforce: pins });
      return !storageFails;
    },
    start: (request) => out.push({ start: request }),
    cancel: (request) => out.push({ cancel: request }),
  };
  const gate = makeGate(platform, { ...(deadline && { deadline }), ...(enforced && { enforced }) });

  const open = (as, { do: _, as: __, out: ___, times: ____, repeat, bytes, chain, ...connection }) => {
    const certificates = bytes ? [Buffer.alloc(bytes).toString("base64")] : (chain ?? Array(repeat).fill("AAAA"));
    holds.set(
      as,
      gate.open({ ...connection, chain: certificates }, (decision) => out.push({ decide: as, ...decision })),
    );
  };
  const does = {
    receive: ({ message, text }) => gate.receive(text ?? JSON.stringify(message)),
    open(step) {
      if (step.times === undefined) return open(step.as, step);
      for (let n = 1; n <= step.times; n++) open(`${step.as}${n}`, step);
      out = [];
    },
    close: ({ connection, as }) => (as === undefined ? gate.closed(connection) : holds.get(as).cancel()),
    wait: ({ ms, late }) => (late ? void (clock.now += ms) : clock.advance(ms)),
    "page-closed": () => gate.pageClosed(),
    respond: ({ request, response }) => gate.respond(request, response),
    fail: ({ request, code, message, as }) => gate.fail(request, code, message, holds.get(as)),
    storage: ({ fails }) => void (storageFails = fails),
  };
  return steps.map((step) => {
    out = [];
    does[step.do](step);
    return out;
  });
}

/** Time as the test wants it. */
export class Clock {
  now = 0;
  timers = new Set();

  after(millis, then) {
    const timer = { at: this.now + millis, then };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  advance(millis) {
    const until = this.now + millis;
    for (;;) {
      const [next] = [...this.timers].filter(({ at }) => at <= until).sort((a, b) => a.at - b.at);
      if (next === undefined) break;
      this.timers.delete(next);
      this.now = Math.max(this.now, next.at);
      next.then();
    }
    this.now = until;
  }
}
