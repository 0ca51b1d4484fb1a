/** What comes of a rehearsal: taken chunk by chunk in the order of the input, told at the end, or as it comes. */

import { count, line, note, printJson, red, stream, toJson } from "../print.js";
import { inWords } from "./opinion.js";
import { type Judged, SHOWN } from "./judge.js";
import type { Problem } from "./observation.js";
import { type Misfit, printSummary, summaryOf } from "./summary.js";
import { Tally } from "./tally.js";

export interface Manner {
  readonly against?: string;
  readonly hosts: number;
  readonly json?: true;
  readonly ndjson?: true;
  readonly partial?: true;
}

export class Results {
  observations = 0;
  readonly misfits: Misfit[] = [];
  readonly problems = new Map<Problem, number>();
  private readonly tally: Tally;
  private readonly started = performance.now();
  private file = 0;
  /** Lines of the file that were taken already. */
  private lines = 0;

  constructor(
    private readonly files: readonly string[],
    private readonly manner: Manner,
  ) {
    this.tally = new Tally(manner.hosts);
  }

  /** Broken lines. */
  get broken(): number {
    return [...this.problems.values()].reduce((sum, number) => sum + number, 0);
  }

  /** Would connections be refused? With an old policy: that pass under it. */
  get refused(): boolean {
    return this.tally.cells().some(({ change, outcome }) => (change === undefined ? outcome === "rejected" : change === "refused"));
  }

  async take(file: number, { lines, observations, keys, sums, problems, broken, text }: Judged): Promise<void> {
    if (file !== this.file) [this.file, this.lines] = [file, 0];
    for (const [problem, lines] of problems) this.problems.set(problem, (this.problems.get(problem) ?? 0) + lines);
    for (const { line, problem, message } of broken) {
      if (this.misfits.length < SHOWN) this.misfits.push({ file: this.nameOf(file), line: this.lines + line + 1, problem, message });
    }
    this.lines += lines;
    this.observations += observations;
    for (const [index, key] of keys.entries()) {
      // Sums that are added up elsewhere may be told in parts.
      if (this.manner.partial && this.tally.full) await this.tellSums();
      this.tally.add(key, sums[2 * index] ?? 0, sums[2 * index + 1] ?? 0);
    }
    if (text.length > 0) await stream(text);
  }

  async tell(): Promise<void> {
    const { json, ndjson, partial } = this.manner;
    if (partial) {
      await this.tellSums();
      for (const [problem, lines] of this.problems) await stream(`${toJson({ error: problem, lines })}\n`);
      return;
    }
    const summary = summaryOf(this.tally, this);
    if (json) printJson({ ...summary, seconds: Math.round(performance.now() - this.started) / 1000 });
    else printSummary(summary, ndjson ? note : undefined);
  }

  tellBroken(): void {
    for (const { file, line: number, message } of this.misfits) note(line`${red("broken")} ${file}, line ${number}: ${message}`);
    const { broken } = this;
    if (broken > 0)
      note(
        line`${count(broken, "broken line")} left out${broken > this.misfits.length ? `; the first ${this.misfits.length} are shown` : ""}`,
      );
  }

  private async tellSums(): Promise<void> {
    const lines = this.tally
      .cells()
      .map(({ host, observations, connections, ...said }) => `${toJson({ host, ...inWords(said), observations, connections })}\n`);
    this.tally.clear();
    if (lines.length > 0) await stream(lines.join(""));
  }

  private nameOf(file: number): string {
    const name = this.files[file] ?? "";
    return name === "-" ? "standard input" : name;
  }
}
