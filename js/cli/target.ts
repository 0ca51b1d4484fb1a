/** A host to connect to, as people write it: `[name=]host[:port]`, or an address as `https://…`, `smtp://…`, `imap://…`, `postgres://…`. */

import { isIP } from "node:net";
import { domainToASCII } from "node:url";
import { Failure } from "./exit.js";

export type StartTls = "smtp" | "imap" | "postgres";

export const START_TLS: readonly StartTls[] = ["smtp", "imap", "postgres"];

export interface Target {
  /** As it is written. */
  readonly text: string;
  /** The name that the certificate must be for, and that a policy knows. */
  readonly name: string;
  /** Where to connect. */
  readonly address: string;
  readonly port: number;
  readonly startTls: StartTls | undefined;
}

export interface TargetOptions {
  readonly startTls?: StartTls | undefined;
  readonly servername?: string | undefined;
}

/** https (RFC 9110), message submission (RFC 6409), IMAP (RFC 9051), PostgreSQL. */
const PORTS = { https: 443, smtp: 587, imap: 143, postgres: 5432 } as const;
const SCHEMES: Readonly<Record<string, StartTls | "https">> = {
  https: "https",
  smtp: "smtp",
  imap: "imap",
  postgres: "postgres",
  postgresql: "postgres",
};

/** @throws Failure where it is no such thing. */
export function toTarget(text: string, { startTls, servername }: TargetOptions = {}): Target {
  const wrong = (why: string) => new Failure(`\`${text}\` is no host: ${why}`);
  const [, scheme, rest = ""] = /^(?:([a-z][a-z0-9+.-]*):\/\/)?(.*)$/is.exec(text) ?? [];
  const protocol = scheme === undefined ? (startTls ?? "https") : SCHEMES[scheme.toLowerCase()];
  if (protocol === undefined) throw wrong(`\`${scheme}\` is none of ${Object.keys(SCHEMES).join(", ")}`);
  const authority = scheme === undefined ? rest : (rest.split(/[/?#]/)[0] ?? "");
  // Not shown: it may hold a password.
  if (authority.includes("@")) throw new Failure("a host is written without user and password");
  const equals = authority.indexOf("=");
  const place = /^(?:\[([^\]]*)\]|([^:]*))(?::(\d{1,5}))?$/.exec(authority.slice(equals + 1));
  if (place === null) throw wrong("write host, host:port or [IPv6]:port");
  const [, bracketed, plain, digits] = place;
  const port = digits === undefined ? PORTS[protocol] : Number(digits);
  if (port < 1 || port > 65_535) throw wrong(`${port} is no port`);
  const address = toHost(bracketed ?? plain ?? "", wrong);
  if (bracketed !== undefined && isIP(bracketed) !== 6) throw wrong("in brackets stands an IPv6 address");
  const name = servername !== undefined ? toHost(servername, wrong) : equals < 0 ? address : toHost(authority.slice(0, equals), wrong);
  return { text, name, address, port, startTls: protocol === "https" ? undefined : protocol };
}

/** `name:port`, and where it is reached if that is elsewhere. */
export function shown({ name, address, port }: Target): string {
  const at = (host: string) => `${isIP(host) === 6 ? `[${host}]` : host}:${port}`;
  return name === address ? at(name) : `${name} at ${at(address)}`;
}

/** The A-label form. Whether it is a name that a policy can have is the engine's to say. */
function toHost(text: string, wrong: (why: string) => Failure): string {
  if (isIP(text) !== 0) return text;
  if (!/^[\p{L}\p{M}\p{N}._-]+$/u.test(text)) throw wrong(text === "" ? "it is empty" : "it has a character that no host has");
  const ascii = domainToASCII(text);
  if (ascii === "") throw wrong("it is no domain name");
  return ascii;
}
