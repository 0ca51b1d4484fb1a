/** The policy as other libraries write it, with what each loses. */
import type { Policy } from "chainpin/slim";
import { type ConversionFinding, okHttpSource, toAndroid, toIos, toOkHttp, toTrustKit } from "chainpin/convert";
import { copyButton, h, list, sentence } from "../dom.js";
import type { Judgement } from "../judge.js";

interface Format {
  readonly id: string;
  readonly name: string;
  readonly file: string;
  write(policy: Policy, options: { lossy: boolean; now: number }): { text: string; findings: readonly ConversionFinding[] };
}

const formats: readonly Format[] = [
  { id: "android", name: "Android", file: "res/xml/network_security_config.xml", write: toAndroid },
  { id: "ios", name: "iOS", file: "Info.plist", write: toIos },
  { id: "trustkit", name: "TrustKit", file: "Info.plist", write: toTrustKit },
  {
    id: "okhttp",
    name: "OkHttp",
    file: "Kotlin",
    write(policy, options) {
      const { pins, findings } = toOkHttp(policy, options);
      return { text: okHttpSource(pins), findings };
    },
  },
];

/** Characters: a page of many rules. */
const SHOWN = 20_000;

let chosen = formats[0] as Format;
/** On, since this is for looking: what it loses stands beside it. */
let lossy = true;
let shown: Judgement | undefined;

/** Tabs, as WAI-ARIA's authoring practices have them: arrows move, Tab leaves. */
export function buildFormats(box: HTMLElement): void {
  const tabs = formats.map((format) => {
    const tab = h("button", { type: "button", role: "tab", id: `tab-${format.id}`, "aria-controls": "format" }, format.name);
    tab.addEventListener("click", () => choose(format));
    return tab;
  });
  const bar = h("div", { class: "tabs", role: "tablist", "aria-labelledby": "formats-title" }, ...tabs);
  bar.addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const next = formats[(formats.indexOf(chosen) + step + formats.length) % formats.length] as Format;
    choose(next);
    document.getElementById(`tab-${next.id}`)?.focus();
  });
  const nearest = h("input", { type: "checkbox", id: "lossy", checked: true });
  nearest.addEventListener("change", () => {
    lossy = nearest.checked;
    draw();
  });
  box.replaceChildren(
    h(
      "div",
      { class: "format-head" },
      bar,
      h("label", { class: "check" }, nearest, " Write the nearest form of what cannot be said exactly"),
    ),
    h("div", { role: "tabpanel", id: "format", class: "format" }),
  );
}

export function showFormats(judgement: Judgement): void {
  shown = judgement;
  draw();
}

function choose(format: Format): void {
  chosen = format;
  draw();
}

function draw(): void {
  for (const { id } of formats) {
    const tab = document.getElementById(`tab-${id}`);
    tab?.setAttribute("aria-selected", String(id === chosen.id));
    tab?.setAttribute("tabindex", id === chosen.id ? "0" : "-1");
  }
  const panel = document.getElementById("format");
  if (panel === null || shown === undefined) return;
  panel.setAttribute("aria-labelledby", `tab-${chosen.id}`);
  const { policy, scene } = shown;
  if (policy === undefined) return panel.replaceChildren(h("p", { class: "quiet" }, "Correct the policy first."));
  const { text, findings } = chosen.write(policy, { lossy, now: scene.at });
  panel.replaceChildren(
    h(
      "div",
      { class: "source" },
      h("div", { class: "copied" }, h("span", { class: "quiet" }, chosen.file), copyButton(text, `the policy for ${chosen.name}`)),
      h("pre", { tabindex: 0, role: "region", "aria-label": `The policy for ${chosen.name}` }, shortened(text)),
    ),
    h("div", {}, h("h3", {}, "What it loses"), losses(findings)),
  );
}

function shortened(text: string): string {
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}\n… (the button copies all of it)` : text;
}

function losses(findings: readonly ConversionFinding[]): HTMLElement {
  if (findings.length === 0) return h("p", { class: "quiet" }, "Nothing: the same connections pass.");
  return list(findings, ({ effect, code, host, message }) =>
    h(
      "li",
      { class: effect },
      h("p", {}, h("span", { class: `tag ${effect}` }, effect), h("code", {}, code), h("span", { class: "quiet" }, host)),
      h("p", {}, ...sentence(message)),
    ),
  );
}
