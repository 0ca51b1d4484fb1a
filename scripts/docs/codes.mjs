// Every stable code with its text: the crate's from codes.json, the others from the doc comments of TypeScript's unions and lists.
// A text is what the code means, then `Why:`, then `Do:`, each a paragraph.
import { readFileSync } from "node:fs";
import { at } from "../lib/paths.mjs";
import { Failure } from "../lib/run.mjs";

/**
 * What docs/reasons.md has sections of. `codes` are those that must be explained, as TypeScript names them; `texts` is where each is.
 * `why`: it must be said.
 */
export function groups() {
  const codes = "js/model/codes.ts";
  const bridge = "js/model/bridge-codes.ts";
  return {
    reasons: group({
      why: true,
      codes: [...codesOf("Reason"), ...unionOf(codes, "Reason")],
      texts: [textsOf("Reason"), union(codes, "Reason")],
    }),
    findings: group({ why: true, codes: codesOf("FindingCode"), texts: [textsOf("FindingCode")] }),
    conversions: group({
      why: true,
      codes: unionOf("js/convert/finding.ts", "ConversionCode"),
      texts: [union("js/convert/finding.ts", "ConversionCode")],
    }),
    updates: group({
      why: true,
      codes: [...codesOf("BundleReason"), ...unionOf("js/updates/types.ts", "UpdateReason")],
      texts: [textsOf("BundleReason"), union("js/updates/types.ts", "UpdateReason")],
    }),
    errors: group({ codes: unionOf(codes, "ChainpinErrorCode"), texts: [union(codes, "ChainpinErrorCode")] }),
    policyErrors: group({ codes: codesOf("PolicyErrorCode"), texts: [textsOf("PolicyErrorCode")] }),
    bridgeErrors: group({
      codes: [
        ...listOf(bridge, "REFUSALS"),
        ...listOf(bridge, "FAILURES"),
        ...unionOf(bridge, "PushCode"),
        ...unionOf(codes, "BridgeErrorCode"),
      ],
      texts: [list(bridge, "REFUSALS"), list(bridge, "FAILURES"), union(bridge, "PushCode"), union(codes, "BridgeErrorCode")],
    }),
    convertErrors: group({ codes: unionOf(codes, "ConvertErrorCode"), texts: [union(codes, "ConvertErrorCode")] }),
  };
}

/** The words of a TypeScript union, without those of other unions that it names. */
export function unionOf(path, name) {
  return entriesOf(declaration(path, name)).map(({ code }) => code);
}

/** The words of a constant list in TypeScript, without those of another that it includes. */
export function listOf(path, name) {
  return entriesOf(declaration(path, name)).map(({ code }) => code);
}

function group({ codes, texts, why = false }) {
  const wanted = [...new Set(codes)].sort();
  const found = new Map();
  for (const text of texts.flat()) {
    const { code, place } = text;
    if (found.has(code)) throw new Failure(`${place}: \`${code}\` is explained twice`);
    if (!wanted.includes(code)) throw new Failure(`${place}: \`${code}\` is explained, and TypeScript does not know it`);
    found.set(code, text);
  }
  return wanted.map((code) => {
    const text = found.get(code);
    if (text === undefined)
      throw new Failure(`\`${code}\` is not explained: give it a doc comment with a paragraph that begins with \`Do:\``);
    if (text.what === "" || text.todo === undefined) throw new Failure(`${text.place}: \`${code}\` lacks what it means, or what to do`);
    if (why && text.why === undefined) throw new Failure(`${text.place}: \`${code}\` lacks a paragraph that begins with \`Why:\``);
    return text;
  });
}

function union(path, name) {
  return explained(path, declaration(path, name));
}

function list(path, name) {
  return explained(path, declaration(path, name));
}

function explained(path, text) {
  return entriesOf(text).flatMap(({ code, doc }) => (doc === undefined ? [] : [{ code, ...paragraphs(doc), place: path }]));
}

/** The right side of `export type NAME =` or `export const NAME =`. */
function declaration(path, name) {
  const source = readFileSync(at(path), "utf8");
  const start = new RegExp(`^export (?:type|const) ${name} =`, "m").exec(source);
  if (start === null) throw new Failure(`${path} has no ${name}`);
  const text = source.slice(start.index + start[0].length);
  const end = /;\n/.exec(text.replace(/\/\*\*[^]*?\*\//g, (comment) => comment.replace(/[^\n]/g, " ")));
  return text.slice(0, end.index);
}

/** String literals, each with the doc comment before it. */
function entriesOf(text) {
  return [...text.matchAll(/\/\*\*([^]*?)\*\/|"([^"]+)"/g)].flatMap(([, , code], index, all) => {
    const before = all[index - 1]?.[1];
    return code === undefined ? [] : [{ code, ...(before !== undefined && { doc: before.replace(/^ *\* ?/gm, "") }) }];
  });
}

/** The codes of the crate, which `npm run schema` writes down. */
const crate = JSON.parse(readFileSync(at("scripts", "docs", "codes.json"), "utf8"));

/** The codes of one of its enums. */
export function codesOf(name) {
  return crate[name].map(({ code }) => code);
}

/** Variants may share a code: the text that says what to do is the code's. */
function textsOf(name) {
  const texts = crate[name].map(({ code, text, severity }) => ({ code, severity, ...paragraphs(text), place: `the crate, ${name}` }));
  return texts.filter(({ todo }) => todo !== undefined);
}

function paragraphs(doc) {
  const all = doc
    .trim()
    .split(/\n\s*\n/)
    .map((paragraph) =>
      paragraph
        .trim()
        .split(/\s*\n\s*/)
        .join(" "),
    );
  const said = (word) => all.find((paragraph) => paragraph.startsWith(`${word}: `))?.slice(word.length + 2);
  const what = all.filter((paragraph) => !/^(?:Why|Do): /.test(paragraph)).join(" ");
  return { what, why: said("Why"), todo: said("Do") };
}
