// Fenced blocks of a page, each with the marks in the comments right before it; CONTRIBUTING.md has the list of marks.
import { readFileSync } from "node:fs";
import { at } from "../../scripts/lib/paths.mjs";

const MARKS = ["file", "from", "given", "not run", "shows", "wrong pin"];

/** `{ page, line, language, info, code, marks, next }` for each, `next` being the block after it. */
export function blocksOf(page) {
  const text = moved(readFileSync(at(page), "utf8"));
  const found = [...text.matchAll(/((?:^<!-- [^]*? -->\n)*)^```(.*)\n([^]*?)^```$/gm)].map(
    ({ 0: all, 1: comments, 2: info, 3: code, index }) => {
      const line = text.slice(0, index + all.indexOf("```")).split("\n").length;
      return {
        page,
        line,
        info,
        language: info.split(" ")[0],
        code,
        marks: marksOf(comments, `${page}:${line}`),
        place: `${page}, line ${line}`,
      };
    },
  );
  return found.map((block, index) => ({ ...block, next: found[index + 1] }));
}

function marksOf(comments, place) {
  return Object.fromEntries(
    [...comments.matchAll(/^<!-- ([^]*?) -->$/gm)].flatMap(([, text]) => {
      const name = MARKS.find((mark) => text.startsWith(`${mark}: `));
      if (name === undefined) throw new Error(`${place}: what is "${text}"?`);
      return [[name, text.slice(name.length + 2)]];
    }),
  );
}

/** The day on which the pages were written: what is in force on a page is so today. */
const WRITTEN = Date.UTC(2026, 10, 24);
const DAY = 86_400_000;

/** All days moved as if the page had been written today; examples that run in the checkout judge old chains, and keep theirs. */
function moved(text) {
  const days = Math.floor((Date.now() - WRITTEN) / DAY);
  const shift = (part) => part.replace(/\b20\d\d-\d\d-\d\d\b/g, (day) => new Date(Date.parse(day) + days * DAY).toISOString().slice(0, 10));
  return text
    .split(/(^```js run\n[^]*?^```$)/m)
    .map((part) => (part.startsWith("```js run") ? part : shift(part)))
    .join("");
}
