/** What JSON and property lists have in common: values with the place where they stand, and readers that refuse what is not expected. */

import { type Place, fail, shown } from "./policy-builder.js";

export type Tree = ObjectTree | ArrayTree | StringTree | BooleanTree | OtherTree;

/** Where a value stands in another one: its path is put together where it is asked for. */
export abstract class Node implements Place {
  constructor(
    readonly parent: Node | undefined,
    readonly key: string | number,
    readonly line: number | undefined,
  ) {}

  get path(): string {
    const { parent, key } = this;
    if (parent === undefined) return "";
    return typeof key === "number" ? `${parent.path}[${key}]` : below(parent.path, key);
  }
}

export class ObjectTree extends Node {
  readonly kind = "object";
  readonly members = new Map<string, Tree>();
}

export class ArrayTree extends Node {
  readonly kind = "array";
  readonly items: Tree[] = [];
}

export class StringTree extends Node {
  readonly kind = "string";
  constructor(
    parent: Node | undefined,
    key: string | number,
    line: number | undefined,
    readonly text: string,
  ) {
    super(parent, key, line);
  }
}

export class BooleanTree extends Node {
  readonly kind = "boolean";
  constructor(
    parent: Node | undefined,
    key: string | number,
    line: number | undefined,
    readonly value: boolean,
  ) {
    super(parent, key, line);
  }
}

/** A number, null, a date, data: nothing that pins are made of. */
export class OtherTree extends Node {
  readonly kind = "other";
  constructor(
    parent: Node | undefined,
    key: string | number,
    line: number | undefined,
    readonly name: string,
  ) {
    super(parent, key, line);
  }
}

/** Values in one text: twice those of 100,000 rules with two pins. */
export const MOST_VALUES = 2_000_000;

/** Values in values; a property list of an app has 5 or 6. */
export const MOST_DEPTH = 64;

export function membersOf(tree: Tree, known?: readonly string[]): ReadonlyMap<string, Tree> {
  if (tree.kind !== "object") return expected("an object", tree);
  if (known !== undefined) {
    for (const [name, member] of tree.members)
      if (known.indexOf(name) < 0) fail("input-shape", `\`${shown(name)}\` is not known here; there are ${known.join(", ")}`, member);
  }
  return tree.members;
}

/** A member of that name at any depth, but for the one that is known. */
export function memberNamed(tree: Tree, name: string, known: Tree | undefined): Tree | undefined {
  if (tree === known || (tree.kind !== "object" && tree.kind !== "array")) return undefined;
  if (tree.kind === "array") return first(tree.items, (item) => memberNamed(item, name, known));
  const own = tree.members.get(name);
  return own !== undefined && own !== known ? own : first(tree.members.values(), (member) => memberNamed(member, name, known));
}

function first(trees: Iterable<Tree>, find: (tree: Tree) => Tree | undefined): Tree | undefined {
  for (const tree of trees) {
    const found = find(tree);
    if (found !== undefined) return found;
  }
  return undefined;
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
export function treeOf(value: unknown, parent?: Node, key: string | number = "", depth = 0): Tree {
  if (typeof value === "string") return new StringTree(parent, key, undefined, value);
  if (typeof value === "boolean") return new BooleanTree(parent, key, undefined, value);
  if (typeof value !== "object" || value === null) return new OtherTree(parent, key, undefined, String(value));
  if (Array.isArray(value)) {
    const tree = new ArrayTree(parent, key, undefined);
    if (depth > MOST_DEPTH) fail("input-too-large", `more than ${MOST_DEPTH} values in one another`, tree);
    // With the holes, over which `forEach` steps.
    for (let index = 0; index < value.length; index++) tree.items.push(treeOf(value[index], tree, index, depth + 1));
    return tree;
  }
  if (!isPlain(value)) return new OtherTree(parent, key, undefined, Object.prototype.toString.call(value));
  const tree = new ObjectTree(parent, key, undefined);
  if (depth > MOST_DEPTH) fail("input-too-large", `more than ${MOST_DEPTH} values in one another`, tree);
  for (const name of Object.keys(value)) {
    const member = (value as Record<string, unknown>)[name];
    // As in an object that is written down as JSON.
    if (member !== undefined) tree.members.set(name, treeOf(member, tree, name, depth + 1));
  }
  return tree;
}

/** Are its own members all that it has? A `Map`, or what inherits members, would seem empty. */
export function isPlain(value: object): boolean {
  const above = Object.getPrototypeOf(value) as object | null;
  // The `Object.prototype` of any page or realm.
  return above === null || (Object.getPrototypeOf(above) === null && Object.prototype.hasOwnProperty.call(above, "isPrototypeOf"));
}

function expected(what: string, tree: Tree): never {
  return fail("input-shape", `${what} is expected here, not ${tree.kind === "other" ? tree.name : KINDS[tree.kind]}`, tree);
}

const KINDS = { object: "an object", array: "an array", string: "a string", boolean: "true or false" };
