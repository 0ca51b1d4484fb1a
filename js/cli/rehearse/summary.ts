/** The sums of a rehearsal, for people and for programs. */

import {
  type Colour,
  type Shown,
  bold as boldNote,
  dim as dimNote,
  green as greenNote,
  line,
  paint,
  red as redNote,
  say,
  yellow as yellowNote,
} from "../print.js";
import type { BrokenLine } from "./judge.js";
import { type Change, OTHERS } from "./opinion.js";
import type { Cell, Tally } from "./tally.js";

/** A broken line with its place; lines count from 1. */
export interface Misfit extends BrokenLine {
  readonly file: string;
}

export interface Summary {
  readonly observations: number;
  readonly connections: number;
  /** Connections: that pass (pinned, exempt, without a rule), that pass without a match, that do not. */
  readonly pass: number;
  readonly tolerated: number;
  readonly rejected: number;
  /** Connections by what becomes of them; only where there is an old policy. */
  readonly changes?: Readonly<Record<Change, number>>;
  readonly broken: { readonly lines: number; readonly first: readonly Misfit[] };
  /** Are hosts summed by rule, as `*`? */
  readonly gathered: boolean;
  readonly hosts: readonly Row[];
}

/** A host under a rule. */
interface Row {
  readonly host: string;
  readonly rule: string | undefined;
  readonly observations: number;
  readonly connections: number;
  readonly outcomes: readonly Omit<Cell, "host" | "rule">[];
}

export function summaryOf(tally: Tally, { broken, misfits }: { broken: number; misfits: readonly Misfit[] }): Summary {
  const cells = tally.cells();
  const sum = (of: readonly Cell[], by: "observations" | "connections" = "connections") => of.reduce((sum, cell) => sum + cell[by], 0);
  const rows = new Map<string, Cell[]>();
  for (const cell of cells) {
    const key = `${cell.host}\n${cell.rule ?? ""}`;
    const row = rows.get(key);
    if (row === undefined) rows.set(key, [cell]);
    else row.push(cell);
  }
  const compared = cells.some(({ change }) => change !== undefined);
  const becoming = (change: Change) => sum(cells.filter((cell) => cell.change === change));
  return {
    observations: sum(cells, "observations"),
    connections: sum(cells),
    pass: sum(cells.filter(({ outcome }) => outcome !== "tolerated" && outcome !== "rejected")),
    tolerated: sum(cells.filter(({ outcome }) => outcome === "tolerated")),
    rejected: sum(cells.filter(({ outcome }) => outcome === "rejected")),
    ...(compared && {
      changes: {
        refused: becoming("refused"),
        admitted: becoming("admitted"),
        unpinned: becoming("unpinned"),
        pinned: becoming("pinned"),
        same: becoming("same"),
      },
    }),
    broken: { lines: broken, first: misfits },
    gathered: tally.gathered,
    hosts: [...rows.values()].map((row) => ({
      host: row[0]?.host ?? "",
      rule: row[0]?.rule,
      observations: sum(row, "observations"),
      connections: sum(row),
      outcomes: row.map(({ host: _, rule: __, ...cell }) => cell),
    })),
  };
}

/** Hosts that a person is shown; `--json` has all. */
const SHOWN = 50;
const COLUMN = 11;

/** `print`: where to, if not to standard output. */
export function printSummary(summary: Summary, print: (text: Shown) => void = say): void {
  const { bold, dim, green, red, yellow } =
    print === say ? paint : { bold: boldNote, dim: dimNote, green: greenNote, red: redNote, yellow: yellowNote };
  const { connections, observations, pass, tolerated, rejected, changes, hosts, gathered } = summary;
  const row = (word: string, colour: Colour, number: number, words = "") => {
    if (number > 0) print(line`${colour(word.padEnd(COLUMN))}${inDigits(number)}${words}`);
  };
  const troubled = hosts.filter(isTroubled).sort((a, b) => weightOf(b) - weightOf(a));
  for (const row of troubled.slice(0, SHOWN)) {
    print(bold(nameOf(row)));
    for (const cell of row.outcomes) {
      const word = wordOf(cell);
      if (word === undefined) continue;
      const colour = word === "rejected" || word === "refused" ? red : word === "admitted" || word === "pinned" ? green : yellow;
      print(line`  ${colour(word.padEnd(COLUMN))}${inDigits(cell.connections)} of ${inDigits(row.connections)}${reasonOf(cell)}`);
    }
  }
  if (troubled.length > SHOWN) print(dim(`and ${counted(troubled.length - SHOWN, "host")} more; --json has all`));
  if (gathered) print(dim(`${OTHERS}: hosts beyond the limit of --hosts`));
  print(bold(`${counted(connections, "connection")}, in ${counted(observations, "observation")}`));
  row("pass", green, pass);
  row("tolerated", yellow, tolerated);
  row("rejected", red, rejected);
  if (changes === undefined) return;
  row("refused", red, changes.refused, ": they pass now");
  row("admitted", green, changes.admitted, ": they are rejected now");
  row("unpinned", yellow, changes.unpinned, ": a pin matches now, and none would have to");
  row("pinned", green, changes.pinned, ": no pin has to match now, and one would");
  if (changes.same === connections) print(line`nothing changes`);
}

/** What is worth a line; undefined: nothing. */
function wordOf({ change, outcome }: Omit<Cell, "host" | "rule">): string | undefined {
  if (change !== undefined) return change === "same" ? undefined : change;
  return outcome === "rejected" || outcome === "tolerated" ? outcome : undefined;
}

function isTroubled({ outcomes }: Row): boolean {
  return outcomes.some((cell) => wordOf(cell) !== undefined);
}

/** Refusals first, the most first. */
function weightOf({ outcomes }: Row): number {
  return outcomes.reduce(
    (sum, cell) =>
      sum + (["rejected", "refused"].includes(wordOf(cell) ?? "") ? cell.connections * 1e6 : wordOf(cell) ? cell.connections : 0),
    0,
  );
}

function nameOf({ host, rule }: Row): string {
  const name = host === OTHERS ? "other hosts" : host;
  return rule === undefined ? `${name}, without a rule` : rule === host ? name : `${name}, by the rule of ${rule}`;
}

function reasonOf({ outcome, reason, before }: Omit<Cell, "host" | "rule">): string {
  const now = reason === undefined ? outcome : reason;
  return before === undefined ? `: ${now}` : `: ${now}; now ${before.reason ?? before.outcome}`;
}

function counted(number: number, noun: string): string {
  return `${inDigits(number)} ${noun}${number === 1 ? "" : "s"}`;
}

function inDigits(number: number): string {
  return number.toLocaleString("en");
}
