/** Property lists in XML, as Apple's `Info.plist`. Binary ones are refused with the command that makes text of them. */

import { fail, shown } from "./draft.js";
import { type Tree, below } from "./tree.js";
import { type Element, escaped, parseXml } from "./xml.js";

export function parsePlist(text: string): Tree {
  if (text.startsWith("bplist")) fail("binary-plist", "a binary property list; make text of it first: plutil -convert xml1 Info.plist", { path: "" });
  const root = parseXml(text, APPLE_DOCTYPE);
  const value = root.children[0];
  if (root.name !== "plist") fail("input-shape", `\`plist\` is expected here, not \`${shown(root.name)}\``, root.place);
  if (value === undefined || root.children.length > 1) fail("input-shape", "one value is expected in `plist`", root.place);
  return valueOf(value, "");
}

/** What is written: dictionaries, arrays, strings, true and false. */
export type PlistValue = string | boolean | readonly PlistValue[] | { readonly [key: string]: PlistValue };

export function writePlist(value: PlistValue): string {
  const doctype = '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">';
  return `<?xml version="1.0" encoding="UTF-8"?>\n${doctype}\n<plist version="1.0">\n${written(value, "")}</plist>\n`;
}

/** Every property list in XML begins with it; nobody needs to fetch it. */
const APPLE_DOCTYPE = /^\s*plist\s+PUBLIC\s+(["'])-\/\/Apple(?: Computer)?\/\/DTD PLIST 1\.0\/\/EN\1\s+(["'])https?:\/\/www\.apple\.com\/DTDs\/PropertyList-1\.0\.dtd\2\s*$/;

function valueOf(element: Element, path: string): Tree {
  const { name, text, children } = element;
  const place = { path, line: element.place.line };
  if (name !== "dict" && name !== "array" && children.length > 0) fail("input-shape", `\`${shown(name)}\` holds no other values`, place);
  switch (name) {
    case "dict":
      return { kind: "object", members: membersOf(element, path), ...place };
    case "array":
      noText(element);
      return { kind: "array", items: children.map((child, index) => valueOf(child, `${path}[${index}]`)), ...place };
    case "string":
      return { kind: "string", text, ...place };
    case "true":
    case "false":
      noText(element);
      return { kind: "boolean", value: name === "true", ...place };
    case "date":
    case "data":
    case "integer":
    case "real":
      return { kind: "other", name: `\`${name}\``, ...place };
    default:
      return fail("input-shape", `\`${shown(name)}\` is no value of a property list`, place);
  }
}

function membersOf(dict: Element, path: string): Map<string, Tree> {
  noText(dict);
  const members = new Map<string, Tree>();
  for (let index = 0; index < dict.children.length; index += 2) {
    const key = dict.children[index] as Element;
    const value = dict.children[index + 1];
    const place = { path, line: key.place.line };
    if (key.name !== "key" || key.children.length > 0) fail("input-shape", `a \`key\` is expected here, not \`${shown(key.name)}\``, place);
    if (value === undefined || value.name === "key") fail("input-shape", `the key \`${shown(key.text)}\` has no value`, place);
    const at = below(path, key.text);
    if (members.has(key.text)) fail("duplicate", `the key \`${shown(key.text)}\` stands twice in one dictionary`, { path: at, line: key.place.line });
    members.set(key.text, valueOf(value, at));
  }
  return members;
}

function noText({ name, text, place }: Element): void {
  if (text.trim() !== "") fail("input-shape", `\`${name}\` holds text`, place);
}

function written(value: PlistValue, indent: string): string {
  if (typeof value === "boolean") return `${indent}<${value}/>\n`;
  if (typeof value === "string") return `${indent}<string>${escaped(value)}</string>\n`;
  if (isArray(value)) return `${indent}<array>\n${value.map((item) => written(item, `${indent}  `)).join("")}${indent}</array>\n`;
  const members = Object.keys(value).map((key) => `${indent}  <key>${escaped(key)}</key>\n${written(value[key] as PlistValue, `${indent}  `)}`);
  return `${indent}<dict>\n${members.join("")}${indent}</dict>\n`;
}

// `Array.isArray` does not tell a read-only array from the rest.
function isArray(value: PlistValue): value is readonly PlistValue[] {
  return Array.isArray(value);
}
