// Where a peer may decide otherwise than chainpin: only where a finding of the conversion said so, in the direction that it said, for the hosts
// and the moments that it is about. One row a code. `weaker`: the result lets pass what its source refuses; `stricter`: the other way.

const hour = 3_600_000;

/** `when`: more than that the finding is the rule's or all hosts'. `below`: names below the finding's host have it too. */
export const differences = {
  "blocked-keys": {
    why: "a target has no blocked keys; Chromium blocks them for one set of pins, a policy for all",
    weaker: true,
    stricter: true,
    below: true,
  },
  "certificate-pin": {
    why: "targets pin keys only",
    stricter: true,
    when: ({ rule }) => allPins(rule).some(({ pin }) => pin.startsWith("cert-")),
  },
  "exempt-below": { why: "a target without exemptions checks what stands above", stricter: true, below: true },
  expiry: {
    why: "a target without expiry, or without denying after it, goes on with the pins",
    weaker: true,
    stricter: true,
    when: ({ since }) => since >= 0,
  },
  "expiry-at-start": {
    why: "a date that is only looked at when the app starts",
    weaker: true,
    stricter: true,
    when: ({ device }) => device.platform === "android" && device.started < device.at,
  },
  "expiry-rounded": {
    why: "targets expire at midnight: the next one",
    stricter: true,
    when: ({ since }) => since >= -14 * hour && since <= 38 * hour,
  },
  "expiry-time-zone": {
    why: "midnight of the device's zone, and not UTC's",
    weaker: true,
    stricter: true,
    when: ({ since, rounded }) => since >= -14 * hour && since <= (rounded ? 36 : 14) * hour,
  },
  "host-not-public": { why: "TrustKit takes names below a public suffix only", weaker: true },
  "ip-address": { why: "a target's older versions pin no addresses", weaker: true, when: ({ device }) => /^[\d.]+$/.test(device.host) },
  "ip-v6": { why: "IPv6 addresses are not converted", weaker: true },
  "leaf-and-ca": { why: "one pin is enough for the target", weaker: true, when: ({ rule }) => rule?.match === "leaf-and-ca" },
  "list-age": { why: "Chromium's list has an age, which the test's does not", stricter: true },
  "no-pins-left": { why: "no pin is left that both can check", weaker: true, below: true },
  "overlapping-rules": { why: "targets unite rules, or take another one than the nearest", weaker: true, stricter: true },
  "pin-expiry": {
    why: "a pin alone does not expire in a target",
    weaker: true,
    when: ({ rule, device }) => allPins(rule).some(({ expires }) => Date.parse(expires) <= device.at),
  },
  "policy-expiry": {
    why: "a target knows no expiry of the whole policy",
    weaker: true,
    when: ({ policy, device }) => Date.parse(policy.expires) <= device.at,
  },
  "public-suffix": { why: "TrustKit takes no subdomains of a public suffix", weaker: true },
  "report-below": { why: "a target without report mode enforces what stands above", stricter: true },
  "report-mode": { why: "before Android 7, TrustKit only reports unless told to enforce", stricter: true },
  role: { why: "a target without roles takes a pin anywhere, one with two lists at its place only", weaker: true, stricter: true },
  "sha1-pin": { why: "policies have no SHA-1", stricter: true },
  "single-pin": { why: "a library that wants two pins", stricter: true },
  subdomains: { why: "a target reaches other depths below a name", weaker: true, stricter: true, below: true },
  "trustkit-reading": {
    why: "before Android 7, TrustKit inherits and overwrites where Android does not",
    weaker: true,
    stricter: true,
    below: true,
  },
  "unlisted-hosts": { why: "a target lets hosts without a rule pass", weaker: true, when: ({ rule }) => rule === undefined },
  "user-anchors": {
    why: "a target checks pins for the user's CAs as well, or a library does not",
    stricter: true,
    when: ({ device }) => device.userAnchor,
  },
};

/**
 * The finding that accounts for a difference, or undefined. `rule`: the policy's for the host; `device`: host, moment, and how it differs from others.
 */
export function explanation({ findings, effect, policy, rule, device }) {
  const since = rule?.expires === undefined ? NaN : device.at - Date.parse(rule.expires);
  const rounded = findings.some(({ code }) => code === "expiry-rounded");
  return findings.find((finding) => {
    if (finding.effect !== effect) return false;
    // Whatever it was that the target could not express.
    if (finding.message.endsWith("the rule is left out")) return finding.host === rule?.host;
    const row = differences[finding.code];
    if (!row?.[effect]) return false;
    const about = finding.host === "*" || finding.host === rule?.host || (row.below && `.${device.host}`.endsWith(`.${finding.host}`));
    return about && (row.when?.({ policy, rule, device, since, rounded }) ?? true);
  });
}

function allPins(rule) {
  return [...(rule?.pins ?? []), ...(rule?.backupPins ?? [])].map((pin) => (typeof pin === "string" ? { pin } : pin));
}
