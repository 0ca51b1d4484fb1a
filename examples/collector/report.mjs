// The bytes of a request -> a report that can be stored; or why not. Anybody can send anything here.
import { createHash } from "node:crypto";

/** What the sender is answered: a status of HTTP, and a sentence. */
export class Refusal extends Error {
  constructor(status, message) {
    super(message);
    this.status = status;
  }
}

/**
 * A report of RFC 7469, section 3; with `chainpin` where chainpin made it. The text is kept as it came, for what is not a column.
 * @throws Refusal
 */
export function parseReport(bytes) {
  const text = decode(bytes);
  const report = parse(text);
  check(report, fields, "");
  const details = report.chainpin ?? {};
  return {
    name: createHash("sha256").update(bytes).digest(),
    text,
    // An app may have asked for no host at all: the verdict is `host-invalid`.
    hostname: report.hostname || "(empty)",
    port: report.port,
    happened: report["date-time"],
    rule: report["noted-hostname"] ?? null,
    policy: details.policy?.id ?? null,
    sequence: details.policy?.sequence ?? null,
    outcome: details.outcome ?? "rejected",
    reason: details.reason ?? (details.matched?.backup ? "backup-pin-used" : "unknown"),
  };
}

function decode(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(400, "the body is not UTF-8");
  }
}

function parse(text) {
  let report;
  try {
    report = JSON.parse(text);
  } catch (error) {
    throw new Refusal(400, `the body is not JSON: ${printable(error.message)}`);
  }
  return report;
}

/** A check answers with what is wrong, or with nothing. */
const text =
  (most, pattern, what = `text of at most ${most} characters`) =>
  (value) =>
    typeof value === "string" && value.length <= most && (!pattern || pattern.test(value)) ? undefined : what;
const integer = (least, most) => (value) =>
  Number.isSafeInteger(value) && value >= least && value <= most ? undefined : `an integer from ${least} to ${most}`;
const truth = (value) => (typeof value === "boolean" ? undefined : "true or false");
const list = (most, item) => (value) =>
  Array.isArray(value) && value.length <= most && value.every((each) => item(each) === undefined)
    ? undefined
    : `a list of at most ${most}, each ${item(undefined)}`;
const object = (fields) => ({ fields });
const optional = (check) => ({ ...(typeof check === "function" ? { check } : check), optional: true });

const hostname = text(300);
const date = text(64, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)$/i, "a date of RFC 3339");
const word = text(64, /^[a-z][a-z0-9-]*$/, "a word of a-z, 0-9 and `-`");
const pem = text(65_536, /^-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]*-----END CERTIFICATE-----\s*$/, "a certificate in PEM");

const fields = {
  "date-time": date,
  hostname,
  port: integer(0, 65_535),
  "effective-expiration-date": optional(date),
  "include-subdomains": truth,
  "noted-hostname": optional(hostname),
  "served-certificate-chain": list(16, pem),
  "validated-certificate-chain": list(16, pem),
  "known-pins": list(128, text(200, /^pin-[a-z0-9-]+="[A-Za-z0-9+/=]+"$/, 'a pin like pin-sha256="…"')),
  chainpin: optional(
    object({
      version: integer(1, 1),
      policy: object({ id: optional(text(128)), sequence: optional(integer(1, Number.MAX_SAFE_INTEGER)) }),
      outcome: word,
      reason: optional(word),
      matched: optional(object({ pin: text(200), role: word, index: integer(-1, 16), backup: truth, label: optional(text(65_536)) })),
      source: word,
      anchor: optional(word),
      "known-certificate-pins": list(128, text(200)),
      message: text(65_536),
      "report-id": optional(text(64)),
      shortened: optional(truth),
    }),
  ),
};

/** Fields that it does not know are let be: a later reporter may say more. */
function check(value, fields, path) {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Refusal(422, `${path || "the report"} must be an object`);
  for (const [name, rule] of Object.entries(fields)) {
    const place = path ? `${path}.${name}` : name;
    const given = Object.hasOwn(value, name) ? value[name] : undefined;
    if (given === undefined && rule.optional) continue;
    if (rule.fields) check(given, rule.fields, place);
    else {
      const expected = (rule.check ?? rule)(given);
      if (expected) throw new Refusal(422, `${place} must be ${expected}`);
    }
  }
}

function printable(message) {
  return message.slice(0, 200).replace(/[^\x20-\x7e]/g, "?");
}
