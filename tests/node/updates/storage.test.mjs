// Where a store keeps its log: files that survive what a machine does to them, and the storages of browsers and phones.
import assert from "node:assert/strict";
import { execFile, spawn, spawnSync } from "node:child_process";
import * as realFiles from "node:fs/promises";
import { mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { fileURLToPath } from "node:url";
import { fileStorage } from "chainpin/file-storage";
import { asyncStorage, createPolicyStore, preferencesStorage, webStorage } from "chainpin/updates";
import { now, policy, signer } from "../lib/signer.mjs";

const key = signer("a");

function folderFor(context) {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-storage-"));
  context.after(() => rmSync(folder, { recursive: true, force: true }));
  return join(folder, "policies");
}

/** For a waiter who has no time: what it takes for five seconds of standing still is a quarter of a second. */
const hasty = { sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds / 20)), every: () => () => {} };
const hastyInScript =
  "{ sleep: (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds / 20)), every: () => () => {} }";

const open = (storage, bundle) =>
  createPolicyStore({ keys: [key.jwk], embedded: policy(1), storage, now: () => now, fetch: async () => bundle });

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
    const cut = await Promise.race([
      fileStorage(folder, fs)
        .set("a", "new")
        .then(() => false),
      off.then(() => true),
    ]);
    left.push(await fileStorage(folder).get("a"));
    await fileStorage(folder, realFiles, hasty).set("a", "old");
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
          if (count++ >= step) return (stop(), new Promise(() => {}));
          const result = await method.apply(target, args);
          return typeof result?.sync === "function" ? guarded(result) : result;
        };
      },
    });
  return { fs: guarded(realFiles), off, steps: () => count };
}

