/** The page: one scene, changed by people, files and links; after each change it is judged and shown anew. */
import "./style.css";
import module from "chainpin/chainpin.wasm?url";
import { ChainpinError, init, inspect, issuersOf } from "chainpin/slim";
import { $, copy, h, say } from "./dom.js";
import { type Note, type Piece, FILES, takeIn } from "./intake.js";
import { judge } from "./judge.js";
import { leafFirst } from "./picture.js";
import { type Sample, samples } from "./samples.js";
import { HOST, type Scene, TEXT } from "./scene.js";
import { fromFragment, toFragment } from "./share.js";
import { timelineOf } from "./timeline.js";
import { showBanner } from "./view/banner.js";
import { showCards } from "./view/cards.js";
import { showFindings } from "./view/findings.js";
import { buildFormats, showFormats } from "./view/formats.js";
import { showRule } from "./view/rule.js";
import { listenToTime, showTime } from "./view/time.js";

let scene: Scene;
/** What the sample lent and nobody has changed since: a chain of one's own is not judged by it. */
const lent = new Set<keyof Scene>();

void begin();

/** The module is a file of its own: it is smaller so, and the browser compiles it while nothing waits. */
async function begin(): Promise<void> {
  try {
    const answer = await fetch(module);
    if (!answer.ok) throw new Error(`the server answers ${answer.status}`);
    await init(await answer.arrayBuffer());
  } catch (error) {
    // No network, or an engine without WebAssembly, as iOS in Lockdown Mode.
    $("loading").textContent = `The verifier cannot be loaded: ${error instanceof Error ? error.message : String(error)}.`;
    return;
  }
  start();
}

function start(): void {
  buildFormats($("formats"));
  buildSamples();
  listenToTime((at) => change({ at }));
  listenToFields();
  listenToFiles();
  listenToTheme();
  $("share").addEventListener("click", () => void share());
  addEventListener("hashchange", () => void follow(location.hash));
  load(sampleOf(location.hash) ?? (samples[0] as Sample));
  if (location.hash.startsWith("#v")) void follow(location.hash);
  $("loading").remove();
  $("main").hidden = false;
  keepForOffline();
}

/** Changes some of the scene, and shows it. */
function change(some: Partial<Scene>): void {
  scene = { ...scene, ...some };
  for (const name of Object.keys(some)) lent.delete(name as keyof Scene);
  if (Object.keys(some).join() !== "at") markSample(undefined);
  show();
}

function show(): void {
  const judgement = judge(scene);
  const today = Date.now();
  const timeline = timelineOf(judgement.picture.cards[0]?.certificate, scene.at, today);
  showBanner($("banner"), $("pill"), $("log"), judgement);
  showTime(timeline, scene.at);
  showCards($("cards"), judgement, timeline, today);
  showRule($("rule"), judgement);
  showFindings($("findings"), judgement);
  showFormats(judgement);
  showErrors(judgement);
}

// What people write

function listenToFields(): void {
  for (const name of ["host", "policy", "chain", "anchors"] as const) {
    const field = $<HTMLInputElement | HTMLTextAreaElement>(name);
    field.addEventListener("input", () => change({ [name]: field.value.slice(0, TEXT) }));
  }
  const anchor = $<HTMLSelectElement>("anchor");
  anchor.addEventListener("change", () => change({ anchor: anchor.value as Scene["anchor"] }));
  for (const radio of document.querySelectorAll<HTMLInputElement>("input[name=source]")) {
    radio.addEventListener("change", () => {
      change({ source: radio.value as Scene["source"] });
      showSource();
    });
  }
}

/** Writes the scene into the fields. */
function fill(): void {
  for (const name of ["host", "policy", "chain", "anchors", "anchor"] as const) $<HTMLInputElement>(name).value = scene[name];
  for (const radio of document.querySelectorAll<HTMLInputElement>("input[name=source]")) radio.checked = radio.value === scene.source;
  showSource();
}

/** Each source has a field of its own. */
function showSource(): void {
  $("anchor-field").hidden = scene.source !== "validated";
  $("anchors-field").hidden = scene.source !== "presented";
}

