/** Property lists in XML, as Apple's `Info.plist`. Binary ones are refused with the command that makes text of them. */

import { fail, shown } from "./policy-builder.js";
import { ArrayTree, BooleanTree, type Node, ObjectTree, OtherTree, StringTree, type Tree, below } from "./tree.js";
import { type Element, escaped, parseXml } from "./xml.js";

export function parsePlist(text: string): Tree {
  if (text.startsWith("bplist"))
    fail("binary-plist", "a binary property list; make text of it first: plutil -convert xml1 Info.plist", { path: "" });
  const root = parseXml(text, APPLE_DOCTYPE);
  const value = root.children[0];
  if (root.name !== "plist") fail("input-shape", `\`plist\` is expected here, not \`${shown(root.name)}\``, root.place);
  if (value === undefined || root.children.length > 1) fail("input-shape", "one value is expected in `plist`", root.place);
  return valueOf(value, undefined, "");
}

/** What is written: dictionaries, arrays, strings, true and false. */
export type PlistValue = string | boolean | readonly PlistValue[] | { readonly [key: string]: PlistValue };

export function writePlist(value: PlistValue): string {
  const doctype = '<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">';
  return `<?xml version="1.0" encoding="UTF-8"?>\n${doctype}\n<plist version="1.0">\n${written(value, "")}</plist>\n`;
}

/** Every property list in XML begins with it; nobody needs to fetch it. */
const APPLE_DOCTYPE =
  /^\s*plist\s+PUBLIC\s+(["'])-\/\/Apple(?: Computer)?\/\/DTD PLIST 1\.0\/\/EN\1\s+(["'])https?:\/\/www\.apple\.com\/DTDs\/PropertyList-1\.0\.dtd\2\s*$/;

function valueOf(element: Element, parent: Node | undefined, name: string | number): Tree {
  const { children, line } = element;
  switch (element.name) {
    case "dict":
      return dictionaryOf(element, new ObjectTree(parent, name, line));
    case "array": {
      noText(element);
      const array = new ArrayTree(parent, name, line);
      children.forEach((child, index) => array.items.push(valueOf(child, array, index)));
      return array;
    }
  }
  const value = scalarOf(element, parent, name);
  if (children.length > 0) fail("input-shape", `\`${shown(element.name)}\` holds no other values`, value);
  return value;
}

function scalarOf(element: Element, parent: Node | undefined, key: string | number): Tree {
  const { name, text, line } = element;
  switch (name) {
    case "string":
      return new StringTree(parent, key, line, text);
    case "true":
    case "false":
      noText(element);
      return new BooleanTree(parent, key, line, name === "true");
    case "date":
    case "data":
    case "integer":
    case "real":
      return new OtherTree(parent, key, line, `\`${name}\``);
    default:
      return fail("input-shape", `\`${shown(name)}\` is no value of a property list`, new OtherTree(parent, key, line, name));
  }
}

function dictionaryOf(dict: Element, tree: ObjectTree): ObjectTree {
  noText(dict);
  const { members } = tree;
  for (let index = 0; index < dict.children.length; index += 2) {
    const key = dict.children[index] as Element;
    const value = dict.children[index + 1];
    if (key.name !== "key" || key.children.length > 0)
      fail("input-shape", `a \`key\` is expected here, not \`${shown(key.name)}\``, { path: tree.path, line: key.line });
    if (value === undefined || value.name === "key")
      fail("input-shape", `the key \`${shown(key.text)}\` has no value`, { path: tree.path, line: key.line });
    if (members.has(key.text))
      fail("duplicate", `the key \`${shown(key.text)}\` stands twice in one dictionary`, {
        path: below(tree.path, key.text),
        line: key.line,
      });
    members.set(key.text, valueOf(value, tree, key.text));
  }
  return tree;
}

function noText({ name, text, place }: Element): void {
  if (text.trim() !== "") fail("input-shape", `\`${name}\` holds text`, place);
}

function written(value: PlistValue, indent: string): string {
  if (typeof value === "boolean") return `${indent}<${value}/>\n`;
  if (typeof value === "string") return `${indent}<string>${escaped(value)}</string>\n`;
  if (isArray(value)) return `${indent}<array>\n${value.map((item) => written(item, `${indent}  `)).join("")}${indent}</array>\n`;
  const members = Object.keys(value).map(
    (key) => `${indent}  <key>${escaped(key)}</key>\n${written(value[key] as PlistValue, `${indent}  `)}`,
  );
  return `${indent}<dict>\n${members.join("")}${indent}</dict>\n`;
}

// `Array.isArray` does not tell a read-only array from the rest.
function isArray(value: PlistValue): value is readonly PlistValue[] {
  return Array.isArray(value);
}
