// What the app talks to: its API over TLS, the server of its updates, and the collector of its reports.
import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { createServer as createTlsServer } from "node:tls";

/** `use(identity)` changes its key and certificate for new connections. */
export async function startApi(identity) {
  const server = createTlsServer(identity, (socket) => {
    socket.on("error", () => {}); // the app has hung up
    socket.end("hello");
  });
  server.on("tlsClientError", () => {});
  return { port: await listen(server), use: (identity) => server.setSecureContext(identity), stop: () => server.close() };
}

/** Answers by `serve(after)`: a bundle, a stream of text, or `undefined`, for a server that is out of order. */
export async function startUpdates() {
  const updates = { serve: () => undefined };
  const server = createHttpServer(async (request, response) => {
    const answer = updates.serve(Number(new URL(request.url, "http://localhost").searchParams.get("after")));
    if (answer === undefined) response.writeHead(503).end();
    else if (typeof answer === "string") response.end(answer);
    else {
      for (const chunk of answer) if (!response.write(chunk)) await once(response, "drain");
      response.end();
    }
  });
  updates.url = `http://127.0.0.1:${await listen(server)}/policy.jws`; // what is signed needs no TLS
  updates.stop = () => server.close();
  return updates;
}

/** Keeps the reports that come. A real one is in examples/collector. */
export async function startCollector() {
  const reports = [];
  const server = createHttpServer(async (request, response) => {
    const chunks = [];
    for await (const chunk of request) chunks.push(chunk);
    reports.push(JSON.parse(Buffer.concat(chunks)));
    response.writeHead(204).end();
  });
  return { url: `http://127.0.0.1:${await listen(server)}/`, reports, stop: () => server.close() };
}

async function listen(server) {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server.address().port;
}
