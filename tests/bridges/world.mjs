// What a scenario acts on: one app in an engine, one native side, the servers.
import { Native } from "./native/native.mjs";
import { host, otherHost } from "./native/servers.mjs";

export class World {
  constructor({ engine, servers, certificates }) {
    Object.assign(this, { engine, servers, certificates, host, otherHost });
    this.leafPin = certificates.leaf.pin;
    this.authorityPin = certificates.authority.pin;
    this.strayPin = `sha256/${Buffer.alloc(32, 7).toString("base64").replace(/^./, "C")}`;
  }

  /** A new native side; the app attaches unless told otherwise. */
  async begin({ policy = this.policy([this.leafPin]), attach = true, ...options } = {}) {
    const { engine, certificates } = this;
    for (const server of Object.values(this.servers)) server.reset();
    engine.talk.heard.length = 0;
    this.native = new Native({
      trust: { roots: [certificates.root, certificates.otherRoot], userRoots: [certificates.userRoot] },
      send: (text) => engine.send(text),
      ...options,
    });
    const { native } = this;
    engine.native = { receive: (text) => native.receive(text), gone: () => native.gate.pageClosed() };
    if (attach) await this.expectDone({ do: "attach", policy });
    return this;
  }

  policy(pins, { sequence = 1, host = this.host, rule, ...more } = {}) {
    return { version: 1, id: "bridges", sequence, rules: [{ host, pins, ...rule }], ...more };
  }

  url(server, { host = this.host, path = "/" } = {}) {
    return `https://${host}:${this.servers[server].port}${path}`;
  }

  ask(command) {
    return this.engine.talk.ask(command);
  }

  async expectDone(command) {
    const { error, message } = await this.ask(command);
    if (error) throw new Error(`${command.do}: ${error}: ${message}`);
  }

  fetch(server, { host, path, init } = {}) {
    return this.ask({ do: "fetch", url: this.url(server, { host, path }), init });
  }

  /** `200`, or the code of the failure; then how many requests reached the server. */
  async outcome(server, options) {
    const before = this.servers[server].requests;
    const { status, error } = await this.fetch(server, options);
    return `${error ?? status}, ${this.servers[server].requests - before} reached`;
  }

  /** Until `test()` holds. */
  async until(test, what, seconds = 20) {
    for (const end = Date.now() + seconds * 1000; !test(); ) {
      if (Date.now() > end) throw new Error(`not within ${seconds} s: ${what}`);
      await sleep(2);
    }
  }

  /** Until so many connections are held whose answers have been kept from native. */
  waiting(count) {
    const { native } = this;
    return this.until(
      () => native.held === count && native.log.filter(({ from }) => from?.type === "answer").length === count,
      `${count} held`,
    );
  }

  notices() {
    return this.engine.talk.heard.filter(({ notice }) => notice).map(({ notice }) => notice.code);
  }

  /** What native still holds; and what it has open to the servers, once its pool is dropped. */
  async leaked() {
    this.native.close();
    const open = () => Object.values(this.servers).reduce((sum, server) => sum + server.open, 0);
    await this.until(() => open() === 0, "connections closed", 5).catch(() => {});
    return this.native.held + open();
  }
}

export function sleep(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
