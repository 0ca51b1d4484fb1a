/** Hosts of other formats, as a policy may name them. The same rules as the policy's own parser (src/host.rs), IPv6 aside. */

import { HOST_BYTES } from "../model/generated.js";

export interface ReadHost {
  /** Lower case, no trailing dot. */
  readonly host: string;
  readonly address: boolean;
}

/** `undefined`: no name in A-label form and no canonical IPv4 address. */
export function readHost(text: string): ReadHost | undefined {
  if (isIpv4(text)) return { host: text, address: true };
  const host = text.replace(/\.$/, "").toLowerCase();
  if (host.length === 0 || host.length > HOST_BYTES) return undefined;
  const labels = host.split(".");
  if (!labels.every((label) => LABEL.test(label))) return undefined;
  // Some resolver would read it as (part of) an address.
  if (/^(?:0x.*|[0-9]+)$/.test(labels[labels.length - 1] as string)) return undefined;
  return { host, address: false };
}

export function isIpv4(text: string): boolean {
  if (!/^[0-9.]{7,15}$/.test(text)) return false;
  const octets = text.split(".");
  return octets.length === 4 && octets.every((octet) => /^(?:0|[1-9][0-9]{0,2})$/.test(octet) && Number(octet) < 256);
}

/** Looks like one; it is not converted anyway. 47: the longest, in brackets. */
export function isIpv6(text: string): boolean {
  return text.length <= 47 && text.indexOf(":") >= 0 && /^\[?[0-9A-Fa-f:.]+\]?$/.test(text);
}

const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;
