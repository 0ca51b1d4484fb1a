/**
 * XML as elements with their lines. No document type is read: so there are no entities but XML's own five, nothing external and
 * nothing that grows.
 */

// saxes: strict about well-formedness (jsdom reads XML with it), it knows lines, and expands nothing of a document type. It adds 9 kB (gzip)
// to a page; fast-xml-parser, which knows no lines of what is well-formed and wrong, adds 25.
import { SaxesParser } from "saxes";
import { type Place, fail, shown } from "./policy-builder.js";
import { MOST_DEPTH, MOST_VALUES } from "./tree.js";

/** An element, which is its own place: of most of them nobody asks for the path. */
export class Element implements Place {
  /** Of the element itself, without its children's. */
  text = "";
  private own: Element[] | undefined;

  constructor(
    private readonly parent: Element | undefined,
    readonly name: string,
    readonly attributes: Readonly<Record<string, string>>,
    readonly line: number,
  ) {
    if (parent !== undefined) (parent.own ??= []).push(this);
  }

  get children(): readonly Element[] {
    return this.own ?? NO_CHILDREN;
  }

  get path(): string {
    return this.parent === undefined ? shown(this.name) : `${this.parent.path}/${shown(this.name)}`;
  }

  get place(): Place {
    return this;
  }
}

const NO_CHILDREN: readonly Element[] = [];
const NO_ATTRIBUTES: Readonly<Record<string, string>> = {};

function isEmpty(attributes: object): boolean {
  for (const _ in attributes) return false;
  return true;
}

/** The outermost element. `doctype`: the only document type that may stand there. */
export function parseXml(text: string, doctype?: RegExp): Element {
  const parser = new SaxesParser();
  const open: Element[] = [];
  let root: Element | undefined;
  let elements = 0;

  parser.on("error", ({ message }) => fail("input-syntax", `not XML: ${shown(message.replace(/^\d+:\d+: /, ""))}`, here()));
  parser.on("doctype", (found) => {
    if (!doctype?.test(found))
      fail("doctype-refused", "a document type is not read: it could name other files, or grow without bound", here());
  });
  parser.on("opentag", ({ name, attributes }) => {
    const parent = open[open.length - 1];
    if (open.length === MOST_DEPTH)
      fail("input-too-large", `more than ${MOST_DEPTH} elements in one another`, { path: "", line: parser.line });
    const element = new Element(parent, name, isEmpty(attributes) ? NO_ATTRIBUTES : attributes, parser.line);
    if (++elements > MOST_VALUES) fail("input-too-large", `more than ${MOST_VALUES} elements`, element);
    root ??= element;
    open.push(element);
  });
  const append = (text: string) => {
    const element = open[open.length - 1];
    if (element !== undefined) element.text += text;
  };
  parser.on("text", append);
  parser.on("cdata", append);
  parser.on("closetag", () => {
    open.pop();
  });
  parser.write(text).close();
  return root ?? fail("input-syntax", "not XML: there is no element", here());

  function here(): Place {
    return { path: open[open.length - 1]?.path ?? "", line: parser.line };
  }
}

export function escaped(text: string): string {
  return text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
}
