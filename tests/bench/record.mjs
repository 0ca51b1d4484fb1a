// BENCHMARKS.md: the part between its two marks is written by `npm run bench -- --record`.
import { readFileSync, writeFileSync } from "node:fs";
import { at } from "../../scripts/lib/paths.mjs";
import { Failure, output } from "../../scripts/lib/run.mjs";
import { rustc } from "../../scripts/lib/tools.mjs";
import { boundOf, number } from "./table.mjs";

const file = at("BENCHMARKS.md");
const [begin, end] = ["<!-- figures -->", "<!-- end of figures -->"];

/** `head`: as `printHead` takes it; `groups`: what was measured, in order. */
export function record({ machine, date, quick }, groups) {
  const text = readFileSync(file, "utf8");
  const [before, after] = [text.indexOf(begin), text.indexOf(end)];
  if (before < 0 || after < before) throw new Failure(`BENCHMARKS.md lacks \`${begin}\` or \`${end}\``);
  const figures = groups.flatMap((group) => group.figures);
  const limited = figures.filter(({ limit }) => limit);
  const content = [
    `${date.slice(0, 10)}${quick ? ", a quick run: ratios wobble" : ""}. ${machine.cpu}; ${machine.os}; Node ${machine.node}, ${output(rustc, ["--version"])}.`,
    `Peers: ${Object.entries(machine.peers)
      .map(([name, version]) => `${name} ${version}`)
      .join(", ")}.`,
    `\n${limited.filter(({ ok }) => ok).length} of ${limited.length} limits are met.`,
    `\n### Limits\n\n${table(
      ["figure", "value", "limit", ""],
      limited.map((figure) => [`\`${figure.id}\``, valueOf(figure), boundOf(figure), figure.ok ? "met" : "**missed**"]),
    )}`,
    ...groups.map(
      ({ title, figures }) =>
        `\n### ${title}\n\n${table(
          ["", "value"],
          figures.map((figure) => [figure.what, valueOf(figure)]),
        )}`,
    ),
  ];
  writeFileSync(file, `${text.slice(0, before)}${begin}\n\n${content.join("\n")}\n\n${text.slice(after)}`);
}

function valueOf(figure) {
  return `${number(figure.value, figure.unit)} ${figure.unit}`;
}

function table(heads, rows) {
  const line = (cells) => `| ${cells.map((cell) => String(cell).replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(heads), line(heads.map(() => "---")), ...rows.map(line)].join("\n");
}
