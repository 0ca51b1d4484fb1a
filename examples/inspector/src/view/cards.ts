/** The drawing: a card for each certificate, and between them what the signatures say. */
import type { CertificateDetails } from "chainpin/slim";
import { copyButton, h, s, sentence } from "../dom.js";
import { count } from "../intake.js";
import type { Judgement, PinHit } from "../judge.js";
import { type Card, type Link, nameOf, restOf } from "../picture.js";
import { toDay } from "../scene.js";
import { type Timeline, percentOf } from "../timeline.js";

/** Cards whose details are open, by fingerprint: a new drawing leaves them so. */
const open = new Set<string>();

export function showCards(list: HTMLElement, judgement: Judgement, timeline: Timeline, today: number): void {
  const { picture, scene, chainError } = judgement;
  const items = picture.cards.flatMap((card) => {
    const item = cardOf(card, judgement, timeline, today, scene.at);
    return card.link ? [linkOf(card.link), item] : [item];
  });
  if (picture.missing !== undefined)
    items.push(
      h(
        "li",
        { class: "end" },
        `Issued by “${picture.missing}”, ${picture.unasked === undefined ? "which is not here" : `and ${count(picture.unasked, "root")} of that name were not tried: there are too many`}.`,
      ),
    );
  if (items.length === 0) items.push(h("li", { class: "empty" }, chainError ?? "There is no certificate to draw."));
  list.replaceChildren(...items);
}

function linkOf({ kind, grey, text, from, to }: Link): HTMLElement {
  const drawing =
    kind === "solid"
      ? [s("path", { d: "M12 0v48" }), s("path", { class: "head", d: "M7 13l5-7 5 7" })]
      : [s("path", { class: "stub", d: "M12 0v12m0 24v12" }), s("path", { class: "cross", d: "M6 18l12 12m0-12L6 30" })];
  return h(
    "li",
    { class: `link ${kind}${grey ? " grey" : ""}`, "data-from": from, "data-to": to },
    s("svg", { viewBox: "0 0 24 48", preserveAspectRatio: "xMidYMid slice", "aria-hidden": "true" }, ...drawing),
    h("p", {}, text),
  );
}

function cardOf(card: Card, judgement: Judgement, timeline: Timeline, today: number, at: number): HTMLElement {
  const { certificate, index, place, standing, why } = card;
  const hits = judgement.pins.filter((pin) => pin.at.includes(index) && pin.state !== "absent");
  const marks = hits.flatMap(({ state }) => MARKS[state] ?? []);
  return h(
    "li",
    { class: ["card", standing, ...marks].join(" "), "data-index": index, "data-standing": standing },
    h("div", { class: "card-head" }, title(card), h("div", { class: "tags" }, ...hits.map(tagOf), standingTag(card, judgement))),
    standing !== "path" && why !== undefined && h("p", { class: "why" }, ...sentence(why)),
    names(certificate, place),
    bar(certificate, timeline, today, at),
    h(
      "div",
      { class: "pin" },
      h("span", { class: "kind" }, keyText(certificate)),
      h("code", {}, certificate.pin),
      copyButton(certificate.pin, `the pin of ${nameOf(certificate)}`),
    ),
    details(certificate),
  );
}

/** What a pin makes of the card that it hits. */
const MARKS: Partial<Record<PinHit["state"], string>> = { matched: "matched", blocks: "blocked", off: "struck" };

function title({ certificate, index, place, signedByItself }: Card): HTMLElement {
  const role = place === "leaf" ? "Leaf" : place === "anchor" ? "Trusted root" : signedByItself ? "Root" : "CA";
  const from = index >= 0 ? ` certificate ${index}` : " from the app";
  return h(
    "div",
    {},
    h("p", { class: "role" }, role, h("span", { class: "quiet" }, from)),
    h("h3", {}, nameOf(certificate)),
    h("p", { class: "quiet" }, restOf(certificate.subject)),
  );
}

function standingTag({ standing }: Card, { verdict }: Judgement): HTMLElement | false {
  if (standing === "path") return false;
  return h("span", { class: `tag ${standing}` }, verdict === undefined ? "not judged" : standing === "off" ? "off the path" : "not needed");
}

function tagOf({ state, kind }: PinHit): HTMLElement {
  const what = kind === "backup" ? "backup pin" : "pin";
  const texts: Record<PinHit["state"], string> = {
    matched: `${what} matches`,
    also: `${what} is here too`,
    expired: `${what} has expired`,
    role: `${what} has another role`,
    off: `${what} does not count here`,
    blocks: "blocked",
    absent: "",
  };
  return h("span", { class: `tag ${state}` }, texts[state]);
}

