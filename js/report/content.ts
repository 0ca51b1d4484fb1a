/** What is sent of a verdict, and what makes two reports identical. */

import { sha256 } from "../host-crypto/sha256.js";
import type { PinReport } from "../model/types.js";
import { REPORT_SIZE } from "./limits.js";
import type { SentReport } from "./types.js";

/** The body of the request: ASCII, at most `REPORT_SIZE`. */
export function toBody(report: PinReport, id: string): string {
  const sent: SentReport = { ...report, chainpin: { ...report.chainpin, "report-id": id } };
  const body = toAscii(JSON.stringify(sent));
  return body.length <= REPORT_SIZE ? body : shortened(sent);
}

/** Equal for identical reports. */
export function keyOf(report: PinReport): string {
  return digest(toAscii(JSON.stringify(report, (name, value) => (LEFT_OUT.indexOf(name) >= 0 ? undefined : value))));
}

/** The dates; and the message, which says in words, dates among them, what the other fields say. */
const LEFT_OUT = ["date-time", "effective-expiration-date", "message"];

/** As many certificates as fit, leaf first: it tells the most. */
function shortened(sent: SentReport): string {
  const { matched, message } = sent.chainpin;
  const chainpin = {
    ...sent.chainpin,
    message: message.slice(0, WORDS),
    ...(matched?.label !== undefined && { matched: { ...matched, label: matched.label.slice(0, WORDS) } }),
    shortened: true as const,
  };
  const [served, validated] = [sent["served-certificate-chain"], sent["validated-certificate-chain"]];
  for (let count = Math.max(served.length, validated.length); count >= 0; count--) {
    const body = toAscii(
      JSON.stringify({
        ...sent,
        hostname: sent.hostname.slice(0, WORDS),
        "served-certificate-chain": served.slice(0, count),
        "validated-certificate-chain": validated.slice(0, count),
        chainpin,
      }),
    );
    if (body.length <= REPORT_SIZE) return body;
  }
  throw new RangeError(`a report on \`${sent.hostname.slice(0, 253)}\` is over ${REPORT_SIZE} bytes even without its chain`);
}

/** Characters of a text in a report that is too large; escaped, each takes six. */
const WORDS = 1000;

function toAscii(json: string): string {
  return json.replace(/[\x7f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

/** SHA-256 of ASCII text in hexadecimal, the first half: it tells reports apart and protects nothing. */
function digest(ascii: string): string {
  const bytes = new Uint8Array(ascii.length);
  for (let index = 0; index < ascii.length; index++) bytes[index] = ascii.charCodeAt(index);
  const hash = new Uint8Array(32);
  sha256(bytes, hash);
  let text = "";
  for (let index = 0; index < 16; index++) text += (hash[index] as number).toString(16).padStart(2, "0");
  return text;
}
