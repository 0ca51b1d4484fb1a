// A React Native app in the Hermes VM: the adapter with React Native's own TurboModuleRegistry and NativeEventEmitter, bundled by
// Metro. The VM reads a line at a time from its standard input and evaluates it: that is how native's events come in.
import { spawn } from "node:child_process";
import { at } from "../../../scripts/lib/paths.mjs";
import { Talk } from "./tools.mjs";
import { bundleWithMetro } from "./metro.mjs";

const folders = { linux: "linux64-bin", darwin: "osx-bin", win32: "win64-bin" };
const hermes = at("node_modules", "hermes-engine-cli", folders[process.platform], "hermes");

export async function startHermes(folder) {
  return new ReactNative(await bundleWithMetro(folder));
}

/** What React Native's runtime has before the app's bundle runs. */
const prelude = `
  var global = globalThis;
  var listening = 0;
  globalThis.__turboModuleProxy = function (name) {
    if (name === "PlatformConstants") return { getConstants: function () { return {}; } };
    if (name !== "Chainpin") return null;
    return {
      post: function (text) { print("@post " + text); },
      addListener: function () { listening++; },
      removeListeners: function (count) { listening -= count; },
    };
  };
  globalThis.nativeModuleProxy = {};
  globalThis.said = function (text) { print("@said " + text); };
  // The VM's own timers fire at once, whatever they are told.
  var timers = {};
  var lastTimer = 0;
  globalThis.setTimeout = function (run, millis) {
    timers[++lastTimer] = run;
    print("@timer " + JSON.stringify({ id: lastTimer, millis: millis || 0 }));
    return lastTimer;
  };
  globalThis.clearTimeout = function (id) { delete timers[id]; };
  globalThis.fire = function (id) {
    var run = timers[id];
    delete timers[id];
    if (run) run();
  };
`;

export class ReactNative {
  name = "React Native in Hermes";
  native = undefined;
  talk = new Talk((text) => this.evaluate(`command(${JSON.stringify(text)})`));

  constructor(bundle) {
    this.bundle = bundle;
  }

  async open() {
    const child = spawn(hermes, ["-O", "-w"], { stdio: ["pipe", "pipe", "inherit"] });
    this.child = child;
    // A VM that was killed reads no more.
    child.stdin.on("error", () => {});
    let rest = "";
    const ready = new Promise((resolve, reject) => {
      child.stdout.setEncoding("utf8").on("data", (text) => {
        const lines = (rest + text).split("\n");
        rest = lines.pop();
        for (const line of lines) this.printed(line, resolve);
      });
      child.on("close", (code, signal) => {
        reject(new Error(`Hermes ended with ${signal ?? code}`));
        if (child === this.child && !this.silent) this.native?.gone();
      });
    });
    for (const code of [prelude, this.bundle]) this.evaluate(`(0, eval)(${JSON.stringify(code)})`);
    await ready;
  }

  /** Lines of ours; the others are the prompt, and values that nobody asked for. */
  printed(line, ready) {
    const [, kind, text] = /@(post|said|timer) (\{.*\})$/.exec(line) ?? [];
    if (kind === "post") this.native?.receive(text);
    else if (kind === "timer") this.runLater(JSON.parse(text));
    else if (kind === "said" && JSON.parse(text).ready) ready();
    else if (kind === "said") this.talk.hear(text);
    else if (/Error/.test(line)) console.error(`Hermes: ${line.slice(0, 500)}`);
  }

  runLater({ id, millis }) {
    const { child } = this;
    const fire = () => child === this.child && child.exitCode === null && this.evaluate(`fire(${id})`);
    setTimeout(fire, millis).unref();
  }

  evaluate(code) {
    this.child.stdin.write(`${code}; undefined\n`);
  }

  send(text) {
    this.evaluate(`fromNative(${JSON.stringify(text)})`);
  }

  async kill({ silent }) {
    const { child } = this;
    this.silent = silent;
    const ended = new Promise((resolve) => child.once("close", resolve));
    child.kill("SIGKILL");
    await ended;
    this.silent = false;
  }

  /** React Native throws the runtime away, tells its modules, and makes another. */
  async reload() {
    await this.kill({ silent: false });
    await this.open();
  }

  async close() {
    this.silent = true;
    this.child.stdin.end();
  }
}
