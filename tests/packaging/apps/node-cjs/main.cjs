const { readFileSync } = require("node:fs");
const { scenario } = require("./scenario.cjs");

const module_ = readFileSync(require.resolve("chainpin/chainpin.wasm"));

scenario(console.log, "chainpin", require("chainpin"))
  .then(() => scenario(console.log, "chainpin/js", require("chainpin/js")))
  .then(() => scenario(console.log, "chainpin/slim", require("chainpin/slim"), module_))
  .then(() => scenario(console.log, "chainpin/auto", require("chainpin/auto")));
