/** Takes verdicts, and brings what is worth telling to the addresses of their rules. */

import type { Verdict } from "../model/types.js";
import { addressesOf, mayReceive } from "./address.js";
import { ToldBackups } from "./backups.js";
import { keyOf, toBody } from "./content.js";
import { ADDRESSES, SPREAD, WAITING } from "./limits.js";
import { type Candidate, HOSTNAME_SIZE, Queue, type Waiting } from "./queue.js";
import { type Settings, toSettings } from "./settings.js";
import { type Timer, answerOf } from "./timers.js";
import type { ReportEvent, ReportEventCode, Reporter, ReporterOptions } from "./types.js";

/**
 * Makes a reporter. What waited in the storage goes out as soon as it is read.
 * @throws TypeError for a wrong option.
 */
export function createReporter(options: ReporterOptions): Reporter {
  const courier = new Courier(toSettings(options));
  return {
    report: (verdict, connection) => courier.report(verdict, connection?.host, connection?.port),
    flush: () => courier.flush(),
    stop: () => courier.stop(),
    get counts() {
      return { ...courier.counts };
    },
    get waiting() {
      return courier.waiting;
    },
  };
}

class Courier {
  readonly counts = emptyCounts();
  private queue = new Queue();
  /** What comes before the storage is read. */
  private early: Candidate[] | undefined = [];
  private readonly loaded: Promise<void>;
  private readonly errands = new Map<string, Promise<void>>();
  private writing: Promise<void> | undefined;
  private changed = false;
  private timer: Timer | undefined;
  private stopped = false;
  private readonly backups = new ToldBackups();

  constructor(private readonly settings: Settings) {
    this.loaded = this.load();
  }

  get waiting(): number {
    return this.queue.length + (this.early?.length ?? 0);
  }

  report(verdict: Verdict, host: string | undefined, port: number | undefined): void {
    try {
      const backup = verdict.outcome === "pinned" && host !== undefined;
      if (backup && this.backups.has(verdict, host, port, this.settings.now())) return this.tell("repeated", { hostname: host });
      const candidate = this.toCandidate(verdict, port);
      if (candidate === undefined) return;
      const taken = this.early === undefined ? this.take(candidate) : this.keep(candidate, this.early);
      if (taken && backup) this.backups.add(verdict, host, port, candidate.at);
    } catch (error) {
      this.tell("report-failed", { error });
    }
  }

  async flush(): Promise<void> {
    await this.loaded;
    if (!this.stopped) {
      this.forget();
      await Promise.all(this.queue.addresses().map((address) => this.errand(address)));
    }
    while (this.writing !== undefined) await this.writing;
  }

  stop(): void {
    this.stopped = true;
    this.cancelTimer();
  }

  /** Nothing for a verdict that is not worth telling, or that nobody is to be told of. */
  private toCandidate(verdict: Verdict, port: number | undefined): Candidate | undefined {
    const { verifier, reportTo, backupUse, now, random } = this.settings;
    const told = verdict.outcome === "rejected" || verdict.outcome === "tolerated" || (backupUse && verdict.matched?.backup === true);
    if (!told) return undefined;

    const hostname = verdict.host.slice(0, HOSTNAME_SIZE);
    const named = addressesOf(verifier, verdict.host);
    const all = (named.length > 0 ? named : reportTo).slice(0, ADDRESSES);
    if (all.length === 0) {
      this.tell("no-address", { hostname });
      return undefined;
    }
    const addresses = all.filter((address, index) => all.indexOf(address) === index && this.mayReceive(address, hostname));
    if (addresses.length === 0) return undefined;

    const report = verdict.toReport(port);
    const id = nameBy(random);
    return { id, hostname, addresses, key: keyOf(report), body: toBody(report, id), at: now() };
  }

  private mayReceive(address: string, hostname: string): boolean {
    if (mayReceive(address, this.settings.verifier)) return true;
    this.tell("address-refused", { address, hostname });
    return false;
  }

  /** Until the storage is read. */
  private keep(candidate: Candidate, early: Candidate[]): boolean {
    if (early.length < WAITING) return early.push(candidate) > 0;
    this.tell("over-limit", { hostname: candidate.hostname });
    return false;
  }

  /** Answers with whether it is told, now or before. */
  private take(candidate: Candidate): boolean {
    const { random, timers } = this.settings;
    this.forget();
    // Without timers nobody would come back for it.
    const code = this.queue.take(candidate, timers === undefined ? 0 : random() * SPREAD);
    this.tell(code, { hostname: candidate.hostname });
    if (code === "queued") {
      this.save();
      this.goOut();
    }
    return code !== "over-limit";
  }

