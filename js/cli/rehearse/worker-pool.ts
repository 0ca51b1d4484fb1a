/** Threads that judge chunks. The command is one file: a thread runs the same one, and is told by its data what it is. */

import { Worker, parentPort, workerData } from "node:worker_threads";
import { Failure } from "../exit.js";
import { Judge, type Judged, type Task } from "./judge.js";

/** Chunks at a time for each thread: one in work, one that waits, and one of which the answer waits for its turn. */
const AHEAD = 3;

interface ChunkToJudge {
  readonly buffer: ArrayBuffer;
  readonly length: number;
  readonly first: boolean;
}

/** The buffer comes back, to be used again. */
interface Reply {
  readonly judged: Judged;
  readonly buffer: ArrayBuffer;
}

/** In a thread of the pool: its task. */
export function taskOfThread(): Task | undefined {
  return (workerData as { rehearsal?: Task } | null)?.rehearsal;
}

/** What a thread of the pool does until it is ended. */
export function work(task: Task): void {
  const judge = new Judge(task);
  parentPort?.on("message", ({ buffer, length, first }: ChunkToJudge) => {
    const bytes = Buffer.from(buffer, 0, length);
    const judged = judge.judge(first && bytes.subarray(0, BOM.length).equals(BOM) ? bytes.subarray(BOM.length) : bytes);
    const answer: Reply = { judged, buffer };
    parentPort?.postMessage(answer, [buffer, judged.sums.buffer as ArrayBuffer, judged.text.buffer as ArrayBuffer]);
  });
}

/** A byte order mark, which Windows' editors write. */
const BOM = Buffer.from([0xef, 0xbb, 0xbf]);

export class WorkerPool {
  private readonly threads: Thread[] = [];

  /** `spare`: where buffers go that are no longer needed. */
  constructor(
    private readonly size: number,
    private readonly task: Task,
    private readonly spare: ArrayBuffer[],
  ) {}

  /** Chunks that may be under way. */
  get room(): number {
    return this.size * AHEAD;
  }

  /** By the thread that has the least to do; threads begin as they are needed. */
  async judge(question: ChunkToJudge): Promise<Judged> {
    const { judged, buffer } = await this.idlest().ask(question);
    this.spare.push(buffer);
    return judged;
  }

  async end(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.end()));
  }

  private idlest(): Thread {
    const [first, ...others] = this.threads;
    const best = first && others.reduce((best, thread) => (thread.busy < best.busy ? thread : best), first);
    if (best !== undefined && (best.busy === 0 || this.threads.length === this.size)) return best;
    const fresh = new Thread(this.task);
    this.threads.push(fresh);
    return fresh;
  }
}

/** Answers come in the order of the questions. */
class Thread {
  private readonly worker: Worker;
  private readonly waiting: { resolve(answer: Reply): void; reject(error: Error): void }[] = [];
  private failure: Error | undefined;

  constructor(task: Task) {
    this.worker = new Worker(__filename, { workerData: { rehearsal: task } });
    this.worker.on("message", (answer: Reply) => this.waiting.shift()?.resolve(answer));
    this.worker.on("error", (error) => this.fail(error.message));
    this.worker.on("exit", () => this.fail("it ended"));
  }

  get busy(): number {
    return this.waiting.length;
  }

  ask(question: ChunkToJudge): Promise<Reply> {
    return new Promise((resolve, reject) => {
      if (this.failure !== undefined) return reject(this.failure);
      this.waiting.push({ resolve, reject });
      this.worker.postMessage(question, [question.buffer]);
    });
  }

  async end(): Promise<void> {
    await this.worker.terminate();
  }

  private fail(why: string): void {
    this.failure ??= new Failure(`a thread of the rehearsal failed: ${why}`);
    for (const { reject } of this.waiting.splice(0)) reject(this.failure);
  }
}
