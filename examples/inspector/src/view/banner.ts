/** The verdict: a word, a sentence, and what a log would say. */
import { copyButton, h, s } from "../dom.js";
import type { Judgement } from "../judge.js";
import { type Saying, sayingOf } from "../words.js";

/** `pill` stays in sight while people scroll and write. */
export function showBanner(banner: HTMLElement, pill: HTMLElement, log: HTMLElement, judgement: Judgement): void {
  const { tone, title, sentence } = sayingOf(judgement);
  const { verdict } = judgement;
  const facts = [verdict?.outcome, verdict?.reason].filter((fact) => fact !== undefined);
  const key = JSON.stringify([tone, title, sentence, facts]);
  // A screen reader repeats what is put there: only what is new.
  if (banner.dataset["shown"] !== key) {
    banner.dataset["shown"] = key;
    banner.className = `banner ${tone}`;
    pill.className = `pill ${tone}`;
    // Its first words: on a phone there is no room for more.
    pill.replaceChildren(symbol(tone), h("span", {}, title.split(",")[0]));
    banner.replaceChildren(
      symbol(tone),
      h(
        "div",
        {},
        h("p", { class: "title" }, title),
        h("p", { class: "sentence" }, sentence),
        h("p", { class: "facts" }, ...facts.map((fact) => h("code", {}, fact))),
      ),
    );
  }
  showLog(log, verdict?.message ?? "");
}

function showLog(log: HTMLElement, message: string): void {
  if (log.dataset["shown"] === message) return;
  log.dataset["shown"] = message;
  const wasOpen = log.querySelector("details")?.open ?? false;
  log.replaceChildren();
  if (message === "") return;
  const text = h("pre", { tabindex: 0, role: "region", "aria-label": "Message for a log" }, message);
  log.append(
    h(
      "details",
      { open: wasOpen },
      h("summary", {}, "What a developer’s log says"),
      h("div", { class: "copied" }, copyButton(message, "the message")),
      text,
    ),
  );
}

function symbol(tone: Saying["tone"]): SVGElement {
  const paths = { good: "M14 25l7 7 14-15", note: "M24 21v13m0-20v.5", warn: "M24 13v14m0 7v.5", bad: "M16 16l16 16m0-16L16 32" };
  return s(
    "svg",
    { viewBox: "0 0 48 48", class: "symbol", "aria-hidden": "true" },
    s("circle", { cx: 24, cy: 24, r: 22 }),
    s("path", { d: paths[tone] }),
  );
}
