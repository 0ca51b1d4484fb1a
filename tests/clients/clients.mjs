// Real clients, each with a way to make one request with a verifier. docs/node.md's table is this list.
//
// `throws(error)` finds the PinningError, or where `codeOnly`, what the client leaves of it. Unless they say no: `redirects`, it follows
// them; `swaps`, a replaced policy closes its open connections.
import https from "node:https";
import http2 from "node:http2";
import tls from "node:tls";
import * as grpc from "@grpc/grpc-js";
import axios from "axios";
import got from "got";
import nodeFetch from "node-fetch";
import superagent from "superagent";
import WebSocket from "ws";
import { connect, createAgent, createDispatcher, tlsOptions } from "chainpin/node";

const itself = (error) => error;
const cause = (error) => error.cause;
/** The message alone: a server's error with the reason in it. */
const message = (error) => ({ code: /rejected, ([a-z-]+):/.exec(error.message)?.[1] });

export const clients = {
  https: { throws: itself, redirects: false, make: (agent) => (url) => requestBy(https, url, { agent }), by: agentOf },
  axios: {
    throws: cause,
    make: (httpsAgent) => (url) => axios.get(url, { httpsAgent, responseType: "text", transformResponse: [] }).then(({ data }) => data),
    by: agentOf,
  },
  got: { throws: cause, make: (agent) => (url) => got(url, { agent: { https: agent } }).text(), by: agentOf },
  "node-fetch": {
    throws: itself,
    codeOnly: true,
    make: (agent) => (url) => nodeFetch(url, { agent }).then((answer) => answer.text()),
    by: agentOf,
  },
  superagent: {
    throws: itself,
    make: (agent) => (url) =>
      superagent
        .get(url)
        .agent(agent)
        .buffer(true)
        .then(({ text }) => text),
    by: agentOf,
  },
  ws: { throws: itself, redirects: false, scheme: "wss", make: (agent) => (url) => talk(url, { agent }), by: agentOf },
  "ws, by tlsOptions": { throws: itself, redirects: false, scheme: "wss", make: (options) => (url) => talk(url, options), by: tlsOptions },
  "tls.connect, by tlsOptions": {
    throws: itself,
    redirects: false,
    swaps: false,
    make: (options) => (url) => raw((target) => tls.connect({ ...target, ...options }), url),
    by: tlsOptions,
  },
  connect: {
    throws: itself,
    redirects: false,
    make: (open) => (url) => raw(open, url),
    by: (verifier, options) => (target) => connect(verifier, { ...target, ...options }),
  },
  http2: { throws: cause, redirects: false, h2: true, make: (options) => (url) => stream(url, options), by: tlsOptions },
  "@grpc/grpc-js": {
    throws: message,
    codeOnly: true,
    redirects: false,
    swaps: false,
    h2: true,
    grpc: true,
    make: (options) => (url) => call(url, options),
    by: tlsOptions,
  },
};

for (const version of [6, 7, 8]) {
  const undici = await import(`undici${version}`).catch(() => undefined);
  // Which Node's own fetch takes which undici's dispatcher: undici's affair, and so on that page.
  const [own] = process.versions.undici.split(".");
  const fits = { 6: own < 8, 7: true, 8: own >= 8 }[version];
  const by = (verifier, { ca, ...more }) => createDispatcher(verifier, { undici, connect: { ca }, ...more });
  if (undici === undefined) continue;
  if (fits)
    clients[`fetch, by undici ${version}`] = {
      throws: cause,
      make: (dispatcher) => (url) => fetch(url, { dispatcher }).then((answer) => answer.text()),
      by,
    };
  clients[`undici ${version}: fetch`] = {
    throws: cause,
    make: (dispatcher) => (url) => undici.fetch(url, { dispatcher }).then((answer) => answer.text()),
    by,
  };
  const request = (dispatcher) => (url) => undici.request(url, { dispatcher }).then(({ body }) => body.text());
  clients[`undici ${version}: request`] = { throws: itself, redirects: false, make: request, by };
}

/** Keeps connections, so that a replaced policy has some to close. */
function agentOf(verifier, options) {
  return createAgent(verifier, { keepAlive: true, ...options });
}

function requestBy({ get }, url, options) {
  return new Promise((resolve, reject) => {
    get(url, options, async (response) => resolve((await response.toArray()).join(""))).on("error", reject);
  });
}

/** Until the server has said something: the socket stays open. */
function talk(url, options) {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(url, options);
    socket.on("error", reject).on("message", (data) => resolve(String(data)));
  });
}

function raw(open, url) {
  const { hostname, port, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const socket = open({ host: hostname, port: Number(port), servername: hostname });
    socket.on("error", reject).write(`GET ${pathname} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
    socket.once("data", (data) => resolve(String(data).split("\r\n\r\n")[1]));
  });
}

function stream(url, options) {
  const { origin, pathname } = new URL(url);
  return new Promise((resolve, reject) => {
    const session = http2.connect(origin, options);
    session.on("error", () => {}); // the same, for the session; the request's names it as its cause
    const request = session.request({ ":path": pathname });
    request
      .on("error", reject)
      .toArray()
      .then((chunks) => resolve(chunks.join("")), reject);
  });
}

function call(url, options) {
  const { host, pathname } = new URL(url);
  const client = new grpc.Client(host, grpc.credentials.createSsl(Buffer.from(options.ca), null, null, options));
  const identity = (bytes) => Buffer.from(bytes);
  return new Promise((resolve, reject) => {
    const deadline = Date.now() + 5_000;
    client.makeUnaryRequest(
      pathname,
      identity,
      (bytes) => String(bytes),
      "hello",
      new grpc.Metadata(),
      { deadline },
      (error, answer) => {
        client.close();
        if (error) reject(error);
        else resolve(answer);
      },
    );
  });
}