function showErrors({ policyError, anchorsError, chainError, anchors }: ReturnType<typeof judge>): void {
  const error = (name: "policy" | "anchors" | "chain", text: string) => {
    const line = $(`${name}-error`);
    if (line.textContent !== text) line.textContent = text;
    $(name).setAttribute("aria-invalid", String(text !== ""));
  };
  error("policy", policyError ? `${policyError.path ? `${policyError.path}: ` : ""}${policyError.message} (${policyError.code})` : "");
  error("anchors", anchorsError ?? "");
  error("chain", chainError === undefined ? "" : `The chain: ${chainError}`);
  $("anchors-count").textContent = anchors > 0 ? String(anchors) : "none";
}

// What people bring

function listenToFiles(): void {
  const files = $<HTMLInputElement>("files");
  files.addEventListener("change", () => {
    void takeFiles([...(files.files ?? [])]);
    files.value = "";
  });
  let depth = 0;
  const veil = (on: boolean) => $("veil").classList.toggle("on", on);
  addEventListener("dragenter", () => veil(++depth > 0));
  addEventListener("dragleave", () => veil(--depth > 0));
  addEventListener("dragover", (event) => event.preventDefault());
  addEventListener("drop", (event) => {
    event.preventDefault();
    depth = 0;
    veil(false);
    const dropped = [...(event.dataTransfer?.files ?? [])];
    const text = event.dataTransfer?.getData("text/plain") ?? "";
    if (dropped.length > 0) void takeFiles(dropped);
    else if (text !== "") take([{ name: "What was dropped", bytes: new TextEncoder().encode(text) }]);
  });
  addEventListener("paste", (event) => {
    const isInField = event.target instanceof HTMLElement && event.target.matches("input[type=text], input[type=date], textarea");
    const pasted = [...(event.clipboardData?.files ?? [])];
    if (isInField && pasted.length === 0) return;
    event.preventDefault();
    if (pasted.length > 0) return void takeFiles(pasted);
    take([{ name: "What was pasted", bytes: new TextEncoder().encode(event.clipboardData?.getData("text/plain") ?? "") }]);
  });
}

async function takeFiles(files: readonly File[]): Promise<void> {
  // Of a file that is too large as much is read as shows that it is.
  const read = async (file: File): Promise<Piece> => ({
    name: file.name,
    bytes: new Uint8Array(await file.slice(0, TEXT + 1).arrayBuffer()),
  });
  const pieces = await Promise.allSettled(files.slice(0, FILES + 1).map(read));
  const unreadable = files.filter((_, index) => pieces[index]?.status === "rejected");
  take(pieces.flatMap((piece) => (piece.status === "fulfilled" ? [piece.value] : [])));
  // A folder, or a file that has gone.
  for (const { name } of unreadable) $("notices").append(note({ kind: "refused", text: `${name}: it cannot be read.` }));
}

function take(pieces: readonly Piece[]): void {
  const { scene: taken, notes } = takeIn(pieces, inOrder);
  if (Object.keys(taken).length > 0) {
    change(taken.chain === undefined ? taken : { ...insteadOfLent(taken.chain), ...taken });
    fill();
  }
  showNotes(notes);
}

/** For a chain that comes alone: its own first name, today, and a policy without a rule yet. */
function insteadOfLent(chain: string): Partial<Scene> {
  const fresh: Scene = {
    host: firstHost(chain),
    source: "presented",
    anchor: "unknown",
    chain,
    anchors: "",
    policy: NO_RULES,
    at: Date.now(),
  };
  return Object.fromEntries(Object.entries(fresh).filter(([name]) => lent.has(name as keyof Scene)));
}

const NO_RULES = `${JSON.stringify({ version: 1, id: "my-app", sequence: 1, rules: [] }, null, 2)}\n`;

function firstHost(chain: string): string {
  const name = orUnreadable(() => inspect(chain)[0]?.subjectAltNames[0]) ?? "";
  return name.replace(/^\*\./, "www.").slice(0, HOST);
}

