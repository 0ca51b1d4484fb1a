// Runs the drill and prints a table: the step, what the app does, what its user sees, what is reported. Ends with 1 where something
// comes out otherwise than it must. In a checkout: `npm run build`, then `node examples/rotation/main.mjs`.
import { isDeepStrictEqual } from "node:util";
import { drill } from "./drill.mjs";

const widths = [82, 33, 13];
const row = (cells) =>
  cells
    .map((cell, index) => String(cell).padEnd(widths[index] ?? 0))
    .join("  ")
    .trimEnd();
const wrong = [];

console.log(row(["what happens", "the app goes by", "its user sees", "reported"]));
await drill(({ title, app, user, reported, expected }) => {
  console.log(row([title, app, user, reported.join("; ") || "-"]));
  if (!isDeepStrictEqual({ app, user, reported }, expected)) wrong.push(`${title}: expected ${JSON.stringify(expected)}`);
});
for (const line of wrong) console.error(line);
process.exitCode = wrong.length === 0 ? 0 : 1;
