// Compiled by tests/node/engine/schema.test.mjs, never run: what TypeScript takes for a policy, and what it refuses.
import type { Pin, Policy, Rule } from "chainpin";

const pin = "sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk=";

export const smallest: Policy = { version: 1, id: "x", sequence: 1, rules: [{ host: "a.example", pins: [pin] }] };

const constant = {
  version: 1,
  id: "x",
  sequence: 1,
  rules: [
    { host: "a.example", subdomains: "one", pins: [pin, { pin, role: "ca" }], mode: "report" },
    { host: "b.a.example", exempt: true },
  ],
} as const;
export const fromConstant: Policy = constant;

const pins: string[] = [pin];
export const fromPins: Rule = { host: "a.example", subdomains: true, pins, backupPins: pins };

export function pinsOf(rule: Rule): readonly Pin[] {
  return rule.exempt ? [] : rule.pins;
}

// @ts-expect-error neither pins nor exempt
export const undecided: Rule = { host: "a.example" };
// @ts-expect-error exempt has one value
export const notExempt: Rule = { host: "a.example", exempt: false };
// @ts-expect-error exempt and pinned
export const both: Rule = { host: "a.example", pins: [pin], exempt: true };
// @ts-expect-error exempt takes no mode
export const exemptMode: Rule = { host: "a.example", exempt: true, mode: "report" };
// @ts-expect-error unknown field
export const unknownField: Rule = { host: "a.example", pins: [pin], backup: [pin] };
// @ts-expect-error unknown word
export const unknownWord: Rule = { host: "a.example", pins: [pin], subdomains: "two" };
// @ts-expect-error null
export const nullField: Policy = { version: 1, id: "x", sequence: 1, rules: [], expires: null };
// @ts-expect-error version
export const nextVersion: Policy = { version: 2, id: "x", sequence: 1, rules: [] };
