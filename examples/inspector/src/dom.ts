/**
 * Elements, by calls. Text is text: nothing that comes from a certificate, a file or a link is ever read as markup, and what is invisible in it
 * or turns the direction of writing is shown escaped.
 */

import { printable } from "../../../js/base/printable.js";

type Child = Node | string | undefined | false;

interface Attributes {
  readonly [name: string]: string | number | boolean | undefined;
}

/** `h("p", { class: "quiet" }, "text")`. An attribute of `false` or `undefined` is left out. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: readonly Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

/** The same for SVG. */
export function s(tag: string, attributes: Attributes = {}, ...children: readonly Child[]): SVGElement {
  const element = document.createElementNS("http://www.w3.org/2000/svg", tag);
  fill(element, attributes, children);
  return element;
}

/** A part of the page that stands in its HTML. */
export function $<T extends HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (element === null) throw new Error(`there is no #${id}`);
  return element as T;
}

/** A sentence of the package's, with its first letter in capitals, a full stop, and what it has in backticks as code. */
export function sentence(text: string): (HTMLElement | string)[] {
  const parts = text.split("`").map((part, index) => (index % 2 === 1 ? h("code", {}, part) : part));
  const [first] = parts;
  if (typeof first === "string" && /^[a-z]+[ ,]/.test(first)) parts[0] = first.charAt(0).toUpperCase() + first.slice(1);
  return [...parts, "."];
}

/** A list of which the first hundred are shown, and the rest is counted. */
export function list<T>(items: readonly T[], show: (item: T) => HTMLElement, kind = "list"): HTMLElement {
  const more = items.length - SHOWN;
  return h(
    "ul",
    { class: kind },
    ...items.slice(0, SHOWN).map(show),
    more > 0 && h("li", { class: "quiet" }, `And ${more.toLocaleString("en")} more.`),
  );
}

export const SHOWN = 100;

/** A button that copies, and says so. */
export function copyButton(text: string, what: string): HTMLButtonElement {
  const button = h("button", { type: "button", class: "copy", "aria-label": `Copy ${what}` }, "Copy");
  button.addEventListener("click", () => void copy(text, button));
  return button;
}

/** For those who do not see it: a screen reader says it. */
export function say(text: string): void {
  $("said").textContent = text;
}

export async function copy(text: string, button: HTMLButtonElement): Promise<void> {
  const before = button.dataset["label"] ?? button.textContent ?? "";
  button.dataset["label"] = before;
  const done = await write(text);
  button.textContent = done ? "Copied" : "Refused";
  say(done ? "Copied" : "The browser refuses to copy");
  setTimeout(() => (button.textContent = before), 1500);
}

async function write(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not a secure context, or forbidden.
    return false;
  }
}

function fill(element: Element, attributes: Attributes, children: readonly Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined && value !== false) element.setAttribute(name, value === true ? "" : escaped(String(value)));
  }
  for (const child of children)
    if (child !== undefined && child !== false) element.append(typeof child === "string" ? escaped(child) : child);
}

/** Line feeds stay: those of messages are the package's own, and elsewhere they are white space. */
function escaped(text: string): string {
  return text.split("\n").map(printable).join("\n");
}
