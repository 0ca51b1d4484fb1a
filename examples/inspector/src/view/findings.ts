/** What is valid in the policy and yet unwise. */
import { h, list, sentence } from "../dom.js";
import type { Judgement } from "../judge.js";

const ORDER = { error: 0, warning: 1, info: 2 };

export function showFindings(box: HTMLElement, { findings, policyError }: Judgement): void {
  if (policyError) return box.replaceChildren(h("p", { class: "quiet" }, "Correct the policy first."));
  if (findings.length === 0) return box.replaceChildren(h("p", { class: "quiet" }, "Nothing is found."));
  const sorted = [...findings].sort((one, other) => ORDER[one.severity] - ORDER[other.severity]);
  box.replaceChildren(
    list(sorted, ({ severity, code, rule, message }) =>
      h(
        "li",
        { class: severity },
        h(
          "p",
          {},
          h("span", { class: `tag ${severity}` }, severity),
          h("code", {}, code),
          rule !== undefined && h("span", { class: "quiet" }, rule),
        ),
        h("p", {}, ...sentence(message)),
      ),
    ),
  );
}
