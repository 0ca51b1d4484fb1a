/** The reports that wait, and the memory of those that were. Pure: time and chance come in as arguments. */

import {
  ADDRESS_SIZE,
  FIRST_WAIT,
  LONGEST_WAIT,
  OLDEST,
  REPEAT_AFTER,
  REPORT_SIZE,
  REPORTS,
  REPORTS_PER_HOST,
  WAITING,
  WAITING_SIZE,
} from "./limits.js";

/** A report on its way to one address. */
export interface Waiting {
  /** The report's name, the same for every address. */
  readonly id: string;
  readonly address: string;
  readonly hostname: string;
  readonly body: string;
  readonly at: number;
}

/** A report that was taken, as long as an identical one is not. */
interface Taken {
  readonly key: string;
  readonly hostname: string;
  readonly at: number;
}

/** An address that has failed, or whose first report has still to wait. */
interface Delay {
  readonly address: string;
  readonly failures: number;
  readonly until: number;
}

/** A report that wants to be taken. */
export interface Candidate extends Omit<Waiting, "address"> {
  readonly key: string;
  readonly addresses: readonly string[];
}

export class Queue {
  private waiting: Waiting[] = [];
  private taken: Taken[] = [];
  private delays: Delay[] = [];

  /** What `toText` gave; undefined for anything else. */
  static from(text: string): Queue | undefined {
    const { waiting, taken, delays } = parsed(text) ?? {};
    if (!listOf<Waiting>(waiting, WAITING, isWaiting) || !listOf<Taken>(taken, REPORTS, isTaken)) return undefined;
    if (!listOf<Delay>(delays, WAITING, isDelay) || sizeOf(waiting) > WAITING_SIZE) return undefined;
    const queue = new Queue();
    Object.assign(queue, { waiting, taken, delays });
    return queue;
  }

  toText(): string {
    const { waiting, taken, delays } = this;
    return JSON.stringify({ version: VERSION, waiting, taken, delays });
  }

  get length(): number {
    return this.waiting.length;
  }

  /** `spread`: how long its first report may keep an idle address waiting. The oldest stay: the first failure tells the most. */
  take({ key, addresses, ...report }: Candidate, spread: number): "queued" | "repeated" | "over-limit" {
    const { hostname, at, body } = report;
    if (this.taken.some((taken) => taken.key === key)) return "repeated";
    const ofHost = this.taken.filter((taken) => taken.hostname === hostname);
    if (this.taken.length >= REPORTS || ofHost.length >= REPORTS_PER_HOST) return "over-limit";
    if (this.waiting.length + addresses.length > WAITING) return "over-limit";
    if (sizeOf(this.waiting) + addresses.length * body.length > WAITING_SIZE) return "over-limit";
    for (const address of addresses) {
      if (spread > 0 && !this.delayOf(address) && !this.next(address)) this.delay({ address, failures: 0, until: at + spread });
      this.waiting.push({ ...report, address });
    }
    this.taken.push({ key, hostname, at });
    return "queued";
  }

  /** Addresses with reports. */
  addresses(): string[] {
    const all = this.waiting.map(({ address }) => address);
    return all.filter((address, index) => all.indexOf(address) === index);
  }

  next(address: string): Waiting | undefined {
    return this.waiting.filter((report) => report.address === address)[0];
  }

  /** Milliseconds until an address may be tried. A clock that was set back makes nobody wait for longer than ever foreseen. */
  waitFor(address: string, now: number): number {
    const wait = (this.delayOf(address)?.until ?? now) - now;
    return wait > LONGEST_WAIT ? 0 : Math.max(0, wait);
  }

  /** The report is done with, and the address answers. */
  delivered(report: Waiting): void {
    this.remove(report);
    this.delays = this.delays.filter(({ address }) => address !== report.address);
  }

  remove(report: Waiting): void {
    this.waiting = this.waiting.filter((other) => other !== report);
  }

  /** Doubles the wait; half of it is left to chance (`random`, from 0 to 1), so that a fleet does not come back as one. */
  failed(address: string, now: number, random: number): void {
    const failures = Math.min((this.delayOf(address)?.failures ?? 0) + 1, MOST_FAILURES);
    const longest = Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** (failures - 1));
    this.delay({ address, failures, until: now + Math.min(longest, longest * (0.5 + random / 2)) });
  }

  /** Forgets what is too old, or from a future that a wrong clock told of. Answers with the reports that were lost by it. */
  forget(now: number): Waiting[] {
    this.taken = this.taken.filter(({ at }) => Math.abs(now - at) < REPEAT_AFTER);
    const expired = this.waiting.filter(({ at }) => Math.abs(now - at) >= OLDEST);
    for (const report of expired) this.remove(report);
    const used = this.addresses();
    this.delays = this.delays.filter(({ address }) => used.indexOf(address) >= 0);
    return expired;
  }

  private delayOf(address: string): Delay | undefined {
    return this.delays.filter((delay) => delay.address === address)[0];
  }

  private delay(delay: Delay): void {
    this.delays = [...this.delays.filter(({ address }) => address !== delay.address), delay];
  }
}

/** Of the stored form. */
const VERSION = 1;

/** Doublings beyond the longest wait change nothing. */
const MOST_FAILURES = 32;

function sizeOf(waiting: readonly Waiting[]): number {
  return waiting.reduce((sum, { body }) => sum + body.length, 0);
}

function parsed(text: string): { waiting?: unknown; taken?: unknown; delays?: unknown } | undefined {
  try {
    const stored = JSON.parse(text);
    return stored?.version === VERSION ? stored : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function listOf<T>(value: unknown, most: number, isItem: (item: any) => boolean): value is T[] {
  return Array.isArray(value) && value.length <= most && value.every((item) => typeof item === "object" && item !== null && isItem(item));
}

const isText = (value: unknown, most: number) => typeof value === "string" && value.length <= most;
const isTime = (value: unknown) => typeof value === "number" && isFinite(value);

const isTaken = ({ key, hostname, at }: Taken) => isText(key, 32) && isText(hostname, HOSTNAME_SIZE) && isTime(at);
const isDelay = ({ address, failures, until }: Delay) =>
  isText(address, ADDRESS_SIZE) && isTime(failures) && failures >= 0 && isTime(until);
const isWaiting = ({ id, address, hostname, body, at }: Waiting) =>
  isText(id, 32) && isText(address, ADDRESS_SIZE) && isText(hostname, HOSTNAME_SIZE) && isText(body, REPORT_SIZE) && isTime(at);

/** A DNS name has 253 characters; what is none is told escaped, and cut here. */
export const HOSTNAME_SIZE = 300;
