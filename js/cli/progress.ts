/** A bar on the terminal; nothing where standard error is none. */

import { redraw } from "./print.js";

const BAR = 24;
/** Milliseconds between two drawings. */
const PAUSE = 100;

export class Progress {
  private readonly shows = process.stderr.isTTY === true && process.env["TERM"] !== "dumb";
  private drawn = 0;

  /** `total`: undefined where it is not known beforehand. `shown`: how numbers are written. */
  constructor(
    private readonly total: number | undefined,
    private readonly shown: (number: number) => string = String,
  ) {}

  draw(done: number, words: string): void {
    const now = Date.now();
    if (!this.shows || (done !== this.total && now - this.drawn < PAUSE)) return;
    this.drawn = now;
    redraw(`${this.bar(done)}${words === "" ? "" : `, ${words}`}`);
  }

  private bar(done: number): string {
    const { total, shown } = this;
    if (total === undefined) return shown(done);
    // A file may grow while it is read.
    const full = total === 0 ? BAR : Math.min(BAR, Math.floor((done / total) * BAR));
    return `[${"#".repeat(full)}${"-".repeat(BAR - full)}] ${shown(done)} of ${shown(total)}`;
  }

  clear(): void {
    if (this.shows && this.drawn > 0) redraw();
  }
}
