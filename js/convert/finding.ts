/** What a conversion changes. Nothing gets weaker, or stricter, in silence. */

import { printable } from "../base/printable.js";

/** A difference between a policy and what it became, or between another format's text and the policy that it became. */
export interface ConversionFinding {
  /** Stable. */
  readonly code: ConversionCode;
  /**
   * Of the result, beside what it was made from. `weaker`: something passes that was refused, now or later. `stricter`: something is
   * refused that passed. `same`: the same connections pass; what is lost stands beside them, as where mismatches are reported.
   */
  readonly effect: Effect;
  /** The host of the rule, as it was written; `*` for all. */
  readonly host: string;
  /** What it is. */
  readonly message: string;
}

/** See {@link ConversionFinding.effect}. */
export type Effect = "weaker" | "stricter" | "same";

/** What a conversion can change. */
export type ConversionCode =
  /**
   * A range of addresses is not converted.
   *
   * Why: From iOS, which can pin a range (as `192.0.2.0/24`). A policy pins single addresses.
   *
   * Do: Write a rule for each address that you use.
   */
  | "address-range"
  /**
   * Blocked keys come out otherwise.
   *
   * Why: To others: none of the formats knows blocked keys. From Chromium: its bad keys belong to one host, a policy's to all;
   * one that is good elsewhere is not blocked.
   *
   * Do: Look at `blocked` by hand; keep chainpin where a key must be refused.
   */
  | "blocked-keys"
  /**
   * A pin of another kind than `sha256/…` is left out.
   *
   * Why: To others: they take SHA-256 pins of keys alone.
   *
   * Do: Pin the key by its SHA-256: `npx chainpin pin FILE`.
   */
  | "certificate-pin"
  /**
   * Debug builds become stricter.
   *
   * Why: From Android, which checks no pins for the CAs of `debug-overrides`. A policy knows no debug builds.
   *
   * Do: Give debug builds a policy of their own, or `userAnchors: "allow"`.
   */
  | "debug-overrides"
  /**
   * Reports to TrustKit's makers end.
   *
   * Why: From TrustKit, which also reports to them unless `TSKDisableDefaultReportUri` is set.
   *
   * Do: Nothing; for reports of your own, set `reportTo`.
   */
  | "default-report"
  /**
   * A part of the headers is ignored.
   *
   * Why: From `Public-Key-Pins`: browsers take the first header of a name, and pass over directives that they do not know, such as `pin-sha512`.
   *
   * Do: Nothing, if browsers did what you wanted; otherwise take the pins from that part by hand.
   */
  | "directive-ignored"
  /**
   * Code that may add pins was not read.
   *
   * Why: From OkHttp: a call of `add` or `pin`, or a `Pin`, takes values that are not written out, and nothing shows whether it belongs to a
   * `CertificatePinner`.
   *
   * Do: Look at that line. If it adds pins, write its values as string literals, or write the rule by hand.
   */
  | "entry-unread"
  /**
   * An exemption is lost: the pins of the rule above it count.
   *
   * Why: To OkHttp and react-native-ssl-public-key-pinning, which have no exemptions and still check the parent's pins. From
   * Chromium, whose nearer entry leaves names below it unpinned.
   *
   * Do: Name the hosts one by one instead of the parent with `subdomains`.
   */
  | "exempt-below"
  /**
   * The rule's expiry cannot be said.
   *
   * Why: To OkHttp and iOS, which have no expiry; to all, where the rule denies after it.
   *
   * Do: Renew the pins by a release before that day.
   */
  | "expiry"
  /**
   * The date is looked at only when the app starts.
   *
   * Why: react-native-ssl-public-key-pinning on Android adds or leaves out the pins once.
   *
   * Do: Restart the app, or call `initializeSslPinning` again, after the date.
   */
  | "expiry-at-start"
  /**
   * The pins count until the next midnight.
   *
   * Why: To formats whose expiry is a day.
   *
   * Do: Choose midnight UTC as the rule's expiry.
   */
  | "expiry-rounded"
  /**
   * The moment of the expiry differs by hours.
   *
   * Why: Android takes midnight of the device's time zone, a policy takes UTC.
   *
   * Do: Renew the pins well before that day.
   */
  | "expiry-time-zone"
  /**
   * The format refuses this host.
   *
   * Why: TrustKit, and so react-native-ssl-public-key-pinning on iOS, take only names below a public suffix: no addresses, no
   * `localhost`, no private names.
   *
   * Do: Pin this host with chainpin.
   */
  | "host-not-public"
  /**
   * A host that pinned nothing is pinned now.
   *
   * Why: From formats that compare hosts as they are written: one in capitals, or with a dot at its end, matched no connection.
   *
   * Do: See that the server really has these keys.
   */
  | "host-spelling"
  /**
   * Older systems do not check the pins.
   *
   * Why: To iOS, which pins addresses since version 17.
   *
   * Do: Require iOS 17, or use a name.
   */
  | "ip-address"
  /**
   * The rule of an IPv6 address is not converted.
   *
   * Why: The formats write such addresses in different ways, or not at all.
   *
   * Do: Use a name, or write the entry by hand.
   */
  | "ip-v6"
  /**
   * One pin is enough, where the rule wants two.
   *
   * Why: To formats without `match: "leaf-and-ca"`, which all are but iOS's.
   *
   * Do: Keep chainpin for this host.
   */
  | "leaf-and-ca"
  /**
   * The pins go on counting when the list is old.
   *
   * Why: From Chromium, which ignores its list 70 days after its date.
   *
   * Do: Set `expires` if you want that.
   */
  | "list-age"
  /**
   * The pins end on one day, or are gone.
   *
   * Why: From `Public-Key-Pins`: each visit renewed `max-age`, whereas a rule expires once; `max-age=0` takes the pins back.
   *
   * Do: Set the rule's `expires` to a date that suits your releases.
   */
  | "max-age"
  /**
   * No pin is left, so that every certificate passes.
   *
   * Why: All pins were left out: expired, placeholders, or of a kind that the other side does not know.
   *
   * Do: Add a pin that both know.
   */
  | "no-pins-left"
  /**
   * Where two rules match a host, others count than before.
   *
   * Why: A policy takes the nearest alone, OkHttp unites them, and Apple does not say.
   *
   * Do: Give both the same pins, or name hosts so that they do not overlap.
   */
  | "overlapping-rules"
  /**
   * Some CAs are pin-checked now.
   *
   * Why: From Android, which checks no pins for CAs with `overridePins` other than the user's.
   *
   * Do: Pin these CAs, too.
   */
  | "override-pins"
  /**
   * A pin goes on counting after its expiry.
   *
   * Why: To others: their pins have no expiry of their own.
   *
   * Do: Take it out by a release before that day.
   */
  | "pin-expiry"
  /**
   * Pins that no host has are left out.
   *
   * Why: From Chromium, whose files may have pin sets without a host, and keys in no pin set.
   *
   * Do: Nothing, unless a host was to have them: then look for its name in the entries.
   */
  | "pins-unused"
  /**
   * A placeholder is left out: `AAAA…`, or the digest of empty input.
   *
   * Why: From configurations that were filled up to a number of pins, or whose pins a broken command made: `openssl … | openssl dgst` prints the
   * digest of nothing when its first step fails, `47DEQpj8…`. No key has such a pin.
   *
   * Do: Read the key's pin with `npx chainpin pin`, and put a real backup pin into `backupPins`.
   */
  | "placeholder-pin"
  /**
   * The pins go on counting where the policy denies.
   *
   * Why: To others: no format expires as a whole and then denies.
   *
   * Do: Keep chainpin where that matters.
   */
  | "policy-expiry"
  /**
   * The format refuses subdomains of a public suffix.
   *
   * Why: To TrustKit and react-native-ssl-public-key-pinning, for a rule on a name like `co.uk` or `azurewebsites.net`.
   *
   * Do: Name your own domain.
   */
  | "public-suffix"
  /**
   * Pins above the rule are enforced, where it only reports.
   *
   * Why: To formats without a report mode, where a parent's entry reaches this host.
   *
   * Do: Name hosts so that the parent's entry does not reach it.
   */
  | "report-below"
  /**
   * What happens at a mismatch in report mode differs.
   *
   * Why: To others: most have no report mode, so nothing is written and nothing tells a mismatch. From TrustKit on Android:
   * before Android 7 it only reports; from headers: one of the two is left out.
   *
   * Do: Decide whether to enforce; `mode` is yours to set.
   */
  | "report-mode"
  /**
   * The report addresses are lost.
   *
   * Why: To formats that report nothing. From Chromium, for a pin set without good keys.
   *
   * Do: Report from your app: `chainpin/report`.
   */
  | "report-to"
  /**
   * A pin counts in other places than its role says.
   *
   * Why: Most formats have no roles; iOS wants one for each pin, and a list of one kind.
   *
   * Do: For iOS give every pin of a rule the same role; elsewhere leave it out.
   */
  | "role"
  /**
   * A SHA-1 pin is left out.
   *
   * Why: From OkHttp, which still takes `sha1/…`. Policies do not.
   *
   * Do: Pin the same key by SHA-256: `npx chainpin pin HOST`.
   */
  | "sha1-pin"
  /**
   * The other side does not take a single pin.
   *
   * Why: TrustKit, and so react-native-ssl-public-key-pinning on iOS, want two: with `lossy`, one that no key has is added.
   * Browsers ignore a `Public-Key-Pins` header with one.
   *
   * Do: Add a real backup pin.
   */
  | "single-pin"
  /**
   * The names below a host are reached otherwise.
   *
   * Why: The formats reach one label, any depth, or only what is below and not the host itself.
   *
   * Do: See that every name below has a key that is pinned, or name the hosts one by one.
   */
  | "subdomains"
  /**
   * Which CAs are trusted is not said any more.
   *
   * Why: From Android's `trust-anchors`. A policy says which keys may answer, not whom the platform trusts.
   *
   * Do: Keep `trust-anchors` in the Android file.
   */
  | "trust-anchors"
  /**
   * TrustKit on Android before 7 reads the file otherwise than Android does.
   *
   * Why: From Android. That TrustKit takes the last `domain` of a `domain-config` alone, skips a `domain-config` without pins,
   * and inherits `includeSubdomains` and `expiration`.
   *
   * Do: Write each host's pins, flags and expiry in its own `domain-config`, with one `domain`.
   */
  | "trustkit-reading"
  /**
   * Hosts without a rule pass.
   *
   * Why: To others: none of the formats has `unlisted: "deny"`.
   *
   * Do: Keep chainpin where that matters.
   */
  | "unlisted-hosts"
  /**
   * CAs that the user installed are pin-checked, or not, other than before.
   *
   * Why: TrustKit on macOS and Chromium pass them; OkHttp and iOS check them; Android is told by `overridePins`.
   *
   * Do: Set `userAnchors` as you want it.
   */
  | "user-anchors";

/** Findings as they come; what is found twice of one host stands once. */
export class Findings {
  readonly list: ConversionFinding[] = [];
  private readonly seen = new Set<string>();

  add(code: ConversionCode, effect: Effect, host: string, message: string): void {
    const key = `${code} ${effect} ${host} ${message}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.list.push({ code, effect, host, message: printable(message) });
  }

  /** Some hosts or moments weaker, others stricter. */
  both(code: ConversionCode, host: string, message: string): void {
    this.add(code, "weaker", host, message);
    this.add(code, "stricter", host, message);
  }
}
