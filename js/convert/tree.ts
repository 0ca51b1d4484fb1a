/** What JSON and property lists have in common: values with the place where they stand, and readers that refuse what is not expected. */

import { type Place, fail, shown } from "./draft.js";

export type Tree = Place &
  (
    | { readonly kind: "object"; readonly members: ReadonlyMap<string, Tree> }
    | { readonly kind: "array"; readonly items: readonly Tree[] }
    | { readonly kind: "string"; readonly text: string }
    | { readonly kind: "boolean"; readonly value: boolean }
    /** A number, null, a date, data: nothing that pins are made of. */
    | { readonly kind: "other"; readonly name: string }
  );

/** Values in one text: twice those of 100,000 rules with two pins. */
export const MOST_VALUES = 2_000_000;

/** Values in values; a property list of an app has 5 or 6. */
export const MOST_DEPTH = 64;

export function membersOf(tree: Tree, known?: readonly string[]): ReadonlyMap<string, Tree> {
  if (tree.kind !== "object") return expected("an object", tree);
  if (known !== undefined) {
    for (const [name, member] of tree.members) if (known.indexOf(name) < 0) fail("input-shape", `\`${shown(name)}\` is not known here; there are ${known.join(", ")}`, member);
  }
  return tree.members;
}

export function itemsOf(tree: Tree): readonly Tree[] {
  return tree.kind === "array" ? tree.items : expected("an array", tree);
}

export function stringOf(tree: Tree): string {
  return tree.kind === "string" ? tree.text : expected("a string", tree);
}

export function booleanOf(tree: Tree): boolean {
  return tree.kind === "boolean" ? tree.value : expected("true or false", tree);
}

/** A string that stands in an array, with its place: a pin, an address. */
export function stringsOf(tree: Tree): { text: string; place: Place }[] {
  return itemsOf(tree).map((item) => ({ text: stringOf(item), place: item }));
}

/** The path of a member, as JavaScript would write it. */
export function below(path: string, name: string): string {
  if (!/^[A-Za-z_]\w{0,79}$/.test(name)) return `${path}[${JSON.stringify(shown(name))}]`;
  return path === "" ? name : `${path}.${name}`;
}

/** A value of JavaScript, as `JSON.parse` gives it. */
export function treeOf(value: unknown, path = "", depth = 0): Tree {
  if (depth > MOST_DEPTH) fail("input-too-large", `more than ${MOST_DEPTH} values in one another`, { path });
  if (typeof value === "string") return { kind: "string", text: value, path };
  if (typeof value === "boolean") return { kind: "boolean", value, path };
  if (Array.isArray(value)) return { kind: "array", items: value.map((item, index) => treeOf(item, `${path}[${index}]`, depth + 1)), path };
  if (typeof value !== "object" || value === null) return { kind: "other", name: String(value), path };
  const members = new Map<string, Tree>();
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    // As in an object that is written down as JSON.
    if (member !== undefined) members.set(name, treeOf(member, below(path, name), depth + 1));
  }
  return { kind: "object", members, path };
}

function expected(what: string, tree: Tree): never {
  return fail("input-shape", `${what} is expected here, not ${tree.kind === "other" ? tree.name : KINDS[tree.kind]}`, tree);
}

const KINDS = { object: "an object", array: "an array", string: "a string", boolean: "true or false" };
