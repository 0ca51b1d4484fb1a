/** Sums of what policies say. The table is bounded: hosts beyond its limit are summed by rule. */

import { Failure } from "../exit.js";
import { type Change, OTHERS, type HostOpinion, changeOf, readKey } from "./opinion.js";

/** One sum of one host. */
export interface Cell extends Omit<HostOpinion, "count"> {
  readonly change: Change | undefined;
  readonly observations: number;
  readonly connections: number;
}

export class Tally {
  private readonly sums = new Map<string, [observations: number, connections: number]>();
  /** Host and rule of every row. */
  private readonly rows = new Set<string>();
  /** Are there hosts that are summed by rule? */
  gathered = false;
  /** Connections of all rows. */
  private total = 0;

  /** `hosts`: the most that have rows of their own, by first come. */
  constructor(private readonly hosts: number) {}

  get full(): boolean {
    return this.rows.size >= this.hosts;
  }

  add(key: string, observations: number, connections: number): void {
    const sum = this.sums.get(key) ?? this.admit(key);
    sum[0] += observations;
    sum[1] += connections;
    this.total += connections;
    if (this.total > Number.MAX_SAFE_INTEGER) throw new Failure("the counts add up to more than 2^53, past which sums are not exact");
  }

  /** In the order in which they came first. */
  cells(): Cell[] {
    return [...this.sums].map(([key, [observations, connections]]) => {
      const said = readKey(key);
      return { ...said, change: said.before && changeOf(said, said.before), observations, connections };
    });
  }

  clear(): void {
    this.sums.clear();
    this.rows.clear();
    this.total = 0;
  }

  private admit(key: string): [number, number] {
    const parts = key.split("\n");
    const row = parts.slice(0, 2).join("\n");
    if (!this.rows.has(row)) {
      if (this.full) {
        this.gathered = true;
        return this.sumOf([OTHERS, ...parts.slice(1)].join("\n"));
      }
      this.rows.add(row);
    }
    return this.sumOf(key);
  }

  private sumOf(key: string): [number, number] {
    const known = this.sums.get(key);
    if (known !== undefined) return known;
    const fresh: [number, number] = [0, 0];
    this.sums.set(key, fresh);
    return fresh;
  }
}
