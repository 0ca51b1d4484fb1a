// What is wrong with the layers of a crate.
import { readCrate } from "./crate.mjs";

/**
 * Lines of text: modules without a layer, uses that go up or to a module of the same row, circles between files of one layer. Rows are listed
 * from the ground up.
 * A module may use its own ancestors, which is how a child gets its parent's types.
 */
export function rustProblems(folder, rows) {
  const { modules, edges } = readCrate(folder);
  const within = edges.filter(({ from, to }) => layerOf(from) === layerOf(to) && !from.path.startsWith(`${to.path}::`));
  return [...strangers(modules, rows), ...upward(edges, rows), ...circles(within)];
}

function strangers(modules, rows) {
  const known = rows.flat();
  const found = [...new Set(modules.filter(({ path }) => path !== "").map(layerOf))];
  return [
    ...found.filter((name) => !known.includes(name)).map((name) => `src: the module ${name} has no layer in scripts/layers/layers.mjs`),
    ...known.filter((name) => !found.includes(name)).map((name) => `scripts/layers/layers.mjs: there is no module ${name} in src`),
  ];
}

function upward(edges, rows) {
  const row = (module) => rows.findIndex((names) => names.includes(layerOf(module)));
  return edges
    .filter(({ from, to }) => from.path !== "" && layerOf(from) !== layerOf(to) && (to.path === "" || row(to) >= row(from)))
    .map(({ from, to, line, text }) => {
      const target = layerOf(to) || "lib.rs";
      const where = row(to) === row(from) ? "is in the same row" : "is a layer above";
      return `${from.file}:${line}: ${layerOf(from)} uses \`${text}\`: ${target} ${where}`;
    });
}

/** Each once, as the shortest way round. */
function circles(edges) {
  const next = new Map();
  for (const { from, to } of edges) next.set(from.file, (next.get(from.file) ?? new Set()).add(to.file));
  const told = new Set();
  return [...next.keys()].flatMap((file) => {
    const way = told.has(file) ? undefined : shortestRound(file, next);
    for (const one of way ?? []) told.add(one);
    return way === undefined ? [] : [`a circle: ${[...way, file].join(" → ")}`];
  });
}

function shortestRound(start, next) {
  const ways = [[start]];
  const seen = new Set();
  // Longer ways are appended to the list, and visited in their turn.
  for (const way of ways) {
    for (const file of next.get(way.at(-1)) ?? []) {
      if (file === start) return way;
      if (!seen.has(file)) ways.push([...way, file]);
      seen.add(file);
    }
  }
  return undefined;
}

function layerOf({ path }) {
  return path.split("::")[0];
}
