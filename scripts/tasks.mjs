// Every `npm run NAME`; package.json only names them, and scripts/task.mjs runs them.
//   needs   parts of the set-up (scripts/setup.mjs)
//   builds  pkg/dist is built first, for which the set-up's `build` is needed
//   run     commands, one after the other; the words after `--` go to the last
//   lanes   other tasks instead, each with its words: the lanes run side by side, and need what their tasks need

/** On a developer's machine the Android side runs with the newest OkHttp alone: a minute less. */
const okHttp = process.env.CI ? [] : ["5"];

export const tasks = {
  start: { builds: true, run: [["node", "examples/verdicts/main.mjs"]] },
  setup: { run: [["node", "scripts/setup.mjs"]] },
  build: { needs: ["build"], run: [["node", "scripts/build.mjs"]] },

  test: {
    lanes: [
      [["check"], ["test:rust"], ["test:browser"], ["test:node"]],
      [["test:packaging"], ["test:bridges", ...okHttp], ["test:collector"], ["test:clients"]],
    ],
  },
  check: { builds: true, run: [["node", "scripts/check.mjs"]] },
  "test:rust": { needs: ["rust"], run: [["cargo", "test"]] },
  // Two files at once: most of them wait for servers, processes or a single thread now and then.
  "test:node": { builds: true, run: [["node", "scripts/node-tests.mjs", "tests/node", "--test-concurrency=2"]] },
  "test:clients": { needs: ["clients"], builds: true, run: [["node", "scripts/node-tests.mjs", "tests/clients"]] },
  "test:collector": { needs: ["collector"], builds: true, run: [["node", "scripts/node-tests.mjs", "tests/collector"]] },
  "test:browser": { needs: ["browser"], run: [["node", "scripts/browser.mjs"]] },
  "test:packaging": { needs: ["packaging"], builds: true, run: [["node", "tests/packaging/main.mjs"]] },
  "test:bridges": {
    needs: ["bridges"],
    builds: true,
    run: [
      ["node", "tests/bridges/main.mjs"],
      ["node", "tests/bridges/android/run.mjs"],
    ],
  },

  // The slow suites, each in its bounded form.
  proof: {
    lanes: [
      [["fuzz"], ["coverage"], ["mutants", "--changed"]],
      [
        ["test:inspector"],
        ["test:oracles"],
        ["test:differential"],
        ["test:spark"],
        ["test:ios"],
        ["test:android"],
        ["soak"],
        ["reproducible"],
        ["audit"],
        ["budgets"],
      ],
    ],
  },
  "test:inspector": {
    needs: ["inspector"],
    builds: true,
    run: [
      ["npm", "run", "--silent", "--prefix", "examples/inspector", "build"],
      ["node", "scripts/node-tests.mjs", "examples/inspector/test", "--test-concurrency=2"],
    ],
  },
  "test:oracles": { needs: ["oracles"], builds: true, run: [["node", "tests/oracles/main.mjs"]] },
  "test:differential": { needs: ["differential"], run: [["node", "tests/differential/run.mjs"]] },
  "test:spark": { needs: ["spark"], builds: true, run: [["node", "scripts/node-tests.mjs", "tests/spark"]] },
  "test:ios": { needs: ["packaging", "ios"], builds: true, run: [["node", "tests/bridges/ios/run.mjs"]] },
  "test:android": { needs: ["bridges"], run: [["node", "tests/bridges/android/checks.mjs"]] },
  fuzz: { needs: ["fuzz"], run: [["node", "tests/fuzz/run.mjs"]] },
  coverage: { needs: ["coverage"], run: [["node", "scripts/coverage.mjs"]] },
  mutants: { needs: ["mutants"], run: [["node", "scripts/mutants.mjs"]] },
  soak: { builds: true, run: [["node", "tests/soak/main.mjs"]] },
  reproducible: { needs: ["build"], run: [["node", "scripts/reproducible.mjs"]] },
  // npm checks the signatures of what is installed.
  audit: { needs: ["packages", "audit"], run: [["node", "scripts/audit.mjs"]] },
  budgets: { builds: true, run: [["node", "tests/bench/budgets.mjs"]] },

  pack: { builds: true, run: [["node", "scripts/pack.mjs"]] },
  bench: { needs: ["bridges", "collector"], builds: true, run: [["node", "tests/bench/main.mjs"]] },
  docs: { run: [["node", "scripts/docs.mjs"]] },
  "docs:api": { needs: ["packages"], run: [["node", "scripts/docs-api.mjs"]] },
  schema: { needs: ["rust"], run: [["node", "scripts/schema.mjs"]] },
  layers: { needs: ["packages"], run: [["node", "scripts/layers.mjs"]] },
  format: { needs: ["packages"], run: [["node", "node_modules/@biomejs/biome/bin/biome", "format", "--write"]] },
  lint: { needs: ["packages"], run: [["node", "node_modules/@biomejs/biome/bin/biome", "lint"]] },
  manifest: { run: [["node", "scripts/manifest.mjs"]] },
  sbom: { needs: ["rust"], run: [["node", "scripts/sbom.mjs"]] },
};

/** The parts of the set-up that a task needs, its lanes' tasks included. */
export function needsOf({ lanes = [], needs = [], builds = false }) {
  const inLanes = lanes.flat().flatMap(([name]) => needsOf(tasks[name]));
  return [...new Set([...(builds ? ["build"] : []), ...needs, ...inLanes])];
}

/** Whether pkg/dist is built for it. */
export function buildsFor({ lanes = [], builds = false }) {
  return builds || lanes.flat().some(([name]) => buildsFor(tasks[name]));
}
