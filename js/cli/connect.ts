/** One look at what a server presents. */

import { type Socket, connect as connectTcp, isIP } from "node:net";
import { type DetailedPeerCertificate, type SecureContext, type TLSSocket, connect as connectTls } from "node:tls";
import { Failure, UNREACHABLE } from "./exit.js";
import { interruption } from "./interrupt.js";
import { StartTlsError, startTls } from "./starttls.js";
import { type Target, shown } from "./target.js";

/** A server's chain, and what Node thinks of it. */
export interface Presented {
  readonly target: Target;
  /** DER, leaf first; as Node puts it in order, so with the root where Node has it, and without what does not belong. */
  readonly chain: readonly Uint8Array[];
  /** As `TLSv1.3`. */
  readonly protocol: string;
  readonly trust: Trust;
}

/** Whether the chain leads to a trusted root and is for this name, by Node's own checks (OpenSSL). */
export type Trust = { readonly trusted: true } | { readonly trusted: false; readonly code: string };

/** Why there is no chain. */
export type ConnectReason = "closed" | "failed" | "not-found" | "refused" | "starttls" | "timeout" | "tls" | "unreachable";

export class ConnectError extends Failure {
  constructor(
    readonly reason: ConnectReason,
    /** Without the host's name. */
    readonly why: string,
    target: Target,
  ) {
    super(`${shown(target)} is not reached, ${reason}: ${why}`, UNREACHABLE);
  }
}

export interface ConnectOptions {
  /** Milliseconds for everything: the name, the connection, STARTTLS and TLS. */
  readonly timeout: number;
  /** With the roots that are trusted. */
  readonly context: SecureContext;
}

/** Certificates of one chain; the engine takes 16, and says so of the next. */
const CHAIN_CERTIFICATES = 17;

/** @throws ConnectError; Failure when interrupted. */
export async function connect(target: Target, { timeout, context }: ConnectOptions): Promise<Presented> {
  interruption.throwIfAborted();
  const tcp = connectTcp({ host: target.address, port: target.port });
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const stopped = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new ConnectError("timeout", `no certificate within ${timeout / 1000} s`, target)), timeout);
    onAbort = () => reject(interruption.reason as Error);
    interruption.addEventListener("abort", onAbort, { once: true });
    // Beside every step: an error of the socket may come between two of them.
    tcp.on("error", reject);
  });
  try {
    return await Promise.race([look(tcp, target, context), stopped]);
  } catch (error) {
    throw interruption.aborted ? interruption.reason : toConnectError(error, target);
  } finally {
    clearTimeout(timer);
    if (onAbort) interruption.removeEventListener("abort", onAbort);
    tcp.on("error", ignore).destroy();
  }
}

async function look(tcp: Socket, target: Target, context: SecureContext): Promise<Presented> {
  await once(tcp, "connect");
  if (target.startTls !== undefined) await startTls(tcp, target.startTls);
  const tls = connectTls({
    socket: tcp,
    host: target.name,
    ...(isIP(target.name) === 0 && { servername: target.name.replace(/\.$/, "") }),
    secureContext: context,
    // Here it is right: nothing is sent, and what does not verify is what we are here to see. `trust` tells it.
    rejectUnauthorized: false,
  });
  try {
    await once(tls, "secureConnect");
    const chain = chainOf(tls);
    if (chain.length === 0) throw new ConnectError("tls", "it sends no certificate", target);
    return { target, chain, protocol: tls.getProtocol() ?? "", trust: trustOf(tls) };
  } finally {
    tls.on("error", ignore).destroy();
  }
}

/** Of what the server sent, Node shows only what it could link by names and signatures, and adds the root from its own. */
function chainOf(tls: TLSSocket): Uint8Array[] {
  const chain: Uint8Array[] = [];
  let certificate: DetailedPeerCertificate | undefined = tls.getPeerCertificate(true);
  while (certificate?.raw !== undefined && chain.length < CHAIN_CERTIFICATES) {
    chain.push(Uint8Array.from(certificate.raw));
    const issuer: DetailedPeerCertificate | undefined = certificate.issuerCertificate;
    certificate = issuer === certificate ? undefined : issuer;
  }
  return chain;
}

function trustOf(tls: TLSSocket): Trust {
  if (tls.authorized) return { trusted: true };
  const error: unknown = tls.authorizationError;
  return { trusted: false, code: typeof error === "string" ? error : ((error as NodeJS.ErrnoException | null)?.code ?? "unknown") };
}

function once(socket: Socket, event: "connect" | "secureConnect"): Promise<void> {
  return new Promise((resolve, reject) => {
    const onEnd = () => reject(Object.assign(new Error("it closes the connection"), { code: "ECONNRESET" }));
    socket.once(event, () => {
      socket.off("close", onEnd);
      resolve();
    });
    socket.on("error", reject).once("close", onEnd);
  });
}

function toConnectError(error: unknown, target: Target): Error {
  if (error instanceof Failure) return error;
  if (error instanceof StartTlsError) return new ConnectError("starttls", error.message, target);
  // One error for each address of the name: the first tells enough.
  const {
    code = "",
    message,
    library,
    reason,
  } = ((error as { errors?: unknown[] }).errors?.[0] ?? error) as NodeJS.ErrnoException & { library?: string; reason?: string };
  const found = REASONS[code];
  if (found !== undefined) return new ConnectError(found[0], found[1], target);
  if (library !== undefined || /SSL|TLS|EPROTO/.test(code)) return new ConnectError("tls", reason ?? message, target);
  return new ConnectError("failed", message, target);
}

const REASONS: Readonly<Record<string, readonly [ConnectReason, string]>> = {
  EAI_AGAIN: ["not-found", "the name cannot be looked up now"],
  ECONNREFUSED: ["refused", "nothing listens there"],
  ECONNRESET: ["closed", "it closes the connection before a certificate comes"],
  EHOSTUNREACH: ["unreachable", "there is no way to this host"],
  ENETUNREACH: ["unreachable", "there is no way to its network"],
  ENOTFOUND: ["not-found", "there is no such name"],
  EPIPE: ["closed", "it closes the connection before a certificate comes"],
  ETIMEDOUT: ["timeout", "it does not answer"],
};

/** What comes after the end is of no interest; an error without a listener would end the process. */
function ignore(): void {}
