// A Capacitor app in headless Chromium: the real @capacitor/core over the real native-bridge.js of @capacitor/android. What Java
// would do behind `androidBridge`, this does.
import { readFileSync } from "node:fs";
import { build } from "esbuild";
import { at } from "../../../scripts/lib/paths.mjs";
import { browser as onThisMachine } from "../../../scripts/lib/tools.mjs";
import { Failure } from "../../../scripts/lib/run.mjs";
import { Talk, require, tool } from "./tools.mjs";

const { chromium } = require("playwright-core");
const args = [
  "--disable-gpu",
  "--disable-dev-shm-usage",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--no-first-run",
];
const origin = "https://localhost";

export async function startChromium() {
  return new Capacitor(await launch(), await bundle("app.js", appSource));
}

export async function launch() {
  const { chrome: executablePath } = onThisMachine();
  if (!executablePath) throw new Failure("Chromium is missing: on Debian `apt-get install chromium` as root");
  return chromium.launch({ executablePath, args, chromiumSandbox: process.getuid?.() !== 0 });
}

export async function bundle(name, contents) {
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: at("tests", "bridges"), loader: "js", sourcefile: name },
    bundle: true,
    write: false,
    format: "iife",
    charset: "ascii",
    logLevel: "warning",
    alias: { "@capacitor/core": tool("@capacitor/core") },
  });
  return outputFiles[0].text;
}

const appSource = `
  import { createReplaceable, createVerifier } from "chainpin";
  import { attach } from "chainpin/capacitor";
  import { app } from "./app.mjs";
  window.command = app({ createReplaceable, createVerifier, attach }, (text) => window.said(text));
  window.said(JSON.stringify({ ready: Capacitor.getPlatform() }));
`;

/** What Android injects before the page's own scripts. */
export const injected = `
  window.androidBridge = { postMessage: (text) => window.toAndroid(text) };
  ${readFileSync(tool("@capacitor/android", "capacitor", "src", "main", "assets", "native-bridge.js"), "utf8")}
  const rtypes = { post: "promise", addListener: undefined, removeListener: undefined, removeAllListeners: "promise", checkPermissions: "promise", requestPermissions: "promise" };
  window.Capacitor.PluginHeaders = [{ name: "Chainpin", methods: Object.entries(rtypes).map(([name, rtype]) => ({ name, rtype })) }];
`;

export class Capacitor {
  name = "Capacitor in Chromium";
  /** Set by the test: `receive(text)` of the main frame, `gone()`. */
  native = undefined;
  talk = new Talk((text) => void this.page.evaluate((command) => window.command(command), text));
  listeners = new Map();

  constructor(browser, script) {
    this.browser = browser;
    this.script = script;
  }

  async open() {
    const page = await this.browser.newPage();
    this.page = page;
    let ready;
    const isReady = new Promise((resolve) => (ready = resolve));
    await page.exposeBinding("toAndroid", ({ frame }, text) => this.called(frame, JSON.parse(text)));
    await page.exposeBinding("said", ({ frame }, text) =>
      frame !== page.mainFrame() ? undefined : JSON.parse(text).ready ? ready(text) : this.talk.hear(text),
    );
    await page.addInitScript({ content: injected });
    await page.route(`${origin}/**`, (route) => {
      const script = route.request().url().endsWith("/app.js");
      return route.fulfill(
        script
          ? { contentType: "text/javascript", body: this.script }
          : { contentType: "text/html", body: '<!doctype html><script src="app.js"></script>' },
      );
    });
    page.on("pageerror", (error) => console.error(`the page: ${error}`));
    page.on("framenavigated", (frame) => frame === page.mainFrame() && this.gone());
    page.on("close", () => this.gone());
    page.on("crash", () => this.gone());
    await page.goto(`${origin}/`);
    await isReady;
  }

  /** A call of a plugin's method, as Capacitor's MessageHandler gets it. */
  called(frame, { callbackId, pluginId, methodName, options }) {
    if (pluginId !== "Chainpin" || frame !== this.page.mainFrame()) return;
    if (methodName === "addListener") this.listeners.set(callbackId, options.eventName);
    else if (methodName === "removeListener") this.listeners.delete(options.callbackId);
    else {
      this.back({ callbackId, pluginId, methodName, success: true, data: {}, save: false });
      this.native?.receive(options.text);
    }
  }

  /** To the page: the event of each listener. */
  send(text) {
    for (const [callbackId, event] of this.listeners) {
      if (event === "message")
        this.back({ callbackId, pluginId: "Chainpin", methodName: "addListener", success: true, data: { text }, save: true });
    }
  }

  back(result) {
    const { page } = this;
    // A page that is gone hears nothing; native goes by its deadline.
    page
      .evaluate((data) => window.androidBridge.onmessage({ data }), JSON.stringify(result))
      .catch((error) => page.isClosed() || /crash|closed|context/i.test(error.message) || console.error(error));
  }

  gone() {
    this.listeners.clear();
    if (!this.silent) this.native?.gone();
  }

  /** Another frame of the page, of another origin, which says `text` to the plugin. */
  async speakFromFrame(text) {
    await this.page.route("https://elsewhere.example/**", (route) => route.fulfill({ contentType: "text/html", body: "<!doctype html>" }));
    await this.page.evaluate(
      () =>
        new Promise((resolve) => {
          const frame = Object.assign(document.createElement("iframe"), { src: "https://elsewhere.example/", onload: resolve });
          document.body.append(frame);
        }),
    );
    const frame = this.page.frames().find((frame) => frame.url().startsWith("https://elsewhere.example"));
    await frame.evaluate(
      (message) =>
        window.toAndroid(JSON.stringify({ callbackId: "1", pluginId: "Chainpin", methodName: "post", options: { text: message } })),
      text,
    );
  }

  /** Ends the page in the middle; `silent`: nobody tells native. */
  async kill({ silent }) {
    this.silent = silent;
    await this.page.close();
    this.silent = false;
    this.listeners.clear();
  }

  async reload() {
    await this.page.reload();
  }

  async close() {
    await this.browser.close();
  }
}
