/** From a scene to all that is shown: the package is asked here, and nowhere else. */
import { ChainpinError, PolicyError, createAnchors, createVerifierSync, inspect, issuersOf, lint } from "chainpin/slim";
import type { Anchors, CertificateDetails, Finding, Issuer, Pin, Policy, Rule, Verdict, Verifier } from "chainpin/slim";
import { type Input, type Picture, draw } from "./picture.js";
import type { Scene } from "./scene.js";

export interface Judgement {
  readonly scene: Scene;
  /** Absent where the policy or the anchors are refused. */
  readonly verdict?: Verdict;
  readonly policyError?: { readonly code: string; readonly path: string; readonly message: string };
  readonly anchorsError?: string;
  /** Why there is nothing to draw. */
  readonly chainError?: string;
  readonly picture: Picture;
  readonly policy?: Policy;
  readonly rule?: Rule;
  readonly pins: readonly PinHit[];
  readonly findings: readonly Finding[];
  /** Trusted roots that were given. */
  readonly anchors: number;
}

/** A pin of the rule, or a blocked one, and what it hit. */
export interface PinHit {
  readonly pin: string;
  readonly kind: "pin" | "backup" | "blocked";
  readonly role: "any" | "leaf" | "ca";
  readonly label?: string;
  readonly expires?: string;
  /** `expired` and `role`: it is on the path and does not count. `off`: in the chain, where no pin may match. */
  readonly state: "matched" | "also" | "expired" | "role" | "off" | "blocks" | "absent";
  /** Places in the chain, -1 for an anchor. */
  readonly at: readonly number[];
}

export function judge(scene: Scene): Judgement {
  const policy = compiled(scene.policy);
  const roots = scene.source === "presented" ? anchorsOf(scene.anchors) : NO_ROOTS;
  const { verifier } = policy;
  const verdict = verifier !== undefined && roots.error === undefined ? verdictOf(verifier, scene, roots.parsed) : undefined;
  const { certificates, issuers, above, error } = linked(scene.chain, roots.certificates);
  const picture =
    certificates.length === 0
      ? { cards: [] }
      : draw({ certificates: certificates.map(({ details }) => details), issuers, summaries: verdict?.chain ?? [], above, verdict });
  const rule = verifier && ruleOf(verifier, scene.host);
  return {
    scene,
    ...(verdict && { verdict }),
    ...(policy.error && { policyError: policy.error }),
    ...(roots.error !== undefined && { anchorsError: roots.error }),
    ...(error !== undefined && { chainError: error }),
    picture,
    ...(verifier && { policy: verifier.policy }),
    ...(rule && { rule }),
    pins: verifier ? hits(verifier.policy, rule, picture, verdict, scene.at) : [],
    findings: verifier ? lint(scene.policy, { now: scene.at, ...(certificates.length > 0 && { chain: scene.chain }) }) : [],
    anchors: roots.certificates.length,
  };
}

/** The verifier of the text that was last asked for: moving the date compiles nothing. */
let last: { text: string; verifier?: Verifier; error?: Judgement["policyError"] } | undefined;

function compiled(text: string): { verifier?: Verifier; error?: Judgement["policyError"] } {
  if (last?.text === text) return last;
  last?.verifier?.dispose();
  try {
    last = { text, verifier: createVerifierSync(text) };
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    last = { text, error: { code: error.code, path: error.path ?? "", message: error.message } };
  }
  return last;
}

interface Roots {
  readonly certificates: readonly string[];
  readonly parsed?: Anchors;
  readonly error?: string;
}

const NO_ROOTS: Roots = { certificates: [] };

let lastRoots: { text: string; roots: Roots } | undefined;

function anchorsOf(text: string): Roots {
  if (text.trim() === "") return NO_ROOTS;
  if (lastRoots?.text === text) return lastRoots.roots;
  lastRoots?.roots.parsed?.dispose();
  lastRoots = { text, roots: parseRoots(text) };
  return lastRoots.roots;
}

function parseRoots(text: string): Roots {
  try {
    const parsed = createAnchors(text);
    const pems = blocks(text);
    return { certificates: pems.length > 0 ? pems : [text], parsed }; // base64 without a frame is one
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return { certificates: [], error: error.message };
  }
}

function verdictOf(verifier: Verifier, { host, chain, source, anchor, at }: Scene, anchors: Anchors | undefined): Verdict {
  return verifier.verify({ host, chain, source, now: at, ...(source === "validated" && { anchor }), ...(anchors && { anchors }) });
}

interface Linked {
  readonly certificates: readonly Certificate[];
  readonly issuers: readonly (readonly Issuer[])[];
  readonly above: Input["above"];
  readonly error?: string;
}

let lastLinked: { chain: string; roots: readonly string[]; linked: Linked } | undefined;

/** What the signatures say. They depend on no date and no policy, so that they are verified once for each chain. */
function linked(chain: string, roots: readonly string[]): Linked {
  if (lastLinked?.chain !== chain || lastLinked.roots !== roots) {
    const { certificates, error } = read(chain);
    const issuers = certificates.length === 0 ? [] : issuersOf(certificates.map(({ pem }) => pem));
    lastLinked = {
      chain,
      roots,
      linked: { certificates, issuers, above: anchorsAbove(certificates, roots), ...(error !== undefined && { error }) },
    };
  }
  return lastLinked.linked;
}

