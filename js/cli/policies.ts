/** Policies, as commands read them. */

import { PolicyError, type Verifier, createVerifierSync } from "chainpin";
import { parse } from "tldts";
import { type ExitCode, Failure, REFUSED } from "./exit.js";
import { readPolicyText } from "./files.js";

/** @throws Failure, REFUSED where an app would refuse it. */
export function readVerifier(file: string, text = readPolicyText(file)): Verifier {
  return inPolicy(file, () => createVerifierSync(text));
}

/** What the engine refuses, with the file's name. */
export function inPolicy<T>(file: string, work: () => T, exitCode: ExitCode = REFUSED): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    throw new Failure(`${file === "-" ? "the policy" : file} is refused, ${error.code}: ${error.message}`, exitCode);
  }
}

/** The hosts that it has pins for. */
export function pinnedHosts({ policy }: Verifier): string[] {
  return policy.rules.filter(({ exempt }) => exempt !== true).map(({ host }) => host);
}

/** By the Public Suffix List, with its private part: `github.io` is as little one's own as `co.uk`. */
export function isPublicSuffix(name: string): boolean {
  const { publicSuffix, isIcann, isPrivate } = parse(name, { allowPrivateDomains: true });
  return publicSuffix === name && (isIcann === true || isPrivate === true);
}
