/** `Public-Key-Pins` headers (RFC 7469, section 2), as a policy. Browsers have dropped them; servers still send them. */

import { toMillis, wrong } from "../base/arguments.js";
import { PolicyBuilder, type FromOptions, type PolicyConversion, fail, readDigest, requireText, shown } from "./policy-builder.js";

export interface FromHpkpOptions extends FromOptions {
  /** The host that sends the headers. */
  readonly host: string;
  /** When they were received: milliseconds since 1970 or a Date, default this machine's clock. */
  readonly now?: number | Date;
}

/**
 * Headers in lines, as `curl -I` prints them, others among them; or the value of one `Public-Key-Pins` alone. The first of each name counts
 * (section 2.3.1).
 * @throws ConvertError
 */
export function fromHpkp(headers: string, options: FromHpkpOptions): PolicyConversion {
  requireText(headers, "headers");
  if (typeof options?.host !== "string") throw wrong("options.host", "a string", options?.host);
  const now = toMillis(options.now, "options.now");
  const builder = new PolicyBuilder(options);
  const read = builder.host(options.host.toLowerCase().replace(/\.$/, ""), { path: "host" });
  if (read === undefined || read.address) fail("host-invalid", "an address has no `Public-Key-Pins` (section 2.3.3)", { path: "host" });
  const { host } = read;

  const { enforced, reported, repeated } = headersOf(headers);
  if (repeated.length > 0) {
    const more = repeated.length > 1 ? ` and ${repeated.length - 1} more` : "";
    builder.findings.add(
      "directive-ignored",
      "same",
      host,
      `line ${repeated[0]}${more}: a second header of the same name, which browsers ignore`,
    );
  }
  if (enforced !== undefined && reported !== undefined) {
    builder.findings.add(
      "report-mode",
      "same",
      host,
      `\`${REPORT_ONLY}\` stands beside \`${NAME}\`; a host has one rule, and the former is left out`,
    );
  }
  const header = enforced ?? reported ?? fail("nothing-found", `there is no \`${NAME}\``, { path: "" });
  const { pins: digests, maxAge, includeSubDomains, reportUri, unknown } = directivesOf(header);
  if (unknown.length > 0) {
    const more = unknown.length > 3 ? ` and ${unknown.length - 3} more` : "";
    builder.findings.add(
      "directive-ignored",
      "same",
      host,
      `line ${header.line}: browsers do not know ${unknown
        .slice(0, 3)
        .map((name) => `\`${shown(name)}\``)
        .join(", ")}${more}`,
    );
  }
  const place = { path: header.name, line: header.line };
  if (enforced !== undefined && maxAge === undefined) fail("input-syntax", "there is no `max-age`", place);
  if (enforced !== undefined && maxAge === 0) {
    builder.findings.add("max-age", "same", host, "`max-age` is 0, which takes the pins back; the host gets no rule");
    return builder.done();
  }
  if (digests.length === 0) fail("pins-too-few", "there is no `pin-sha256`", place);
  if (new Set(digests).size < 2)
    builder.findings.add("single-pin", "stricter", host, "a browser ignores a header without a backup pin (section 2.5)");
  const pins = builder.pins(
    digests.map((text) => ({ text, place })),
    host,
  );
  if (pins.length === 0) return builder.done();
  if (enforced !== undefined)
    builder.findings.add("max-age", "weaker", host, "each visit renews the pins of a header; the rule expires once");
  builder.add(
    {
      host,
      ...(includeSubDomains ? { subdomains: true } : {}),
      pins,
      ...(enforced === undefined ? { mode: "report" as const } : {}),
      ...(enforced === undefined ? {} : { expires: new Date(Math.min(now + (maxAge as number) * 1000, LATEST)).toISOString() }),
      ...(reportUri === undefined ? {} : { reportTo: [reportUri] }),
    },
    place,
  );
  return builder.done();
}

const NAME = "Public-Key-Pins";
const REPORT_ONLY = "Public-Key-Pins-Report-Only";

/** The last second that RFC 3339 can write. */
const LATEST = Date.UTC(9999, 11, 31, 23, 59, 59);

/** Of one header: four times what servers and browsers let through. */
const MOST_CHARACTERS = 64 * 1024;

interface Header {
  readonly name: string;
  readonly value: string;
  readonly line: number;
}

/** `repeated`: the lines of headers that count no more. */
function headersOf(text: string): { enforced?: Header; reported?: Header; repeated: readonly number[] } {
  const found: { enforced?: Header; reported?: Header } = {};
  const repeated: number[] = [];
  let any = false;
  for (let from = 0, line = 1; from <= text.length; line++) {
    const feed = text.indexOf("\n", from);
    const end = feed < 0 ? text.length : feed;
    // Most lines have another name.
    const colon = from + nameLength(text, from, end);
    const name = text.charAt(colon) !== ":" || colon - from > REPORT_ONLY.length ? "" : text.slice(from, colon).toLowerCase();
    any ||= colon > from && text.charAt(colon) === ":";
    const kind = name === NAME.toLowerCase() ? "enforced" : name === REPORT_ONLY.toLowerCase() ? "reported" : undefined;
    if (kind !== undefined) {
      const next = text.charAt(end + 1);
      if (feed >= 0 && (next === " " || next === "\t"))
        fail("input-syntax", "a header in several lines; write it in one", { path: kind === "enforced" ? NAME : REPORT_ONLY, line });
      if (found[kind] !== undefined) repeated.push(line);
      found[kind] ??= { name: kind === "enforced" ? NAME : REPORT_ONLY, value: text.slice(colon + 1, end).replace(/\r$/, ""), line };
    }
    from = end + 1;
  }
  const recognized = repeated.length + (found.enforced === undefined ? 0 : 1) + (found.reported === undefined ? 0 : 1);
  if (any && (text.match(ANY_FORM) ?? []).length > recognized) {
    fail("input-syntax", `a line with \`${NAME}\` that begins with something else; write each header as \`${NAME}: …\``, { path: "" });
  }
  if (any) return { ...found, repeated };
  const value = text.trim();
  return value === "" ? { repeated } : { enforced: { name: NAME, value, line: 1 }, repeated };
}

