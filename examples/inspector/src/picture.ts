/** What is drawn: the certificates from the leaf to the anchor, then those off the path, and how each hangs on another. */
import type { CertificateDetails, CertificateSummary, Issuer, Verdict } from "chainpin/slim";

export interface Card {
  /** Its place in the chain; below 0 for an anchor that is not in it. */
  readonly index: number;
  readonly certificate: CertificateDetails;
  readonly place: "leaf" | "ca" | "anchor";
  /** `path`: a pin may match it. `spare`: the leaf leads to it, and the verdict did not need it. `off`: the leaf does not lead to it. */
  readonly standing: "path" | "spare" | "off";
  /** Why no pin may match it, in the verifier's words. */
  readonly why?: string | undefined;
  /** The certificate signed by itself. */
  readonly signedByItself: boolean;
  /** How it hangs on another; absent for the first. */
  readonly link?: Link;
}

/** From a certificate to what should have signed it. */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly kind: "solid" | "broken";
  readonly grey: boolean;
  /** One sentence. */
  readonly text: string;
}

export interface Picture {
  readonly cards: readonly Card[];
  /** Who should have signed the last certificate of the way up, where nobody here did and no broken link says so. */
  readonly missing?: string;
  /** Trusted roots of that name that were not tried. */
  readonly unasked?: number;
}

type Standing = Card["standing"];

/** `issuersOf` of the package: signatures, not names, decide what hangs on what. */
export type IssuersOf = (chain: string[]) => Issuer[][];

export interface Input {
  readonly certificates: readonly CertificateDetails[];
  readonly issuers: readonly (readonly Issuer[])[];
  readonly summaries: readonly CertificateSummary[];
  /** The anchor that signed the certificate at a place of the chain. `unasked`: none of those that were tried did, and so many were not tried. */
  readonly above: (index: number) => { readonly anchor?: CertificateDetails; readonly unasked?: number };
  readonly verdict: Verdict | undefined;
}

export function draw({ certificates, issuers, summaries, above, verdict }: Input): Picture {
  const signedBy = (child: number, parent: number) => issuers[child]?.find(({ index }) => index === parent)?.signature;
  const led = reachable(issuers);
  const standing = (index: number): Standing => (summaries[index]?.onPath ? "path" : led.has(index) ? "spare" : "off");
  const cards: Card[] = [];
  const place = (index: number, link?: Link) => {
    const certificate = certificates[index];
    if (certificate === undefined) return;
    cards.push({
      index,
      certificate,
      place: index === 0 ? "leaf" : "ca",
      standing: standing(index),
      why: summaries[index]?.offPath,
      signedByItself: signedBy(index, index) === "valid",
      ...(link && { link }),
    });
  };
  const linked = (from: number, to: number, kind: Link["kind"], text: string): Link => {
    return { from, to, kind, grey: standing(from) !== "path" || standing(to) !== "path", text };
  };

  // The way up: over signatures that verify, rather to what the verdict counts.
  const way = [0];
  place(0);
  for (let at = 0; ; ) {
    const next =
      issuers[at]?.filter(({ index, signature }) => signature === "valid" && !way.includes(index)).map(({ index }) => index) ?? [];
    const up = next.find((index) => standing(index) === "path") ?? next[0];
    if (up === undefined) break;
    place(up, linked(at, up, "solid", "Signed by the next: the signature verifies."));
    way.push(up);
    at = up;
  }
  const top = way[way.length - 1] ?? 0;

  const { anchor, unasked } = above(top);
  if (anchor !== undefined) {
    const counts = standing(top) === "path" && verdict !== undefined && verdict.reason !== "path-invalid";
    const link: Link = {
      from: top,
      to: -1,
      kind: "solid",
      grey: !counts,
      text: "Signed by a root that your app trusts: the signature verifies.",
    };
    cards.push({ index: -1, certificate: anchor, place: "anchor", standing: counts ? "path" : "spare", signedByItself: true, link });
  }

  // What is left, in its order; each hangs on what it signed, or is shown not to.
  let before = top;
  certificates.forEach((certificate, index) => {
    if (way.includes(index)) return;
    const child =
      [...way, before].find((other) => signedBy(other, index) === "valid") ?? (signedBy(before, index) === "valid" ? before : undefined);
    if (child !== undefined) {
      const who = child === before ? "the one before" : nameOf(certificates[child]);
      place(index, linked(child, index, "solid", `It has signed ${who}: the signature verifies.`));
    } else {
      place(index, linked(before, index, "broken", brokenText(signedBy(before, index), certificates[before], certificate)));
    }
    before = index;
  });

  const last = certificates[top];
  const isExplained =
    signedBy(top, top) === "valid" || anchor !== undefined || cards.some(({ link }) => link?.kind === "broken" && link.from === top);
  return { cards, ...(!isExplained && last && { missing: nameOfText(last.issuer), ...(unasked !== undefined && { unasked }) }) };
}

