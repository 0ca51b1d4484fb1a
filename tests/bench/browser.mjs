import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { at } from "../../scripts/lib/paths.mjs";
import { browser } from "../../scripts/lib/tools.mjs";
import { realChains } from "./chains.mjs";
import { Group } from "./figures.mjs";
import { median } from "./measure.mjs";
import { policyOf } from "./policies.mjs";

/** From import to the first verdict on a built page, each time on a page in a process of its own. */
export async function measureBrowser({ quick }) {
  const group = new Group("browser", "In Chromium: from import to the first verdict, on a built page");
  const { chrome } = browser();
  if (!chrome) {
    group.notes.push("Chromium is not here: not measured");
    return group;
  }
  const rounds = quick ? 3 : 15;
  group.add("chainpin", "chainpin", median(await timesOf(chrome, await built("chainpin"), rounds)), "ms", { atMost: 20 });
  group.add("js", "chainpin/js", median(await timesOf(chrome, await built("chainpin/js"), rounds)), "ms");
  return group;
}

/** An app's script as its bundler makes it: one file, minified. */
async function built(entry) {
  const [{ host, now, base64: chain }] = realChains;
  const given = JSON.stringify({ policy: policyOf(realChains, ({ pins }) => pins[0], 10), host, now, chain });
  const contents = `
    import { createVerifier } from "${entry}";
    const { policy, host, now, chain } = ${given};
    const verifier = await createVerifier(policy);
    if (!verifier.verify({ host, chain, source: "validated", now }).ok) throw new Error("no match");`;
  const options = { bundle: true, minify: true, write: false, format: "esm", target: "es2022", platform: "browser" };
  const { outputFiles } = await build({ stdin: { contents, resolveDir: at("tests", "bench") }, ...options });
  return outputFiles[0].text;
}

/** Tells how many ms it took, fetching the script from this machine included, and goes where it is sent. */
const page = `<!doctype html><link rel="icon" href="data:,"><script type="module">
  const from = performance.now();
  const told = await import("./app.js").then(() => performance.now() - from, String);
  location = await (await fetch("/told", { method: "POST", body: told })).text();
</script>`;

const longestSeconds = 60;

/** Loads the page again and again, each time from another site, so that Chromium takes a fresh process; the first is not counted. */
async function timesOf(chrome, script, rounds) {
  const profile = mkdtempSync(join(tmpdir(), "chainpin-chromium-"));
  const server = createServer();
  await new Promise((resolve) => server.listen(0, "localhost", resolve));
  const site = (number) => `http://page${number}.localhost:${server.address().port}/`;
  const chromium = spawn(chrome, [...args, `--user-data-dir=${profile}`, site(0)], { stdio: "ignore" });
  const closed = new Promise((resolve) => chromium.on("close", resolve));
  try {
    return await new Promise((resolve, reject) => {
      const times = [];
      setTimeout(() => reject(new Error(`Chromium was not ready in ${longestSeconds} s`)), longestSeconds * 1000).unref();
      chromium.on("error", reject);
      server.on("request", async (request, response) => {
        response.setHeader("cache-control", "no-store");
        response.setHeader("content-type", request.url === "/app.js" ? "text/javascript" : "text/html");
        if (request.method !== "POST") return response.end(request.url === "/app.js" ? script : page);
        const told = Buffer.concat(await request.toArray()).toString();
        if (!(told > 0)) reject(new Error(`in Chromium: ${told}`));
        times.push(Number(told));
        if (times.length > rounds) resolve(times.slice(1));
        else response.end(site(times.length));
      });
    });
  } finally {
    chromium.kill();
    await closed;
    server.close();
    server.closeAllConnections();
    rmSync(profile, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }
}

const args = [
  ...["--headless=new", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"],
  ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
  // Chromium has no sandbox for root, as which this runs in containers.
  ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
];
