/** What policies say to a chunk of lines: the work of one thread. */

import { isAscii, isUtf8 } from "node:buffer";
import { type Anchors, type Verdict, type Verifier, type VerifyRequest, createAnchors, createVerifierSync } from "chainpin";
import { Broken, NOT_UTF8, type Observation, type Problem, readObservation } from "./observation.js";
import { type HostOpinion, keyOf, lineOf } from "./opinion.js";

/** What a thread needs to know. */
export interface Task {
  readonly policy: string;
  readonly against: string | undefined;
  /** The trusted roots; undefined: none. */
  readonly anchors: readonly (string | Uint8Array)[] | undefined;
  /** Milliseconds since 1970: the day of observations that tell none, or with `always` of all. */
  readonly day: number;
  readonly always: boolean;
  /** Is a line wanted for each line? */
  readonly told: boolean;
}

/** What came of a chunk. */
export interface Judged {
  /** Of the chunk, empty ones included. */
  readonly lines: number;
  readonly observations: number;
  /** Distinct, in the order in which they came first. */
  readonly keys: readonly string[];
  /** For each key, how many observations and how many connections. */
  readonly sums: Float64Array;
  /** Lines that are left out, by what is wrong with them; and the first of them. */
  readonly problems: readonly (readonly [Problem, lines: number])[];
  readonly broken: readonly BrokenLine[];
  /** UTF-8; empty unless wanted. */
  readonly text: Uint8Array;
}

/** Broken lines that are shown; all are counted. */
export const SHOWN = 20;

/** A line that is left out, counted from 0 within its chunk. */
export interface BrokenLine extends Pick<Broken, "problem" | "message"> {
  readonly line: number;
}

export class Judge {
  private readonly verifier: Verifier;
  private readonly old: Verifier | undefined;
  private anchors: Anchors | undefined;
  private readonly hosts = new Map<string, string>();

  constructor(private readonly task: Task) {
    this.verifier = createVerifierSync(task.policy);
    this.old = task.against === undefined ? undefined : createVerifierSync(task.against);
  }

  judge(bytes: Buffer): Judged {
    const sums = new Map<string, [observations: number, connections: number]>();
    const problems = new Map<Problem, number>();
    const broken: BrokenLine[] = [];
    const told: string[] = [];
    const plain = isAscii(bytes);
    let lines = 0;
    let observations = 0;
    for (let at = 0; at < bytes.length; lines++) {
      const found = bytes.indexOf(NEW_LINE, at);
      const end = found < 0 ? bytes.length : found;
      const begin = at;
      at = end + 1;
      if (isBlank(bytes, begin, end)) continue;
      try {
        const { request, count } = this.read(bytes, begin, end, plain);
        const said = this.ask(request, count);
        const key = keyOf(said);
        const sum = sums.get(key);
        if (sum === undefined) sums.set(key, [1, count]);
        else {
          sum[0]++;
          sum[1] += count;
        }
        observations++;
        if (this.task.told) told.push(lineOf(said));
      } catch (error) {
        if (!(error instanceof Broken)) throw error;
        const { problem, message } = error;
        problems.set(problem, (problems.get(problem) ?? 0) + 1);
        if (broken.length < SHOWN) broken.push({ line: lines, problem, message });
        if (this.task.told) told.push(lineOf(error));
      }
    }
    const text = told.length === 0 ? new Uint8Array() : new TextEncoder().encode(told.join(""));
    return {
      lines,
      observations,
      keys: [...sums.keys()],
      sums: Float64Array.from([...sums.values()].flat()),
      problems: [...problems],
      broken,
      text,
    };
  }

  private read(bytes: Buffer, begin: number, end: number, plain: boolean): Observation {
    if (!plain && !isUtf8(bytes.subarray(begin, end))) throw NOT_UTF8;
    return readObservation(bytes.toString(plain ? "latin1" : "utf8", begin, end), this.task.day, this.task.always);
  }

  private ask(request: VerifyRequest, count: number): HostOpinion {
    if (request.source === "presented" && this.task.anchors !== undefined) {
      request.anchors = this.anchors ??= createAnchors(this.task.anchors);
    }
    const verdict = this.verifier.verify(request);
    const before = this.old?.verify(request);
    return {
      host: this.hostOf(request.host, verdict),
      rule: verdict.rule,
      outcome: verdict.outcome,
      reason: verdict.reason,
      before: before && { outcome: before.outcome, reason: before.reason },
      count,
    };
  }

  /** As the engine writes it; that it is asked for names in plain letters is spared, for it takes longer than the verdict. */
  private hostOf(text: string, verdict: Verdict): string {
    if (verdict.reason !== "host-invalid" && NAME.test(text)) return text.toLowerCase().replace(/\.$/, "");
    const known = this.hosts.get(text);
    if (known !== undefined) return known;
    if (this.hosts.size === REMEMBERED) this.hosts.clear();
    const host = verdict.host.slice(0, HOST_LENGTH).replace(/\n/g, " ");
    // A text may be as long as a line.
    if (text.length <= HOST_LENGTH) this.hosts.set(text, host);
    return host;
  }
}

const NEW_LINE = 10;
const NAME = /^[\w.-]+$/;
/** RFC 1035, section 2.3.4; what is no host may be longer. */
const HOST_LENGTH = 253;
const REMEMBERED = 256;

/** Nothing but white space of JSON, as the carriage return of CRLF. */
function isBlank(bytes: Buffer, begin: number, end: number): boolean {
  for (let at = begin; at < end; at++) if (bytes[at] !== 0x20 && bytes[at] !== 0x09 && bytes[at] !== 0x0d) return false;
  return true;
}
