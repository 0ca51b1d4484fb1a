/**
 * Chromium's static pins: `transport_security_state_static.json`, with the keys of `transport_security_state_static.pins`. The nearest entry
 * decides, also where it has no pins. Names without pins (nearly all are there for HSTS) become no rules, unless they opt out of one.
 */

import { wrong } from "../arguments.js";
import { fromBase64, toBase64 } from "../bridge/base64.js";
import { sha256 } from "../sha256.js";
import { Draft, type FromOptions, type Place, type PolicyConversion, fail, readDigest, requireText, shown } from "./draft.js";
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
  private readonly draft: Draft;
  private readonly keys: ReadonlyMap<string, string | undefined>;

  constructor(root: Tree, options: FromChromiumOptions) {
    this.draft = new Draft(options);
    this.keys = keysOf(options.pins ?? "", options.pinsOf);
    const members = membersOf(root, ["pinsets", "entries", "domain_ids"]);
    const sets = new Map(itemsOf(required(members, "pinsets", root)).map((set) => this.pinSet(set)));
    const entries = itemsOf(required(members, "entries", root)).flatMap((entry) => this.entry(entry, sets));
    const byHost = new Map(entries.map((entry) => [entry.host, entry]));
    for (const entry of entries) this.rule(entry, byHost);
    this.block(entries);
    if (this.draft.byHost.size > 0) {
      this.draft.findings.add("list-age", "stricter", "*", "Chromium ignores its list 70 days after its date; the policy goes on");
      this.draft.findings.add("user-anchors", "stricter", "*", "Chromium checks no pins for a CA that the user installed; the policy does");
    }
    this.result = this.draft.done();
  }

  private pinSet(tree: Tree): [string, PinSet] {
    const members = membersOf(tree, ["name", "static_spki_hashes", "bad_static_spki_hashes", "report_uri"]);
    const list = (name: string) => (members.has(name) ? stringsOf(members.get(name) as Tree).map(({ text, place }) => this.key(text, place)) : []);
    const uri = members.get("report_uri");
    const name = stringOf(required(members, "name", tree));
    return [name, { good: list("static_spki_hashes"), bad: list("bad_static_spki_hashes"), reportTo: uri === undefined ? [] : [stringOf(uri)] }];
  }

  /** A pin; a placeholder keeps its name, which no key has. */
  private key(name: string, place: Place): string {
    if (name.startsWith("sha256/")) return readDigest(name.slice("sha256/".length), place) ?? name;
    const pin = this.keys.get(name);
    if (pin === undefined && this.keys.has(name)) fail("name-unknown", `\`${shown(name)}\` is a certificate; \`pinsOf\` is needed to read it`, place);
    return pin ?? fail("name-unknown", `\`${shown(name)}\` is not in the \`.pins\` file`, place);
  }

  private entry(tree: Tree, sets: ReadonlyMap<string, PinSet>): StaticEntry[] {
    const members = membersOf(tree, ENTRY_KEYS);
    const flag = (name: string) => members.has(name) && booleanOf(members.get(name) as Tree);
    const pins = members.get("pins");
    const set = pins && sets.get(stringOf(pins));
    if (pins !== undefined && set === undefined) fail("name-unknown", `there is no pin set \`${shown(stringOf(pins))}\``, pins);
    const read = this.draft.host(stringOf(required(members, "name", tree)), tree);
    if (read === undefined) return [];
    return [{ host: read.host, includes: flag("include_subdomains") || (pins !== undefined && flag("include_subdomains_for_pinning")), set, place: tree }];
  }

  private rule({ host, includes, set, place }: StaticEntry, byHost: ReadonlyMap<string, StaticEntry>): void {
    const parent = pinnedAbove(host, byHost);
    const good = set?.good ?? [];
    if (good.length === 0) {
      // Found first, it keeps deeper names from the entry above, too.
      if (parent !== undefined) this.draft.add({ host, subdomains: true, exempt: true }, place);
      return;
    }
    if (!includes && parent !== undefined) {
      this.draft.findings.add("exempt-below", "stricter", host, `names below \`${host}\` have no pins in Chromium; the policy pins them by the rule of \`${parent.host}\``);
    }
    const pins = this.draft.pins(good.map((pin) => ({ text: pin.replace(/^sha256\//, ""), place })), host);
    if (pins.length === 0) return;
    const reportTo = set?.reportTo ?? [];
    this.draft.add({ host, ...(includes ? { subdomains: true } : {}), pins, ...(reportTo.length > 0 ? { reportTo } : {}) }, place);
  }

  /** Chromium refuses a bad key on the hosts of its set, a policy on all hosts. */
  private block(entries: readonly StaticEntry[]): void {
    const { draft } = this;
    const pinned = new Set<unknown>([...draft.byHost.values()].flatMap((rule) => (rule.exempt === true ? [] : rule.pins)));
    for (const { host, set } of entries) {
      for (const pin of set?.bad ?? []) {
        if (pinned.has(pin)) draft.findings.add("blocked-keys", "weaker", host, `\`${pin}\` is bad here and good on another host; it is not blocked`);
        else if (pin.startsWith("sha256/") && readDigest(pin.slice("sha256/".length), { path: "" }) !== undefined) {
          draft.findings.add("blocked-keys", "stricter", "*", `\`${pin}\`, bad on \`${host}\`, is refused on every host`);
          draft.block(pin);
        }
      }
    }
  }
}

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

/** The nearest entry above that includes subdomains, where it has pins and nothing nearer opts out. */
function pinnedAbove(host: string, byHost: ReadonlyMap<string, StaticEntry>): StaticEntry | undefined {
  for (let at = host.indexOf("."); at >= 0; at = host.indexOf(".", at + 1)) {
    const entry = byHost.get(host.slice(at + 1));
    if (entry !== undefined) return entry.includes && (entry.set?.good ?? []).length > 0 ? entry : pinnedAbove(entry.host, byHost);
  }
  return undefined;
}

function required(members: ReadonlyMap<string, Tree>, name: string, place: Place): Tree {
  return members.get(name) ?? fail("input-shape", `there is no \`${name}\``, place);
}

/**
 * The `.pins` file: a name in a line, then its pin or its PEM. A certificate that cannot be read stays `undefined`. `PinsListTimestamp` names
 * the list's date.
 */
function keysOf(text: string, pinsOf: FromChromiumOptions["pinsOf"]): Map<string, string | undefined> {
  const keys = new Map<string, string | undefined>();
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
    const end = label === undefined ? at : lines.findIndex((line, index) => index > at && line.trim() === `-----END ${label}-----`);
    if (end < 0) fail("input-syntax", "a PEM block that does not end", place);
    if (name === "PinsListTimestamp") {
      if (!/^[0-9]+$/.test(row)) fail("date-invalid", `\`${shown(row)}\` is no number of seconds`, place);
    } else if (label === "CERTIFICATE") keys.set(name, pinsOf?.(lines.slice(at, end + 1).join("\n"))[0]);
    else if (label === "PUBLIC KEY") keys.set(name, pinOfKey(lines.slice(at + 1, end).join(""), place));
    else if (row.startsWith("sha256/")) keys.set(name, readDigest(row.slice("sha256/".length), place) ?? row);
    else fail("pin-invalid", `\`${shown(row)}\` is neither \`sha256/…\` nor PEM`, place);
    at = end;
    name = undefined;
  }
  return keys;
}

function pinOfKey(base64: string, place: Place): string {
  const text = base64.replace(/\s+/g, "");
  if (text.length === 0 || text.length % 4 !== 0 || !/^[A-Za-z0-9+/]+={0,2}$/.test(text)) fail("pin-invalid", "not base64", place);
  const digest = new Uint8Array(32);
  sha256(fromBase64(text), digest);
  return `sha256/${toBase64(digest)}`;
}
