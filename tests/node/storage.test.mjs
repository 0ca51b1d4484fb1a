// Where a store keeps its log: files that survive what a machine does to them, and the storages of browsers and phones.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import * as realFiles from "node:fs/promises";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { fileStorage } from "chainpin/file-storage";
import { asyncStorage, createPolicyStore, preferencesStorage, webStorage } from "chainpin/updates";
import { now, policy, signer } from "./signer.mjs";

const key = signer("a");

function folderFor(context) {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-storage-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "policies");
}

const open = (storage, bundle) => createPolicyStore({ keys: [key.jwk], embedded: policy(1), storage, now: () => now, fetch: async () => bundle });

test("files: what was set is got, by its owner only, under any key", async (context) => {
  const folder = folderFor(context);
  const storage = fileStorage(folder);
  assert.equal(await storage.get("a"), undefined);
  for (const name of ["a", "A", "../../escape", "Ü/😀\0", "chainpin.acme-mobile.a"]) {
    await storage.set(name, `of ${name}`);
    await storage.set(name, `of ${name}`.repeat(1000));
  }
  for (const name of ["a", "A", "../../escape", "Ü/😀\0"]) assert.equal(await storage.get(name), `of ${name}`.repeat(1000));
  assert.equal(readdirSync(folder).length, 5);
  for (const name of readdirSync(folder)) assert.equal(statSync(join(folder, name)).mode & 0o777, 0o600);
  assert.equal(statSync(folder).mode & 0o777, 0o700);
  assert.throws(() => fileStorage(""), TypeError);
});

test("files: the longest id, of capitals, has two files too", async (context) => {
  const folder = folderFor(context);
  for (const [index, id] of ["A".repeat(128), `${"A".repeat(127)}B`].entries()) {
    const options = { keys: [key.jwk], embedded: policy(1, { id }), storage: fileStorage(folder), now: () => now };
    for (const sequence of [2, 3]) {
      const store = await createPolicyStore({ ...options, fetch: async () => key.sign(policy(sequence, { id })) });
      assert.deepEqual(await store.update(), { accepted: true });
    }
    assert.equal(readdirSync(folder).length, 2 * (index + 1));
  }
});

test("files: a power cut at each step of a write leaves the old value or the new one", async (context) => {
  const folder = folderFor(context);
  await fileStorage(folder).set("a", "old");
  const left = [];
  for (let step = 0; ; step++) {
    const { fs, off, steps } = failing(step);
    const cut = await Promise.race([fileStorage(folder, fs).set("a", "new").then(() => false), off.then(() => true)]);
    left.push(await fileStorage(folder).get("a"));
    await fileStorage(folder).set("a", "old");
    if (!cut) {
      assert.ok(steps() >= 8, `${steps()} steps`);
      break;
    }
  }
  assert.deepEqual(new Set(left), new Set(["old", "new"]));
  assert.deepEqual(left, [...left].sort().reverse(), "old up to the one step that puts it in place, new from then on");
});

/** `node:fs/promises` that stops at its nth step, and gives no answer any more. */
function failing(step) {
  let count = 0;
  let stop;
  const off = new Promise((resolve) => (stop = resolve));
  const guarded = (object) =>
    new Proxy(object, {
      get(target, name) {
        const method = target[name];
        if (typeof method !== "function") return method;
        return async (...args) => {
          if (count++ >= step) return stop(), new Promise(() => {});
          const result = await method.apply(target, args);
          return typeof result?.sync === "function" ? guarded(result) : result;
        };
      },
    });
  return { fs: guarded(realFiles), off, steps: () => count };
}

