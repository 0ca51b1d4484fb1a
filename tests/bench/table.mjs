export function printHead({ machine, date, quick }) {
  console.log(`${bold("chainpin bench")}  ${machine.cpu}, Node ${machine.node}, ${machine.os}, ${date.slice(0, 10)}`);
  console.log("Times are the processor's; µs: one operation, the median of many interleaved rounds; over: a limit is missed.");
  if (quick) console.log("--quick: too few rounds for the ratios to be trusted");
}

/** A row for each thing measured: its value, its ratios in their columns, then the limits. */
export function printGroup({ title, columns, figures, notes }) {
  const rows = figures
    .filter(({ ratioTo }) => ratioTo === undefined)
    .map((figure) => rowOf(figure, figures.filter(({ id }) => id.startsWith(`${figure.id}:`)), Object.keys(columns)));
  const headings = ["", "", ...(rows.length > 0 ? Object.values(columns) : [])];
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map(({ cells }) => cells[i].length)));
  const whatWidth = Math.max(0, ...rows.map(({ what }) => what.length));

  console.log(`\n${bold(title)}`);
  const heading = line("", headings, whatWidth, widths);
  if (heading.trim()) console.log(heading);
  for (const { what, cells, limits } of rows) console.log([line(what, cells, whatWidth, widths), ...limits].join("   ").trimEnd());
  for (const note of notes) console.log(`  ${note}`);
}

function rowOf(figure, ratios, columns) {
  const inColumn = (to) => ratios.find(({ id }) => id.endsWith(`:${to}`));
  return {
    what: `  ${figure.what}`,
    cells: [number(figure.value, figure.unit), figure.unit, ...columns.map((to) => number(inColumn(to)?.value))],
    limits: [figure, ...ratios].filter(({ limit }) => limit).map(limitOf),
  };
}

function line(what, cells, whatWidth, widths) {
  const [value, unit, ...ratios] = cells.map((cell, i) => (i === 1 ? cell.padEnd(widths[i]) : cell.padStart(widths[i])));
  return [what.padEnd(whatWidth), `${value} ${unit}`, ...ratios].join("  ");
}

function limitOf({ limit, ok, unit, ratioTo }) {
  const [words, bound] = limit.atMost === undefined ? ["at least", limit.atLeast] : ["at most", limit.atMost];
  const of = ratioTo ? `× ${ratioTo.split("/")[1]}` : unit;
  return `${words} ${bound.toLocaleString("en")} ${of}: ${ok ? green("ok") : red("over")}`;
}

function number(value, unit) {
  if (value === undefined) return "";
  if (unit === "B") return value.toLocaleString("en");
  return value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0);
}

const bold = paint(1);
const red = paint(31);
const green = paint(32);

function paint(code) {
  const plain = !process.stdout.isTTY || process.env.NO_COLOR;
  return (text) => (plain ? text : `\x1b[${code}m${text}\x1b[0m`);
}
