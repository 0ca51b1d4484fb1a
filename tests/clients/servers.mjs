// A server that answers each client in its own way with the path that it was asked for, and counts.
import http2 from "node:http2";
import { promisify } from "node:util";
import * as grpc from "@grpc/grpc-js";
import { WebSocketServer } from "ws";
import { serve } from "../tls/server.mjs";
import { honest } from "../tls/world.mjs";

const extra = [];

export async function serverFor(client, options = {}) {
  if (client.grpc) return grpcServer();
  if (client.h2) return http2Server();
  const server = await serve({ certificate: honest.leaf, chain: honest.chain, ...options });
  const sockets = new WebSocketServer({ server: server.server });
  sockets.on("connection", (socket, { url }) => {
    server.requests += 1;
    socket.on("error", () => {}).send(url);
  });
  return server;
}

export async function closeExtra() {
  for (const close of extra.splice(0)) close();
}

async function http2Server() {
  const counted = { requests: 0 };
  const sessions = new Set();
  const sockets = new Set();
  const server = http2.createSecureServer({ key: honest.leaf.key, cert: honest.leaf.pem + honest.intermediate.pem });
  server.on("session", (session) => sessions.add(session.on("error", () => {})));
  server.on("stream", (stream, headers) => {
    counted.requests += 1;
    stream.on("error", () => {}).respond({ ":status": 200 });
    stream.end(headers[":path"]);
  });
  server.on("connection", (socket) => sockets.add(socket.on("close", () => sockets.delete(socket))));
  server.on("tlsClientError", () => {});
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  extra.push(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  const { port } = server.address();
  return Object.assign(counted, { port, url: `https://localhost:${port}`, sockets });
}

async function grpcServer() {
  const counted = { requests: 0 };
  const server = new grpc.Server();
  const identity = (bytes) => bytes;
  const plain = { requestSerialize: identity, requestDeserialize: identity, responseSerialize: identity, responseDeserialize: identity };
  server.addService(
    { here: { path: "/here", requestStream: false, responseStream: false, ...plain } },
    {
      here: (_, callback) => {
        counted.requests += 1;
        callback(null, Buffer.from("/here"));
      },
    },
  );
  const keys = { private_key: Buffer.from(honest.leaf.key), cert_chain: Buffer.from(honest.leaf.pem + honest.intermediate.pem) };
  const credentials = grpc.ServerCredentials.createSsl(null, [keys]);
  const port = await promisify(server.bindAsync.bind(server))("127.0.0.1:0", credentials);
  extra.push(() => server.forceShutdown());
  return Object.assign(counted, { port, url: `https://localhost:${port}` });
}
