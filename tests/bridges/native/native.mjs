// A native side in Node: the reference gate over real TLS connections. An engine brings it the page's messages.
import { randomBytes } from "node:crypto";
import { createHash, X509Certificate } from "node:crypto";
import { NativeGate } from "chainpin/bridge";
import { Http1, Http2, connect } from "./transport.mjs";

const mostRedirects = 20;

export class Native {
  running = new Map();
  pins = undefined;
  /** What becomes of answers on their way: 0 at once, n after so many ms, -1 never. */
  delay = 0;
  /** Tests look here: each message in either direction, each decision. */
  log = [];
  held = 0;

  /** `trust`: `{ roots, userRoots }`. `source`: whether the platform tells the path that it checked, or only what was sent. */
  constructor({ trust, deadline, source = "validated", http2 = false, send }) {
    this.trust = trust;
    this.source = source;
    this.transport = http2 ? new Http2(trust) : new Http1(trust);
    this.toPage = send;
    this.gate = new NativeGate(this.platform(), deadline === undefined ? {} : { deadline });
  }

  platform() {
    return {
      send: (text) => {
        this.log.push({ to: JSON.parse(text) });
        this.toPage(text);
      },
      random: () => randomBytes(16).toString("hex"),
      now: () => performance.now(),
      after: (millis, then) => {
        const timer = setTimeout(then, millis);
        return () => clearTimeout(timer);
      },
      drop: () => this.transport.drop(),
      enforce: (pins) => {
        this.pins = pins;
        return true;
      },
      start: (request) => this.start(request),
      cancel: (request) => {
        this.running.get(request)?.();
        this.running.delete(request);
      },
    };
  }

  /** A message of the page's main frame. */
  receive(text) {
    const message = JSON.parse(text);
    this.log.push({ from: message });
    if (message.type !== "answer" || this.delay === 0) this.gate.receive(text);
    else if (this.delay > 0) setTimeout(() => this.gate.receive(text), this.delay);
  }

  start(request, url = request.url, redirects = 0) {
    let held;
    const ask = (socket, host, port, decide) => {
      held = this.ask(socket, host, port, request.fresh ? request.request : undefined, decide);
    };
    const body = request.body === undefined ? undefined : Buffer.from(request.body, "base64");
    const cancel = this.transport.request({ ...request, url, body }, ask, (error, response) => {
      if (error) return this.failed(request.request, error, held);
      const location =
        response.status >= 300 && response.status < 400 && response.headers.find(([name]) => name.toLowerCase() === "location")?.[1];
      if (!location) return this.gate.respond(request.request, { ...response, url, body: response.body.toString("base64") });
      const next = new URL(location, url).href;
      if (redirects >= mostRedirects || !next.startsWith("https://"))
        return this.gate.fail(request.request, "network", `a redirect to ${next} is not followed`);
      this.start({ ...request, method: "GET", body: undefined }, next, redirects + 1);
    });
    this.running.set(request.request, () => {
      held?.hold.cancel();
      cancel();
    });
  }

  /** Holds a real connection until the gate has decided. */
  ask(socket, host, port, request, decide) {
    const { sent, path, anchor } = socket.chainpin;
    this.held++;
    const validated = this.source === "validated";
    if (!socket.gated) {
      socket.gated = true;
      socket.once("close", () => this.gate.closed(socket));
    }
    const connection = {
      connection: socket,
      host,
      port,
      chain: (validated ? path : sent).map((der) => der.toString("base64")),
      source: this.source,
      anchor: validated ? anchor : "unknown",
    };
    const held = { decision: undefined, hold: undefined };
    held.hold = this.gate.open(request === undefined ? connection : { ...connection, request }, (decision) => {
      this.held--;
      held.decision = decision;
      this.log.push({ decided: decision, host, chain: connection.chain.length });
      decide(decision.ok);
    });
    return held;
  }

  failed(request, error, held) {
    const refused = held?.decision?.ok === false ? held.decision.code : undefined;
    this.running.delete(request);
    this.gate.fail(
      request,
      refused ?? (error.untrusted ? "untrusted" : "network"),
      refused ? "native refused the connection" : error.message,
      held?.hold,
    );
  }

  /** A request of the native app's own, through the same held networking. */
  request(url) {
    return new Promise((resolve) => {
      let held;
      const ask = (socket, host, port, decide) => void (held = this.ask(socket, host, port, undefined, decide));
      this.transport.request({ url, method: "GET", headers: [] }, ask, (error, response) =>
        resolve(error ? (held?.decision?.code ?? error.message) : String(response.status)),
      );
    });
  }

  /** Networking that is not held, only pinned by what was pushed, with OkHttp's rules. */
  async pinned(url) {
    const { hostname, port } = new URL(url);
    if (this.pins === undefined) return "no-pins";
    const socket = await connect({ host: hostname, port: Number(port), ...this.trust, protocols: ["http/1.1"] });
    const pins = this.pins.pins.filter(({ pattern }) => matches(pattern, hostname)).flatMap(({ pins }) => pins);
    const served = socket.chainpin.path.map(
      (der) =>
        `sha256/${createHash("sha256")
          .update(new X509Certificate(der).publicKey.export({ type: "spki", format: "der" }))
          .digest("base64")}`,
    );
    socket.destroy();
    return pins.length === 0 || pins.some((pin) => served.includes(pin)) ? "accepted" : "refused";
  }

  close() {
    this.gate.pageClosed();
    this.transport.drop();
  }
}

function matches(pattern, host) {
  if (pattern.startsWith("**.")) return host === pattern.slice(3) || host.endsWith(pattern.slice(2));
  if (pattern.startsWith("*.")) return host.endsWith(pattern.slice(1)) && !host.slice(0, 1 - pattern.length).includes(".");
  return pattern === host;
}
