// TLS servers on this machine, each with a chain of its own, which count what reaches them.
import { createSecureServer as createHttp2Server } from "node:http2";
import { createServer } from "node:https";
import { issue } from "./authority.mjs";

export const host = "api.chainpin.test";
export const otherHost = "other.chainpin.test";

/** `{ servers: { name: Server }, certificates }`. */
export async function startServers() {
  const root = await issue("A root of the platform");
  const authority = await issue("The pinned authority", { issuer: root });
  const otherRoot = await issue("Another root of the platform");
  const userRoot = await issue("A root that the user installed");
  const stranger = await issue("A root that nobody trusts");
  const hosts = [host, otherHost];
  const leaf = await issue("the app's server", { issuer: authority, hosts });
  const misissued = await issue("by another root", { issuer: otherRoot, hosts });
  const proxied = await issue("by the user's root", { issuer: userRoot, hosts });
  const strange = await issue("by nobody's root", { issuer: stranger, hosts });
  const chains = {
    good: [leaf, authority],
    other: [misissued],
    appended: [misissued, authority, root],
    user: [proxied],
    untrusted: [strange, authority],
    http2: [leaf, authority],
  };
  const servers = {};
  for (const [name, chain] of Object.entries(chains)) servers[name] = await start(chain, name === "http2");
  servers.good.redirectTo = `https://${host}:${servers.other.port}/`;
  return { servers, certificates: { root, authority, otherRoot, userRoot, leaf } };
}

async function start(chain, http2) {
  const tls = { key: chain[0].keyPem, cert: chain.map(({ pem }) => pem).join("\n"), minVersion: "TLSv1.2" };
  const state = { requests: 0, connections: 0, waiting: [] };
  const answer = (request, response) => {
    state.requests++;
    if (request.url === "/redirect") return response.writeHead(302, { location: state.redirectTo }).end();
    if (request.url === "/never") return;
    // Until the test lets it go.
    if (request.url === "/slow") return void state.waiting.push(() => response.end("slow"));
    const parts = [];
    request.on("data", (part) => parts.push(part));
    request.on("end", () =>
      response
        .writeHead(200, { "content-type": "application/json", "x-method": request.method })
        .end(JSON.stringify({ host: request.headers[":authority"] ?? request.headers.host, body: Buffer.concat(parts).toString() })),
    );
  };
  const server = http2 ? createHttp2Server(tls, answer) : createServer(tls, answer);
  const sockets = new Set();
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  server.on("secureConnection", () => state.connections++);
  // A client that leaves in the middle of a handshake is what is tested here.
  server.on("tlsClientError", () => {});
  server.on("sessionError", () => {});
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  return Object.assign(state, {
    port: server.address().port,
    get open() {
      return sockets.size;
    },
    reset: () => Object.assign(state, { requests: 0, connections: 0, waiting: [] }),
    release: () => state.waiting.splice(0).forEach((go) => go()),
    close() {
      for (const socket of sockets) socket.destroy();
      server.close();
    },
  });
}