test("files: a full disk, or a folder that is none, is storage-failed", async (context) => {
  const folder = folderFor(context);
  const { mkdir, open: openFile, readFile, rename, rm, stat } = realFiles;
  const full = async (...args) => {
    const file = await openFile(...args);
    if (args[0].endsWith("/lock")) return file;
    return { writeFile: () => Promise.reject(Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" })), sync: () => file.sync(), close: () => file.close() };
  };
  const store = await open(fileStorage(folder, { mkdir, open: full, readFile, rename, rm, stat }), key.sign(policy(2)));
  const { reason, message } = await store.update();
  assert.deepEqual([reason, /no space/.test(message), store.policy.sequence], ["storage-failed", true, 1]);

  writeFileSync(join(folder, "..", "file"), "");
  const nowhere = await open(fileStorage(join(folder, "..", "file")), key.sign(policy(2)));
  assert.equal((await nowhere.update()).reason, "storage-failed");
});

test("files: one process at a time, and none waits for the dead", async (context) => {
  const folder = folderFor(context);
  const counter = join(folder, "..", "counter");
  writeFileSync(counter, "0");
  const script = `
    import { fileStorage } from "chainpin/file-storage";
    import { readFileSync, writeFileSync } from "node:fs";
    import { setTimeout } from "node:timers/promises";
    const storage = fileStorage(${JSON.stringify(folder)});
    for (let round = 0; round < 20; round++) await storage.lock(async () => {
      const count = Number(readFileSync(${JSON.stringify(counter)}, "utf8"));
      await setTimeout(1);
      writeFileSync(${JSON.stringify(counter)}, String(count + 1));
    });`;
  assert.deepEqual(await Promise.all([1, 2, 3].map(() => run(script).ended)), [0, 0, 0]);
  assert.equal(readFileSync(counter, "utf8"), "60");

  const holder = run(`
    import { fileStorage } from "chainpin/file-storage";
    await fileStorage(${JSON.stringify(folder)}).lock(() => new Promise((resolve) => { console.log("held"); setTimeout(resolve, 60_000); }));`);
  await holder.said("held");
  assert.ok(existsSync(join(folder, "lock")));
  holder.child.kill("SIGKILL");
  await holder.ended;
  const started = Date.now();
  const runs = await Promise.all([1, 2, 3].map(() => run(script).ended));
  assert.deepEqual([runs, readFileSync(counter, "utf8")], [[0, 0, 0], "120"], "after a dead holder as before");
  assert.ok(Date.now() - started < 25_000);
});

test("files: killed in the middle of updates, again and again, the newest policy that was in use is there", { timeout: 120_000 }, async (context) => {
  const folder = folderFor(context);
  const script = `
    import { fileStorage } from "chainpin/file-storage";
    import { createPolicyStore } from "chainpin/updates";
    import { readFileSync } from "node:fs";
    const { keys, embedded, bundles, now } = JSON.parse(readFileSync(0, "utf8"));
    let next;
    const store = await createPolicyStore({ keys, embedded, storage: fileStorage(${JSON.stringify(folder)}), now: () => now, fetch: async () => next });
    console.log("in use " + store.policy.sequence);
    for (next of bundles.slice(store.policy.sequence - 1)) {
      const { accepted, reason } = await store.update();
      if (!accepted) throw new Error(reason);
      console.log("in use " + store.policy.sequence);
    }`;
  const bundles = Array.from({ length: 400 }, (_, index) => key.sign(policy(index + 2)));
  const input = JSON.stringify({ keys: [key.jwk], embedded: policy(1), bundles, now });
  let floor = 1;
  for (let life = 0; life < 12 && floor < 380; life++) {
    const { child, said, ended, output } = run(script, input);
    await said("in use");
    await new Promise((resolve) => setTimeout(resolve, 20 + life * 7));
    child.kill("SIGKILL");
    await ended;
    const sequences = [...output().matchAll(/^in use (\d+)$/gm)].map(([, sequence]) => Number(sequence));
    assert.ok(sequences[0] >= floor, `${sequences[0]} after ${floor}`);
    floor = Math.max(...sequences);
  }
  assert.ok(floor > 5, `${floor} updates`);
});

test("localStorage, with locks and without", async () => {
  const values = new Map();
  let quota = Infinity;
  const localStorage = {
    getItem: (key) => values.get(key) ?? null,
    setItem(key, value) {
      if (value.length > quota) throw new DOMException("quota exceeded", "QuotaExceededError");
      values.set(key, value);
    },
  };
  const requested = [];
  const locks = { request: (name, work) => (requested.push(name), work()) };
  const store = await open(webStorage(localStorage, locks), key.sign(policy(2)));
  assert.equal((await store.update()).accepted, true);
  assert.deepEqual(requested, ["chainpin.updates", "chainpin.updates"]);
  quota = 10;
  const later = await open(webStorage(localStorage), key.sign(policy(3)));
  assert.deepEqual([later.policy.sequence, (await later.update()).reason], [2, "storage-failed"]);
  assert.throws(() => webStorage(undefined), TypeError);
  assert.throws(() => webStorage(localStorage, {}), TypeError);
});

test("Capacitor Preferences and AsyncStorage, several stores at once", async () => {
  for (const [adapter, storage] of [
    [preferencesStorage, (values) => ({ get: async ({ key }) => ({ value: values.get(key) ?? null }), set: async ({ key, value }) => void values.set(key, value) })],
    [asyncStorage, (values) => ({ getItem: async (key) => values.get(key) ?? null, setItem: async (key, value) => void values.set(key, value) })],
  ]) {
    const one = storage(new Map());
    const stores = await Promise.all([3, 2, 4].map((sequence) => open(adapter(one), key.sign(policy(sequence)))));
    await Promise.all(stores.map((store) => store.update()));
    assert.equal((await open(adapter(one), "")).policy.sequence, 4);
    assert.throws(() => adapter(undefined), TypeError);
    assert.throws(() => adapter({}), TypeError);
  }
});

/** A process that runs a module; `said(text)` resolves when it has printed that. */
function run(script, input = "") {
  const child = spawn(process.execPath, ["--input-type=module", "-e", script], { cwd: fileURLToPath(new URL(".", import.meta.url)), stdio: ["pipe", "pipe", "inherit"] });
  let printed = "";
  const waiting = new Set();
  child.stdin.on("error", () => {}); // it may be killed while it reads
  child.stdin.end(input);
  child.stdout.on("data", (chunk) => {
    printed += chunk;
    for (const look of waiting) look();
  });
  const said = (text) =>
    new Promise((resolve) => {
      const look = () => printed.includes(text) && (waiting.delete(look), resolve());
      waiting.add(look);
      look();
    });
  return { child, said, output: () => printed, ended: new Promise((resolve) => child.on("close", resolve)) };
}
