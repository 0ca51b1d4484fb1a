/** Many hosts at a time. */

import { ConnectError, type ConnectOptions, type Presented, connect } from "./connect.js";
import type { Target } from "./target.js";

/** What one host answered. */
export type Visit = { readonly target: Target } & (
  | { readonly presented: Presented; readonly error?: undefined }
  | { readonly presented?: undefined; readonly error: ConnectError }
);

export interface FleetOptions extends ConnectOptions {
  /** Connections at a time. */
  readonly concurrency?: number;
  readonly onAnswer?: (answer: Visit) => void;
}

/** Enough for a fleet of some hundred to be asked at once, so that those who hang, hang together; systems allow 1,024 open files. */
export const CONCURRENCY = 512;
/** Names are looked up by so many threads: by default Node has four, and four dead name servers would hold up all. */
const THREADS = 64;

/** One answer for each target, in their order. @throws Failure when interrupted. */
export async function visit(
  targets: readonly Target[],
  { concurrency = CONCURRENCY, onAnswer, ...options }: FleetOptions,
): Promise<Visit[]> {
  // Read by libuv when its first thread is needed.
  process.env["UV_THREADPOOL_SIZE"] ??= String(THREADS);
  const answers: Visit[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < targets.length; index = next++) {
      const answer = await ask(targets[index]!, options);
      answers[index] = answer;
      onAnswer?.(answer);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, targets.length) }, work));
  return answers;
}

async function ask(target: Target, options: ConnectOptions): Promise<Visit> {
  try {
    return { target, presented: await connect(target, options) };
  } catch (error) {
    if (error instanceof ConnectError) return { target, error };
    throw error;
  }
}
