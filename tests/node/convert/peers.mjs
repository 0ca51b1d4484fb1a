// Small models of what other pinning libraries decide, made from their sources and documents, not from chainpin: each reads the text that its
// peer would read, and answers for a host, the pins of a path (leaf first), a moment, and a device.

const day = 86_400_000;

/** XmlConfigSource, ApplicationConfig, NetworkSecurityTrustManager. `zone`: of the device, in hours east of UTC. */
export function android(text) {
  const configs = [];
  const walk = (xml, inherited) => {
    for (const config of elements(xml, "domain-config")) {
      const nested = elements(config.inner, "domain-config");
      const own = nested.reduce((rest, { outer }) => rest.replace(outer, ""), config.inner);
      const set = elements(own, "pin-set")[0];
      const anchors = elements(own, "trust-anchors")[0];
      const here = {
        pins: set ? elements(set.inner, "pin").map(({ inner }) => `sha256/${inner}`) : inherited.pins,
        expiration: set ? set.attributes.expiration : inherited.expiration,
        userOverrides: anchors ? /src="user" overridePins="true"/.test(anchors.inner) : inherited.userOverrides,
      };
      for (const { attributes, inner } of elements(own, "domain"))
        configs.push({ domain: inner, include: attributes.includeSubdomains === "true", ...here });
      walk(nested.map(({ outer }) => outer).join(""), here);
    }
  };
  walk(text, { pins: [], expiration: undefined, userOverrides: false });
  return ({ host, pins, at, zone = 0, userAnchor = false }) => {
    const found = nearest(
      configs,
      host,
      ({ domain }) => domain,
      ({ include }) => include,
    );
    if (!found || found.pins.length === 0) return true;
    if (found.expiration && at > Date.parse(found.expiration) - (zone / 24) * day) return true;
    if (userAnchor && found.userOverrides) return true;
    return found.pins.some((pin) => pins.includes(pin));
  };
}

/** Apple's page on NSPinnedDomains; `overlap`: what it does where two domains match, which the page does not say. */
export function ios(text) {
  const domains = Object.entries(plist(text).NSAppTransportSecurity.NSPinnedDomains);
  const list = (identities) => identities?.map((identity) => `sha256/${identity["SPKI-SHA256-BASE64"]}`);
  return ({ host, pins: [leaf, ...cas], overlap = "all" }) => {
    const found = domains.filter(
      ([name, { NSIncludesSubdomains }]) =>
        name === host || (NSIncludesSubdomains && host.endsWith(`.${name}`) && host.split(".").length === name.split(".").length + 1),
    );
    const verdicts = found.map(([, { NSPinnedLeafIdentities, NSPinnedCAIdentities }]) => {
      const leafFits = list(NSPinnedLeafIdentities)?.includes(leaf) ?? true;
      const caFits = list(NSPinnedCAIdentities)?.some((pin) => cas.includes(pin)) ?? true;
      return leafFits && caFits;
    });
    if (verdicts.length === 0) return true;
    return overlap === "all" ? verdicts.every(Boolean) : verdicts.some(Boolean);
  };
}

/** parse_configuration.m, configuration_utils.m, TSKPinningValidator.m. Throws where TrustKit does. */
export function trustKit(configuration) {
  const domains = Object.entries(configuration.TSKPinnedDomains);
  const find = (host) =>
    nearest(
      domains,
      host,
      ([name]) => name,
      ([, { TSKIncludeSubdomains }]) => TSKIncludeSubdomains,
    );
  for (const [name, domain] of domains) {
    if (!/\.(?:com|net)$/.test(name)) throw new Error(`${name} has no registry suffix`);
    if (domain.kSKExcludeSubdomainFromParentPolicy) {
      if (Object.keys(domain).length > 1 || !find(`a${name}`)) throw new Error(`${name} is excluded from nothing`);
      continue;
    }
    const pins = new Set(domain.TSKPublicKeyHashes.map((hash) => Buffer.from(hash, "base64").toString("hex")));
    if (pins.size < ((domain.TSKEnforcePinning ?? true) ? 2 : 1)) throw new Error(`${name} has ${pins.size} pins`);
  }
  return ({ host, pins, at }) => {
    const [, domain] = find(host) ?? [];
    if (!domain || domain.kSKExcludeSubdomainFromParentPolicy) return true;
    if (domain.TSKExpirationDate && Date.parse(domain.TSKExpirationDate) < at) return true;
    return domain.TSKEnforcePinning === false || domain.TSKPublicKeyHashes.some((hash) => pins.includes(`sha256/${hash}`));
  };
}

