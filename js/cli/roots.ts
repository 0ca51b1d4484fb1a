/** The roots that are trusted: the same ones for Node's check of a chain and for the engine's. */

import { type SecureContext, createSecureContext, rootCertificates } from "node:tls";
import { type Anchors, createAnchors } from "chainpin";
import { Failure } from "./exit.js";
import { readCertificates } from "./files.js";
import { certificatesOf } from "./certificates.js";

export interface Roots {
  /** `Node's roots`, `the roots of FILE`, `no roots`. */
  readonly words: string;
  readonly context: SecureContext;
  /** What the anchors are made of. */
  readonly certificates: readonly (string | Uint8Array)[] | undefined;
  /** Absent where a pin is the only anchor. */
  readonly anchors: Anchors | undefined;
  /** Whether a chain that leads to them is a public authority's; undefined where it may be. */
  readonly isPublic: boolean | undefined;
}

/** Of a file; without one Node's; false: none. */
export function readRoots(option: string | false | undefined): Roots {
  if (option === false)
    return { words: "no roots", context: createSecureContext({ ca: [] }), certificates: undefined, anchors: undefined, isPublic: false };
  const extra = process.env["NODE_EXTRA_CA_CERTS"];
  const files = option !== undefined ? [option] : extra ? [extra] : [];
  const own = files.flatMap((file) => certificatesOf(readCertificates(file)) ?? none(file));
  const all = option === undefined ? [...rootCertificates, ...own] : own;
  const words = option === undefined ? "Node's roots" : `the roots of ${option}`;
  try {
    return {
      words,
      context: createSecureContext({ ca: all.map(toPem) }),
      certificates: all,
      anchors: createAnchors(all),
      isPublic: option === undefined && (own.length === 0 || undefined),
    };
  } catch (error) {
    throw new Failure(`${files.join(", ")} cannot be used as roots: ${(error as Error).message}`);
  }
}

function none(file: string): never {
  throw new Failure(`${file} holds no certificate`);
}

function toPem(certificate: string | Uint8Array): string {
  if (typeof certificate === "string") return certificate;
  return `-----BEGIN CERTIFICATE-----\n${Buffer.from(certificate).toString("base64")}\n-----END CERTIFICATE-----\n`;
}
