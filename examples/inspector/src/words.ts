/** The verdict in one sentence, for people who see it for the first time. */
import type { Reason, Verdict } from "chainpin/slim";
import type { Judgement } from "./judge.js";
import { nameOf } from "./picture.js";

export interface Saying {
  readonly tone: "good" | "note" | "warn" | "bad";
  /** A word or two. */
  readonly title: string;
  readonly sentence: string;
}

export function sayingOf(judgement: Judgement): Saying {
  const { verdict, policyError, anchorsError } = judgement;
  if (policyError)
    return { tone: "bad", title: "No verdict", sentence: "The policy is refused, so that there is nothing to judge by: correct it below." };
  if (anchorsError !== undefined || verdict === undefined)
    return { tone: "bad", title: "No verdict", sentence: "The trusted roots cannot be read: correct them below." };
  const host = verdict.host.length > 80 ? `${verdict.host.slice(0, 79)}…` : verdict.host;
  switch (verdict.outcome) {
    case "pinned":
      return pinned(judgement, verdict, host);
    case "tolerated":
      return {
        tone: "warn",
        title: "Tolerated",
        sentence: `${host} is let pass only because ${toleranceOf(judgement)}: ${because(verdict.reason)}.`,
      };
    case "rejected":
      return {
        tone: "bad",
        title: "Refused",
        sentence: `Do not use this connection to ${host || "no host"}: ${struck(judgement) ?? because(verdict.reason)}.`,
      };
    case "exempt":
      return {
        tone: "note",
        title: "Exempt",
        sentence: `The policy asks no pin of ${host}: its rule is an exemption, or allows CAs of the user.`,
      };
    case "unlisted":
      return { tone: "note", title: "Not pinned", sentence: `The policy has no rule for ${host}, and lets such hosts pass.` };
  }
}

function pinned({ picture }: Judgement, { matched }: Verdict, host: string): Saying {
  const card = picture.cards.find(({ index }) => index === matched?.index);
  const name = nameOf(card?.certificate);
  const whose = matched?.role === "leaf" ? "the server’s own key is pinned" : `its certificate leads to “${name}”, whose key is pinned`;
  if (matched?.backup)
    return {
      tone: "warn",
      title: "Trusted, by a backup pin",
      sentence: `${host} is trusted: ${whose} as a backup. The key has been rotated, so give the policy a new backup pin.`,
    };
  return { tone: "good", title: "Trusted", sentence: `${host} is trusted: ${whose}.` };
}

/** The pinned key that lies in the chain, and proves nothing there. */
function struck({ verdict, pins, picture }: Judgement): string | undefined {
  if (verdict?.reason !== "pin-mismatch") return undefined;
  const hit = pins.find(({ state, kind }) => state === "off" && kind !== "blocked");
  const card = picture.cards.find(({ index, standing }) => standing === "off" && hit?.at.includes(index));
  return (
    card &&
    `the pinned ${hit?.pin.startsWith("cert-") ? "certificate" : "key"} of “${nameOf(card.certificate)}” is in the chain, but the server’s certificate does not lead to it`
  );
}

function toleranceOf({ rule, scene }: Judgement): string {
  const isOver = rule !== undefined && !rule.exempt && rule.expires !== undefined && Date.parse(rule.expires) <= scene.at;
  return isOver ? `its rule expired on ${rule.expires?.slice(0, 10)}` : "its rule only reports";
}

/** As the end of a sentence. */
function because(reason: Reason | undefined): string {
  return reason === undefined ? "nothing is known" : REASONS[reason];
}

const REASONS: Record<Reason, string> = {
  "certificate-expired": "the server’s certificate has expired",
  "certificate-not-yet-valid": "the server’s certificate is not valid yet",
  "chain-empty": "it has no certificate",
  "chain-malformed": "something in the chain is no certificate",
  "chain-too-large": "the chain is larger than any honest one",
  "host-invalid": "that is no host name",
  "hostname-mismatch": "the certificate is for other hosts",
  internal: "the verifier itself failed",
  "key-blocked": "the policy blocks a key of its chain",
  "path-invalid": "its certificate does not lead to a root that the app trusts, or is not for servers",
  "pin-expired": "only an expired pin matches",
  "pin-mismatch": "no pinned key is on the path of its certificate",
  "policy-expired": "the policy has expired, and denies since",
  "role-mismatch": "a pinned key is there, but in another place than the pin says",
  "rule-expired": "the rule has expired, and denies since",
  "unlisted-host": "the policy has no rule for it, and refuses such hosts",
};

/** Which rule decides, and why that one. */
export function ruleReason({ rule, verdict, policy }: Judgement): string {
  if (policy === undefined || verdict === undefined) return "No rule: there is no policy to look in.";
  const { host } = verdict;
  if (verdict.reason === "host-invalid") return "No rule: that is no host name.";
  if (rule === undefined) {
    const unlisted =
      policy.unlisted === "deny" ? "The policy refuses hosts without one (unlisted: deny)." : "The policy lets hosts without one pass.";
    return `No rule is for ${host}, and none above it reaches so far down. ${unlisted}`;
  }
  // The policy may write it in capitals, or with a dot at its end.
  const name = rule.host.toLowerCase().replace(/\.$/, "");
  if (name === host) return `The rule for ${host} itself. It decides alone: rules are never merged.`;
  const reach = rule.subdomains === "one" ? "one label further down" : "every name below it";
  return `No rule is for ${host} itself. ${rule.host} is the nearest name above it whose rule reaches down, to ${reach}. It decides alone: rules are never merged.`;
}
