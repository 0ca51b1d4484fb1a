// What an app writes, and what its compiler must refuse.
import { ChainpinError, PinningError, PolicyError, backend, createAnchors, createVerifier, createVerifierSync, init, initSync, inspect, lint, pinsOf } from "chainpin";
import type { Anchors, ChainInput, CertificateDetails, Finding, Policy, Reason, Verdict, Verifier, VerifyRequest } from "chainpin";
import * as auto from "chainpin/auto";
import { ConvertError, fromAndroid, toTrustKit } from "chainpin/convert";
import type { ConversionCode, PolicyConversion } from "chainpin/convert";
import * as js from "chainpin/js";
import * as slim from "chainpin/slim";

const policy: Policy = { version: 1, id: "app", sequence: 1, rules: [{ host: "a.example", pins: ["sha256/AAAA", { pin: "sha256/BBBB", label: "next" }] }] };

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
