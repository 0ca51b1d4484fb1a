/** Time as people count it. */

const DAY = 86_400_000;

/** RFC 3339 with a zone, or a bare date, as in a policy. What else `Date.parse` takes depends on where it runs. */
const MOMENT = /^(\d{4})-(\d\d)-(\d\d)(?:[Tt ]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d))?$/;

/** Milliseconds since 1970; undefined for what is no moment, as the 30th of February. */
export function toMoment(text: string): number | undefined {
  const [, year, month, day] = MOMENT.exec(text) ?? [];
  // The last day of the month before the next one; `Date.parse` takes any day up to 31.
  if (day === undefined || Number(day) > new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate()) return undefined;
  const millis = Date.parse(text);
  return Number.isNaN(millis) ? undefined : millis;
}

/** Whole days, negative in the past. */
export function daysUntil(date: string, now = Date.now()): number {
  return Math.floor((Date.parse(date) - now) / DAY);
}

export function inDays(days: number): string {
  if (days < 0) return "expired";
  return days === 0 ? "less than a day" : `${days} day${days === 1 ? "" : "s"}`;
}
