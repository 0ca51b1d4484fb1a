/**
 * Chromium's static pins: `transport_security_state_static.json`, with the keys of `transport_security_state_static.pins`. The nearest entry
 * decides, also where it has no pins. Names without pins (nearly all are there for HSTS) become no rules, unless they opt out of one.
 */

import { wrong } from "../base/arguments.js";
import { fromBase64, toBase64 } from "../base/base64.js";
import { sha256 } from "../host-crypto/sha256.js";
import { nearestAbove } from "./above.js";
import {
  PolicyBuilder,
  type FromOptions,
  type Place,
  type PolicyConversion,
  fail,
  readDigest,
  requireText,
  shown,
} from "./policy-builder.js";
import { parseJson } from "./json.js";
import { type Tree, booleanOf, itemsOf, membersOf, stringOf, stringsOf } from "./tree.js";

export interface FromChromiumOptions extends FromOptions {
  /** The text of the `.pins` file, where the JSON's names of keys are explained. */
  readonly pins?: string;
  /** `pinsOf` of `chainpin`: reads the certificates of the `.pins` file. */
  readonly pinsOf?: (pem: string) => readonly string[];
}

/** The JSON may have comments. @throws ConvertError */
export function fromChromium(json: string, options: FromChromiumOptions = {}): PolicyConversion {
  requireText(json, "json");
  if (options.pins !== undefined) requireText(options.pins, "options.pins");
  if (options.pinsOf !== undefined && typeof options.pinsOf !== "function") throw wrong("options.pinsOf", "a function", options.pinsOf);
  return new Reader(parseJson(json, { comments: true }), options).result;
}

interface PinSet {
  readonly name: string;
  /** Does it pin, be it with placeholders alone? */
  readonly pins: boolean;
  /** Pins that keys can have. */
  readonly good: readonly string[];
  readonly bad: readonly string[];
  readonly reportTo: readonly string[];
}

interface StaticEntry {
  readonly host: string;
  readonly includes: boolean;
  readonly set: PinSet | undefined;
  readonly place: Place;
}

class Reader {
  readonly result: PolicyConversion;
  private readonly builder: PolicyBuilder;
  private readonly keys: ReadonlyMap<string, Key>;
  private readonly usedKeys = new Set<string>();
  private readonly usedSets = new Set<PinSet>();

  constructor(root: Tree, options: FromChromiumOptions) {
    this.builder = new PolicyBuilder(options);
    this.keys = keysOf(options.pins ?? "", options.pinsOf);
    const members = membersOf(root, ["pinsets", "entries", "domain_ids"]);
    const sets = new Map<string, PinSet>();
    for (const set of itemsOf(required(members, "pinsets", root))) {
      const [name, pinSet] = this.pinSet(set);
      if (sets.has(name)) fail("duplicate", `a second pin set \`${shown(name)}\``, set);
      sets.set(name, pinSet);
    }
    const entries = itemsOf(required(members, "entries", root)).flatMap((entry) => this.entry(entry, sets));
    const byHost = new Map<string, StaticEntry>();
    for (const entry of entries) {
      if (byHost.has(entry.host)) fail("duplicate", `\`${entry.host}\` stands there already; one entry decides for a host`, entry.place);
      byHost.set(entry.host, entry);
    }
    const above = nearestAbove(byHost);
    const pinned = new Map<string, StaticEntry | undefined>();
    for (const entry of entries) this.rule(entry, pinnedAbove(entry.host, byHost, above, pinned));
    this.block(entries, root);
    this.unused([...sets.values()]);
    if (this.builder.byHost.size > 0) {
      this.builder.findings.add("list-age", "stricter", "*", "Chromium ignores its list 70 days after its date; the policy goes on");
      this.builder.findings.add(
        "user-anchors",
        "stricter",
        "*",
        "Chromium checks no pins for a CA that the user installed; the policy does",
      );
    }
    this.result = this.builder.done();
  }

  private pinSet(tree: Tree): [string, PinSet] {
    const members = membersOf(tree, ["name", "static_spki_hashes", "bad_static_spki_hashes", "report_uri"]);
    const list = (name: string) => (members.has(name) ? stringsOf(members.get(name) as Tree) : []);
    const uri = members.get("report_uri");
    const name = stringOf(required(members, "name", tree));
    const good = list("static_spki_hashes");
    return [
      name,
      {
        name,
        pins: good.length > 0,
        good: this.pins(good, name),
        bad: this.pins(list("bad_static_spki_hashes"), name),
        reportTo: uri === undefined ? [] : [stringOf(uri)],
      },
    ];
  }

