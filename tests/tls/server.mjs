// Real TLS servers on 127.0.0.1 that count what reaches them.
import { once } from "node:events";
import http2 from "node:http2";
import https from "node:https";
import net from "node:net";
import tls from "node:tls";

const open = [];

/** Closes every server of this process, and every connection to it. */
export async function closeAll() {
  await Promise.all(open.splice(0).map((close) => close()));
}

/**
 * An HTTPS server: `{ port, url, requests, handshakes, sockets }`. `certificate` has a `key`; `chain` is what is sent with it, PEM.
 * `answer(request, response)`: by default the request's path.
 */
export async function serve({ certificate, chain = [], answer, ...options }) {
  const server = https.createServer({ key: certificate.key, cert: [certificate.pem, ...chain].join(""), ...options });
  const counted = { requests: 0, handshakes: 0, paths: [] };
  server.on("secureConnection", () => (counted.handshakes += 1));
  server.on("request", (request, response) => {
    counted.requests += 1;
    counted.paths.push(request.url);
    request.resume();
    if (answer) answer(request, response);
    else response.end(request.url);
  });
  return listen(server, counted);
}

/** A bare TLS server that counts the bytes of the application: `{ port, bytes, handshakes }`. */
export async function listenForBytes({ certificate, chain = [], ...options }) {
  const counted = { bytes: 0, handshakes: 0 };
  const server = tls.createServer({ key: certificate.key, cert: [certificate.pem, ...chain].join(""), ...options }, (socket) => {
    counted.handshakes += 1;
    socket.on("data", (data) => (counted.bytes += data.length)).on("error", () => {});
  });
  return listen(server, counted);
}

/** An HTTP/2 server that counts requests: `{ port, url, streams }`. */
export async function listenForStreams({ certificate, chain = [], ...options }) {
  const counted = { streams: 0 };
  const server = http2.createSecureServer({ key: certificate.key, cert: [certificate.pem, ...chain].join(""), ...options });
  server
    .on("sessionError", () => {})
    .on("stream", (stream) => {
      counted.streams += 1;
      stream.respond();
      stream.end();
    });
  return listen(server, counted);
}

/** A proxy that knows CONNECT: `{ port, url, tunnels }`, the targets that were asked for. Every tunnel leads to `port` of this machine. */
export async function proxyTo(port) {
  const counted = { tunnels: [] };
  const server = (await import("node:http")).createServer((_, response) => response.writeHead(405).end());
  server.on("connect", (request, client, head) => {
    counted.tunnels.push(request.url);
    const upstream = net.connect(port, "127.0.0.1", () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      if (head.length > 0) upstream.write(head);
      upstream.pipe(client).pipe(upstream);
    });
    for (const [one, other] of [
      [upstream, client],
      [client, upstream],
    ])
      one.on("error", () => other.destroy()).on("close", () => other.destroy());
  });
  return listen(server, counted, "http");
}

async function listen(server, counted, scheme = "https") {
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket)).on("error", () => {});
  });
  // A client that refuses goes without a word.
  server.on("tlsClientError", () => {}).on("clientError", (_, socket) => socket.destroy());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  open.push(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return Object.assign(counted, { server, port, url: `${scheme}://localhost:${port}`, sockets });
}
