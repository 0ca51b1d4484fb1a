const { readFileSync } = require("fs");
const { scenario } = require("./scenario.cjs");

const print = (line) => process.stdout.write(`${line}\n`);
const entries = {
  chainpin: () => require("chainpin"),
  "chainpin/js": () => require("chainpin/js"),
  "chainpin/slim": () => require("chainpin/slim"),
  "chainpin/auto": () => require("chainpin/auto"),
};

for (const [name, load] of Object.entries(entries)) {
  test(name, () =>
    scenario(print, name, load(), name === "chainpin/slim" ? readFileSync("node_modules/chainpin/dist/chainpin.wasm") : undefined),
  );
}
