// Attacks on the question which host is meant, and what a certificate says about it.
import { addressName, alternativeNames, dnsName, issue, keyUsage, server, serverAuth } from "./certificates.mjs";
import { HOST, badPolicy, connection, genuine, policyOf, rogue, stray } from "./world.mjs";

const { intermediate, leaf } = genuine;

/** Not to be loosened by a spelling: the rule's pin is nobody's, so every host that it reaches is refused. */
const pinned = policyOf([{ host: "example.com", subdomains: true, pins: [stray] }]);

const asked = (name, expected, host, policy = pinned) => connection(name, expected, { policy, host, chain: [leaf], source: "validated" });
const shown = (host) =>
  JSON.stringify(host).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

const hostSpelling = () => {
  const malformed = [
    "",
    ".",
    "..",
    ".example.com",
    "example.com..",
    "api..example.com",
    "api.example.com.\u0000",
    "api.example.com\u0000.evil.example",
    "\u0000api.example.com",
    "api.example.com%00",
    "api\u3002example\u3002com",
    "api\uff0eexample\uff0ecom",
    "api\uff61example.com",
    "\uff41\uff50\uff49.example.com",
    "b\u00fccher.example.com",
    "api.example.com ",
    " api.example.com",
    "api.example.com\n",
    "api.example.com\t",
    "api.example.com:443",
    "api.example.com/",
    "https://api.example.com",
    "user@api.example.com",
    "*.example.com",
    "-api.example.com",
    "api-.example.com",
    "api.example.com\u200b",
    "api.ex\u00adample.com",
    "\u212aapi.example.com",
    `${"a".repeat(64)}.example.com`,
    `${"a.".repeat(122)}example.com`,
  ];
  return [
    ...malformed.map((host) => asked(`refused: ${shown(host.slice(0, 40))}`, "rejected host-invalid", host)),
    ...["API.EXAMPLE.COM", "Api.Example.Com", "api.example.com.", "EXAMPLE.com.", "a.b.c.example.com"].map((host) =>
      asked(`the rule's all the same: ${host}`, "rejected pin-mismatch", host),
    ),
    asked("near miss: another name is unlisted", "unlisted", "api.example.org"),
    asked("near miss: an A-label is a name", "rejected pin-mismatch", "xn--bcher-kva.example.com"),
    ...["API.example.com.\u0000", "b\u00fccher.example", "*.example.com", "example.com..", ".example.com", "a b.example"].map((host) =>
      badPolicy(`refused in a policy: ${shown(host)}`, "host-invalid", policyOf([{ host, pins: [leaf.pin] }])),
    ),
    badPolicy(
      "one host in two spellings has two rules",
      "host-duplicate",
      policyOf([
        { host: HOST, pins: [leaf.pin] },
        { host: "API.Example.com.", pins: [stray] },
      ]),
    ),
  ];
};

/** What a certificate says, and whom it says it of: names by which a checker was led astray. */
const certificateNames = () => {
  const named = (names) =>
    issue({
      name: HOST,
      issuer: intermediate,
      extensions: [keyUsage.digitalSignature, serverAuth, ...(names ? [alternativeNames(names)] : [])],
    });
  const ask = (name, expected, names, host = HOST) => {
    const made = named(names);
    return connection(name, expected, { policy: policyOf([{ host, pins: [made.pin] }]), host, chain: [made] });
  };
  return [
    ask("a NUL after the host's name", "rejected hostname-mismatch", [dnsName(`${HOST}\u0000.evil.example`)]),
    ask("a NUL before it", "rejected hostname-mismatch", [dnsName(`evil.example\u0000${HOST}`)]),
    ask("Unicode dots under a wildcard", "rejected hostname-mismatch", [dnsName("*.com")], HOST),
    ask("Unicode dots in the name", "rejected hostname-mismatch", [dnsName("api\u3002example\u3002com")]),
    ask("the common name alone", "rejected hostname-mismatch", undefined),
    ask("a blank before the name", "rejected hostname-mismatch", [dnsName(` ${HOST}`)]),
    ask("an empty name", "rejected hostname-mismatch", [dnsName("")]),
    ask("near miss: capitals", "pinned leaf 0", [dnsName("API.Example.COM")]),
    ask("near miss: the second of two names", "pinned leaf 0", [dnsName("other.example"), dnsName(HOST)]),
  ];
};

