/** The rule that decides and why, and each of its pins with what it hit. */
import type { Policy, Rule } from "chainpin/slim";
import { SHOWN, h, list } from "../dom.js";
import type { Judgement, PinHit } from "../judge.js";
import { ruleReason } from "../words.js";

export function showRule(box: HTMLElement, judgement: Judgement): void {
  const { rule, policy, pins } = judgement;
  box.replaceChildren(
    h("p", { class: "reason" }, ruleReason(judgement)),
    ...(policy ? [h("ul", { class: "facts" }, ...factsOf(policy, rule, judgement.scene.at).map((fact) => h("li", {}, fact)))] : []),
    pins.length > 0 ? list(byNews(pins), pinOf, "pins") : h("p", { class: "quiet" }, policy ? "No pin is asked for." : ""),
  );
}

/** Those that hit something first, where not all are shown. */
function byNews(pins: readonly PinHit[]): readonly PinHit[] {
  return pins.length <= SHOWN
    ? pins
    : [...pins.filter(({ state }) => state !== "absent"), ...pins.filter(({ state }) => state === "absent")];
}

function factsOf(policy: Policy, rule: Rule | undefined, now: number): string[] {
  const facts = [`policy ${policy.id}, number ${policy.sequence}`];
  const date = (what: string, expires: string | undefined, then: string) => {
    if (expires !== undefined)
      facts.push(`${what} ${Date.parse(expires) <= now ? "expired" : "expires"} ${expires.slice(0, 10)}, then: ${then}`);
  };
  date("policy", policy.expires, policy.onExpiry ?? "enforce");
  if (rule === undefined) return facts;
  if (rule.exempt) return [...facts, "an exemption"];
  facts.push(
    rule.match === "leaf-and-ca" ? "a leaf pin and a CA pin must match" : "one pin must match",
    rule.mode === "report" ? "only reports" : "enforced",
  );
  date("rule", rule.expires, rule.onExpiry ?? "report");
  if (rule.userAnchors === "allow") facts.push("CAs of the user pass");
  return facts;
}

function pinOf({ pin, kind, role, label, expires, state, at }: PinHit): HTMLElement {
  const remarks = [kind !== "pin" && kind, role !== "any" && `${role} only`, expires !== undefined && `until ${expires.slice(0, 10)}`];
  return h(
    "li",
    { class: `hit ${state}`, "data-state": state, "data-at": at.join(" ") },
    h("span", { class: "dot", "aria-hidden": "true" }),
    h(
      "div",
      {},
      h("p", {}, label !== undefined && h("b", {}, label), ...remarks.map((remark) => remark && h("span", { class: "tag" }, remark))),
      h("code", {}, pin),
      h("p", { class: "what" }, stateText(state, at)),
    ),
  );
}

function stateText(state: PinHit["state"], at: readonly number[]): string {
  const where = at.map((index) => (index < 0 ? "the trusted root" : `certificate ${index}`)).join(" and ");
  switch (state) {
    case "matched":
      return `Matches ${where}: this decides.`;
    case "also":
      return `Is on the path too, ${where}.`;
    case "expired":
      return `Would match ${where}, and has expired.`;
    case "role":
      return `Is the key of ${where}, which has another role.`;
    case "off":
      return `Is the key of ${where}, where no pin may match. That it lies in the chain proves nothing.`;
    case "blocks":
      return `Blocks ${where}.`;
    case "absent":
      return "Hits no certificate here.";
  }
}