/** As given, where something cannot be read: the verdict says what. */
function inOrder(certificates: string[]): string[] {
  return orUnreadable(() => leafFirst(certificates, issuersOf)) ?? certificates;
}

function orUnreadable<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof ChainpinError)) throw error;
    return undefined;
  }
}

function showNotes(notes: readonly Note[]): void {
  $("notices").replaceChildren(...notes.map(note));
}

function note({ kind, text }: Note): HTMLElement {
  return h("p", { class: `notice ${kind}` }, text);
}

// Samples

function buildSamples(): void {
  const groups = [...new Set(samples.map(({ group }) => group))];
  const box = $("samples");
  for (const group of groups) {
    const chips = samples
      .filter((sample) => sample.group === group)
      .map((sample) => {
        const chip = h("button", { type: "button", class: "chip", "data-sample": sample.id, "aria-pressed": "false" }, sample.name);
        chip.addEventListener("click", () => {
          history.replaceState(null, "", `#sample=${sample.id}`);
          load(sample);
        });
        return chip;
      });
    box.append(
      h(
        "div",
        { class: "group", role: "group", "aria-label": group },
        h("span", { class: "group-name", "aria-hidden": "true" }, group),
        ...chips,
      ),
    );
  }
}

function load(sample: Sample): void {
  followed++;
  scene = sample.make();
  for (const name of Object.keys(scene)) lent.add(name as keyof Scene);
  fill();
  show();
  showNotes([]);
  markSample(sample.id);
}

function markSample(id: string | undefined): void {
  for (const chip of document.querySelectorAll<HTMLElement>("[data-sample]"))
    chip.setAttribute("aria-pressed", String(chip.dataset["sample"] === id));
}

function sampleOf(hash: string): Sample | undefined {
  return samples.find(({ id }) => hash === `#sample=${id}`);
}

// Links

/** Counts what was opened: a link that is still being unpacked when the next is followed comes too late. */
let followed = 0;

async function follow(hash: string): Promise<void> {
  const sample = sampleOf(hash);
  if (sample) return load(sample);
  if (!hash.startsWith("#v")) return;
  const turn = ++followed;
  const shared = await fromFragment(hash);
  if (turn !== followed) return;
  if (shared === undefined)
    return showNotes([{ kind: "refused", text: "That link cannot be read: it is damaged, or made by a newer page." }]);
  change(shared);
  fill();
  showNotes([{ kind: "taken", text: "From a link. Whoever made it chose all that you see here." }]);
}

async function share(): Promise<void> {
  const button = $<HTMLButtonElement>("share");
  try {
    history.replaceState(null, "", await toFragment(scene));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return showNotes([{ kind: "refused", text: "This is too large for a link." }]);
  }
  await copy(location.href, button);
  if (button.textContent === "Refused") say("The link is in the address bar");
}

// The page itself

function listenToTheme(): void {
  const select = $<HTMLSelectElement>("theme");
  const { dataset } = document.documentElement;
  select.value = dataset["theme"] ?? "auto";
  select.addEventListener("change", () => {
    if (select.value === "auto") delete dataset["theme"];
    else dataset["theme"] = select.value;
    try {
      localStorage.setItem("theme", select.value);
    } catch {
      // Storage is switched off: it lasts as long as the page.
    }
  });
}

/** Scripts may come from nowhere else, and this policy makes no other address. */
function keepForOffline(): void {
  if (!("serviceWorker" in navigator) || !import.meta.env.PROD) return;
  const types = (globalThis as { trustedTypes?: { createPolicy(name: string, rules: object): { createScriptURL(url: string): string } } })
    .trustedTypes;
  const address = "./sw.js";
  const trusted = types ? types.createPolicy("chainpin-inspector", { createScriptURL: () => address }).createScriptURL(address) : address;
  navigator.serviceWorker.register(trusted).catch((error: unknown) => {
    // The page works without it, only not offline: a private window, storage that is switched off.
    $("offline").textContent = `Offline it will not open: ${error instanceof Error ? error.message : String(error)}`;
  });
}
