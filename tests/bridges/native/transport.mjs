// Connections of the reference native side: real TLS to this machine, checked as a platform does, pooled, and dropped when they must be.
import { X509Certificate } from "node:crypto";
import http from "node:http";
import http2 from "node:http2";
import net from "node:net";
import tls from "node:tls";
import { Tap, pathOf } from "./path.mjs";

/** Does the handshake, and checks trust and name. The socket then has `chainpin: { sent, path, anchor }`. */
export function connect({ host, port, roots, userRoots, protocols }) {
  const trusted = [...roots, ...userRoots];
  return new Promise((resolve, reject) => {
    const tap = new Tap(net.connect(port, "127.0.0.1"));
    const socket = tls.connect({
      socket: tap,
      servername: host,
      ca: trusted.map(({ pem }) => pem),
      maxVersion: "TLSv1.2",
      ALPNProtocols: protocols,
    });
    socket.once("error", (error) => reject(Object.assign(error, { untrusted: Boolean(socket.authorizationError) })));
    socket.once("secureConnect", () => {
      const sent = tap.certificates();
      const found = pathOf(sent, trusted);
      if (found === undefined) return socket.destroy(Object.assign(new Error("no path"), { untrusted: true }));
      const anchor = userRoots.some(({ der }) => der.equals(found.root)) ? "user" : "system";
      socket.chainpin = { sent, path: found.path, anchor };
      resolve(socket);
    });
  });
}

/** HTTP/1.1, with a pool. `ask(connection, decide)` has to allow before a request is written; what waits is held on its real connection. */
export class Http1 {
  constructor(trust) {
    this.trust = trust;
    this.agent = this.newAgent(true);
  }

  newAgent(keepAlive) {
    const { trust } = this;
    const agent = new http.Agent({ keepAlive });
    agent.createConnection = ({ host, port }, done) => {
      connect({ host, port, ...trust, protocols: ["http/1.1"] }).then((socket) => done(null, socket), done);
    };
    const keepSocketAlive = agent.keepSocketAlive;
    agent.keepSocketAlive = function (socket) {
      return !this.dropped && keepSocketAlive.call(this, socket);
    };
    return agent;
  }

  drop() {
    this.agent.dropped = true;
    for (const socket of Object.values(this.agent.freeSockets).flat()) socket.destroy();
    this.agent = this.newAgent(true);
  }

  /** Returns what cancels it. `done(error, { status, statusText, headers, body })`. */
  request({ url, method, headers, body, fresh }, ask, done) {
    const { hostname, port, pathname, search } = new URL(url);
    const options = {
      host: hostname,
      port: Number(port || 443),
      path: pathname + search,
      method,
      headers: [...headers.flat(), "Host", `${hostname}:${port}`],
      setHost: false,
    };
    const request = http.request({ ...options, agent: fresh ? this.newAgent(false) : this.agent });
    request.once("error", done);
    // Nothing is written before `end`.
    request.once("socket", (socket) =>
      ask(socket, hostname, options.port, (allowed) => (allowed ? request.end(body) : request.destroy(new Error("refused")))),
    );
    request.once("response", (response) => {
      response.once("error", done);
      collect(response, (bytes) => {
        const pairs = Array.from({ length: response.rawHeaders.length / 2 }, (_, index) =>
          response.rawHeaders.slice(2 * index, 2 * index + 2),
        );
        done(null, { status: response.statusCode, statusText: response.statusMessage, headers: pairs, body: bytes });
      });
    });
    return () => request.destroy(new Error("cancelled"));
  }
}

/** HTTP/2: one connection for all hosts that its certificate covers (RFC 9113, section 9.1.1). */
export class Http2 {
  sessions = new Map();

  constructor(trust) {
    this.trust = trust;
  }

  drop() {
    for (const session of this.sessions.values())
      session.then(
        (open) => open.close(),
        () => {},
      );
    this.sessions.clear();
  }

  async sessionFor(host, port) {
    const known = await this.sessions.get(port);
    if (known && !known.closed && new X509Certificate(known.tls.chainpin.sent[0]).checkHost(host)) return known;
    const opening = connect({ host, port, ...this.trust, protocols: ["h2"] }).then((socket) =>
      Object.assign(http2.connect(`https://${host}:${port}`, { createConnection: () => socket }), { tls: socket }),
    );
    this.sessions.set(port, opening);
    return opening;
  }

  request({ url, method, headers, body }, ask, done) {
    const { hostname, host, port, pathname, search } = new URL(url);
    let stream;
    let cancelled = false;
    this.sessionFor(hostname, Number(port)).then((session) => {
      ask(session.tls, hostname, Number(port), (allowed) => {
        if (!allowed || cancelled) return done(new Error("refused"));
        stream = session.request({ ...Object.fromEntries(headers), ":method": method, ":path": pathname + search, ":authority": host });
        stream.once("error", done);
        stream.once("response", ({ ":status": status }) =>
          collect(stream, (bytes) => done(null, { status, statusText: "", headers: [], body: bytes })),
        );
        stream.end(body);
      });
    }, done);
    return () => {
      cancelled = true;
      stream?.destroy();
    };
  }
}

function collect(stream, then) {
  const parts = [];
  stream.on("data", (part) => parts.push(part));
  stream.once("end", () => then(Buffer.concat(parts)));
}
