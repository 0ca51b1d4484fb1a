// Made from the Rust types by `npm run schema`; do not edit.

/** Which keys each host may present, and what happens when it presents another. */
export interface Policy {
  /** Version of the policy format. */
  readonly version: 1;
  /** Whose policy this is, one per app and environment; shown in verdicts and reports. */
  readonly id: string;
  /** Grows with each change; updates never go back. */
  readonly sequence: number;
  /** When this policy was issued (RFC 3339 with a zone; a bare date means 00:00:00 UTC). */
  readonly issuedAt?: string;
  /** When this policy expires (RFC 3339 with a zone; a bare date means 00:00:00 UTC). */
  readonly expires?: string;
  /** After the policy's expiry: go on (the default), or refuse every host that has a rule. */
  readonly onExpiry?: "deny" | "enforce";
  /** Hosts without a rule: let them pass (the default), or refuse them. */
  readonly unlisted?: "allow" | "deny";
  /** Pins of keys that are never accepted, whatever the rule. */
  readonly blocked?: readonly string[];
  /** One rule per host. */
  readonly rules: readonly Rule[];
}

/** What one host must present. */
export type Rule = PinnedRule | ExemptRule;

/** A host and the keys or certificates that it may present. */
export interface PinnedRule {
  /** A DNS name in A-label form, or an IP address. */
  readonly host: string;
  /** Names below the host that the rule reaches too: none (false, the default), of any depth (true), of one more label ("one"). */
  readonly subdomains?: boolean | "one";
  /** The keys or certificates in use. */
  readonly pins: readonly Pin[];
  /** Keys not in use yet: the way out when the key must change. */
  readonly backupPins?: readonly Pin[];
  /** One pin must match (the default), or one on the leaf and another on a CA. */
  readonly match?: "any" | "leaf-and-ca";
  /** Refuse a mismatch (the default), or let it pass and report it. */
  readonly mode?: "enforce" | "report";
  /** When this rule expires (RFC 3339 with a zone; a bare date means 00:00:00 UTC). */
  readonly expires?: string;
  /** After the rule's expiry: let a mismatch pass and report it (the default), go on as before, or refuse the host. */
  readonly onExpiry?: "deny" | "enforce" | "report";
  /** A validated path to a CA that the user installed: check its pins (the default), or let it pass. */
  readonly userAnchors?: "allow" | "enforce";
  /** Addresses (https) to which mismatches are reported. */
  readonly reportTo?: readonly string[];
  /** Only {@link ExemptRule} has it. */
  readonly exempt?: never;
}

/** A host opted out of a parent's rule. */
export interface ExemptRule {
  /** A DNS name in A-label form, or an IP address. */
  readonly host: string;
  /** Names below the host that the rule reaches too: none (false, the default), of any depth (true), of one more label ("one"). */
  readonly subdomains?: boolean | "one";
  /** True: this host is opted out of a parent's rule; only `subdomains` may stand beside it. */
  readonly exempt: true;
}

/** `sha256/<base64>` of a key or `cert-sha256/<base64>` of a certificate, alone or with what is known about it. */
export type Pin = string | PinObject;

/** A pin with what is known about it. */
export interface PinObject {
  /** `sha256/<base64>` of a key or `cert-sha256/<base64>` of a certificate. */
  readonly pin: string;
  /** Where on the path it may match; `any` by default. */
  readonly role?: "any" | "ca" | "leaf";
  /** For people. */
  readonly label?: string;
  /** From when on it no longer counts (RFC 3339 with a zone; a bare date means 00:00:00 UTC). */
  readonly expires?: string;
}