function brokenText(signature: Issuer["signature"] | undefined, child: CertificateDetails | undefined, issuer: CertificateDetails): string {
  switch (signature) {
    case "invalid":
      return `Not signed by this key: “${nameOf(child)}” only names “${nameOf(issuer)}” as its issuer, and anybody can write a name.`;
    case "unsupported":
      return `The signature cannot be verified: ${child?.signatureAlgorithm ?? "unknown"}.`;
    case "unchecked":
      return "The signature was not checked: there are too many.";
    case "valid":
    case undefined:
      return child?.subject === child?.issuer
        ? `Not its issuer: “${nameOf(child)}” has issued itself.`
        : `Not its issuer: “${nameOf(child)}” was issued by “${nameOfText(child?.issuer ?? "")}”.`;
  }
}

/** All to which the leaf leads by signatures that verify. */
function reachable(issuers: Input["issuers"]): Set<number> {
  const led = new Set([0]);
  for (const at of led) {
    for (const { index, signature } of issuers[at] ?? []) if (signature === "valid") led.add(index);
  }
  return led;
}

/** Leaf first: over signatures as far as they lead, the rest in its order. */
export function leafFirst(certificates: string[], issuersOf: IssuersOf): string[] {
  const issuers = issuersOf(certificates);
  const issuedSomething = new Set(
    issuers.flatMap((list, child) =>
      list.filter(({ index, signature }) => index !== child && signature === "valid").map(({ index }) => index),
    ),
  );
  const start = certificates.findIndex((_, index) => !issuedSomething.has(index));
  const order: number[] = [];
  for (let at: number | undefined = Math.max(start, 0); at !== undefined; ) {
    order.push(at);
    at = issuers[at]?.find(({ index, signature }) => signature === "valid" && !order.includes(index))?.index;
  }
  for (const index of certificates.keys()) if (!order.includes(index)) order.push(index);
  return order.flatMap((index) => certificates[index] ?? []);
}

/** The common name, or what there is. */
export function nameOf(certificate: CertificateDetails | undefined): string {
  return certificate === undefined ? "" : nameOfText(certificate.subject) || certificate.subjectAltNames[0] || "(no name)";
}

/** Of a name in RFC 4514 notation: its CN, else its first part. */
export function nameOfText(name: string): string {
  const parts = partsOf(name);
  const part = parts.find(([key]) => key === "CN") ?? parts[0];
  return part === undefined ? "" : part[1];
}

/** The other parts of a name that people look at. */
export function restOf(name: string): string {
  const parts = partsOf(name);
  return ["O", "OU", "C"].flatMap((wanted) => parts.find(([key]) => key === wanted)?.[1] ?? []).join(" · ");
}

function partsOf(name: string): [string, string][] {
  return [...name.matchAll(/(?:^|[,+])([\w.]+)=((?:\\.|[^,+\\])*)/g)].map(([, key = "", value = ""]) => [
    key,
    value.replace(/\\([ #"+,;<>\\])/g, "$1"),
  ]);
}
