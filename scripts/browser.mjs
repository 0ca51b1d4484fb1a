// tests/browser.rs in headless Chromium, by wasm-pack and chromedriver.
import { mkdirSync, writeFileSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { root, target } from "./lib/paths.mjs";
import { Failure, main, run } from "./lib/run.mjs";
import { browser, need, tools } from "./lib/tools.mjs";

main(() => {
  const { chrome, chromedriver } = browser();
  if (!chrome || !chromedriver) {
    throw new Failure(
      `the browser tests need ${chrome ? "chromedriver" : "Chromium"}: on Debian \`apt-get install chromium chromium-driver\` as root, ` +
        "elsewhere Chrome and the ChromeDriver of its version on PATH",
    );
  }
  const args = ["test", "--headless", "--chrome", "--chromedriver", chromedriver, "--mode", "no-install", "--", "--test", "browser"];
  run(need(tools.wasmPack), args, {
    cwd: root,
    env: {
      PATH: [dirname(need(tools.testRunner)), process.env.PATH].join(delimiter),
      WASM_BINDGEN_TEST_TIMEOUT: "120",
      WASM_BINDGEN_TEST_WEBDRIVER_JSON: capabilities(chrome),
    },
  });
});

function capabilities(binary) {
  const args = ["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run", ...silent];
  // Chromium has no sandbox for root, as which tests run in containers.
  if (process.getuid?.() === 0) args.push("--no-sandbox");
  const file = join(target, "webdriver.json");
  mkdirSync(target, { recursive: true });
  writeFileSync(file, JSON.stringify({ "goog:chromeOptions": { binary, args } }));
  return file;
}

const silent = ["--disable-background-networking", "--disable-component-update", "--disable-sync"];
