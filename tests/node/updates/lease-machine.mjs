// A machine for lease-model.mjs: processes that are stopped and killed at random, time, and a file system whose operations look their folder
// up in one step and act in a later one, as kernels and NFS clients do.

import assert from "node:assert/strict";

export class Machine {
  now = 0;
  turns = [];
  timers = [];
  root = folder();
  landed = () => {};

  /** `random(most)` is a number below `most`; what happens is added up in `counts`. */
  constructor(random, counts) {
    this.random = random;
    this.counts = counts;
  }

  /** A process: its file system, its timers. */
  start() {
    const worker = { killed: false, stoppedUntil: 0, troubleIn: undefined, isTroubled: false };
    const turn = () => {
      if (worker.troubleIn-- === 0) this.trouble(worker);
      return new Promise((resolve) => this.turns.push({ worker, act: resolve }));
    };
    worker.fs = new Files(this, turn, () => worker.isTroubled && this.random(3) === 0 && this.trouble(worker));
    worker.timers = {
      sleep: (milliseconds) => new Promise((resolve) => this.timers.push({ worker, at: this.now + milliseconds, act: resolve })),
      every: (milliseconds, tick) => {
        const timer = { worker, at: this.now + milliseconds, act: tick, again: milliseconds };
        this.timers.push(timer);
        return () => void ((timer.again = undefined), (this.timers = this.timers.filter((other) => other !== timer)));
      },
    };
    return worker;
  }

  /** Until all have ended that were not killed. */
  async play(workers, name) {
    const { random } = this;
    let failure;
    const over = new Set();
    for (const worker of workers)
      worker.ended.then(
        () => over.add(worker),
        (error) => (failure = error),
      );
    for (let step = 0; workers.some((worker) => !worker.killed && !over.has(worker)); step++) {
      await new Promise((resolve) => setImmediate(resolve)); // all that follows from the last step
      if (failure) throw failure;
      assert.ok(step < 30_000, `${name}: no end`);
      const runs = ({ worker }) => !worker.killed && worker.stoppedUntil <= this.now;
      const ready = this.turns.filter(runs);
      // Most steps are file operations; now and then time passes while one is on its way.
      if (ready.length > 0 && random(40) > 0) {
        const chosen = ready[random(ready.length)];
        this.turns.splice(this.turns.indexOf(chosen), 1);
        chosen.act();
      } else {
        this.pass();
      }
    }
  }

  trouble(worker) {
    if (this.random(12) === 0) {
      this.counts.killed++;
      worker.killed = true;
    } else {
      this.counts.stopped++;
      worker.stoppedUntil = this.now + this.random(20_000);
    }
  }

  /** To the next timer; those of a process that is stopped come when it goes on. */
  pass() {
    const due = ({ worker, at }) => (worker.killed ? Infinity : Math.max(at, worker.stoppedUntil));
    const waiting = [...this.timers, ...this.turns.map(({ worker }) => ({ worker, at: 0 }))]
      .map(due)
      .filter((at) => at > this.now && at < Infinity);
    const late = this.timers.filter((timer) => due(timer) <= this.now);
    const next = late.length > 0 ? this.now : Math.min(...waiting);
    if (next === Infinity) return;
    this.now = next;
    const [timer] = this.timers.filter((timer) => due(timer) <= this.now);
    if (timer === undefined) return;
    if (timer.again === undefined) this.timers.splice(this.timers.indexOf(timer), 1);
    else timer.at = this.now + timer.again;
    timer.act();
  }

  names(path) {
    return [...find(this.root, path).entries.keys()];
  }
}

/** `node:fs/promises` of one process. */
class Files {
  /** What a folder or file was like when this process looked last: NFS may give it again. */
  seen = new Map();

  constructor(machine, turn, trouble) {
    this.machine = machine;
    this.turn = turn;
    this.trouble = trouble;
  }

  /** The folder that holds `path`, looked up now; what is done to it comes later. */
  async parent(path) {
    await this.turn();
    const at = path.lastIndexOf("/");
    return [find(this.machine.root, path.slice(0, at)), path.slice(at + 1)];
  }

