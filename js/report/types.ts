import type { PinReport, Verdict, Verifier } from "../model/types.js";

/** What `createReporter` is given. */
export interface ReporterOptions {
  /** Whose rules say where reports go, and which hosts are pinned. */
  readonly verifier: Pick<Verifier, "ruleFor">;
  /** How a report leaves the app; for the platform's `fetch`, `fetchSender(fetch)`. */
  readonly send: SendReport;
  /** Where reports wait over restarts: any of the storages of `chainpin/updates`. Without it, they wait in memory. */
  readonly storage?: ReportStorage;
  /** Where reports go whose rule names no address, as `["https://reports.example.net/pins"]`. Default: nowhere. */
  readonly reportTo?: readonly string[];
  /** Tell that a backup pin matched. Default: true. */
  readonly backupUse?: boolean;
  /** Both or neither. Default: the platform's. With null, or where there are none, what failed is tried again at the next report or `flush`. */
  readonly setTimeout?: ((callback: () => void, milliseconds: number) => unknown) | null;
  /** Beside `setTimeout`. */
  readonly clearTimeout?: ((timer: any) => void) | null;
  /** Milliseconds since 1970. Default: this machine's clock. */
  readonly now?: () => number;
  /** From 0 to 1, for jitter and for names of reports; no secret is made of it. Default: `Math.random`. */
  readonly random?: () => number;
  /** Told of everything that happens. What it throws is counted (`listener-failed`). */
  readonly onEvent?: (event: ReportEvent) => void;
}

/** Reports verdicts. Made by `createReporter`. */
export interface Reporter {
  /**
   * Takes a verdict: a refused one, a tolerated one, or one that a backup pin decided; others are passed over. Never throws, and
   * changes nothing of the verdict. Needs no `this`: give it to an adapter as `onVerdict`.
   */
  readonly report: (verdict: Verdict, connection?: { readonly host?: string; readonly port?: number | undefined }) => void;
  /**
   * Sends what waits, now, whatever the back-off: when the network is back, before the app sleeps. Fulfilled when each address
   * has taken what waits for it, or failed, and the storage is written; never rejects.
   */
  readonly flush: () => Promise<void>;
  /** Sends nothing from now on; what waits stays in the storage. */
  readonly stop: () => void;
  /** How often each event has happened since this reporter was made. */
  readonly counts: Readonly<Record<ReportEventCode, number>>;
  /** Reports that wait. */
  readonly waiting: number;
}

/** Where reports wait. Its content is not trusted. */
export interface ReportStorage {
  /** What was set, or nothing. */
  get(key: string): Promise<string | null | undefined>;
  /** Keeps a text. */
  set(key: string, value: string): Promise<void>;
}

/** Sends one report. Rejects, or answers with the status of HTTP. */
export type SendReport = (request: ReportRequest) => Promise<{ readonly status: number }>;

/** One POST request. Whoever sends it follows no redirect, and adds no cookies and no other credentials. */
export interface ReportRequest {
  /** Where to. */
  readonly url: string;
  /** The method of HTTP. */
  readonly method: "POST";
  /** The header of that name. */
  readonly contentType: "application/json";
  /** JSON of a {@link SentReport}; ASCII, at most 64 KiB. */
  readonly body: string;
  /** As of `fetch`: a redirect is a failure. */
  readonly redirect: "error";
  /** As of `fetch`: none are sent. */
  readonly credentials: "omit";
}

/** What arrives: the report of the verdict, with a name of its own. */
export interface SentReport extends PinReport {
  /** That of the report, with its name. */
  readonly chainpin: PinReport["chainpin"] & {
    /** Random, 32 hexadecimal digits: a report that is sent again after a lost answer has the same. */
    readonly "report-id": string;
    /** Certificates are missing from the end of the chain, or words from the message: it was over 64 KiB. */
    readonly shortened?: true;
  };
}

/** Something that happened. */
export interface ReportEvent {
  /** Stable. */
  readonly code: ReportEventCode;
  /** The report address. */
  readonly address?: string;
  /** The host whose verdict it was. */
  readonly hostname?: string;
  /** What the collector answered. */
  readonly status?: number;
  /** What was thrown. */
  readonly error?: unknown;
}

/** What can happen. */
export type ReportEventCode =
  | "address-refused"
  | "delivered"
  | "expired"
  | "listener-failed"
  | "no-address"
  | "over-limit"
  | "queued"
  | "refused"
  | "repeated"
  | "report-failed"
  | "send-failed"
  | "storage-corrupt"
  | "storage-failed";
