// A server's address, behind which everything can change: its certificate, and what becomes of a connection on its way.
import { once } from "node:events";
import https from "node:https";
import net from "node:net";

/** What becomes of a connection. All but `plain` end it, sooner or later, or hold it up. */
export const WAYS = [
  "plain",
  "slow",
  "reset-at-once",
  "reset-in-handshake",
  "garbage",
  "garbage-after-hello",
  "silent",
  "closed-in-response",
];

/**
 * `certificates`: by name, each with `key`, `pem` and `chain`. `onRequest(name, request)` hears of each request that arrives, with the
 * name of the certificate of its connection.
 */
export class Front {
  way = "plain";
  certificate;
  #servers = {};
  #sockets = new Set();
  #listener;
  #random;
  port;

  constructor(certificates, onRequest, random) {
    this.#random = random;
    for (const [name, { key, pem, chain }] of Object.entries(certificates)) {
      const server = https.createServer({ key, cert: [pem, ...chain].join(""), keepAliveTimeout: 2_000 });
      server.on("request", (request, response) => {
        onRequest(name, request);
        request.resume();
        if (this.way === "closed-in-response") {
          response.writeHead(200, { "content-length": "100000" });
          response.write("begun");
          request.socket.destroySoon();
        } else response.end(name);
      });
      // Clients that refuse go without a word; what is garbage is refused here.
      server.on("tlsClientError", () => {}).on("clientError", (_, socket) => socket.destroy());
      this.#servers[name] = server;
    }
  }

  get url() {
    return `https://localhost:${this.port}`;
  }

  /** Open connections. */
  get open() {
    return this.#sockets.size;
  }

  async start() {
    for (const server of Object.values(this.#servers)) {
      // For what is cut on its way; all else is handed over by `#accept`.
      if (!server.listening) await once(server.listen(0, "127.0.0.1"), "listening");
    }
    this.#listener = net.createServer((socket) => this.#accept(socket));
    this.#listener.listen(this.port ?? 0, "127.0.0.1");
    await once(this.#listener, "listening");
    this.port = this.#listener.address().port;
  }

  async end() {
    if (this.#listener.listening) await this.stop();
    for (const server of Object.values(this.#servers)) server.close();
  }

  /** Gone, with every connection. `start` brings it back on the same port. */
  async stop() {
    const listener = this.#listener;
    const closed = once(listener, "close");
    listener.close();
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  #accept(socket) {
    this.#sockets.add(socket);
    socket.on("error", () => {}).on("close", () => this.#sockets.delete(socket));
    const serve = (through) => this.#servers[this.certificate].emit("connection", through);
    const bytes = (count) => Buffer.from(Array.from({ length: count }, () => this.#random(256)));
    switch (this.way) {
      case "plain":
      case "closed-in-response":
        return serve(socket);
      case "slow":
        return void setTimeout(() => (socket.destroyed ? undefined : serve(socket)), 50 + this.#random(400));
      case "reset-at-once":
        return void socket.resetAndDestroy();
      case "silent":
        return void socket.resume();
      case "garbage":
        return void socket.end(bytes(1 + this.#random(2_000)));
      case "garbage-after-hello":
        return void socket.once("data", () => socket.end(Buffer.concat([Buffer.from([22, 3, 3, 0, 90]), bytes(200)])));
      case "reset-in-handshake":
        return this.#cut(socket);
    }
  }

  /** Passes some of the handshake on, and resets in the middle of it. */
  #cut(client) {
    const upstream = net.connect(this.#servers[this.certificate].address().port, "127.0.0.1");
    let allowed = this.#random(3_000);
    upstream.on("data", (data) => {
      client.write(data.subarray(0, allowed));
      allowed -= data.length;
      if (allowed <= 0) client.resetAndDestroy();
    });
    client.on("data", (data) => upstream.write(data)).on("close", () => upstream.destroy());
    upstream.on("error", () => {}).on("close", () => client.destroy());
  }
}
