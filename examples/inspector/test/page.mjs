// The built page, served from this machine and opened in Chromium.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { fileURLToPath } from "node:url";
import { chromium } from "playwright-core";
import { browser as onThisMachine } from "../../../scripts/lib/tools.mjs";

export const here = fileURLToPath(new URL("..", import.meta.url));
export const dist = join(here, "dist");
export const chains = fileURLToPath(new URL("../../../tests/vectors/chains/", import.meta.url));

/** The day that all tests take for today. */
export const today = "2026-11-24";

const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css",
  ".wasm": "application/wasm",
  ".svg": "image/svg+xml",
  ".webmanifest": "application/manifest+json",
};

/** What README.md says a server should send: what the page's own policy cannot say. */
const headers = {
  "content-security-policy": "frame-ancestors 'none'",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-cache",
};

const args = [
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

/** Starts a server of the build and Chromium: `{ origin, open(hash?, options?), browser, stopServer, close }`. */
export async function begin() {
  const { chrome: executablePath } = onThisMachine();
  if (!executablePath) throw new Error("Chromium is missing: on Debian `apt-get install chromium` as root");
  const server = createServer(({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
    try {
      const body = readFileSync(join(dist, path.endsWith("/") ? `${path}index.html` : path));
      response.writeHead(200, { "content-type": types[extname(path)] ?? "text/html; charset=utf-8", ...headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const origin = `http://127.0.0.1:${server.address().port}`;
  const browser = await chromium.launch({ executablePath, args, chromiumSandbox: process.getuid?.() !== 0 });
  const stopServer = () => {
    server.close();
    server.closeAllConnections();
  };
  return {
    origin,
    browser,
    stopServer,
    open: (hash = "", options = {}) => open(browser, origin, hash, options),
    async close() {
      stopServer();
      await browser.close();
    },
  };
}

/** A page in a context of its own: `{ page, context, trouble, requests }`; `trouble` is what the console and the policy complained of. */
async function open(browser, origin, hash, { width = 1280, height = 900, colors = "light", init, ...more }) {
  // Without the service worker, unless a test is about it: it would fetch all files again for each context.
  const context = await browser.newContext({
    viewport: { width, height },
    colorScheme: colors,
    permissions: ["clipboard-read", "clipboard-write"],
    serviceWorkers: "block",
    ...more,
  });
  const page = await context.newPage();
  page.setDefaultTimeout(15_000);
  const trouble = [];
  const requests = [];
  page.on("console", (message) => {
    const text = message.text();
    if (["error", "warning"].includes(message.type()) && !text.startsWith("Service Worker registration blocked by Playwright"))
      trouble.push(text);
  });
  page.on("pageerror", (error) => trouble.push(String(error)));
  context.on("request", (request) => requests.push(request.url()));
  await page.clock.setFixedTime(new Date(`${today}T12:00:00Z`));
  if (init) await page.addInitScript(init);
  await page.addInitScript(() =>
    addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
      console.error(`policy: ${violatedDirective} ${blockedURI}`),
    ),
  );
  await page.goto(`${origin}/${hash}`);
  await page.locator("main").waitFor();
  return { page, context, trouble, requests };
}

/** What is drawn: `{ verdict, cards, links, pins, findings }`. */
export async function seen(page) {
  return page.evaluate(() => {
    const texts = (selector, read) => [...document.querySelectorAll(selector)].map(read);
    return {
      title: document.querySelector("#banner .title")?.textContent,
      sentence: document.querySelector("#banner .sentence")?.textContent,
      facts: texts("#banner .facts code", ({ textContent }) => textContent).join(" "),
      cards: texts(
        ".card",
        (card) => `${card.dataset.index} ${card.dataset.standing}${card.classList.contains("matched") ? " matched" : ""}`,
      ),
      links: texts(
        ".link",
        (link) =>
          `${link.dataset.from}>${link.dataset.to} ${link.classList.contains("solid") ? "solid" : "broken"}${link.classList.contains("grey") ? " grey" : ""}`,
      ),
      pins: texts(".hit", (hit) => `${hit.dataset.state} ${hit.dataset.at}`.trim()),
    };
  });
}

/** Lets files fall on the page, as from a desktop: `[{ name, content }]`. */
export async function drop(page, files) {
  const given = files.map(({ name, content }) => ({ name, base64: Buffer.from(content).toString("base64") }));
  const transfer = await page.evaluateHandle((given) => {
    const transfer = new DataTransfer();
    for (const { name, base64 } of given)
      transfer.items.add(new File([Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))], name));
    return transfer;
  }, given);
  await page.evaluate(() => document.getElementById("notices").replaceChildren());
  await page.dispatchEvent("body", "drop", { dataTransfer: transfer });
  await page.locator(".notice").first().waitFor();
}

export function chain(name) {
  return readFileSync(join(chains, `${name}.pem`), "utf8");
}
