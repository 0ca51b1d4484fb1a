// Random policies, and random texts of the formats that become policies: with overlaps, exemptions, dates, roles, modes and user's CAs.
import { okHttpSource } from "chainpin/convert";
import { policyOf, strayPin } from "../lib/vectors.mjs";

/** Of these names and pins. `dates`: RFC 3339, of policies; `days`: yyyy-MM-dd, of other formats. Each function takes what `chance` gives. */
export function inputsOf({ names, known, dates, days }) {
  return { known, policy, okHttp, android, chromium, trustKit };

  function policy({ random, pick, sometimes }) {
    const pin = (roles) =>
      random() < 0.7 && !roles
        ? pick(known)
        : {
            pin: pick(known),
            ...(roles ? { role: roles } : sometimes(0.5, { role: pick(["leaf", "ca", "any"]) })),
            ...sometimes(0.15, { expires: pick(dates) }),
          };
    const pins = () => {
      const role = random() < 0.3 ? pick(["leaf", "ca"]) : undefined;
      const list = Array.from({ length: 1 + Math.floor(random() * 3) }, () => pin(role));
      return random() < 0.1 ? [...list, `cert-${pick(known)}`] : list;
    };
    const pinned = (host) => ({
      host,
      ...(random() < 0.1
        ? { match: "leaf-and-ca", pins: [pin("leaf"), pin("ca")] }
        : { pins: pins(), ...sometimes(0.3, { backupPins: [pick(known)] }) }),
      ...sometimes(0.15, { mode: "report" }),
      ...sometimes(0.35, { expires: pick(dates), ...sometimes(0.6, { onExpiry: pick(["enforce", "deny", "report"]) }) }),
      ...sometimes(0.1, { userAnchors: "allow" }),
    });
    const rule = (host) => ({
      ...(random() < 0.15 ? { host, exempt: true } : pinned(host)),
      ...sometimes(0.6, { subdomains: pick([true, "one"]) }),
    });
    const rules = names.filter(() => random() < 0.5).map(rule);
    if (random() < 0.1) rules.push(pinned(pick(["192.0.2.1", "2001:db8::1"])));
    return {
      ...policyOf(...rules),
      ...sometimes(0.03, { unlisted: "deny" }),
      ...sometimes(0.1, { expires: pick(dates), ...sometimes(0.5, { onExpiry: "deny" }) }),
      ...(rules.length > 0 && random() < 0.03 ? { blocked: [strayPin(9)] } : {}),
    };
  }

  function okHttp({ random, pick }) {
    const entries = Array.from({ length: 1 + Math.floor(random() * 5) }, () => ({
      pattern: pick(["", "", "*.", "**."]) + pick(names),
      pins: Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick([...known, "sha1/9GLAnQDmPxNEDPFXzGdIWXlwuMk="])),
    }));
    return { entries, text: `val pinner = ${okHttpSource(entries)}` };
  }

  function android({ random, pick }) {
    const left = [...names].sort(() => random() - 0.5);
    const config = (depth) => {
      const domains = left
        .splice(0, 1 + Math.floor(random() * 2))
        .map((name) => `<domain${pick(["", ' includeSubdomains="true"', ' includeSubdomains="false"'])}>${name}</domain>`);
      const pins = Array.from({ length: Math.floor(random() * 3) }, () => `<pin digest="SHA-256">${pick(known).slice(7)}</pin>`);
      const set = random() < 0.7 ? `<pin-set${random() < 0.3 ? ` expiration="${pick(days)}"` : ""}>${pins.join("")}</pin-set>` : "";
      const anchors =
        random() < 0.2 ? '<trust-anchors><certificates src="system"/><certificates src="user" overridePins="true"/></trust-anchors>' : "";
      const nested = left.length > 0 && depth < 3 && random() < 0.6 ? config(depth + 1) : "";
      return `<domain-config>${domains.join("")}${set}${anchors}${nested}</domain-config>`;
    };
    const configs = [];
    while (left.length > 1) configs.push(config(0));
    return { text: `<network-security-config>${configs.join("")}</network-security-config>` };
  }

  function chromium({ random, pick, sometimes }) {
    const some = (fewest) => Array.from({ length: fewest + Math.floor(random() * 2) }, () => pick(known));
    const pinsets = ["one", "two", "three"].map((name) => ({
      name,
      static_spki_hashes: some(random() < 0.9 ? 1 : 0),
      ...sometimes(0.2, { bad_static_spki_hashes: some(1) }),
    }));
    const entries = names
      .filter(() => random() < 0.7)
      .map((name) => ({
        name,
        policy: "custom",
        ...sometimes(0.7, { pins: pick(pinsets).name }),
        ...pick([{}, { include_subdomains: true }, { include_subdomains_for_pinning: true }]),
      }));
    return { pinsets, entries: entries.map((entry) => (entry.pins ? entry : { ...entry, include_subdomains_for_pinning: undefined })) };
  }

  function trustKit({ random, pick, sometimes }) {
    const domains = {};
    for (const name of names.filter(() => random() < 0.6)) {
      domains[name] = {
        TSKPublicKeyHashes: [...new Set([...Array.from({ length: 2 }, () => pick(known).slice(7)), strayPin(2).slice(7)])],
        ...sometimes(0.5, { TSKIncludeSubdomains: true }),
        ...sometimes(0.2, { TSKEnforcePinning: false }),
        ...sometimes(0.3, { TSKExpirationDate: pick(days) }),
      };
    }
    const child = pick(names.slice(1, 4));
    if (Object.entries(domains).some(([name, { TSKIncludeSubdomains }]) => TSKIncludeSubdomains && child.endsWith(`.${name}`)))
      domains[child] = { kSKExcludeSubdomainFromParentPolicy: true };
    // What was excluded may have been the parent of nothing else.
    return { TSKPinnedDomains: domains };
  }
}
