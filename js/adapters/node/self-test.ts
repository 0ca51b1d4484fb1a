/** A self-test that shows that pinning is active in this process. */

import https from "node:https";
import { randomBytes } from "node:crypto";
import type { ConnectionOptions } from "node:tls";
import { requireObject, requireOnly, requireString } from "../../base/arguments.js";
import { ChainpinError, PinningError } from "../../model/errors.js";
import { createVerifier } from "../../engine/with-wasm.js";
import type { Policy } from "../../model/policy.js";
import type { Verifier } from "../../model/types.js";
import { createAgent } from "./agent.js";
import { requireVerifier } from "./options.js";

/** What to try, and with which verifier. */
export interface SelfTestOptions {
  /** A host that the policy pins, and that can be reached now. */
  host: string;
  /** Default: 443. */
  port?: number;
  /** The app's own: its policy must have a rule for the host, and enforce it. */
  verifier: Verifier;
  /** As for the agent, where the host's root is not one of Node's own. */
  ca?: ConnectionOptions["ca"];
  /**
   * Makes one request to the host, as the app does it, with the verifier that it is given. Default: `https.get` with an agent.
   *
   * ```js
   * request: (verifier) => fetch("https://api.example.com/health", { dispatcher: createDispatcher(verifier) })
   * ```
   */
  request?(verifier: Verifier, target: SelfTestTarget): Promise<unknown>;
}

/** Where the test goes, as it was given. */
export type SelfTestTarget = Required<Pick<SelfTestOptions, "host" | "port">> & Pick<SelfTestOptions, "ca">;

/**
 * Connects to a host with a pin that cannot match. Resolves with the error of the rejection, which shows that the verifier is asked and obeyed.
 * @throws ChainpinError `self-test-failed` if the connection was accepted or failed for another reason, or if
 * the policy does not enforce a rule for this host.
 * @throws TypeError for options that have no effect.
 */
export async function selfTest(options: SelfTestOptions): Promise<PinningError> {
  requireObject(options, "the options");
  requireOnly(options, ["host", "port", "verifier", "ca", "request"], "the options");
  const { host, port = 443, verifier, ca, request = get } = options;
  requireString(host, "host");
  requireVerifier(verifier);
  const canary = await createVerifier(thatCannotMatch(verifier, host));
  try {
    return await refusal(canary, { host, port, ca }, request);
  } finally {
    canary.dispose();
  }
}

async function refusal(canary: Verifier, target: SelfTestTarget, request: NonNullable<SelfTestOptions["request"]>): Promise<PinningError> {
  const { host } = target;
  try {
    await request(canary, target);
  } catch (error) {
    const refused = pinningErrorIn(error);
    // Not its `code`: nodemailer writes its own there.
    if (refused?.verdict.reason === "pin-mismatch" && refused.verdict.policy.id === canary.policy.id) return refused;
    throw failed(
      `the connection to ${host} failed for another reason than the pin (${error instanceof Error ? error.message : String(error)})`,
      error,
    );
  }
  throw failed(
    `a connection to ${host} was let through with a pin that cannot match: pinning is not active, or its rule only reports or has expired`,
  );
}

/** The error itself, or what it names as its cause. */
function pinningErrorIn(error: unknown): PinningError | undefined {
  for (let depth = 0, next = error; next instanceof Error && depth < DEPTH; depth++, next = next.cause) {
    if (next instanceof PinningError) return next;
  }
  return undefined;
}

const DEPTH = 8;

function get(verifier: Verifier, { host, port, ca }: SelfTestTarget): Promise<void> {
  const agent = createAgent(verifier, { ...(ca !== undefined && { ca }) });
  return new Promise<void>((resolve, reject) => {
    const request = https.get({ host, port, agent, timeout: TIMEOUT }, (response) => {
      response.destroy();
      resolve();
    });
    request.once("timeout", () => request.destroy(new Error(`no answer within ${TIMEOUT} ms`)));
    request.once("error", reject);
  }).finally(() => agent.destroy());
}

/** Milliseconds. */
const TIMEOUT = 10_000;

/** The policy as it is for this host, so that what loosens it shows; its one pin is the SHA-256 of no key: 32 random bytes. */
function thatCannotMatch(verifier: Verifier, host: string): Policy {
  const rule = verifier.ruleFor(host);
  if (rule === undefined || rule.exempt) throw failed(`the policy does not pin ${host}`);
  const id = `chainpin-self-test-${randomBytes(8).toString("hex")}`;
  const pin = `sha256/${randomBytes(32).toString("base64")}`;
  return { ...verifier.policy, id, rules: [{ ...rule, pins: [pin], backupPins: [], match: "any" }] };
}

function failed(message: string, cause?: unknown): ChainpinError {
  return new ChainpinError("self-test-failed", `self-test failed: ${message}`, cause === undefined ? undefined : { cause });
}
