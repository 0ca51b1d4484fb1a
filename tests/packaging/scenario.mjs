// What every app does with chainpin, and what must come of it. In the JavaScript that all engines know.
import vectors from "./vectors.json";

/**
 * Makes `chainpin` ready, with `source` for chainpin/slim, asks it everything, and prints one line: the entry's name, and the
 * answers in JSON or the error. A promise, which never fails.
 */
export function scenario(print, entry, chainpin, source) {
  return Promise.resolve()
    .then(() => (source === undefined ? chainpin.init() : chainpin.init(source)))
    .then(() => tell(print, entry, chainpin))
    .catch((error) => {
      const { name, code, message } = error;
      print(`@ ${entry} ${JSON.stringify({ name, code, message, known: error instanceof chainpin.ChainpinError })}`);
    });
}

function tell(print, entry, chainpin) {
  const answers = {};
  for (const name of Object.keys(cases)) answers[name] = cases[name][1](chainpin);
  print(`@ ${entry} ${JSON.stringify({ backend: chainpin.backend(), answers })}`);
}

/** The answers that every backend must give, by name. */
export function expected() {
  const wanted = {};
  for (const name of Object.keys(cases)) wanted[name] = cases[name][0];
  return wanted;
}

const akamai = vectors["akamai.com"];
const cloudflare = vectors["cloudflare.com"];
const google = vectors["google.com"];
const microsoft = vectors["microsoft.com"];

const cases = {
  "a pinned leaf": ["pinned 0", verdict({ vector: akamai, pins: [akamai.pins[0]], source: "validated" })],
  "a pinned CA": ["pinned 1", verdict({ vector: akamai, pins: [akamai.pins[1]], source: "validated" })],
  "a pinned root that is not in the chain": [
    "pinned -1",
    verdict({ vector: cloudflare, pins: [cloudflare.rootPin], anchors: [cloudflare.root] }),
  ],
  "a path of ECDSA signatures": ["pinned 1", verdict({ vector: cloudflare, pins: [cloudflare.pins[1]], anchors: [cloudflare.root] })],
  "a path of RSA signatures": ["pinned 1", verdict({ vector: google, pins: [google.pins[1]], anchors: [google.root] })],
  "a path of three, to a pin alone": ["pinned 2", verdict({ vector: microsoft, pins: [microsoft.pins[2]] })],
  "another's key": ["rejected pin-mismatch", verdict({ vector: akamai, pins: [google.pins[0]], source: "validated" })],
  "a pinned CA that signed nothing": [
    "rejected pin-mismatch",
    verdict({ vector: akamai, chain: [akamai.chain[0], google.chain[1]], pins: [google.pins[1]] }),
  ],
  "a forged ECDSA signature": [
    "rejected pin-mismatch",
    verdict({ vector: cloudflare, chain: [forged(cloudflare.chain[0]), cloudflare.chain[1]], pins: [cloudflare.pins[1]] }),
  ],
  "a forged RSA signature": [
    "rejected pin-mismatch",
    verdict({ vector: google, chain: [forged(google.chain[0]), google.chain[1]], pins: [google.pins[1]] }),
  ],
  "an untrusted root": ["rejected path-invalid", verdict({ vector: google, pins: [google.pins[1]], anchors: [akamai.root] })],
  "an expired leaf": ["rejected certificate-expired", verdict({ vector: google, pins: [google.pins[0]], now: Date.UTC(2040, 0) })],
  "another host": ["rejected hostname-mismatch", verdict({ vector: google, host: "example.com", pins: [google.pins[0]] })],
  "no rule": [
    "unlisted",
    verdict({ vector: akamai, host: "www.example.com", rule: "example.com", pins: [akamai.pins[0]], source: "validated" }),
  ],
  "half a certificate": [
    "rejected chain-malformed",
    verdict({ vector: akamai, chain: [akamai.chain[0].slice(0, 400)], pins: [akamai.pins[0]] }),
  ],
  pins: [akamai.pins.join(), (chainpin) => chainpin.pinsOf(akamai.chain).join()],
  "a subject": [akamai.subject, (chainpin) => chainpin.inspect(akamai.chain)[0].subject],
  "text of any script": ["Schlüssel 鍵 😀", (chainpin) => label(chainpin, "Schlüssel 鍵 😀")],
  findings: ["no-backup-pin no-expiry single-pin", (chainpin) => findings(chainpin)],
  "a policy that is none": ["PolicyError policy-syntax", (chainpin) => refusal(chainpin, "{")],
  "a pin that is none": ["PolicyError pin-invalid rules[0].pins[0]", (chainpin) => refusal(chainpin, policy("a.example", ["sha256/AAAA"]))],
};

function verdict({ vector, host = vector.host, rule = host, chain = vector.chain, pins, source = "presented", anchors, now = vector.now }) {
  return (chainpin) => {
    const verifier = chainpin.createVerifierSync(policy(rule, pins));
    const request = { host, chain, source, now };
    if (anchors !== undefined) request.anchors = anchors;
    const { outcome, reason, matched } = verifier.verify(request);
    verifier.dispose();
    return [outcome, reason, matched && matched.index].filter((part) => part !== undefined).join(" ");
  };
}

function label(chainpin, text) {
  const verifier = chainpin.createVerifierSync(policy(akamai.host, [{ pin: akamai.pins[0], label: text }]));
  return verifier.verify({ host: akamai.host, chain: akamai.chain, source: "validated", now: akamai.now }).matched.label;
}

function findings(chainpin) {
  return chainpin
    .lint(policy("a.example", [akamai.pins[0]]), { now: akamai.now })
    .map(({ code }) => code)
    .sort()
    .join(" ");
}

function refusal(chainpin, given) {
  try {
    chainpin.createVerifierSync(given);
  } catch (error) {
    const known = error instanceof chainpin.PolicyError && error instanceof chainpin.ChainpinError && error instanceof Error;
    return [known ? error.name : `not of its class: ${error}`, error.code, error.path].filter(Boolean).join(" ");
  }
  return "not refused";
}

function policy(host, pins) {
  return { version: 1, id: "packaging", sequence: 1, rules: [{ host, pins }] };
}

/** With three bytes of the signature changed, near its end. */
function forged(base64) {
  return `${base64.slice(0, -12)}AAAA${base64.slice(-8)}`;
}
