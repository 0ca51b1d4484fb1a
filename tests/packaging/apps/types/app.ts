// What an app writes, and what its compiler must refuse.
import {
  ChainpinError,
  PinningError,
  PolicyError,
  backend,
  createAnchors,
  createVerifier,
  createVerifierSync,
  init,
  initSync,
  inspect,
  issuersOf,
  lint,
  pinsOf,
} from "chainpin";
import type { Anchors, ChainInput, CertificateDetails, Finding, Policy, Reason, Verdict, Verifier, VerifyRequest } from "chainpin";
import { NativeGate, attachBridge, toOkHttp, type Bridge, type BridgeChannel, type PinnedResponse } from "chainpin/bridge";
import { attach as attachCapacitor } from "chainpin/capacitor";
import { BridgeError, attach as attachReactNative } from "chainpin/react-native";
import * as auto from "chainpin/auto";
import { ConvertError, fromAndroid, toTrustKit } from "chainpin/convert";
import type { ConversionCode, PolicyConversion } from "chainpin/convert";
import * as js from "chainpin/js";
import { createReporter, fetchSender } from "chainpin/report";
import type { ReportEventCode, Reporter, ReportStorage, SendReport } from "chainpin/report";
import * as slim from "chainpin/slim";
import { fileStorage } from "chainpin/file-storage";
import { createPolicyStore, createPolicyStoreWith, memoryStorage } from "chainpin/updates";
import type { PolicyStorage, PolicyStore, PolicyStoreEvent, UpdateReason } from "chainpin/updates";

const policy: Policy = {
  version: 1,
  id: "app",
  sequence: 1,
  rules: [{ host: "a.example", pins: ["sha256/AAAA", { pin: "sha256/BBBB", label: "next" }] }],
};

export async function connect(request: VerifyRequest): Promise<Verdict> {
  const ready: Promise<void> = init();
  await ready;
  initSync();
  const kind: "wasm" | "js" = backend();
  const verifier: Verifier = kind === "wasm" ? await createVerifier(policy) : createVerifierSync(JSON.stringify(policy));
  const anchors: Anchors = createAnchors(["-----BEGIN CERTIFICATE-----"]);
  const verdict = verifier.verify({ ...request, anchors, now: new Date() });
  anchors.dispose();
  verifier.dispose();
  if (!verdict.ok) throw verdict.toError();
  return verdict;
}

export function look(chain: ChainInput): [CertificateDetails[], string[], Finding[]] {
  return [inspect(chain), pinsOf([new Uint8Array(1), new ArrayBuffer(1), "MII="]), lint(policy, { chain })];
}

export function signed(chain: ChainInput): boolean {
  return issuersOf(chain).every((issuers) => issuers.some(({ index, signature }) => index >= 0 && signature === "valid"));
}

export function why(error: unknown): Reason | string {
  if (error instanceof PinningError) return error.verdict.reason ?? error.code;
  if (error instanceof PolicyError) return `${error.code} ${error.path}`;
  if (error instanceof ChainpinError) return error.code;
  throw error;
}

export async function everyEntry(bytes: Uint8Array): Promise<void> {
  await slim.init(bytes);
  slim.initSync(bytes.buffer as ArrayBuffer);
  for (const entry of [js, auto]) {
    await entry.init();
    const verifier: Verifier = await entry.createVerifier(policy);
    verifier.dispose();
  }
  const same: typeof ChainpinError = slim.ChainpinError;
  void same;
}

export async function bridged(verifier: Verifier, channel: BridgeChannel): Promise<string> {
  const bridges: Bridge[] = [
    await attachBridge(channel, verifier),
    await attachCapacitor(verifier, { onVerdict: ({ ok }) => void ok }),
    await attachReactNative(verifier),
  ];
  const [bridge] = bridges;
  if (!bridge) throw new BridgeError("not-attached", "none");
  const response: PinnedResponse = await bridge.pinnedFetch("https://a.example/", { headers: { accept: "*/*" }, timeout: 1000 });
  const { pins } = await bridge.pushPins({ allowWeaker: toOkHttp(policy).findings.map(({ host }) => host) });
  const gate: typeof NativeGate = NativeGate;
  void gate;
  return response.headers.get("content-type") ?? pins.map(({ pattern }) => pattern).join();
}

export async function tell(
  verifier: Verifier,
  verdict: Verdict,
  storage: ReportStorage,
  platformFetch: (url: string) => Promise<{ status: number }>,
): Promise<number> {
  const send: SendReport = fetchSender(platformFetch);
  const reporter: Reporter = createReporter({ verifier, send, storage, onEvent: ({ code, status }) => void [code, status] });
  const onVerdict: (verdict: Verdict, connection: { host: string; port?: number | undefined }) => void = reporter.report;
  onVerdict(verdict, { host: verdict.host, port: 443 });
  await reporter.flush();
  const code: ReportEventCode = "delivered";
  // @ts-expect-error no such event
  reporter.counts.lost;
  // @ts-expect-error no sender
  createReporter({ verifier });
  return reporter.counts[code];
}

export async function keepUpToDate(
  fetch: () => Promise<string>,
  told: (event: PolicyStoreEvent) => void,
): Promise<UpdateReason | undefined> {
  const storage: PolicyStorage = Math.random() < 0.5 ? memoryStorage() : fileStorage("policies");
  const keys = [{ kty: "OKP", crv: "Ed25519", x: "AAAA", kid: "2026" }];
  const store: PolicyStore = await createPolicyStore({ keys, embedded: policy, fetch, storage, onEvent: told });
  const other: PolicyStore = await createPolicyStoreWith(slim, {
    keys,
    embedded: JSON.stringify(policy),
    fetch,
    storage,
    now: () => Date.now(),
  });
  other.start();
  other.stop();
  const verdict = js.verifyBundle(await fetch(), { keys, id: store.policy.id, floor: store.policy.sequence });
  if (verdict.accepted) void verdict.policy.length;
  else void verdict.reason;
  // @ts-expect-error no keys
  void createPolicyStore({ embedded: policy, fetch, storage });
  return (await store.update()).reason;
}

export function convert(text: string): ConversionCode[] {
  const { policy: read }: PolicyConversion = fromAndroid(text, { id: "app" });
  return toTrustKit(read, { format: "json", lossy: true }).findings.map(({ code }) => code);
}

export function where(error: unknown): string | undefined {
  return error instanceof ConvertError ? `${error.line} ${error.path}` : undefined;
}

export function refused(verifier: Verifier, verdict: Verdict): void {
  // @ts-expect-error no host
  verifier.verify({ chain: [] });
  // @ts-expect-error no such source
  verifier.verify({ host: "a.example", chain: [], source: "trusted" });
  // @ts-expect-error no such format
  toTrustKit(policy, { format: "yaml" });
  // @ts-expect-error not a chain
  pinsOf(1);
  // @ts-expect-error read only
  verdict.ok = true;
  // @ts-expect-error no module given
  void slim.init();
  // @ts-expect-error no such member
  void verdict.pinned;
}