  async mkdir(path) {
    for (let at = path.indexOf("/", 1); ; at = path.indexOf("/", at + 1)) {
      const [parent, name] = await this.parent(at < 0 ? path : path.slice(0, at));
      await this.turn();
      alive(parent);
      if (!parent.entries.has(name)) parent.entries.set(name, folder());
      if (at < 0) return;
    }
  }

  async open(path, flags) {
    const [parent, name] = await this.parent(path);
    await this.turn();
    alive(parent);
    let file = parent.entries.get(name);
    if (flags === "wx" && file) fail("EEXIST");
    if (flags === "r" && !file) fail("ENOENT");
    if (!file) parent.entries.set(name, (file = { text: "" }));
    if (flags !== "r") file.text = "";
    return {
      writeFile: async (text) => (await this.turn(), void (file.text = text)),
      sync: () => this.turn(),
      close: () => this.turn(),
    };
  }

  async readdir(path) {
    const [found] = await this.parent(`${path}/.`);
    await this.turn();
    return this.perhapsOld(path, [...found.entries.keys()]);
  }

  async readFile(path) {
    const [parent, name] = await this.parent(path);
    await this.turn();
    const file = alive(parent).entries.get(name) ?? fail("ENOENT");
    // The data is read under the lock: a client opens it anew, and an open asks the server.
    return path.endsWith("/beat") ? this.perhapsOld(path, file.text) : file.text;
  }

  perhapsOld(path, value) {
    const old = this.seen.get(path);
    if (old !== undefined && this.machine.random(10) === 0) return old;
    this.seen.set(path, value);
    return value;
  }

  async rename(from, to) {
    const [source, name] = await this.parent(from);
    const [target, newName] = await this.parent(to);
    // The moments that matter: a value that is about to be put in place, a lease that has just been ended.
    if (to === "/f/n") this.trouble();
    await this.turn();
    const moved = alive(source).entries.get(name) ?? fail("ENOENT");
    const there = alive(target).entries.get(newName);
    if (there?.entries) {
      if (!moved.entries) fail("EISDIR");
      if (there.entries.size > 0) fail(this.machine.random(2) === 0 ? "ENOTEMPTY" : "EEXIST");
      there.dead = true;
    }
    source.entries.delete(name);
    target.entries.set(newName, moved);
    if (/^\/f\/_lock\.[^/]+$/.test(from) && to !== "/f/_lock") this.machine.counts.swept++;
    if (to === "/f/n") this.machine.landed(moved.text);
    if (to.endsWith(".over")) this.trouble();
  }

  async rmdir(path) {
    const [parent, name] = await this.parent(path);
    await this.turn();
    const found = alive(parent).entries.get(name) ?? fail("ENOENT");
    if (!found.entries) fail("ENOTDIR");
    if (found.entries.size > 0) fail("ENOTEMPTY");
    found.dead = true;
    parent.entries.delete(name);
  }

  async unlink(path) {
    const [parent, name] = await this.parent(path);
    await this.turn();
    const found = alive(parent).entries.get(name) ?? fail("ENOENT");
    if (found.entries) fail("EISDIR");
    parent.entries.delete(name);
  }

  /** In its steps, as Node does it. */
  async rm(path) {
    const unless = async (code, step) => {
      try {
        await step;
        return true;
      } catch (error) {
        if (error.code !== code) throw error;
        return false;
      }
    };
    if (await unless("EISDIR", unless("ENOENT", this.unlink(path)))) return;
    let names = [];
    await unless(
      "ENOENT",
      this.parent(`${path}/.`).then(([found]) => (names = [...found.entries.keys()])),
    );
    for (const name of names) await this.rm(`${path}/${name}`);
    await unless("ENOENT", this.rmdir(path));
  }
}

function folder() {
  return { entries: new Map(), dead: false };
}

function find(root, path) {
  let found = root;
  for (const name of path.split("/").slice(1)) found = found?.entries?.get(name);
  if (!found) fail("ENOENT");
  if (!found.entries) fail("ENOTDIR");
  return found;
}

/** In a folder that was removed, nothing is made or found. */
function alive(parent) {
  return parent.dead ? fail("ENOENT") : parent;
}

function fail(code) {
  throw Object.assign(new Error(code), { code });
}
