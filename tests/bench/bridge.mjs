import { readFileSync } from "node:fs";
import { at } from "../../scripts/lib/paths.mjs";
import { bundle, injected, launch } from "../bridges/engines/chromium.mjs";
import { bundleForHermes, runInHermes } from "../hermes/vm.mjs";
import { realChains } from "./chains.mjs";
import { Group } from "./figures.mjs";
import { median } from "./measure.mjs";
import { policyOf } from "./policies.mjs";

/** How long a held connection waits for JavaScript: from the text of native's message to the text of the answer. */
export async function measureBridge({ quick }) {
  const given = {
    messages: quick ? 100 : 1000,
    policy: policyOf(realChains, ({ pins }) => pins[0], 10),
    chains: realChains.map(({ host, base64 }) => ({ host, chain: base64 })),
  };
  const chromium = await inChromium(given);
  const hermes = await inHermes(given);

  const group = new Group("bridge", `Over the bridge: ${given.messages} messages one after the other, validated, two certificates`);
  group.add("chromium", "chainpin/capacitor in Chromium, median", median(chromium), "ms", { atMost: 2 });
  group.add("chromium-p99", "the slowest of a hundred", percentile(chromium), "ms");
  group.add("hermes", "chainpin/bridge in Hermes 0.12, median of turns of 20", median(hermes), "ms", { atMost: 15 });
  group.add("hermes-p99", "the slowest of a hundred turns", percentile(hermes), "ms");
  return group;
}

/** In the page, through @capacitor/core and its native-bridge.js, with the clock of an isolated page, which is fine enough. */
async function inChromium(given) {
  const script = await bundle(
    "bench.js",
    `
    import { createVerifierSync } from "chainpin";
    import { attach } from "chainpin/capacitor";
    import { measure } from "./in-page.mjs";
    window.measure = (given) => measure(given, createVerifierSync, attach);
    `,
  );
  const browser = await launch();
  try {
    const page = await browser.newPage();
    await page.addInitScript({ content: injected });
    const headers = { "cross-origin-opener-policy": "same-origin", "cross-origin-embedder-policy": "require-corp" };
    await page.route("https://localhost/**", (route) => route.fulfill({ contentType: "text/html", headers, body: "<!doctype html>" }));
    await page.goto("https://localhost/");
    await page.addScriptTag({ content: script });
    return await page.evaluate((given) => window.measure(given), given);
  } finally {
    await browser.close();
  }
}

async function inHermes(given) {
  const source = readFileSync(new URL("bridge-in-hermes.mjs", import.meta.url), "utf8");
  const [line] = runInHermes(await bundleForHermes(source, { given }, {}, at("tests", "bench")), { seconds: 300 });
  return JSON.parse(line);
}

function percentile(values) {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * 0.99)];
}