test("files: a full disk, or a folder that is none, is storage-failed", async (context) => {
  const folder = folderFor(context);
  const full = async (...args) => {
    const file = await realFiles.open(...args);
    return {
      writeFile: () => Promise.reject(Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" })),
      sync: () => file.sync(),
      close: () => file.close(),
    };
  };
  const store = await open(fileStorage(folder, { ...realFiles, open: full }), key.sign(policy(2)));
  const { reason, message } = await store.update();
  assert.deepEqual([reason, /no space/.test(message), store.policy.sequence], ["storage-failed", true, 1]);

  writeFileSync(join(folder, "..", "file"), "");
  const nowhere = await open(fileStorage(join(folder, "..", "file")), key.sign(policy(2)));
  assert.equal((await nowhere.update()).reason, "storage-failed");
});

test("files: one process at a time, and none waits for the dead", async (context) => {
  const folder = folderFor(context);
  const storage = fileStorage(folder, realFiles, hasty);
  await storage.set("count", "0");
  assert.equal(
    (await Promise.all([1, 2, 3].map(() => counted(run(counting(folder)))))).reduce((sum, count) => sum + count),
    60,
  );
  assert.equal(await storage.get("count"), "60");

  const holder = run(holding(folder));
  await holder.said("held");
  holder.child.kill("SIGKILL");
  await holder.ended;
  const more = await Promise.all([1, 2, 3].map(() => counted(run(counting(folder, 20, hastyInScript)))));
  assert.equal(await storage.get("count"), String(60 + more.reduce((sum, count) => sum + count)), "after a dead holder as before");
  assert.deepEqual(readdirSync(folder), ["count"], "nothing is left behind");
});

test("files: a holder that was stopped while others went on writes nothing when it goes on", async (context) => {
  const folder = folderFor(context);
  const storage = fileStorage(folder, realFiles, hasty);
  await storage.set("count", "1");
  const holder = run(holding(folder));
  await holder.said("held");
  holder.child.kill("SIGSTOP");
  await storage.lock(() => storage.set("count", "2"));
  holder.child.kill("SIGCONT");
  holder.child.stdin.end("\n");
  await holder.ended;
  assert.match(holder.output(), /nothing was written: \S+_lock is another process's by now, since this one did not renew it for 5 s/);
  assert.equal(await storage.get("count"), "2");
  assert.deepEqual(readdirSync(folder), ["count"]);
});

test("files: what `lock` ran writes under its own lock alone, however late it comes", async (context) => {
  const folder = folderFor(context);
  const storage = fileStorage(folder, realFiles, hasty);
  let late;
  await storage.lock(async () => {
    late = new Promise((resolve) => setImmediate(resolve))
      .then(() => new Promise((resolve) => setTimeout(resolve, 50)))
      .then(() => storage.set("a", "late"));
    late.catch(() => {});
    await storage.set("a", "in time");
  });
  await assert.rejects(
    storage.lock(() => late),
    /nothing was written/,
  );
  assert.equal(await storage.get("a"), "in time");
});

test("files: a lease that is renewed is its holder's, however long it works; one that hangs is renewed for five minutes", async (context) => {
  const folder = folderFor(context);
  // Time that passes when the test says so: a waiter's looks and a holder's renewals, 20 to 1 as on the machine.
  let tick;
  let renewals = 0;
  const holder = fileStorage(
    folder,
    { ...realFiles, open: (path, ...rest) => (path.endsWith("/beat") && renewals++, realFiles.open(path, ...rest)) },
    { sleep: hasty.sleep, every: (milliseconds, given) => (assert.equal(milliseconds, 1000), (tick = given), () => (tick = undefined)) },
  );
  let letGo;
  const held = new Promise((resolve) => {
    void holder.lock(() => (resolve(), new Promise((resolve) => (letGo = resolve))));
  });
  await held;
  let looks = 0;
  const renewed = async () => {
    const before = renewals;
    for (let tries = 0; renewals === before && tries < 1000; tries++) {
      tick(); // does nothing while the last one is being written
      await new Promise((resolve) => setTimeout(resolve, 1));
    }
    await new Promise((resolve) => setTimeout(resolve, 5)); // it is written by now, or counts at the next look
  };
  const waiter = fileStorage(folder, realFiles, {
    sleep: async () => void (++looks % 20 === 0 && renewals < 300 && (await renewed())),
    every: () => () => {},
  });
  await assert.rejects(
    waiter.lock(async () => {}),
    /_lock is held by another process, and has been for 30 s/,
  );
  assert.deepEqual([looks, renewals], [601, 30]);
  while (renewals < 300) await renewed();
  tick();
  assert.equal(renewals, 300);
  let taken = false;
  await waiter.lock(async () => void (taken = true));
  assert.ok(taken);
  letGo();
});

test("files: timers keep no process alive", async (context) => {
  const folder = folderFor(context);
  const { ended } = run(`
    import { fileStorage } from "chainpin/file-storage";
    void fileStorage(${JSON.stringify(folder)}).lock(() => new Promise(() => {}));`);
  assert.equal(await ended, 0);
});

const canIsolate = process.platform === "linux" && spawnSync("unshare", ["--pid", "--fork", "true"]).status === 0;
// A machine without the right says so; where all must run, that is a failure.
const isolated = { skip: canIsolate || process.env.CI ? false : "`unshare --pid` needs root on Linux" };

test("files: containers with process numbers of their own share one lock", isolated, async (context) => {
  assert.ok(canIsolate, "`unshare --pid --fork` does not work here: run the tests as root, a container with `--cap-add SYS_ADMIN`");
  const folder = folderFor(context);
  const storage = fileStorage(folder, realFiles, hasty);
  await storage.set("count", "0");
  // Each is number 1 to itself, and nobody to the others.
  const counts = await Promise.all([true, true, false].map((apart) => counted(run(counting(folder, 10), "", apart))));
  assert.equal(await storage.get("count"), String(counts.reduce((sum, count) => sum + count)));

  const holder = run(holding(folder), undefined, true);
  await holder.said("held");
  const { sleep } = hasty;
  let looks = 0;
  // Far more looks than those in which the dead are found out, while the holder renews in its own time.
  const patient = fileStorage(folder, realFiles, { sleep: () => (looks++, sleep(1000)), every: () => () => {} });
  const waiting = patient.lock(async () => storage.get("count"));
  while (looks < 30) await sleep(1000);
  const before = Number(await storage.get("count"));
  holder.child.stdin.end("\n");
  await holder.ended;
  assert.equal(holder.output(), "held\nwritten\n");
  assert.equal(Number(await waiting), before + 1, "it waited until the holder had written");
});

test("files: random schedules of stopped, killed and slow processes lose no write", async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [fileURLToPath(new URL("lease-model.mjs", import.meta.url))]);
  assert.match(stdout, /^\d+ schedules/);
});

