/** Where a chain comes from: a server, a file or standard input. */

import { existsSync } from "node:fs";
import { type CertificateDetails, ChainpinError, inspect, initSync } from "chainpin";
import { certificatesOf } from "./certificates.js";
import { type Presented, type Trust, connect } from "./connect.js";
import { Failure } from "./exit.js";
import { readCertificates } from "./files.js";
import type { ConnectionOptions } from "./options.js";
import { line, paint, say, wrapped } from "./print.js";
import { type Roots, readRoots } from "./roots.js";
import { type Target, shown, toTarget } from "./target.js";

export interface Source {
  /** For people. */
  readonly name: string;
  /** Leaf first. */
  readonly chain: readonly (string | Uint8Array)[];
  /** Absent for a file. */
  readonly server?: Presented;
}

/** A chain, as `inspect` tells it, beside where it comes from. */
export interface Inspected extends Source {
  readonly certificates: readonly CertificateDetails[];
}

/** `-`, and what names a file that exists, is a file; all else is a host. */
export function isFile(text: string): boolean {
  return text === "-" || existsSync(text);
}

/** @throws Failure; where it is neither, with both in mind. */
export async function readSource(text: string, options: ConnectionOptions & { servername?: string }, roots?: () => Roots): Promise<Source> {
  if (isFile(text)) return readChain(text);
  const target = targetOf(text, options);
  const { context } = roots?.() ?? readRoots(options.anchors);
  const server = await connect(target, { timeout: options.timeout, context });
  return { name: shown(target), chain: server.chain, server };
}

/** A file's certificates. */
export function readChain(file: string, bytes = readCertificates(file)): Source {
  const name = file === "-" ? "standard input" : file;
  const chain = certificatesOf(bytes);
  if (chain === undefined) throw new Failure(`${name} holds no certificate`);
  return { name, chain };
}

/** What the engine reads of a chain. */
export function inspected(source: Source): Inspected {
  initSync();
  try {
    return { ...source, certificates: inspect(source.chain) };
  } catch (error) {
    if (!(error instanceof ChainpinError)) throw error;
    throw new Failure(`the chain of ${source.name} cannot be read, ${error.code}: ${error.message}`);
  }
}

/** Where a chain comes from, and whether Node trusts it: in one line, or two. */
export function printHead({ name, server }: Source, roots: Roots): void {
  say(server === undefined ? paint.bold(name) : line`${paint.bold(name)}  ${paint.dim(server.protocol)}`);
  if (server === undefined) return;
  const { trusted } = server.trust;
  const word = trusted ? "trusted" : "not trusted";
  say(wrapped(trustInWords(server.trust, roots), 0, (trusted ? paint.green : paint.yellow)(word), word.length));
}

/** Whether Node trusts a server's chain, in words. */
export function trustInWords(trust: Trust, { words }: Pick<Roots, "words">): string {
  return trust.trusted ? `trusted, by ${words}` : `not trusted: ${NOT_TRUSTED[trust.code] ?? trust.code}`;
}

/** OpenSSL's codes, as Node gives them. */
const NOT_TRUSTED: Readonly<Record<string, string>> = {
  CERT_HAS_EXPIRED: "a certificate has expired",
  CERT_NOT_YET_VALID: "a certificate is not valid yet",
  DEPTH_ZERO_SELF_SIGNED_CERT: "the certificate is signed by itself, and is no trusted root",
  ERR_TLS_CERT_ALTNAME_INVALID: "the certificate is for other names",
  SELF_SIGNED_CERT_IN_CHAIN: "the chain leads to a root that is not trusted",
  UNABLE_TO_GET_ISSUER_CERT: "an issuer is missing from the chain, and no root is known for it",
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: "the chain leads to no trusted root, or an intermediate is missing from it",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "the chain leads to no trusted root, or an intermediate is missing from it",
};

function targetOf(text: string, { starttls, servername }: ConnectionOptions & { servername?: string }): Target {
  // A path that is nowhere is not looked up as a host.
  if (/^[.~/]|[\\/][^/]|\.(pem|crt|cer|der|csr|key|json)$/i.test(text) && !text.includes("://"))
    throw new Failure(`there is no file ${text}`);
  return toTarget(text, { startTls: starttls, servername });
}
