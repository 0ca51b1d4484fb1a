/** One common time line: a window around the leaf's life in which today and the chosen day lie. */
import type { CertificateDetails } from "chainpin/slim";
import { DAY, FIRST, LAST } from "./scene.js";

export interface Timeline {
  readonly from: number;
  readonly to: number;
  /** Years or months to write on the axis. */
  readonly ticks: readonly { readonly at: number; readonly text: string }[];
}

export function timelineOf(leaf: CertificateDetails | undefined, at: number, today: number): Timeline {
  const begin = leaf?.notBefore ? Date.parse(leaf.notBefore) : today;
  const end = leaf?.notAfter ? Date.parse(leaf.notAfter) : today;
  // Half a life before and after it, and at least a quarter of a year.
  const pad = Math.max((end - begin) / 2, 90 * DAY);
  const [low, high] = [Math.min(begin, at, today), Math.max(end, at, today)];
  const from = clampDay(Math.min(begin - pad, low - pad / 4));
  const to = clampDay(Math.max(end + pad, high + pad / 4));
  return { from, to, ticks: ticksOf(from, to) };
}

/** 0 to 100, without bounds. */
export function percentOf({ from, to }: Timeline, at: number): number {
  return ((at - from) / (to - from)) * 100;
}

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const TICKS = 5;

/** At most five, at the begin of a month or a year. */
function ticksOf(from: number, to: number): Timeline["ticks"] {
  const months = (to - from) / (30.44 * DAY);
  const step = [1, 3, 6, 12, 24, 60, 120, 240, 600, 1200].find((each) => months / each <= TICKS) ?? 1200;
  const ticks = [];
  const first = new Date(from);
  const start = Math.ceil((first.getUTCFullYear() * 12 + first.getUTCMonth() + 1) / step) * step;
  for (let month = start; ; month += step) {
    const at = Date.UTC(Math.floor(month / 12), month % 12);
    if (at >= to) break;
    const year = String(Math.floor(month / 12));
    ticks.push({ at, text: step >= 12 ? year : month % 12 === 0 ? year : `${MONTHS[month % 12]} ${year}` });
  }
  return ticks;
}

function clampDay(at: number): number {
  return Math.min(Math.max(Math.floor(at / DAY) * DAY, FIRST), LAST);
}