/** A process that adds one so many times, and prints how often it did. One that was stalled for long is refused, and says so. */
function counting(folder, rounds = 20, timers = "undefined") {
  return `
    import { fileStorage } from "chainpin/file-storage";
    import * as files from "node:fs/promises";
    const storage = fileStorage(${JSON.stringify(folder)}, files, ${timers});
    let count = 0;
    while (count < ${rounds}) await storage.lock(async () => {
      const before = Number(await storage.get("count"));
      await new Promise((resolve) => setTimeout(resolve, 1));
      await storage.set("count", String(before + 1));
      count++;
    }).catch((error) => { if (!/nothing was written|is held by another/.test(error.message)) throw error; });
    console.log("counted " + count);`;
}

async function counted({ ended, output }) {
  assert.equal(await ended, 0);
  return Number(/counted (\d+)/.exec(output())[1]);
}

/** A process that takes the lock, and adds one when it is told to go on. */
function holding(folder) {
  return `
    import { fileStorage } from "chainpin/file-storage";
    const storage = fileStorage(${JSON.stringify(folder)});
    await storage.lock(async () => {
      const before = Number(await storage.get("count"));
      console.log("held");
      await new Promise((resolve) => process.stdin.once("data", resolve));
      await storage.set("count", String(before + 1));
      console.log("written");
    }).catch(({ message }) => console.log(message));`;
}

test("files: killed in the middle of updates, again and again, the newest policy that was in use is there", {
  timeout: 120_000,
}, async (context) => {
  const folder = folderFor(context);
  const script = `
    import { fileStorage } from "chainpin/file-storage";
    import { createPolicyStore } from "chainpin/updates";
    import { readFileSync } from "node:fs";
    const { keys, embedded, bundles, now } = JSON.parse(readFileSync(0, "utf8"));
    let next;
    const store = await createPolicyStore({ keys, embedded, storage: fileStorage(${JSON.stringify(folder)}, undefined, ${hastyInScript}), now: () => now, fetch: async () => next });
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
    [
      preferencesStorage,
      (values) => ({
        get: async ({ key }) => ({ value: values.get(key) ?? null }),
        set: async ({ key, value }) => void values.set(key, value),
      }),
    ],
    [
      asyncStorage,
      (values) => ({ getItem: async (key) => values.get(key) ?? null, setItem: async (key, value) => void values.set(key, value) }),
    ],
  ]) {
    const one = storage(new Map());
    const stores = await Promise.all([3, 2, 4].map((sequence) => open(adapter(one), key.sign(policy(sequence)))));
    await Promise.all(stores.map((store) => store.update()));
    assert.equal((await open(adapter(one), "")).policy.sequence, 4);
    assert.throws(() => adapter(undefined), TypeError);
    assert.throws(() => adapter({}), TypeError);
  }
});

/** A process that runs a module, `apart` with process numbers of its own; its input stays open where there is none. `said(text)` resolves when it has printed that. */
function run(script, input, apart = false) {
  const node = [process.execPath, "--input-type=module", "-e", script];
  const [command, ...args] = apart ? ["unshare", "--pid", "--fork", "--kill-child", ...node] : node;
  const child = spawn(command, args, { cwd: fileURLToPath(new URL(".", import.meta.url)), stdio: ["pipe", "pipe", "inherit"] });
  let printed = "";
  const waiting = new Set();
  child.stdin.on("error", () => {}); // it may be killed while it reads
  if (input !== undefined) child.stdin.end(input);
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
