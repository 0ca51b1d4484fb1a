// What a Node app writes, with Node's types.
import * as https from "node:https";
import * as http2 from "node:http2";
import * as tls from "node:tls";
import { PinningError, type Verifier } from "chainpin";
import { certificateVerifyProc } from "chainpin/electron";
import { chainOf, connect, createAgent, createConnector, createDispatcher, selfTest, tlsOptions } from "chainpin/node";

export async function use(verifier: Verifier): Promise<void> {
  const agent: https.Agent = createAgent(verifier, {
    keepAlive: true,
    ca: "…",
    onVerdict: ({ outcome }, { host, port }) => console.log(outcome, host, port),
  });
  https.get("https://a.example/", { agent });
  https.get("https://a.example/", tlsOptions(verifier));
  const socket: tls.TLSSocket = tls.connect({ host: "a.example", port: 443, ...tlsOptions(verifier, { ca: ["…"] }) });
  const chain: Uint8Array[] = chainOf(connect(verifier, { host: "a.example", port: 443 }));
  http2.connect("https://a.example", tlsOptions(verifier));

  class Agent {
    constructor(readonly options: { connect?: unknown }) {}
  }
  const dispatcher: Agent = createDispatcher(verifier, { undici: { Agent }, connect: { ca: "…" }, connections: 8 });
  createConnector(verifier, { timeout: 1 });
  const refusal: PinningError = await selfTest({
    host: "a.example",
    verifier,
    request: (canary, { host, port }) => Promise.resolve([canary.policy, host, port]),
  });
  const proc: (request: Parameters<ReturnType<typeof certificateVerifyProc>>[0], callback: (result: number) => void) => void =
    certificateVerifyProc(verifier);
  void [socket, chain, dispatcher, refusal, proc];

  // @ts-expect-error would switch pinning off
  createAgent(verifier, { rejectUnauthorized: false });
  // @ts-expect-error would replace ours
  createAgent(verifier, { checkServerIdentity: () => undefined });
  // @ts-expect-error a resumed session brings no certificate
  connect(verifier, { session: Buffer.alloc(1) });
  // @ts-expect-error it is `allowH2` here
  createConnector(verifier, { ALPNProtocols: ["h2"] });
  // @ts-expect-error it comes from the URL of each request
  createDispatcher(verifier, { undici: { Agent }, connect: { host: "a.example" } });
}