/** CertificatePinner.kt: all entries whose pattern matches, united. */
export function okHttp(entries) {
  return ({ host, pins }) => {
    const pinned = entries.filter(({ pattern }) => fits(pattern, host)).flatMap((entry) => entry.pins);
    return pinned.length === 0 || pinned.some((pin) => pins.includes(pin));
  };
}

function fits(pattern, host) {
  if (pattern.startsWith("**.")) return host === pattern.slice(3) || host.endsWith(pattern.slice(2));
  if (pattern.startsWith("*.")) return host.endsWith(pattern.slice(1)) && !host.slice(0, -pattern.length + 1).includes(".");
  return pattern === host;
}

/** react-native-ssl-public-key-pinning: SslPublicKeyPinning.mm (TrustKit) and SslPublicKeyPinningModule.java (OkHttp; the date at the start). */
export function reactNative(options) {
  const domains = Object.entries(options);
  const onIos = trustKit({
    TSKPinnedDomains: Object.fromEntries(
      domains.map(([name, { includeSubdomains = false, publicKeyHashes, expirationDate }]) => [
        name,
        {
          TSKIncludeSubdomains: includeSubdomains,
          TSKPublicKeyHashes: publicKeyHashes,
          ...(expirationDate ? { TSKExpirationDate: expirationDate } : {}),
        },
      ]),
    ),
  });
  return ({ platform, started, zone = 0, ...request }) => {
    if (platform === "ios") return onIos(request);
    const alive = domains.filter(([, { expirationDate }]) => !expirationDate || started <= Date.parse(expirationDate) - (zone / 24) * day);
    return okHttp(
      alive.map(([name, { includeSubdomains, publicKeyHashes }]) => ({
        pattern: (includeSubdomains ? "**." : "") + name,
        pins: publicKeyHashes.map((hash) => `sha256/${hash}`),
      })),
    )(request);
  };
}

/** transport_security_state.cc: the nearest entry decides, whatever it is. */
export function chromium({ pinsets, entries }) {
  return ({ host, pins }) => {
    for (let name = host; name !== undefined; name = name.includes(".") ? name.slice(name.indexOf(".") + 1) : undefined) {
      const entry = entries.find((entry) => entry.name === name);
      if (!entry) continue;
      const includes = entry.include_subdomains || entry.include_subdomains_for_pinning;
      if (!entry.pins || (name !== host && !includes)) return true;
      const { static_spki_hashes: good = [], bad_static_spki_hashes: bad = [] } = pinsets.find((set) => set.name === entry.pins);
      if (bad.some((pin) => pins.includes(pin))) return false;
      return good.length === 0 || good.some((pin) => pins.includes(pin));
    }
    return true;
  };
}

/** The host's own, or the longest name above that includes its subdomains. */
function nearest(list, host, nameOf, includes) {
  const exact = list.find((one) => nameOf(one) === host);
  if (exact) return exact;
  return list.filter((one) => includes(one) && host.endsWith(`.${nameOf(one)}`)).sort((a, b) => nameOf(b).length - nameOf(a).length)[0];
}

/** The outermost elements of a name, in XML without comments. */
function elements(xml, name) {
  const found = [];
  const tags = new RegExp(`<(/?)${name}((?:\\s[^>]*?)?)(/?)>`, "g");
  let depth = 0;
  let start;
  for (const { 0: tag, 1: closing, 2: attributes, 3: empty, index } of xml.matchAll(tags)) {
    if (!closing && depth === 0) start = { index, inner: index + tag.length, attributes };
    if (!closing && !empty) depth++;
    if (closing) depth--;
    if (depth === 0 && (closing || empty)) {
      found.push({
        inner: empty ? "" : xml.slice(start.inner, index),
        outer: xml.slice(start.index, index + tag.length),
        attributes: Object.fromEntries([...start.attributes.matchAll(/([\w:]+)="([^"]*)"/g)].map(([, key, value]) => [key, value])),
      });
    }
  }
  return found;
}

/** A property list as it is written here: no spaces that matter, no references. */
export function plist(text) {
  const tokens = [...text.matchAll(/<(key|string)>([^<]*)<\/\1>|<(\/?)(dict|array|true|false)(\/?)>/g)];
  let at = 0;
  const value = () => {
    const [, kind, content, , name, empty] = tokens[at++];
    if (kind) return content;
    if (name === "true" || name === "false") return name === "true";
    const made = name === "dict" ? {} : [];
    if (empty) return made;
    while (!tokens[at][3]) {
      if (name === "dict") made[tokens[at++][2]] = value();
      else made.push(value());
    }
    at++;
    return made;
  };
  return value();
}