interface Certificate {
  readonly pem: string;
  readonly details: CertificateDetails;
}

function read(chain: string): { certificates: Certificate[]; error?: string } {
  try {
    const details = inspect(chain);
    const pems = blocks(chain);
    // Base64 without a frame is one certificate.
    const texts = pems.length === details.length ? pems : [chain];
    return { certificates: details.flatMap((each, index) => ({ details: each, pem: texts[index] ?? "" })) };
  } catch (error) {
    if (!(error instanceof ChainpinError)) throw error;
    return { certificates: [], error: error.message };
  }
}

function blocks(text: string): string[] {
  return text.match(/-----BEGIN [A-Z0-9 ]*CERTIFICATE-----[^-]*-----END [A-Z0-9 ]*CERTIFICATE-----/g) ?? [];
}

/** The root that signed a certificate and is not in the chain. Only one of its issuer's name can have; of those, a few are asked. */
function anchorsAbove(certificates: readonly Certificate[], roots: readonly string[]): Input["above"] {
  const known = new Set(certificates.map(({ details }) => details.fingerprint));
  const found = new Map<number, ReturnType<Input["above"]>>();
  const search = (index: number): ReturnType<Input["above"]> => {
    const certificate = certificates[index];
    if (certificate === undefined) return {};
    const named = detailsOf(roots).filter(
      ({ details }) => details.subject === certificate.details.issuer && !known.has(details.fingerprint),
    );
    // One at a time: among several, `issuersOf` would verify the signatures of each against all.
    const anchor = named
      .slice(0, ROOTS_ASKED)
      .find(({ pem }) => issuersOf([certificate.pem, pem])[0]?.some((issuer) => issuer.index === 1 && issuer.signature === "valid"));
    return {
      ...(anchor && { anchor: anchor.details }),
      ...(!anchor && named.length > ROOTS_ASKED && { unasked: named.length - ROOTS_ASKED }),
    };
  };
  return (index) => {
    const answer = found.get(index) ?? search(index);
    found.set(index, answer);
    return answer;
  };
}

/** Roots of one name. A CA that has renewed its root has two or three; more are made to keep the page busy. */
const ROOTS_ASKED = 8;

let lastDetails: { roots: readonly string[]; details: readonly Certificate[] } | undefined;

function detailsOf(roots: readonly string[]): readonly Certificate[] {
  if (lastDetails?.roots !== roots) lastDetails = { roots, details: roots.flatMap((pem) => read(pem).certificates) };
  return lastDetails.details;
}

function ruleOf(verifier: Verifier, host: string): Rule | undefined {
  try {
    return verifier.ruleFor(host);
  } catch (error) {
    if (error instanceof ChainpinError && error.code === "host-invalid") return undefined;
    throw error;
  }
}

function hits(policy: Policy, rule: Rule | undefined, picture: Picture, verdict: Verdict | undefined, now: number): PinHit[] {
  const own = rule === undefined || rule.exempt ? [] : rule.pins;
  const backups = rule === undefined || rule.exempt ? [] : (rule.backupPins ?? []);
  const leaf = picture.cards.find(({ index }) => index === 0)?.certificate.fingerprint;
  // As the verifier counts: where a leaf and a CA must match, pins for any place do not; and a copy of the leaf further up is no CA.
  const placeOf = ({ certificate }: Picture["cards"][number]) => (certificate.fingerprint === leaf ? "leaf" : "ca");
  const fitsIn = (role: PinHit["role"], place: "leaf" | "ca") =>
    role === "any" ? rule?.exempt !== true && rule?.match !== "leaf-and-ca" : role === place;
  const hit = (pin: Pin, kind: PinHit["kind"]): PinHit => {
    const given = typeof pin === "string" ? { pin } : pin;
    const role = given.role ?? "any";
    const holders = picture.cards.filter(({ certificate }) => certificate.pin === given.pin || certificate.certificatePin === given.pin);
    const onPath = holders.filter(({ standing }) => standing === "path");
    const fits = onPath.some((card) => fitsIn(role, placeOf(card)));
    const isExpired = given.expires !== undefined && Date.parse(given.expires) <= now;
    const { matched } = verdict ?? {};
    const state = (): PinHit["state"] => {
      if (kind === "blocked") return holders.length > 0 ? "blocks" : "absent";
      // The same pin may stand in the rule twice, with another role.
      if (matched?.pin === given.pin && matched.backup === (kind === "backup") && !isExpired && fitsIn(role, matched.role))
        return "matched";
      if (holders.length === 0) return "absent";
      if (onPath.length === 0) return "off";
      if (isExpired) return "expired";
      return fits ? "also" : "role";
    };
    return {
      pin: given.pin,
      kind,
      role,
      ...(given.label !== undefined && { label: given.label }),
      ...(given.expires !== undefined && { expires: given.expires }),
      state: state(),
      at: state() === "matched" && matched ? [matched.index] : holders.map(({ index }) => index),
    };
  };
  return [
    ...own.map((pin) => hit(pin, "pin")),
    ...backups.map((pin) => hit(pin, "backup")),
    ...(policy.blocked ?? []).map((pin) => hit(pin, "blocked")),
  ];
}
