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

export function showTime(timeline: Timeline, at: number): void {
  const slider = $<HTMLInputElement>("slider");
  const date = $<HTMLInputElement>("date");
  slider.min = String(timeline.from / DAY);
  slider.max = String(timeline.to / DAY);
  slider.value = String(Math.floor(at / DAY));
  slider.setAttribute("aria-valuetext", toDay(at));
  if (date !== document.activeElement) date.value = toDay(at);
  const ticks = timeline.ticks
    .map((tick) => ({ ...tick, percent: percentOf(timeline, tick.at) }))
    .filter(({ percent }) => percent < LAST_TICK);
  $("axis").replaceChildren(...ticks.map(({ percent, text }) => mark(percent, text)));
}

/** Percent of the axis: words that begin later would not end on it. */
const LAST_TICK = 84;

function mark(percent: number, text: string): HTMLElement {
  const element = h("span", { class: "tick" }, text);
  element.style.left = `${percent}%`;
  return element;
}