  /** Those of keys; a placeholder is told once for its set, which many hosts may have. */
  private pins(names: readonly { readonly text: string; readonly place: Place }[], set: string): string[] {
    const pins = names.flatMap(({ text, place }) => {
      const pin = this.key(text, place);
      if (pin !== undefined) return [pin];
      this.builder.findings.add(
        "placeholder-pin",
        "same",
        "*",
        `\`${shown(text)}\` in the pin set \`${shown(set)}\` is a placeholder, which no key has; it is left out`,
      );
      return [];
    });
    return [...new Set(pins)];
  }

  /** `undefined`: a placeholder. */
  private key(name: string, place: Place): string | undefined {
    if (name.startsWith("sha256/")) return readDigest(name.slice("sha256/".length), place);
    this.usedKeys.add(name);
    const key = this.keys.get(name) ?? fail("name-unknown", `\`${shown(name)}\` is not in the \`.pins\` file`, place);
    if (key === "certificate") fail("name-unknown", `\`${shown(name)}\` is a certificate; \`pinsOf\` is needed to read it`, place);
    return key.pin;
  }

  private entry(tree: Tree, sets: ReadonlyMap<string, PinSet>): StaticEntry[] {
    const members = membersOf(tree, ENTRY_KEYS);
    const flag = (name: string) => members.has(name) && booleanOf(members.get(name) as Tree);
    const pins = members.get("pins");
    const set = pins && sets.get(stringOf(pins));
    if (pins !== undefined && set === undefined) fail("name-unknown", `there is no pin set \`${shown(stringOf(pins))}\``, pins);
    if (set !== undefined) this.usedSets.add(set);
    const read = this.builder.host(stringOf(required(members, "name", tree)), tree);
    if (read === undefined) return [];
    return [
      {
        host: read.host,
        includes: flag("include_subdomains") || (pins !== undefined && flag("include_subdomains_for_pinning")),
        set,
        place: tree,
      },
    ];
  }

  private rule({ host, includes, set, place }: StaticEntry, parent: StaticEntry | undefined): void {
    if (set?.pins !== true) {
      // Found first, it keeps deeper names from the entry above, too.
      if (parent !== undefined) this.builder.add({ host, subdomains: true, exempt: true }, place);
      return;
    }
    if (!includes && parent !== undefined) {
      this.builder.findings.add(
        "exempt-below",
        "stricter",
        host,
        `names below \`${host}\` have no pins in Chromium; the policy pins them by the rule of \`${parent.host}\``,
      );
    }
    const { good, reportTo } = set;
    if (good.length === 0) {
      this.builder.findings.add("no-pins-left", "weaker", host, "no pin is left; the host gets no rule");
      return;
    }
    this.builder.add({ host, ...(includes ? { subdomains: true } : {}), pins: good, ...(reportTo.length > 0 ? { reportTo } : {}) }, place);
  }

  /** Chromium refuses a bad key on the hosts of its set, a policy on all hosts. */
  private block(entries: readonly StaticEntry[], place: Place): void {
    const { builder } = this;
    // By sets, which many hosts may share.
    const hosts = new Map<PinSet, string[]>();
    for (const { host, set } of entries) if (set !== undefined) listOf(hosts, set).push(host);
    const pinned = new Set([...hosts.keys()].flatMap(({ good }) => good));
    for (const [{ bad }, named] of hosts) {
      const many = named.length > MOST_NAMED;
      const on = many ? `\`${named[0]}\` and ${named.length - 1} more hosts` : "";
      for (const pin of bad) {
        if (!pinned.has(pin)) builder.block(pin, place);
        for (const host of many ? ["*"] : named) {
          if (pinned.has(pin))
            builder.findings.add(
              "blocked-keys",
              "weaker",
              host,
              `\`${pin}\` is bad ${many ? `on ${on}` : "here"} and good on another host; it is not blocked`,
            );
          else
            builder.findings.add(
              "blocked-keys",
              "stricter",
              "*",
              `\`${pin}\`, bad on ${many ? on : `\`${host}\``}, is refused on every host`,
            );
        }
      }
    }
  }

  /** What becomes part of no rule: sets without hosts, keys without sets, report addresses of sets without pins. */
  private unused(sets: readonly PinSet[]): void {
    const { findings } = this.builder;
    for (const set of sets) {
      const { name, good, bad, reportTo } = set;
      if (!this.usedSets.has(set)) {
        const keys = [...new Set([...good, ...bad])].map((pin) => `\`${pin}\``).join(", ");
        const which = keys === "" ? "it is left out" : `its keys are left out: ${keys}`;
        findings.add("pins-unused", "same", "*", `no host has the pin set \`${shown(name)}\`; ${which}`);
      } else if (good.length === 0 && reportTo[0] !== undefined) {
        findings.add(
          "report-to",
          "same",
          "*",
          `Chromium reports for the pin set \`${shown(name)}\` to \`${shown(reportTo[0])}\`; no good key is in it, so no rule reports there`,
        );
      }
    }
    for (const [name, key] of this.keys) {
      if (this.usedKeys.has(name)) continue;
      const pin = key === "certificate" || key.pin === undefined ? "" : `, \`${key.pin}\``;
      findings.add("pins-unused", "same", "*", `no pin set has the key \`${shown(name)}\`${pin}; it is left out`);
    }
  }
}