function names({ subjectAltNames }: CertificateDetails, place: Card["place"]): HTMLElement | false {
  if (place !== "leaf") return false;
  if (subjectAltNames.length === 0) return h("p", { class: "names" }, "For no host at all.");
  const more = subjectAltNames.length - NAMES;
  return h(
    "p",
    { class: "names" },
    "For ",
    subjectAltNames.slice(0, NAMES).join(", "),
    more > 0 && ` and ${more.toLocaleString("en")} more`,
  );
}

/** Names that a card shows before it counts the rest. */
const NAMES = 3;

function bar({ notBefore, notAfter }: CertificateDetails, timeline: Timeline, today: number, at: number): HTMLElement {
  if (notBefore === undefined || notAfter === undefined) return h("p", { class: "why" }, "Its validity cannot be read.");
  const [begin, end] = [Date.parse(notBefore), Date.parse(notAfter)];
  // Until the end of its last second, as the verifier counts.
  const state = at < begin ? "not valid yet" : at >= end + 1000 ? "expired" : "valid";
  const [left, right] = [Math.max(percentOf(timeline, begin), 0), Math.min(percentOf(timeline, end), 100)];
  const range = h("span", {
    class: `range ${state === "valid" ? "" : "over"} ${left === 0 ? "from-before" : ""} ${right === 100 ? "goes-on" : ""}`,
  });
  range.style.left = `${Math.min(left, 100)}%`;
  range.style.width = `${Math.max(right - left, 0)}%`;
  const marks = [mark("now", percentOf(timeline, today)), mark("at", percentOf(timeline, at))];
  return h(
    "div",
    { class: "validity" },
    h("div", { class: "bar", "aria-hidden": "true" }, range, ...marks),
    h(
      "p",
      {},
      h("time", {}, toDay(begin)),
      h("span", { class: state === "valid" ? "quiet" : "over" }, state === "valid" ? lasting(begin, end) : state),
      h("time", {}, toDay(end)),
    ),
  );
}

function lasting(begin: number, end: number): string {
  const days = Math.round((end - begin) / 86_400_000);
  return days < 800 ? `${days} days` : `${Math.round(days / 365.25)} years`;
}

function mark(kind: string, percent: number): HTMLElement {
  const element = h("span", { class: kind });
  element.style.left = `${percent}%`;
  return element;
}

function keyText({ key }: CertificateDetails): string {
  return `${key.algorithm}${key.bits === undefined ? "" : ` ${key.bits}`}`;
}

/** Filled when it is opened: a thousand names take their time. */
function details(certificate: CertificateDetails): HTMLElement {
  const element = h(
    "details",
    { class: "more" },
    h("summary", {}, "Details", h("span", { class: "unseen" }, ` of ${nameOf(certificate)}`)),
  );
  const fill = () => {
    if (element.open && element.childElementCount === 1) element.append(table(certificate));
    if (element.open) open.add(certificate.fingerprint);
    else open.delete(certificate.fingerprint);
  };
  element.open = open.has(certificate.fingerprint);
  fill();
  element.addEventListener("toggle", fill);
  return element;
}

function table(certificate: CertificateDetails): HTMLElement {
  const { basicConstraints, keyUsage, extendedKeyUsage, extensions } = certificate;
  const rows: [string, string | undefined][] = [
    ["Subject", certificate.subject],
    ["Issuer", certificate.issuer],
    ["Serial number", certificate.serialNumber],
    ["Signature", certificate.signatureAlgorithm],
    [
      "CA",
      basicConstraints &&
        (basicConstraints.ca ? `yes${basicConstraints.pathLength === undefined ? "" : `, ${basicConstraints.pathLength} below it`}` : "no"),
    ],
    ["Key usage", keyUsage?.join(", ")],
    ["Purposes", extendedKeyUsage?.join(", ")],
    ["Valid", `${certificate.notBefore ?? "?"} to ${certificate.notAfter ?? "?"}`],
    ["Certificate pin", certificate.certificatePin],
    ["Fingerprint", certificate.fingerprint],
    ["Extensions", extensions.map(({ oid, critical }) => `${oid}${critical ? " (critical)" : ""}`).join(", ") || "none"],
    ["Size", `${certificate.bytes.toLocaleString("en")} bytes`],
    [`Names (${certificate.subjectAltNames.length.toLocaleString("en")})`, certificate.subjectAltNames.join(", ") || undefined],
  ];
  const list = h(
    "dl",
    {},
    ...rows.flatMap(([name, value]) => (value === undefined ? [] : [h("div", {}, h("dt", {}, name), h("dd", {}, value))])),
  );
  return h("div", { class: "scroll", tabindex: 0, role: "region", "aria-label": `Details of ${nameOf(certificate)}` }, list);
}