const addressSpelling = () => {
  const rule = policyOf([{ host: "127.0.0.1", pins: [stray] }], { unlisted: "allow" });
  const spellings = [
    "127.1",
    "127.0.1",
    "0x7f.0.0.1",
    "0x7f000001",
    "0177.0.0.1",
    "0127.0.0.1",
    "127.0.0.01",
    "2130706433",
    "127.0.0.1.",
    "127.0.0.256",
    "\uff11\uff12\uff17.0.0.1",
    "\uff11\uff12\uff17\uff0e\uff10\uff0e\uff10\uff0e\uff11",
    "127.0.0.1\u0000",
    "127.0.0.1:443",
    "0.0.0.0x7f",
    "[127.0.0.1]",
    "127.0.0.0x1",
    "::1%lo",
    "[::1",
    "::ffff:127.1",
  ];
  const v6 = policyOf([{ host: "2001:db8::1", pins: [stray] }]);
  const byAddress = (name, expected, names, host = "192.0.2.7") => {
    const made = issue({
      name: "address",
      issuer: intermediate,
      extensions: [keyUsage.digitalSignature, serverAuth, alternativeNames(names)],
    });
    return connection(name, expected, { policy: policyOf([{ host, pins: [made.pin] }]), host, chain: [made] });
  };
  return [
    ...spellings.map((host) => asked(`refused: ${shown(host)}`, "rejected host-invalid", host, rule)),
    asked("near miss: the canonical one", "rejected pin-mismatch", "127.0.0.1", rule),
    asked("near miss: the IPv4 address in an IPv6 one", "rejected pin-mismatch", "::ffff:127.0.0.1", rule),
    asked("IPv6 by its bytes", "rejected pin-mismatch", "[2001:DB8:0:0:0:0:0:1]", v6),
    asked("near miss: the next IPv6 address", "unlisted", "2001:db8::2", v6),
    badPolicy("subdomains of an address", "subdomains-on-ip", policyOf([{ host: "127.0.0.1", subdomains: true, pins: [stray] }])),
    badPolicy("a rule for a spelling", "host-invalid", policyOf([{ host: "127.1", pins: [stray] }])),
    byAddress("an address as a DNS name", "rejected hostname-mismatch", [dnsName("192.0.2.7")]),
    byAddress("an address under a wildcard", "rejected hostname-mismatch", [dnsName("*.0.2.7"), dnsName("*.2.7")]),
    byAddress("another address", "rejected hostname-mismatch", [addressName([192, 0, 2, 8])]),
    byAddress("near miss: the address", "pinned leaf 0", [addressName([192, 0, 2, 7])]),
  ];
};

const suffixWildcard = () => {
  const one = policyOf([{ host: "example.com", subdomains: "one", pins: [stray] }]);
  const alone = policyOf([{ host: "example.com", pins: [stray] }]);
  const sibling = ["notexample.com", "a.example.com.notexample.com", "example.com.evil.example", "xexample.com", "example.co", "com"];
  const covered = (name, expected, san, host) => {
    const made = server([san], intermediate);
    return connection(name, expected, { policy: policyOf([{ host, pins: [made.pin] }]), host, chain: [made] });
  };
  return [
    ...sibling.map((host) => asked(`${host} is not below example.com`, "unlisted", host)),
    asked("near miss: any depth below it", "rejected pin-mismatch", "a.b.example.com"),
    asked("one label and no more", "unlisted", "a.b.example.com", one),
    asked("near miss: one label", "rejected pin-mismatch", "a.example.com", one),
    asked("a rule for a host alone", "unlisted", "a.example.com", alone),
    covered("a certificate's wildcard through a dot", "rejected hostname-mismatch", "*.example.com", "a.b.example.com"),
    covered("a wildcard and its parent", "rejected hostname-mismatch", "*.example.com", "example.com"),
    covered("a wildcard within a label", "rejected hostname-mismatch", "a*.example.com", "api.example.com"),
    covered("a wildcard in the middle", "rejected hostname-mismatch", "api.*.com", "api.example.com"),
    covered("a bare wildcard", "rejected hostname-mismatch", "*", "localhost"),
    covered("a suffix", "rejected hostname-mismatch", "example.com", "notexample.com"),
    covered("near miss: a wildcard", "pinned leaf 0", "*.example.com", "api.example.com"),
    connection("an exempt child does not loosen its sibling", "rejected pin-mismatch", {
      policy: policyOf([
        { host: "example.com", subdomains: true, pins: [stray] },
        { host: "status.example.com", exempt: true },
      ]),
      host: "xstatus.example.com",
      chain: [rogue.leaf],
      source: "validated",
    }),
  ];
};

const publicSuffix = () => {
  const found = (name, expected, host, suffixes) => {
    const policy = policyOf([{ host, subdomains: true, pins: [leaf.pin], backupPins: [stray], expires: "2026-10-01" }], {
      expires: "2026-10-01",
    });
    return { name, expected, ask: "findings", policy, now: Date.UTC(2026, 5, 1), suffixes };
  };
  return [
    badPolicy("*.com", "host-invalid", policyOf([{ host: "*.com", pins: [leaf.pin] }])),
    badPolicy("**.com", "host-invalid", policyOf([{ host: "**.com", pins: [leaf.pin] }])),
    found("com and all below it", "single-label", "com", []),
    found("co.uk and all below it", "public-suffix", "co.uk", ["co.uk"]),
    found("azurewebsites.net and all below it", "public-suffix", "azurewebsites.net", ["azurewebsites.net"]),
    found("near miss: a name below a suffix", "nothing found", "acme.co.uk", ["co.uk"]),
  ];
};

export const hosts = {
  "host-spelling": hostSpelling(),
  "certificate-names": certificateNames(),
  "address-spelling": addressSpelling(),
  "suffix-wildcard": suffixWildcard(),
  "public-suffix": publicSuffix(),
};
