export function printHead({ machine, date, quick }) {
  console.log(`${bold("chainpin bench")}  ${machine.cpu}, Node ${machine.node}, ${machine.os}, ${date.slice(0, 10)}`);
  console.log("Times are the processor's; µs: one operation, the median of many interleaved rounds; over: a limit is missed.");
  if (quick) console.log("--quick: too few rounds for the ratios to be trusted");
}

/** A row for each thing measured: its value, its ratios in their columns, then the limits. */
export function printGroup({ title, columns, figures, notes }) {
  const rows = figures
    .filter(({ ratioTo }) => ratioTo === undefined)
    .map((figure) =>
      rowOf(
        figure,
        figures.filter(({ id }) => id.startsWith(`${figure.id}:`)),
        Object.keys(columns),
      ),
    );
  const headings = ["", "", ...(rows.length > 0 ? Object.values(columns) : [])];
  const widths = headings.map((heading, i) => Math.max(heading.length, ...rows.map(({ cells }) => cells[i].length)));
  const whatWidth = Math.max(0, ...rows.map(({ what }) => what.length));

  console.log(`\n${bold(title)}`);
  const heading = line("", headings, whatWidth, widths);
  if (heading.trim()) console.log(heading);
  for (const { what, cells, limits } of rows) console.log([line(what, cells, whatWidth, widths), ...limits].join("   ").trimEnd());
  for (const note of notes) console.log(`  ${note}`);
}

/** Every figure that has a limit, in one table. */
export function printBudgets(figures) {
  const limited = figures.filter(({ limit }) => limit);
  const rows = limited.map((figure) => [
    figure.id,
    `${number(figure.value, figure.unit)} ${figure.unit}`,
    boundOf(figure),
    figure.ok ? green("met") : red("MISSED"),
  ]);
  const widths = [0, 1, 2].map((i) => Math.max(...rows.map((row) => row[i].length)));
  console.log(`\n${bold("Limits")}`);
  for (const [id, value, bound, met] of rows)
    console.log(`  ${id.padEnd(widths[0])}  ${value.padStart(widths[1])}  ${bound.padEnd(widths[2])}  ${met}`);
  const missed = limited.filter(({ ok }) => !ok);
  console.log(`  ${limited.length - missed.length} of ${limited.length} are met`);
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

function limitOf(figure) {
  return `${boundOf(figure)}: ${figure.ok ? green("ok") : red("over")}`;
}

export function boundOf({ limit, unit, ratioTo }) {
  const [words, bound] = limit.atMost === undefined ? ["at least", limit.atLeast] : ["at most", limit.atMost];
  return `${words} ${bound.toLocaleString("en")} ${ratioTo ? `× ${ratioTo.split("/")[1]}` : unit}`;
}

export function number(value, unit) {
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
