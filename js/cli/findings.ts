/** What is found in a policy, for people. */

import type { Finding } from "chainpin";
import { type Shown, line, paint, say, wrapped } from "./print.js";

const ORDER: Record<Finding["severity"], number> = { error: 0, warning: 1, info: 2 };

/** The worst first, and each once. */
export function ordered(findings: readonly Finding[]): Finding[] {
  const distinct = new Map(findings.map((finding) => [JSON.stringify([finding.code, finding.rule, finding.message]), finding]));
  return [...distinct.values()].sort((a, b) => ORDER[a.severity] - ORDER[b.severity]);
}

type Colours = Pick<typeof paint, "red" | "yellow" | "dim" | "bold">;

export function printFindings(findings: readonly Finding[], print: (text: Shown) => void = say, colours: Colours = paint): void {
  const colour = { error: colours.red, warning: colours.yellow, info: colours.dim };
  for (const { severity, rule, code, message } of findings) {
    print(line`${colour[severity](severity)} ${colours.bold(code)}${rule === undefined ? "" : `, ${rule}`}`);
    print(wrapped(message, 2));
  }
}
