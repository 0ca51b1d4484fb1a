/** Which certificate of a chain to pin, and why. */

import { type CertificateDetails, type FindingCode, PolicyError, lint } from "chainpin";
import type { Inspected } from "./source.js";

export interface Advice {
  readonly what: "leaf" | "intermediate" | "root";
  readonly pin: "best" | "possible" | "avoid";
  readonly why: string;
}

/** For each certificate, leaf first. `isPublic`: the chain leads to a public authority; undefined where nobody has looked. */
export function advise(source: Inspected, isPublic: boolean | undefined): Advice[] {
  const { certificates } = source;
  return certificates.map((certificate, index) => {
    const what = index === 0 ? "leaf" : certificate.subject === certificate.issuer ? "root" : "intermediate";
    return { what, ...ADVICE[what](source, certificate, isPublic) };
  });
}

/** What holds whichever it is. */
export const ALWAYS =
  "Always pin a second key that is not in use yet, and keep it offline: `chainpin init` asks for it. Pin no key that only somebody else can keep.";

const ADVICE: Record<
  Advice["what"],
  (source: Inspected, certificate: CertificateDetails, isPublic: boolean | undefined) => Omit<Advice, "what">
> = {
  leaf(source, leaf) {
    const days = lifetime(leaf);
    const own =
      leaf.subject === leaf.issuer
        ? "the server's own key, under a certificate that it signed itself"
        : "the server's own key, which nobody else has";
    // The engine knows what is short.
    if (!found(source, leaf, "leaf-only-short-lived")) return { pin: "best", why: `${own}; keep it when the certificate is renewed` };
    return {
      pin: "best",
      why: `${own}. Its certificate lives ${days} days: have the renewal keep the key (certbot: --reuse-key), or publish the next key in time`,
    };
  },
  intermediate(source, certificate, isPublic) {
    if (found(source, certificate, "rotating-intermediate"))
      return { pin: "avoid", why: "this authority replaces its intermediates without notice" };
    if (isPublic === true)
      return { pin: "avoid", why: "a public authority's: it issues for everybody, and replaces this key when it likes" };
    const own = "if this authority is yours alone, its key lets you change the servers' keys freely";
    return isPublic === false
      ? { pin: "possible", why: own }
      : { pin: "possible", why: `${own}; if it is a public one, avoid it: it may be replaced without notice` };
  },
  root(_source, _certificate, isPublic) {
    if (isPublic === false) return { pin: "possible", why: "if this root is yours alone: every certificate under it matches" };
    return {
      pin: "possible",
      why: "a public root issues for everybody, also through other intermediates; pin it only beside one of another authority",
    };
  },
};

/** Whether the engine objects to a pin on that certificate alone. */
function found({ certificates, chain, server }: Inspected, { pin }: CertificateDetails, code: FindingCode): boolean {
  // Any host of the leaf will do: findings of a chain are for the rule that decides for it.
  const host = server?.target.name ?? certificates[0]?.subjectAltNames[0]?.replace(/^\*\./, "any.");
  if (host === undefined) return false;
  try {
    return lint({ version: 1, id: "advice", sequence: 1, rules: [{ host, pins: [pin] }] }, { chain }).some(
      (finding) => finding.code === code,
    );
  } catch (error) {
    if (error instanceof PolicyError && error.code === "host-invalid") return false; // no rule can be for this name
    throw error;
  }
}

/** Days. */
function lifetime({ notBefore, notAfter }: CertificateDetails): number {
  return notBefore === undefined || notAfter === undefined ? NaN : Math.round((Date.parse(notAfter) - Date.parse(notBefore)) / 86_400_000);
}
