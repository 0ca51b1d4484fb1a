/** From a scene to all that is shown: the package is asked here, and nowhere else. */
import { ChainpinError, PolicyError, createAnchors, createVerifierSync, inspect, issuersOf, lint } from "chainpin/slim";
import type { Anchors, CertificateDetails, Finding, Pin, Policy, Rule, Verdict, Verifier } from "chainpin/slim";
import { type Picture, draw } from "./picture.js";
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
  const roots = scene.source === "presented" ? anchorsOf(scene.anchors) : { certificates: [] };
  const { verifier } = policy;
  const verdict = verifier !== undefined && roots.error === undefined ? verdictOf(verifier, scene, roots.parsed) : undefined;
  const { certificates, error } = read(scene.chain);

  const above = anchorsAbove(certificates, roots.certificates);
  const picture =
    certificates.length === 0
      ? { cards: [] }
      : draw({ certificates: certificates.map(({ details }) => details), issuers: issuersOf(certificates.map(({ pem }) => pem)), summaries: verdict?.chain ?? [], above, verdict });
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

let lastRoots: { text: string; roots: Roots } | undefined;

function anchorsOf(text: string): Roots {
  if (text.trim() === "") return { certificates: [] };
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

/** Roots that signed a certificate of the chain and are not in it: by signature, a few at a time, since a chain holds 16. */
function anchorsAbove(certificates: readonly Certificate[], roots: readonly string[]): Map<number, CertificateDetails> {
  const above = new Map<number, CertificateDetails>();
  const known = new Set(certificates.map(({ details }) => details.fingerprint));
  certificates.forEach(({ pem }, index) => {
    for (let at = 0; at < roots.length && !above.has(index); at += ROOTS_AT_ONCE) {
      const some = roots.slice(at, at + ROOTS_AT_ONCE);
      const signer = issuersOf([pem, ...some])[0]?.find((issuer) => issuer.index > 0 && issuer.signature === "valid");
      const details = signer && inspect([some[signer.index - 1] ?? ""])[0];
      if (details !== undefined && !known.has(details.fingerprint)) above.set(index, details);
    }
  });
  return above;
}

const ROOTS_AT_ONCE = 15;

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
  const fitsIn = (role: PinHit["role"], place: "leaf" | "ca") => (role === "any" ? rule?.exempt !== true && rule?.match !== "leaf-and-ca" : role === place);
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
      if (matched?.pin === given.pin && matched.backup === (kind === "backup") && !isExpired && fitsIn(role, matched.role)) return "matched";
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
  return [...own.map((pin) => hit(pin, "pin")), ...backups.map((pin) => hit(pin, "backup")), ...(policy.blocked ?? []).map((pin) => hit(pin, "blocked"))];
}
