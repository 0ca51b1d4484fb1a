/** Time as people count it. */

const DAY = 86_400_000;

/** Whole days, negative in the past. */
export function daysUntil(date: string, now = Date.now()): number {
  return Math.floor((Date.parse(date) - now) / DAY);
}

export function inDays(days: number): string {
  if (days < 0) return "expired";
  return days === 0 ? "less than a day" : `${days} day${days === 1 ? "" : "s"}`;
}
