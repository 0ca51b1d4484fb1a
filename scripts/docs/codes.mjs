// Every stable code with its text, read from where the code is defined: doc comments of Rust's enums and of TypeScript's unions and lists.
// A text is what the code means, then `Why:`, then `Do:`, each a paragraph.
import { readFileSync } from "node:fs";
import { at } from "../lib/paths.mjs";
import { Failure } from "../lib/run.mjs";

/**
 * What docs/reasons.md has sections of. `codes` are those that must be explained, as TypeScript names them; `texts` is where each is.
 * `why`: it must be said.
 */
export function groups() {
  const types = "js/model/types.ts";
  const codes = "js/model/codes.ts";
  const bridge = "js/model/bridge-codes.ts";
  return {
    reasons: group({ why: true, codes: unionOf(codes, "Reason"), texts: [rustEnum("src/decision/reason.rs", "Reason"), union(codes, "Reason")] }),
    findings: group({
      why: true,
      codes: unionOf(types, "FindingCode"),
      texts: [rustEnum("src/lint/problem.rs", "Problem")],
      more: severities("src/lint/problem.rs"),
    }),
    conversions: group({ why: true, codes: unionOf("js/convert/finding.ts", "ConversionCode"), texts: [union("js/convert/finding.ts", "ConversionCode")] }),
    updates: group({
      why: true,
      codes: [...unionOf("js/engine/bundle.ts", "BundleReason"), ...unionOf("js/updates/types.ts", "UpdateReason")],
      texts: [rustEnum("src/bundle/problem.rs", "BundleError"), union("js/updates/types.ts", "UpdateReason")],
    }),
    errors: group({ codes: unionOf(codes, "ChainpinErrorCode"), texts: [union(codes, "ChainpinErrorCode")] }),
    policyErrors: group({ codes: unionOf(codes, "PolicyErrorCode"), texts: [rustEnum("src/policy/problem.rs", "PolicyProblem")] }),
    bridgeErrors: group({
      codes: [...listOf(bridge, "REFUSALS"), ...listOf(bridge, "FAILURES"), ...unionOf(bridge, "PushCode"), ...unionOf(codes, "BridgeErrorCode")],
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

function group({ codes, texts, why = false, more }) {
  const wanted = [...new Set(codes)].sort();
  const found = new Map();
  for (const { code, what, why, todo, place } of texts.flat()) {
    if (found.has(code)) throw new Failure(`${place}: \`${code}\` is explained twice`);
    if (!wanted.includes(code)) throw new Failure(`${place}: \`${code}\` is explained, and TypeScript does not know it`);
    found.set(code, { code, what, why, todo, place });
  }
  return wanted.map((code) => {
    const text = found.get(code);
    if (text === undefined) throw new Failure(`\`${code}\` is not explained: give it a doc comment with a paragraph that begins with \`Do:\``);
    if (text.what === "" || text.todo === undefined) throw new Failure(`${text.place}: \`${code}\` lacks what it means, or what to do`);
    if (why && text.why === undefined) throw new Failure(`${text.place}: \`${code}\` lacks a paragraph that begins with \`Why:\``);
    if (more !== undefined && more[code] === undefined) throw new Failure(`${text.place}: \`${code}\` has no severity`);
    return { ...text, ...more?.[code] };
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

/** Variants whose doc comment says what to do, by the code that `fn code` gives them. */
function rustEnum(path, name) {
  const source = readFileSync(at(path), "utf8");
  const body = between(source, new RegExp(`^(?:pub(?:\\(super\\))? )?enum ${name} \\{\n`, "m"), "\n}\n", path);
  const codes = codesOf(source, name, path);
  return [...body.matchAll(/((?:^ {4}\/\/\/.*\n)*)^ {4}([A-Z]\w*)(?=,| \{|\()/gm)].flatMap(([, doc, variant]) => {
    const code = codes.get(variant);
    if (code === undefined) throw new Failure(`${path}: ${name}::${variant} has no code`);
    const text = paragraphs(doc.replace(/^ {4}\/\/\/ ?/gm, ""));
    return text.todo === undefined ? [] : [{ code, ...text, place: `${path}: ${variant}` }];
  });
}

/** Variant -> code, from the arms of `fn code`. */
function codesOf(source, name, path) {
  const implementation = between(source, new RegExp(`^impl ${name} \\{\n`, "m"), "\n}\n", path);
  const arms = between(implementation, /fn code\(.*\n/, "\n    }\n", path);
  const found = new Map();
  for (const [, patterns, code] of arms.matchAll(/((?:Self::\w+[^=]*?)) => "([^"]+)"/g)) {
    for (const [, variant] of patterns.matchAll(/Self::(\w+)/g)) found.set(variant, code);
  }
  return found;
}

/** Code -> its severity, from the arms of `fn severity`. */
function severities(path) {
  const source = readFileSync(at(path), "utf8");
  const codes = codesOf(source, "Problem", path);
  const arms = between(source, /fn severity\(.*\n/, "\n    }\n", path);
  const found = {};
  for (const [, patterns, severity] of arms.matchAll(/((?:\s*\|? ?Self::\w+(?: \{ \.\. \})?)+) => (?:\{\s*)?Severity::(\w+)/g)) {
    for (const [, variant] of patterns.matchAll(/Self::(\w+)/g)) found[codes.get(variant)] = { severity: severity.toLowerCase() };
  }
  return found;
}

function between(source, start, end, path) {
  const found = start.exec(source);
  const from = found === null ? -1 : found.index + found[0].length;
  const to = source.indexOf(end, from);
  if (from < 0 || to < 0) throw new Failure(`${path} has nothing like ${start}`);
  return source.slice(from, to + 1);
}

function paragraphs(doc) {
  const all = doc.trim().split(/\n\s*\n/).map((paragraph) => paragraph.trim().split(/\s*\n\s*/).join(" "));
  const said = (word) => all.find((paragraph) => paragraph.startsWith(`${word}: `))?.slice(word.length + 2);
  const what = all.filter((paragraph) => !/^(?:Why|Do): /.test(paragraph)).join(" ");
  return { what, why: said("Why"), todo: said("Do") };
}
