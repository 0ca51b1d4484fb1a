/** The day of the verdict: a date, a slider, and the axis over it that all bars share. */
import { $, h } from "../dom.js";
import { DAY, FIRST, LAST, toDay } from "../scene.js";
import { type Timeline, percentOf } from "../timeline.js";

/** Calls `change` with the chosen moment: noon in UTC. */
export function listenToTime(change: (at: number) => void): void {
  const slider = $<HTMLInputElement>("slider");
  const date = $<HTMLInputElement>("date");
  slider.addEventListener("input", () => change(slider.valueAsNumber * DAY + DAY / 2));
  date.addEventListener("input", () => {
    const at = date.valueAsNumber + DAY / 2;
    if (at >= FIRST && at <= LAST) change(at);
  });
  $("today").addEventListener("click", () => change(Date.now()));
}

export function showTime(timeline: Timeline, at: number, today: number): void {
  const slider = $<HTMLInputElement>("slider");
  const date = $<HTMLInputElement>("date");
  slider.min = String(timeline.from / DAY);
  slider.max = String(timeline.to / DAY);
  slider.value = String(Math.floor(at / DAY));
  slider.setAttribute("aria-valuetext", toDay(at));
  if (date !== document.activeElement) date.value = toDay(at);
  const ticks = timeline.ticks.map(({ at, text }) => mark(percentOf(timeline, at), "tick", text));
  $("axis").replaceChildren(...ticks, mark(percentOf(timeline, today), "now", "today"));
}

function mark(percent: number, kind: string, text: string): HTMLElement {
  const element = h("span", { class: percent > 85 ? `${kind} late` : kind }, text);
  element.style.left = `${percent}%`;
  return element;
}
