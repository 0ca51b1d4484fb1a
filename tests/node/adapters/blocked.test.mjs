// `blocked` over real connections: what a server hides behind a certificate of the same name, for every way to connect.
import assert from "node:assert/strict";
import { once } from "node:events";
import http2 from "node:http2";
import tls from "node:tls";
import { after, test } from "node:test";
import { createVerifierSync } from "chainpin";
import { connect, createAgent, createDispatcher, tlsOptions } from "chainpin/node";
import { fetch } from "undici";
import { authority, server as serverOf } from "../../attacks/certificates.mjs";
import { get } from "../../tls/get.mjs";
import { closeAll, listenForStreams, serve } from "../../tls/server.mjs";

after(closeAll);

const dates = ["20200101000000Z", "20990101000000Z"];
const root = authority("Lost Root", undefined, { dates });
const intermediate = authority("Stolen Intermediate", root, { dates });
const byRoot = serverOf(["localhost"], root, { dates });
const byIntermediate = serverOf(["localhost"], intermediate, { dates });
const rootNamesake = authority(root.name, undefined, { dates });
// OpenSSL passes over what has expired; Node's list of the chain does not.
const namesake = authority(intermediate.name, undefined, { dates: ["20200101000000Z", "20210101000000Z"] });
const ca = [pemOf(root)];

/** Each resolves to what came of one connection: the verdict's reason, or "connected". */
const ways = {
  createAgent: (verifier, { url }) => get(url, { agent: createAgent(verifier, { ca }) }),
  createDispatcher: (verifier, { url }) => fetch(url, { dispatcher: createDispatcher(verifier, { connect: { ca } }) }),
  connect: async (verifier, { port }) => {
    const socket = connect(verifier, { port, host: "localhost", ca });
    await once(socket, "secureConnect");
    socket.destroy();
  },
  tlsOptions: async (verifier, { port }) => {
    const socket = tls.connect({ port, host: "localhost", ...tlsOptions(verifier, { ca }) });
    await once(socket, "secureConnect");
    socket.destroy();
  },
  http2: async (verifier, _, { url }) => {
    const session = http2.connect(url, { ...tlsOptions(verifier, { ca }) });
    await once(session, "connect");
    session.destroy();
  },
};

const rules = {
  unlisted: [],
  exempt: [{ host: "localhost", exempt: true }],
};

for (const [name, certificate, chain, blocked] of [
  ["a blocked root that is not sent", byRoot, [], root],
  ["a namesake of a blocked root", byRoot, [rootNamesake], root],
  ["a blocked intermediate", byIntermediate, [intermediate], intermediate],
  ["a namesake before a blocked intermediate", byIntermediate, [namesake, intermediate], intermediate],
]) {
  test(name, async (context) => {
    const sent = {
      certificate: { key: certificate.key.privateKey.export({ type: "pkcs8", format: "pem" }), pem: pemOf(certificate) },
      chain: chain.map(pemOf),
    };
    const [server, streams] = [await serve(sent), await listenForStreams(sent)];
    for (const [way, attempt] of Object.entries(ways)) {
      for (const [kind, rule] of Object.entries(rules)) {
        await context.test(`${way}, ${kind}`, async () => {
          const verifier = (pins) => createVerifierSync({ version: 1, id: "test", sequence: 1, rules: rule, blocked: pins });
          await attempt(verifier([]), server, streams);
          await attempt(verifier([byRoot.pin === certificate.pin ? byIntermediate.pin : byRoot.pin]), server, streams);
          const requests = server.requests + streams.streams;
          const error = await attempt(verifier([blocked.pin]), server, streams).then(() => assert.fail("connected"), causeOf);
          assert.equal(server.requests + streams.streams, requests);
          assert.ok(["key-blocked", "path-invalid"].includes(error.code), error.stack);
        });
      }
    }
  });
}

function causeOf(error) {
  return error.cause?.code === undefined ? error : error.cause;
}

function pemOf({ der }) {
  return `-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`;
}