/** Hosts with a finding each, of those that share a pin set. */
const MOST_NAMED = 8;

const ENTRY_KEYS = [
  "name",
  "policy",
  "mode",
  "include_subdomains",
  "include_subdomains_for_pinning",
  "pins",
  "expect_ct",
  "expect_ct_report_uri",
  "expect_staple",
  "include_subdomains_for_expect_staple",
  "expect_staple_report_uri",
];

/** The nearest entry above that has pins and includes subdomains. `known`: the answers so far, by the name above. */
function pinnedAbove(
  host: string,
  byHost: ReadonlyMap<string, StaticEntry>,
  above: ReadonlyMap<string, string>,
  known: Map<string, StaticEntry | undefined>,
): StaticEntry | undefined {
  const name = above.get(host);
  if (name === undefined) return undefined;
  if (known.has(name)) return known.get(name);
  const entry = byHost.get(name);
  const found = entry?.includes === true && entry.set?.pins === true ? entry : pinnedAbove(name, byHost, above, known);
  known.set(name, found);
  return found;
}

function listOf<Key, Value>(lists: Map<Key, Value[]>, key: Key): Value[] {
  const list = lists.get(key) ?? [];
  lists.set(key, list);
  return list;
}

function required(members: ReadonlyMap<string, Tree>, name: string, place: Place): Tree {
  return members.get(name) ?? fail("input-shape", `there is no \`${name}\``, place);
}

/** What a name of the `.pins` file stands for: a pin, which is missing where it is a placeholder, or a certificate that was not read. */
type Key = { readonly pin: string | undefined } | "certificate";

/** The `.pins` file: a name in a line, then its pin or its PEM. `PinsListTimestamp` names the list's date. */
function keysOf(text: string, pinsOf: FromChromiumOptions["pinsOf"]): Map<string, Key> {
  const keys = new Map<string, Key>();
  const lines = text.split(/\r?\n/);
  let name: string | undefined;
  for (let at = 0; at < lines.length; at++) {
    const row = (lines[at] as string).trim();
    const place = { path: name ?? "", line: at + 1 };
    if (row === "" || row.startsWith("#")) continue;
    if (name === undefined) {
      if (!/^[A-Z]\w*$/.test(row)) fail("input-syntax", `\`${shown(row)}\` is no name of a key`, place);
      if (keys.has(row)) fail("duplicate", `a second \`${shown(row)}\``, place);
      name = row;
      continue;
    }
    const [, label] = /^-----BEGIN (PUBLIC KEY|CERTIFICATE)-----$/.exec(row) ?? [];
    let end = at;
    if (label !== undefined) {
      for (end++; end < lines.length && (lines[end] as string).trim() !== `-----END ${label}-----`; ) end++;
      if (end === lines.length) fail("input-syntax", "a PEM block that does not end", place);
    }
    if (name === "PinsListTimestamp") {
      if (!/^[0-9]+$/.test(row)) fail("date-invalid", `\`${shown(row)}\` is no number of seconds`, place);
    } else if (label === "CERTIFICATE") keys.set(name, certificateKey(lines.slice(at, end + 1).join("\n"), pinsOf));
    else if (label === "PUBLIC KEY") keys.set(name, { pin: pinOfKey(lines.slice(at + 1, end).join(""), place) });
    else if (row.startsWith("sha256/")) keys.set(name, { pin: readDigest(row.slice("sha256/".length), place) });
    else fail("pin-invalid", `\`${shown(row)}\` is neither \`sha256/…\` nor PEM`, place);
    at = end;
    name = undefined;
  }
  return keys;
}

function certificateKey(pem: string, pinsOf: FromChromiumOptions["pinsOf"]): Key {
  const pin = pinsOf?.(pem)[0];
  return pin === undefined ? "certificate" : { pin };
}

function pinOfKey(base64: string, place: Place): string {
  const text = base64.replace(/\s+/g, "");
  if (text.length === 0 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) fail("pin-invalid", "not base64", place);
  const digest = new Uint8Array(32);
  sha256(fromBase64(text), digest);
  return `sha256/${toBase64(digest)}`;
}
