// What only shows after a long time: `npm run soak -- --minutes 10 --seed 7`, by default one minute and a random seed.
//   verdicts.mjs   100,000 verdicts, a million from 5 minutes on, and thousands of verifiers made, disposed or forgotten: the module's memory stays as it was
//   day.mjs        days of an app's connections, compressed, to servers that fail in every way, while its policy changes
import { spawnSync } from "node:child_process";
import { randomInt } from "node:crypto";
import { fileURLToPath } from "node:url";

const [minutes, seed] = [number("--minutes", 1), number("--seed", randomInt(2 ** 31))];

run("verdicts.mjs", minutes >= 5 ? 1_000_000 : 100_000);
run("day.mjs", minutes, seed);

function number(name, absent) {
  const index = process.argv.indexOf(name);
  if (index < 0) return absent;
  const value = Number(process.argv[index + 1]);
  if (value > 0) return value;
  console.error(`${name} takes a number`);
  process.exit(1);
}

function run(program, ...words) {
  const { status, signal } = spawnSync(
    process.execPath,
    ["--expose-gc", fileURLToPath(new URL(program, import.meta.url)), ...words.map(String)],
    { stdio: "inherit" },
  );
  if (status !== 0) {
    console.error(`${program} failed (${signal ?? status}); the same again: npm run soak -- --minutes ${minutes} --seed ${seed}`);
    process.exit(1);
  }
}
