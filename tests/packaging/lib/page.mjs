// A page of the app, served from this machine and opened in Chromium.
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join, normalize } from "node:path";
import { chromium } from "playwright-core";
import { browser as onThisMachine } from "../../../scripts/lib/tools.mjs";
import { app } from "./app.mjs";

const types = { ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".wasm": "application/wasm" };
const args = [
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];

const longestSeconds = 30;

/** Opens one page after the other, each until it prints `done`; gets `look`'s first argument: `(path) => { printed, loaded }`. */
export async function withChromium(look) {
  const { chrome: executablePath } = onThisMachine();
  if (!executablePath) throw new Error("Chromium is missing: on Debian `apt-get install chromium` as root");
  const browser = await chromium.launch({ executablePath, args, chromiumSandbox: process.getuid?.() !== 0 });
  try {
    return await look((url) => open(browser, url));
  } finally {
    await browser.close();
  }
}

/** Serves a folder of the app while `use(origin)` runs. `headers` go with every answer. */
export async function serving(folder, headers, use) {
  const server = createServer(({ url }, response) => {
    const path = normalize(decodeURIComponent(new URL(url, "http://localhost").pathname));
    try {
      const body = readFileSync(join(app, folder, path.endsWith("/") ? `${path}index.html` : path));
      response.writeHead(200, { "content-type": types[extname(path) || ".html"] ?? "application/octet-stream", ...headers }).end(body);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    return await use(`http://127.0.0.1:${server.address().port}`);
  } finally {
    server.close();
    server.closeAllConnections();
  }
}

/** What the page printed, and the scripts that it loaded: `{ path, text }`. */
async function open(browser, url) {
  const page = await browser.newPage();
  const lines = [];
  const loads = [];
  const ended = new Promise((resolve) => {
    page.on("console", (message) => (message.text() === "done" ? resolve() : lines.push(message.text())));
    page.on("pageerror", (error) => resolve(lines.push(String(error))));
    setTimeout(() => resolve(lines.push(`not done in ${longestSeconds} s`)), longestSeconds * 1000).unref();
  });
  page.on("response", (response) => {
    if (response.request().resourceType() === "script")
      loads.push(response.text().then((text) => ({ path: new URL(response.url()).pathname, text })));
  });
  await page.goto(url);
  await ended;
  const loaded = await Promise.all(loads);
  await page.close();
  return { printed: lines.join("\n"), loaded };
}