/** As in the output of `curl -v`, or with blanks before the colon. */
const ANY_FORM = /^[<>* \t]*public-key-pins(?:-report-only)?[ \t]*:/gim;

/** Characters of a header's name that begins there. */
function nameLength(text: string, from: number, end: number): number {
  let at = from;
  while (at < end && /[A-Za-z0-9-]/.test(text.charAt(at))) at++;
  return at - from;
}

interface Directives {
  readonly pins: string[];
  readonly unknown: string[];
  maxAge?: number;
  includeSubDomains: boolean;
  reportUri?: string;
}

/** Directives are separated by semicolons; each stands once, pins aside; unknown ones are ignored (section 2.1). */
function directivesOf({ name: path, value: text, line }: Header): Directives {
  if (text.length > MOST_CHARACTERS)
    fail("input-too-large", `${text.length} characters; ${MOST_CHARACTERS} is the most in a header`, { path, line });
  const found: Directives = { pins: [], unknown: [], includeSubDomains: false };
  const seen = new Set<string>();
  for (let at = 0; at < text.length; ) {
    DIRECTIVE.lastIndex = at;
    const [all, name, value, quoted] =
      DIRECTIVE.exec(text) ?? fail("input-syntax", `no directive: \`${shown(text.slice(at).trim())}\``, { path, line });
    at += (all as string).length;
    if (name === undefined) continue;
    const directive = name.toLowerCase();
    const given = quoted === undefined ? value : quoted.replace(/\\(.)/g, "$1");
    if (seen.has(directive) && directive !== "pin-sha256") fail("duplicate", `a second \`${name}\``, { path, line });
    seen.add(directive);
    if (directive === "pin-sha256") {
      if (quoted === undefined) fail("input-syntax", "`pin-sha256` without quotes", { path, line });
      readDigest(given as string, { path, line });
      found.pins.push(given as string);
    } else if (directive === "max-age") {
      if (given === undefined || !/^[0-9]+$/.test(given)) fail("input-syntax", "`max-age` is no number of seconds", { path, line });
      found.maxAge = Math.min(Number(given), LATEST / 1000);
    } else if (directive === "includesubdomains") {
      if (given !== undefined) fail("input-syntax", "`includeSubDomains` has no value", { path, line });
      found.includeSubDomains = true;
    } else if (directive === "report-uri") {
      if (quoted === undefined) fail("input-syntax", "`report-uri` without quotes", { path, line });
      found.reportUri = given as string;
    } else {
      found.unknown.push(name);
    }
  }
  return found;
}

/**
 * A token, alone or with a token or a quoted string (RFC 7230, section 3.2.6); or nothing. Blanks stand in one place of it for each place of the
 * text, so that they are tried once.
 */
const DIRECTIVE =
  /[ \t]*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)[ \t]*(?:=[ \t]*(?:([!#$%&'*+\-.^_`|~0-9A-Za-z]+)|"((?:[^"\\]|\\.)*)")[ \t]*)?)?(?:;|$)/y;
