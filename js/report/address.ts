/** Which addresses a report may go to. */

import type { Rule } from "../model/policy.js";
import type { Verifier } from "../model/types.js";
import { ADDRESS_SIZE } from "./limits.js";

/**
 * Whether reports may go there: https, or http to this very machine; and no host that the policy pins, unless that host's own rule
 * names the address.
 */
export function mayReceive(address: string, verifier: Pick<Verifier, "ruleFor">): boolean {
  const host = hostOf(address);
  if (host === undefined) return false;
  const found = findRule(verifier, host);
  if (found === "host-invalid") return false;
  return found === undefined || found.exempt === true || namedBy(found).indexOf(address) >= 0;
}

/** What the rule of a host names; nothing where no rule is, or no host. */
export function addressesOf(verifier: Pick<Verifier, "ruleFor">, host: string): readonly string[] {
  const found = findRule(verifier, host);
  return found === undefined || found === "host-invalid" ? [] : namedBy(found);
}

/** The host of an address that can be one; brackets of IPv6 taken off. */
export function hostOf(address: string): string | undefined {
  if (address.length > ADDRESS_SIZE) return undefined;
  const [, scheme, host] = ADDRESS.exec(address) ?? [];
  if (scheme === undefined || host === undefined) return undefined;
  const plain = scheme.toLowerCase() === "http";
  return plain && LOOPBACK.indexOf(host.toLowerCase()) < 0 ? undefined : host.replace(/^\[|\]$/g, "");
}

function namedBy(rule: Rule): readonly string[] {
  return rule.exempt === true ? [] : (rule.reportTo ?? []);
}

/** The rule of a host, or why there can be none. */
function findRule(verifier: Pick<Verifier, "ruleFor">, host: string): Rule | undefined | "host-invalid" {
  try {
    return verifier.ruleFor(host);
  } catch (error) {
    if ((error as { code?: unknown } | undefined)?.code === "host-invalid") return "host-invalid";
    throw error;
  }
}

/**
 * Stricter than the URL Standard, which old engines lack, so that nobody reads another host in it: no name and password, no
 * backslash, no percent sign in the host.
 */
const ADDRESS = /^(https?):\/\/(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::[0-9]{1,5})?(?:[/?][\x21-\x7e]*)?$/i;

/** W3C Secure Contexts, section 3.1: nobody stands between. For a collector on a developer's machine. */
const LOOPBACK = ["localhost", "127.0.0.1", "[::1]"];
