/** A bar on the terminal; nothing where standard error is none. */

const BAR = 24;
/** Milliseconds between two drawings. */
const PAUSE = 100;

export class Progress {
  private readonly shows = process.stderr.isTTY === true && process.env["TERM"] !== "dumb";
  private drawn = 0;

  constructor(private readonly total: number) {}

  draw(done: number, words: string): void {
    const now = Date.now();
    if (!this.shows || (done < this.total && now - this.drawn < PAUSE)) return;
    this.drawn = now;
    const full = this.total === 0 ? BAR : Math.floor((done / this.total) * BAR);
    const line = `[${"#".repeat(full)}${"-".repeat(BAR - full)}] ${done} of ${this.total}${words === "" ? "" : `, ${words}`}`;
    // One column less than there are: a full line would wrap.
    process.stderr.write(`\r\u001b[K${line.slice(0, (process.stderr.columns || 80) - 1)}`);
  }

  clear(): void {
    if (this.shows && this.drawn > 0) process.stderr.write("\r\u001b[K");
  }
}
