// Texts as people and tools write them for the peers.
import { strayPin } from "../node/lib/vectors.mjs";

/** The body of a Kotlin function that makes a pinner of these entries. */
export function spelled(entries, { random, pick }) {
  const literal = (text) => pick([JSON.stringify, JSON.stringify, raw, escaped])(text);
  const args = ({ pattern, pins }) =>
    [pick([pattern, pattern, pattern.toUpperCase()]), ...pins].map(literal).join(pick([", ", ",\n        "]));
  const beside = () => (random() < 0.2 ? pick(COMMENTS) : "");
  const calls = entries.map((entry) => `add(${args(entry)})`);
  return pick([
    () => `return CertificatePinner.Builder()${beside()}\n${calls.map((call) => `    .${call}${beside()}\n`).join("")}    .build()`,
    () =>
      `val builder = CertificatePinner.Builder()\n${calls.map((call) => `builder.${call}${beside()}\n`).join("")}return builder.build()`,
    () => `return CertificatePinner.Builder().apply {${beside()}\n${calls.map((call) => `  ${call}\n`).join("")}}.build()`,
  ])();
}

const raw = (text) => `"""${text}"""`;
const escaped = (text) => `"\\u${text.charCodeAt(0).toString(16).padStart(4, "0")}${text.slice(1)}"`;

/** Calls that no compiler sees. */
const HIDDEN = `.add("other.com", "${strayPin(3)}")`;
const COMMENTS = [` // ${HIDDEN}`, ` /* ${HIDDEN} */`, ` /* ( " */`, ` /* " // */`];

/** Now and then, something that Android refuses. */
export function broken(text, { random, pick }) {
  if (random() > 0.05) return text;
  const [, domain] = />([a-z.]+)<\/domain>/.exec(text);
  return pick([
    () => text.replace("<domain-config>", `<domain-config><domain>${domain.toUpperCase()}</domain>`),
    () => text.replace("<domain-config>", "<domain-config><domain-config><pin-set/></domain-config>"),
    () =>
      text
        .replace("<domain-config>", "<domain-config><domain>more.com</domain><pin-set/><pin-set/>")
        .replace("<pin-set/><pin-set/>", '<pin-set expiration="2027-02-30"/>'),
    () => text.replace("</domain-config>", "<pin-set/><pin-set/></domain-config>"),
    () =>
      text.replace(
        "<domain-config>",
        '<domain-config><domain>more.com</domain><domain-config><domain>much.more.com</domain><pin-set><pin digest="SHA-256">AAAA</pin></pin-set></domain-config>',
      ),
    () =>
      text.replace(
        "<domain-config>",
        '<domain-config><domain>more.com</domain><domain-config><domain>much.more.com</domain><pin-set><pin digest="SHA-1">AAAA</pin></pin-set></domain-config>',
      ),
    () => text.replace("<domain-config>", "<base-config><pin-set/></base-config><domain-config>"),
  ])();
}

/** What TrustKit for iOS reads, in the words of TrustKit for Android: the same domains, pins, dates and flags. */
export function trustKitXml({ TSKPinnedDomains: domains }) {
  const configs = Object.entries(domains).map(([name, domain]) => {
    const {
      TSKPublicKeyHashes: hashes = [],
      TSKIncludeSubdomains: include = false,
      TSKExpirationDate: expires,
      TSKReportUris: reportTo = [],
    } = domain;
    // An exemption: on Android the name alone, without pins.
    const enforced = domain.kSKExcludeSubdomainFromParentPolicy ? false : (domain.TSKEnforcePinning ?? true);
    const pins = hashes.map((hash) => `<pin digest="SHA-256">${hash}</pin>`).join("");
    return (
      `<domain-config><domain includeSubdomains="${include}">${name}</domain>` +
      `<pin-set${expires === undefined ? "" : ` expiration="${expires}"`}>${pins}</pin-set>` +
      `<trustkit-config enforcePinning="${enforced}" disableDefaultReportUri="true">${reportTo.map((uri) => `<report-uri>${uri}</report-uri>`).join("")}</trustkit-config></domain-config>`
    );
  });
  return `<network-security-config>${configs.join("")}</network-security-config>`;
}

/** A file of an app with TrustKit for Android, with domains in one another: what is not said is the outer one's. At least one `trustkit-config`. */
export function trustKitAndroid(names, days, known, { random, pick, sometimes }) {
  const left = [...names].sort(() => random() - 0.5);
  const config = (depth, outer) => {
    const own = {
      ...outer,
      ...(depth === 0 || random() < 0.7 ? { pins: new Set(Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(known))) } : {}),
      ...sometimes(left.length === names.length ? 1 : depth === 0 ? 0.9 : 0.5, { enforced: random() < 0.7 }),
    };
    // Fewer than two are refused where they are enforced.
    if (own.enforced && own.pins.size < 2) own.enforced = false;
    const count = random() < 0.8 ? 1 : 2;
    const domains = left
      .splice(0, count)
      .map((name) => `<domain${pick(["", ' includeSubdomains="true"', ' includeSubdomains="false"'])}>${name}</domain>`);
    const pins = [...own.pins].map((pin) => `<pin digest="SHA-256">${pin.slice(7)}</pin>`).join("");
    const set = own.pins === outer.pins ? "" : `<pin-set${random() < 0.3 ? ` expiration="${pick(days)}"` : ""}>${pins}</pin-set>`;
    const flags =
      own.enforced === outer.enforced
        ? ""
        : `<trustkit-config${own.enforced || random() < 0.5 ? ` enforcePinning="${own.enforced}"` : ""} disableDefaultReportUri="true"/>`;
    const nested = left.length > 0 && depth < 3 && random() < 0.6 ? config(depth + 1, own) : "";
    return `<domain-config>${domains.join("")}${set}${flags}${nested}</domain-config>`;
  };
  const configs = [];
  while (left.length > 1) configs.push(config(0, { pins: undefined, enforced: undefined }));
  return `<network-security-config>${configs.join("")}</network-security-config>`;
}
