// What `npm test` runs: every check and test.
import { runLanes } from "./lib/lanes.mjs";
import { root } from "./lib/paths.mjs";
import { main, run } from "./lib/run.mjs";

/** On a developer's machine the Android side runs with the newest OkHttp alone: a minute less. */
const okHttp = process.env.CI ? [] : ["5"];

main(async () => {
  // First, for two at once would be in each other's way.
  run(process.execPath, ["scripts/setup.mjs"], { cwd: root });
  run(process.execPath, ["scripts/build.mjs"], { cwd: root });

  await runLanes([
    [["check"], ["test:rust"], ["test:browser"], ["test:node"]],
    [["test:packaging"], ["test:bridges", ...okHttp], ["test:collector"], ["test:clients"]],
  ]);
});
