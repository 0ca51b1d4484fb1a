/**
 * chainpin for Electron: what Chromium connects to (pages, `net`), judged in the main process.
 *
 * ```js
 * session.defaultSession.setCertificateVerifyProc(certificateVerifyProc(verifier));
 * ```
 */

import { requireFunction, requireObject, requireOnly, wrong } from "../base/arguments.js";
import type { Verdict, Verifier } from "../model/types.js";

/** What Electron (19 or newer) asks with; `Request` of `session.setCertificateVerifyProc`, as far as it is read here. */
export interface CertificateVerifyRequest {
  /** The host of the request. */
  hostname: string;
  /** As the server sent it. */
  certificate: ElectronCertificate;
  /** As Chromium built and validated it. */
  validatedCertificate: ElectronCertificate;
  /** Whether the path ends in a root that Chromium ships; else a CA was installed on this machine. */
  isIssuedByKnownRoot?: boolean;
  /** Chromium's own result: 0 where it accepts. */
  errorCode: number;
}

/** Electron's `Certificate`, as far as it is read here. */
export interface ElectronCertificate {
  /** PEM. */
  data: string;
  /** The next one of the chain; a root has none, or itself. */
  issuerCert?: ElectronCertificate | null;
}

/** Besides the verifier. */
export interface CertificateVerifyOptions {
  /** Called at once with each verdict. What it throws refuses the certificate. */
  onVerdict?: (verdict: Verdict, connection: { readonly host: string }) => void;
}

/**
 * Makes what `session.setCertificateVerifyProc` takes. Where the policy does not object, Chromium decides as it would have (-3);
 * where it does, or where the verifier fails, the certificate is refused (-2). A certificate is never accepted against Chromium (0).
 *
 * Chromium keeps results in a cache: after a change of policy, they hold until it forgets them.
 * @throws TypeError for what is no verifier, and for options that have no effect.
 */
export function certificateVerifyProc(verifier: Verifier, options: CertificateVerifyOptions = {}): CertificateVerifyProc {
  if (typeof verifier?.verify !== "function") throw wrong("the verifier", "what `createVerifier` gives", verifier);
  requireObject(options, "the options");
  requireOnly(options, ["onVerdict"], "the options");
  const { onVerdict } = options;
  if (onVerdict !== undefined) requireFunction(onVerdict, "onVerdict");
  return (request, callback) => {
    let answer = REFUSE;
    try {
      const verdict = judge(verifier, request);
      onVerdict?.(verdict, { host: request.hostname });
      if (verdict.ok === true) answer = AS_CHROMIUM;
    } finally {
      // What was thrown goes on to Electron, once the connection is refused.
      callback(answer);
    }
  };
}

/** As `session.setCertificateVerifyProc` takes it. */
export type CertificateVerifyProc = (request: CertificateVerifyRequest, callback: (verificationResult: number) => void) => void;

const REFUSE = -2;
const AS_CHROMIUM = -3;

function judge(verifier: Verifier, request: CertificateVerifyRequest): Verdict {
  const { hostname: host, errorCode, isIssuedByKnownRoot } = request;
  if (errorCode === 0) {
    const anchor = isIssuedByKnownRoot === undefined ? "unknown" : isIssuedByKnownRoot ? "system" : "user";
    return verifier.verify({ host, chain: linked(request.validatedCertificate), source: "validated", anchor });
  }
  // Chromium refuses it, but an app may overrule that in `certificate-error`.
  return verifier.verify({ host, chain: linked(request.certificate), source: "presented" });
}

function linked(certificate: ElectronCertificate): string[] {
  const chain: string[] = [];
  const seen = new Set<string>();
  let next: ElectronCertificate | null | undefined = certificate;
  while (next && !seen.has(next.data)) {
    seen.add(next.data);
    chain.push(next.data);
    next = next.issuerCert;
  }
  return chain;
}
