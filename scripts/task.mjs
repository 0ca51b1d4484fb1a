// `npm run NAME -- WORDS`: a task of scripts/tasks.mjs, after what it needs is set up and built. `node scripts/task.mjs NAME WORDS…`
//   --prepared  before the name: the set-up and the build have been done
import { runLanes } from "./lib/lanes.mjs";
import { root } from "./lib/paths.mjs";
import { Failure, main, run } from "./lib/run.mjs";
import { cargo } from "./lib/tools.mjs";
import { buildsFor, needsOf, tasks } from "./tasks.mjs";

main(async () => {
  const words = process.argv.slice(2);
  const isPrepared = words[0] === "--prepared";
  const [name, ...rest] = isPrepared ? words.slice(1) : words;
  if (!Object.hasOwn(tasks, name ?? "")) throw new Failure(`no task \`${name}\`; there are ${Object.keys(tasks).join(", ")}`);
  const task = tasks[name];

  if (!isPrepared) prepare(task);
  if (task.lanes) await runLanes(task.lanes);
  else runAll(task.run, rest);
});

function prepare(task) {
  const needs = needsOf(task);
  if (needs.length > 0) start(["node", "scripts/setup.mjs", ...needs]);
  if (buildsFor(task)) start(["node", "scripts/build.mjs"]);
}

function runAll(commands, words) {
  commands.forEach((command, index) => start(index === commands.length - 1 ? [...command, ...words] : command));
}

function start([program, ...words]) {
  run(programs[program] ?? program, words, { cwd: root });
}

const programs = { node: process.execPath, cargo };
