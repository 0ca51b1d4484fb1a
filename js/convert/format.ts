/** What a format that policies are converted to can say, and what is written in it. */

/** What a target can say. */
export interface Format {
  /** As messages name it. */
  readonly name: string;
  /** The values of `subdomains` that it has, `false` aside. */
  readonly reaches: readonly (true | "one")[];
  /** Has it one list for the leaf and one for CAs, of which both must match? */
  readonly roles: boolean;
  /** Its expiry, after which every certificate passes: none, a date in UTC, a date of the device, a date that is only looked at when the app starts. */
  readonly expiry: "none" | "utc" | "local" | "start";
  readonly reportMode: boolean;
  readonly reportTo: boolean;
  /** What an exemption covers: there is none, the host alone, its subdomains too. */
  readonly exempts: "none" | "host" | "subtree";
  /** Where several entries match: the nearest counts, all of them together, one on one platform and all on the other, nobody knows. */
  readonly overlap: "nearest" | "united" | "either" | "unknown";
  readonly fewestPins: 1 | 2;
  readonly userAnchors: boolean;
  /** Must a host be a name below a public suffix? */
  readonly registered: boolean;
  /** Where addresses work only since some version: what is written about it. */
  readonly addresses?: string;
}

/** One entry of the target. */
export interface Entry {
  readonly host: string;
  readonly reach: boolean | "one";
  /** `nothing`: an exemption. */
  readonly demands: "pins" | "report" | "nothing";
  /** `sha256/…`, distinct. */
  readonly pins: readonly string[];
  /** The two lists of a target with roles; an empty one is not written. */
  readonly leaf: readonly string[];
  readonly ca: readonly string[];
  /** `yyyy-MM-dd`. */
  readonly expires: string | undefined;
  readonly userAnchors: boolean;
  readonly reportTo: readonly string[];
}

export function exemption(host: string, reach: boolean | "one"): Entry {
  return { host, reach, demands: "nothing", pins: [], leaf: [], ca: [], expires: undefined, userAnchors: false, reportTo: [] };
}