  private async load(): Promise<void> {
    const { storage } = this.settings;
    if (storage !== undefined) {
      try {
        const text = await answerOf(() => storage.get(STORAGE_KEY), this.settings.timers);
        const queue = typeof text === "string" ? Queue.from(text) : undefined;
        if (queue !== undefined) this.queue = queue;
        else if (text !== undefined && text !== null) this.tell("storage-corrupt");
      } catch (error) {
        this.tell("storage-failed", { error });
      }
    }
    const early = this.early ?? [];
    this.early = undefined;
    this.forget();
    for (const candidate of early) this.take(candidate);
    this.goOut();
  }

  private forget(): void {
    const expired = this.queue.forget(this.settings.now());
    for (const { address, hostname } of expired) this.tell("expired", { address, hostname });
    if (expired.length > 0) this.save();
  }

  /** Sends what is due, and comes back for the rest. */
  private goOut(): void {
    this.cancelTimer();
    if (this.stopped) return;
    const now = this.settings.now();
    let soonest = Infinity;
    for (const address of this.queue.addresses()) {
      if (this.errands.has(address)) continue;
      const wait = this.queue.waitFor(address, now);
      if (wait === 0) void this.errand(address);
      else soonest = Math.min(soonest, wait);
    }
    if (soonest < Infinity) this.comeBackIn(soonest);
  }

  /** Brings what waits for an address, one after the other, until it fails; never twice at once. */
  private errand(address: string): Promise<void> {
    const running = this.errands.get(address);
    if (running !== undefined) return running;
    const errand = this.bringAll(address).then(() => {
      this.errands.delete(address);
      this.goOut();
    });
    this.errands.set(address, errand);
    return errand;
  }

  private async bringAll(address: string): Promise<void> {
    for (let report = this.queue.next(address); report !== undefined && !this.stopped; report = this.queue.next(address)) {
      if (!(await this.bring(report))) return;
    }
  }

  /** Answers with whether the address is to be given the next one. */
  private async bring(report: Waiting): Promise<boolean> {
    const { address, hostname, body } = report;
    const { send, timers } = this.settings;
    try {
      // Asked again: the policy may have changed since.
      if (!this.mayReceive(address, hostname)) {
        this.queue.remove(report);
        this.save();
        return true;
      }
      const request = {
        url: address,
        method: "POST",
        contentType: "application/json",
        body,
        redirect: "error",
        credentials: "omit",
      } as const;
      const { status } = await answerOf(() => send(request), timers);
      if (status >= 200 && status < 300) {
        this.queue.delivered(report);
        this.tell("delivered", { address, hostname, status });
      } else if (CONDEMNED.indexOf(status) >= 0) {
        this.queue.remove(report);
        this.tell("refused", { address, hostname, status });
      } else {
        return this.postpone(report, { status });
      }
      this.save();
      return true;
    } catch (error) {
      return this.postpone(report, { error });
    }
  }

  private postpone({ address, hostname }: Waiting, why: Pick<ReportEvent, "status" | "error">): false {
    const { now, random } = this.settings;
    this.queue.failed(address, now(), random());
    this.save();
    this.tell("send-failed", { address, hostname, ...why });
    return false;
  }

  /** Writes the newest state, and once more where it has changed meanwhile. */
  private save(): void {
    const { storage } = this.settings;
    this.changed = true;
    if (storage === undefined || this.writing !== undefined) return;
    const write = async () => {
      while (this.changed) {
        this.changed = false;
        try {
          await answerOf(() => storage.set(STORAGE_KEY, this.queue.toText()), this.settings.timers);
        } catch (error) {
          this.tell("storage-failed", { error });
        }
      }
      this.writing = undefined;
    };
    this.writing = write();
  }

  private comeBackIn(milliseconds: number): void {
    this.timer = this.settings.timers?.start(() => {
      this.timer = undefined;
      this.forget();
      this.goOut();
    }, milliseconds);
  }

  private cancelTimer(): void {
    this.timer?.cancel();
    this.timer = undefined;
  }

  private tell(code: ReportEventCode, details: Omit<ReportEvent, "code"> = {}): void {
    this.counts[code]++;
    try {
      this.settings.onEvent?.({ code, ...details });
    } catch {
      this.counts["listener-failed"]++;
    }
  }
}

/** Of the one text in the storage. */
const STORAGE_KEY = "chainpin.reports";

/** The collector has read the report, and will never take it; every other failure may pass. */
const CONDEMNED = [400, 413, 415, 422];

/** 32 hexadecimal digits. */
function nameBy(random: () => number): string {
  let name = "";
  while (name.length < 32)
    name += Math.floor(random() * 0x10000)
      .toString(16)
      .padStart(4, "0")
      .slice(-4);
  return name;
}

function emptyCounts(): Record<ReportEventCode, number> {
  return {
    "address-refused": 0,
    delivered: 0,
    expired: 0,
    "listener-failed": 0,
    "no-address": 0,
    "over-limit": 0,
    queued: 0,
    refused: 0,
    repeated: 0,
    "report-failed": 0,
    "send-failed": 0,
    "storage-corrupt": 0,
    "storage-failed": 0,
  };
}
