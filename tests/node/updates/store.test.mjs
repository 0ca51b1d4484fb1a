// A policy store: what it accepts, what it keeps, and what it says about it.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { setImmediate as turn } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import * as auto from "chainpin/auto";
import * as js from "chainpin/js";
import * as slim from "chainpin/slim";
import { createPolicyStore, createPolicyStoreWith, memoryStorage } from "chainpin/updates";
import { bundleForHermes, runInHermes } from "../../hermes/vm.mjs";
import { now, policy, signer } from "../lib/signer.mjs";

const [a, b, c] = [signer("a"), signer("b", "ec"), signer("c")];
const embedded = policy(5, { age: 10, days: 365 });
const slots = ["chainpin.acme-mobile.a", "chainpin.acme-mobile.b"];

/** A store whose server is `server.bundle`, and what it told. */
async function open({ storage = memoryStorage(), keys = [a.jwk], clock = { now }, server = {}, using, ...options } = {}) {
  const events = [];
  const all = {
    keys,
    embedded,
    storage,
    now: () => clock.now,
    fetch: async () => server.bundle,
    onEvent: (event) => events.push(event),
    ...options,
  };
  const store = await (using ? createPolicyStoreWith(using, all) : createPolicyStore(all));
  const told = async () => {
    await turn();
    return events.splice(0).map(({ code, sequence, reason }) => [code, sequence ?? reason].filter(Boolean).join(" "));
  };
  const offer = (bundle) => {
    server.bundle = bundle;
    return store.update();
  };
  return { store, storage, server, clock, told, offer, sequence: () => store.policy.sequence };
}

const contents = (storage) => Promise.all(slots.map((slot) => storage.get(slot)));

test("a newer policy is used, kept, and there after a restart", async () => {
  const { store, storage, offer, told, sequence } = await open();
  const replaced = [];
  store.verifier.onReplaced(() => replaced.push(sequence()));
  assert.equal(sequence(), 5);
  assert.deepEqual(await offer(a.sign(policy(6))), { accepted: true });
  assert.deepEqual([sequence(), replaced, await told()], [6, [6], ["accepted 6"]]);
  assert.deepEqual(store.verifier.policy, policy(6));

  const again = await open({ storage });
  assert.deepEqual([again.sequence(), await again.told()], [6, []]);
  assert.equal((await again.offer(a.sign(policy(6)))).reason, "not-newer");
  assert.equal((await again.offer(a.sign(policy(5)))).reason, "rollback");
});

for (const [name, using] of Object.entries({ "chainpin/js": js, "chainpin/auto": auto, "chainpin/slim": slim })) {
  test(`the same over ${name}`, async () => {
    await using.init(readFileSync(new URL("../../../pkg/dist/chainpin.wasm", import.meta.url)));
    const { storage, offer, sequence } = await open({ using });
    assert.deepEqual(await offer(a.sign(policy(6, { signingKeys: [b.jwk] }))), { accepted: true });
    assert.deepEqual(await offer(b.sign(policy(7))), { accepted: true });
    const again = await open({ using, storage });
    assert.deepEqual([sequence(), again.sequence()], [7, 7]);
  });
}

test("what is refused changes nothing, and says why", async () => {
  const { storage, offer, told, sequence } = await open();
  await offer(a.sign(policy(6)));
  await told();
  const before = await contents(storage);
  const good = a.sign(policy(7));
  for (const [bundle, reason] of [
    [good.slice(0, -2), "signature-invalid"],
    [b.sign(policy(7)), "key-unknown"],
    [a.sign(policy(7), { alg: "none", kid: "a", typ: "chainpin-policy+jws" }), "algorithm-mismatch"],
    [a.sign(policy(7), { alg: "EdDSA", kid: "a", typ: "chainpin-policy+jws", crit: ["x"], x: 1 }), "header-invalid"],
    [a.sign(policy(5)), "rollback"],
    [a.sign(policy(6)), "not-newer"],
    [a.sign(policy(7, { id: "acme-staging" })), "id-mismatch"],
    [a.sign(policy(7, { age: -2 })), "issued-in-future"],
    [a.sign(policy(7, { age: 100 })), "expired"],
    [a.sign(policy(7, { expires: undefined })), "dates-invalid"],
    [a.sign(policy(7, { signingKeys: [] })), "signing-keys-invalid"],
    [a.sign(JSON.stringify(policy(7)).replace("{", '{"id":"x",')), "policy-invalid"],
    [`${good}\n`, "bundle-malformed"],
    ["A".repeat(100_000_000), "bundle-too-large"],
    [undefined, "fetch-failed"],
    [new Uint8Array(4), "fetch-failed"],
  ]) {
    const { accepted, reason: told, message } = await offer(bundle);
    assert.deepEqual([accepted, told, typeof message], [false, reason, "string"]);
  }
  assert.equal(sequence(), 6);
  assert.deepEqual(await contents(storage), before);
  assert.equal((await told()).length, 16);
  assert.deepEqual(await offer(good), { accepted: true });
});

test("a fetch that fails in any way is a reason", async () => {
  for (const fetch of [
    () => Promise.reject(new Error("offline")),
    () => {
      throw new Error("offline");
    },
  ]) {
    const { store, told } = await open({ fetch });
    assert.deepEqual(await store.update(), { accepted: false, reason: "fetch-failed", message: "offline" });
    assert.deepEqual(await told(), ["refused fetch-failed"]);
  }
});

test("what cannot be put in words is a reason too, and the next update is another", async () => {
  const mute = Object.defineProperty(new Error(), "message", { get: () => assert.fail() });
  for (const thrown of [Object.create(null), mute, Object.assign(new Error(), { message: Symbol("mute") })]) {
    const { store, server } = await open({ fetch: () => (server.bundle ? server.bundle : Promise.reject(thrown)) });
    const { reason, message } = await store.update();
    assert.deepEqual([reason, typeof message], ["fetch-failed", "string"]);
    server.bundle = a.sign(policy(6));
    assert.equal((await store.update()).accepted, true);
    const unreadable = { ...memoryStorage(), get: () => Promise.reject(thrown) };
    assert.equal((await (await open({ storage: unreadable })).offer(a.sign(policy(6)))).reason, "storage-failed");
  }
});

test("a fetch that never ends is given up after a minute", async (context) => {
  const { store } = await open({ fetch: () => new Promise(() => {}) });
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const update = store.update();
  context.mock.timers.tick(60_000);
  assert.equal((await update).reason, "fetch-failed");
});

test("a lock that is never given is waited for for a minute, and then done without", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] });
  const storage = memoryStorage();
  let waiting;
  const opening = open({ storage: { ...storage, lock: (work) => new Promise(() => (waiting = work)) } });
  await turn();
  context.mock.timers.tick(60_000);
  const { sequence, offer, told } = await opening;
  assert.deepEqual([sequence(), await told()], [5, ["storage-unreadable"]]);
  const update = offer(a.sign(policy(6)));
  await turn();
  context.mock.timers.tick(60_000);
  assert.equal((await update).reason, "storage-failed");
  await waiting();
  assert.deepEqual([sequence(), await contents(storage)], [5, [undefined, undefined]], "and what comes too late does nothing");
});

test("a lock that runs its work twice, or never, or ends before it", async () => {
  for (const [lock, expected] of [
    [async (work) => (await work(), work()), undefined],
    [(work) => Promise.all([work(), work()]), undefined],
    [async (work) => void work(), undefined],
    [async (work) => (await work(), Promise.reject(new Error("lost"))), undefined],
    [async () => {}, "storage-failed"],
    [() => assert.fail(), "storage-failed"],
  ]) {
    const { offer, sequence } = await open({ storage: { ...memoryStorage(), lock } });
    assert.equal((await offer(a.sign(policy(6)))).reason, expected);
    assert.equal(sequence(), expected === undefined ? 6 : 5);
  }
});

test("updates that come at once are one", async () => {
  let fetches = 0;
  const { store } = await open({ fetch: async () => (fetches++, a.sign(policy(6))) });
  const answers = await Promise.all([store.update(), store.update(), store.update()]);
  assert.deepEqual([fetches, ...answers.map(({ accepted }) => accepted)], [1, true, true, true]);
  assert.equal((await store.update()).reason, "not-newer");
  assert.equal(fetches, 2);
});

test("signing keys are replaced, and old ones sign no more; the log leads back to them", async () => {
  const { storage, offer, told, sequence } = await open();
  assert.equal((await offer(a.sign(policy(6, { signingKeys: [a.jwk, b.jwk] })))).accepted, true);
  assert.equal((await offer(b.sign(policy(7)))).accepted, true);
  assert.equal((await offer(b.sign(policy(8, { signingKeys: [c.jwk] })))).accepted, true);
  assert.equal((await offer(a.sign(policy(9)))).reason, "key-unknown");
  assert.equal((await offer(b.sign(policy(9)))).reason, "key-unknown");
  assert.equal((await offer(c.sign(policy(9, { signingKeys: [c.jwk] })))).accepted, true);
  assert.equal((await offer(c.sign(policy(10)))).accepted, true);
  assert.deepEqual(
    (await told()).filter((event) => !event.startsWith("refused")),
    ["accepted 6", "accepted 7", "accepted 8", "accepted 9", "accepted 10"],
  );

  const logs = (await contents(storage)).map((text) => JSON.parse(text).log.map(({ sequence }) => sequence));
  assert.deepEqual(
    logs.sort(),
    [
      [6, 8, 10],
      [6, 8, 9],
    ],
    "each bundle that changed keys, and the newest",
  );
  const again = await open({ storage });
  assert.deepEqual([sequence(), again.sequence()], [10, 10]);
  assert.equal((await again.offer(a.sign(policy(11)))).reason, "key-unknown");
  assert.equal((await again.offer(c.sign(policy(11)))).accepted, true);
});

test("the higher sequence starts; the embedded one on a tie, and then with its keys", async () => {
  const { storage, offer } = await open();
  await offer(a.sign(policy(6, { signingKeys: [b.jwk] })));
  await offer(b.sign(policy(20)));

  for (const [sequence, expected, trusted] of [
    [5, 20, b],
    [20, 20, a],
    [21, 21, a],
  ]) {
    const { store, told } = await open({ storage, embedded: policy(sequence, { age: 0, unlisted: "deny" }) });
    assert.equal(store.policy.sequence, expected);
    assert.equal(store.policy.unlisted, trusted === a ? "deny" : undefined);
    assert.deepEqual(await told(), []);
    const probe = await open({ storage: copyOf(await contents(storage)), embedded: policy(sequence, { age: 0 }) });
    for (const key of [a, b])
      assert.equal((await probe.offer(key.sign(policy(30)))).reason, key === trusted ? undefined : "key-unknown", `${sequence}`);
  }
});

test("an app that is updated with the newer keys leaves out what it has overtaken", async () => {
  const { storage, offer } = await open();
  await offer(a.sign(policy(6, { signingKeys: [b.jwk] })));
  await offer(b.sign(policy(9)));
  const { told, sequence, offer: offerAgain } = await open({ storage, embedded: policy(8), keys: [b.jwk] });
  assert.deepEqual([sequence(), await told()], [9, []]);
  assert.equal((await offerAgain(b.sign(policy(10)))).accepted, true);
});

test("an app that is updated takes a key back, whatever was signed by it before", async () => {
  const { storage, offer } = await open();
  await offer(a.sign(policy(6, { signingKeys: [a.jwk, b.jwk] })));
  await offer(b.sign(policy(20))); // b was stolen
  const { told, sequence, offer: offerAgain } = await open({ storage, embedded: policy(8) });
  assert.deepEqual([sequence(), await told()], [8, ["log-dropped key-unknown"]]);
  assert.equal((await offerAgain(b.sign(policy(21)))).reason, "key-unknown");
  assert.equal((await offerAgain(a.sign(policy(9)))).accepted, true);
  assert.deepEqual([sequence(), (await open({ storage, embedded: policy(8) })).sequence()], [9, 9]);
});

test("what the log says of its sequences leads nowhere else", async () => {
  const entry = (sequence, bundle) => ({ sequence, bundle });
  const [change, stolen] = [a.sign(policy(3, { signingKeys: [b.jwk] })), b.sign(policy(20))];
  for (const [log, event] of [
    [[entry(3, change), entry(20, stolen)], "key-unknown"],
    [[entry(7, change), entry(20, stolen)], "rollback"],
    [[entry(3, change), entry(1, stolen)], undefined],
    [[entry(4, a.sign(policy(7)))], undefined],
  ]) {
    const storage = memoryStorage();
    await storage.set(slots[0], JSON.stringify({ version: 1, log }));
    const { told, sequence } = await open({ storage });
    assert.deepEqual([sequence(), await told()], [5, event ? [`log-dropped ${event}`] : []]);
  }
});

test("a long log costs no more verifications than it has changes of keys to show", async () => {
  const [bundle, change] = [a.sign(policy(3)), a.sign(policy(6, { signingKeys: [b.jwk] }))];
  let judged = 0;
  const using = { ...auto, verifyBundle: (...all) => (judged++, auto.verifyBundle(...all)) };
  for (const log of [Array(5000).fill({ sequence: 3, bundle }), Array(5000).fill({ sequence: 6, bundle: change })]) {
    const storage = memoryStorage();
    for (const slot of slots) await storage.set(slot, JSON.stringify({ version: 1, log }));
    judged = 0;
    await open({ storage, using });
    assert.ok(judged < 10, `${judged}`);
  }
});

test("what the embedded policy has overtaken still tells the time", async () => {
  const { storage, offer } = await open();
  await offer(a.sign(policy(6, { age: 0 })));
  const clock = { now: now - 400 * 86_400_000 };
  const later = await open({ storage, clock, embedded: policy(8, { age: 500, days: 900 }) });
  assert.equal(later.sequence(), 8);
  assert.equal((await later.offer(a.sign(policy(9, { age: 30, days: 29 })))).reason, "expired");
});

test("a clock that was set back takes nothing back at the next start", async () => {
  const { storage, offer } = await open();
  await offer(a.sign(policy(6, { age: 40 })));
  await offer(a.sign(policy(20, { signingKeys: [b.jwk] })));
  const clock = { now: now - 39 * 86_400_000 };
  const later = await open({ storage, clock, embedded: policy(5, { age: 100, days: 365 }) });
  assert.deepEqual([later.sequence(), await later.told()], [20, []]);
  assert.equal((await later.offer(a.sign(policy(7, { age: 40 })))).reason, "key-unknown");
  assert.equal((await later.offer(b.sign(policy(7, { age: 40 })))).reason, "rollback");
  assert.equal(
    (await later.offer(b.sign(policy(21, { age: -2 })))).reason,
    "issued-in-future",
    "what is fetched is still judged by the clock",
  );
});

test("a log that does not lead from the embedded keys to a policy is dropped, and reported", async () => {
  const { storage, offer } = await open();
  await offer(a.sign(policy(6, { signingKeys: [b.jwk] })));
  await offer(b.sign(policy(7)));
  const [, newest] = await contents(storage);
  const { log } = JSON.parse(newest);
  const write = (log) => JSON.stringify({ version: 1, log });
  for (const [text, event] of [
    ["{", "log-malformed"],
    ["null", "log-malformed"],
    ["[]", "log-malformed"],
    [newest.slice(0, -20), "log-malformed"],
    [JSON.stringify({ version: 2, log }), "log-malformed"],
    [write([{ sequence: 6 }]), "log-malformed"],
    [write([null]), "log-malformed"],
    [write([log[1]]), "key-unknown"],
    [write([log[1], log[0]]), "key-unknown"],
    [write([log[0], log[1], log[1]]), "not-newer"],
    [write([log[0], { sequence: 8, bundle: a.sign(policy(8)) }]), "key-unknown"],
    [write([log[0], { sequence: 7, bundle: `${log[1].bundle.slice(0, -6)}AAAAAA` }]), "signature-invalid"],
    [write([{ sequence: 6, bundle: a.sign(policy(6, { id: "other" })) }]), "id-mismatch"],
  ]) {
    const { told, sequence, offer } = await open({ storage: copyOf([text]) });
    assert.deepEqual([sequence(), await told()], [5, [`log-dropped ${event}`]], text.slice(0, 60));
    assert.equal((await offer(a.sign(policy(6)))).accepted, true, "and the embedded keys count again");
  }
});

test("one place that is torn leaves the other", async () => {
  const { storage, offer } = await open();
  for (const sequence of [6, 7]) await offer(a.sign(policy(sequence)));
  const [even, odd] = await contents(storage);
  for (const [torn, left] of [
    [[even, odd.slice(0, 100)], 6],
    [[even.slice(0, 100), odd], 7],
    [["", odd], 7],
    [[null, odd], 7],
  ]) {
    const { sequence, offer, storage: copy } = await open({ storage: copyOf(torn) });
    assert.equal(sequence(), left);
    assert.equal((await offer(a.sign(policy(8)))).accepted, true);
    const texts = await contents(copy);
    assert.ok(texts.includes(left === 6 ? even : odd), "what was in use is not written over");
  }
});

test("a write that fails, in any way, accepts nothing", async () => {
  const good = memoryStorage();
  const sabotaged = (set) => ({ get: good.get, set });
  await (await open({ storage: good })).offer(a.sign(policy(6)));
  for (const set of [
    () => Promise.reject(new Error("full")),
    () => {
      throw new Error("full");
    },
    async () => {},
    async (key, value) => good.set(key, value.slice(0, 50)),
  ]) {
    const { offer, told, sequence } = await open({ storage: sabotaged(set) });
    assert.equal((await offer(a.sign(policy(7)))).reason, "storage-failed");
    assert.deepEqual([sequence(), (await told()).at(-1)], [6, "refused storage-failed"]);
    assert.equal((await open({ storage: good })).sequence(), 6);
  }
});

test("storage that cannot be read starts with the embedded policy, and accepts nothing until it can", async () => {
  const { storage, offer } = await open();
  await offer(a.sign(policy(6)));
  let readable = false;
  const flaky = { ...storage, get: async (key) => (readable ? storage.get(key) : Promise.reject(new Error("locked"))) };
  const later = await open({ storage: flaky });
  assert.deepEqual([later.sequence(), await later.told()], [5, ["storage-unreadable"]]);
  assert.equal((await later.offer(a.sign(policy(6)))).reason, "storage-failed");
  readable = true;
  assert.equal((await later.offer(a.sign(policy(6)))).reason, "not-newer");
  assert.deepEqual([later.sequence(), (await later.told()).slice(1)], [6, ["adopted 6", "refused not-newer"]]);
});

test("time never runs behind what a signer said", async () => {
  const clock = { now };
  const { storage, offer } = await open({ clock });
  await offer(a.sign(policy(6, { age: 0 })));
  clock.now = now - 400 * 86_400_000;
  assert.equal((await offer(a.sign(policy(7, { age: 0, days: 1 })))).accepted, true, "not from the future of a clock that was set back");
  assert.equal((await offer(a.sign(policy(8, { age: 30, days: 29 })))).reason, "expired");
  clock.now = now + 100 * 86_400_000;
  const later = await open({ storage, clock });
  assert.equal(later.sequence(), 7, "what has expired since still counts");
  assert.equal((await later.offer(a.sign(policy(8, { at: clock.now })))).accepted, true);
});

test("what another tab or process has accepted is used before anything is judged", async () => {
  const storage = memoryStorage();
  const [one, other] = [await open({ storage }), await open({ storage })];
  await one.offer(a.sign(policy(6, { signingKeys: [b.jwk] })));
  assert.equal(other.sequence(), 5);
  assert.equal((await other.offer(a.sign(policy(7)))).reason, "key-unknown", "by the keys that the other has accepted");
  assert.deepEqual([other.sequence(), await other.told()], [6, ["adopted 6", "refused key-unknown"]]);
  assert.equal((await other.offer(b.sign(policy(7)))).accepted, true);
  assert.equal((await one.offer(b.sign(policy(8)))).accepted, true);
  assert.deepEqual(await one.told(), ["accepted 6", "adopted 7", "accepted 8"]);
});

test("many at once, over one storage, end with the newest", async () => {
  const storage = memoryStorage();
  const stores = await Promise.all(Array.from({ length: 8 }, () => open({ storage })));
  await Promise.all(stores.map(({ offer }, index) => offer(a.sign(policy(6 + ((index * 5) % 8))))));
  assert.equal((await open({ storage })).sequence(), 13);
});

test("lost storage is written anew, keys included", async () => {
  const { storage, offer, sequence } = await open();
  await offer(a.sign(policy(6, { signingKeys: [b.jwk] })));
  for (const slot of slots) await storage.set(slot, "");
  assert.equal((await offer(b.sign(policy(7)))).accepted, true);
  assert.deepEqual([sequence(), (await open({ storage })).sequence()], [7, 7]);
});

test("a listener that throws is told of, and the policy is in use", async () => {
  const { store, offer, told, sequence } = await open();
  store.verifier.onReplaced(() => {
    throw new RangeError("an adapter's own");
  });
  assert.equal((await offer(a.sign(policy(6)))).accepted, true);
  assert.deepEqual([sequence(), await told()], [6, ["accepted 6", "listener-failed"]]);
});

test("a verdict is by the old policy or by the new one", async () => {
  const { store, offer } = await open();
  const request = { host: "api.example.com", chain: [], source: "validated" };
  const before = store.verifier.verify(request);
  await offer(a.sign(policy(6)));
  assert.deepEqual([before.policy.sequence, store.verifier.verify(request).policy.sequence, before.message.length > 0], [5, 6, true]);
});

test("findings tell of an update address that the policy pins", async () => {
  const codes = async (url) => (await open({ url })).store.findings.map(({ code }) => code);
  assert.ok((await codes("https://api.example.com/policy.jws")).includes("update-from-pinned-host"));
  for (const url of ["https://updates.example.com/", undefined]) assert.ok(!(await codes(url)).includes("update-from-pinned-host"));
});

test("mistakes of the program are thrown at once", async () => {
  const rejects = (options, error) => assert.rejects(open(options), error, JSON.stringify(options));
  await rejects({ keys: [] }, TypeError);
  await rejects({ keys: [{ ...a.jwk, d: a.jwk.x }] }, /private key/);
  await rejects({ keys: "none" }, TypeError);
  await rejects({ storage: {} }, TypeError);
  await rejects({ fetch: "https://updates.example.com" }, TypeError);
  await rejects({ url: 1 }, TypeError);
  await rejects({ now: 1 }, TypeError);
  await rejects({ clockSkew: -1 }, TypeError);
  await rejects({ onEvent: true }, TypeError);
  await rejects({ embedded: "{" }, { code: "policy-syntax" });
  await rejects({ embedded: policy(1, { signingKeys: [a.jwk] }) }, { code: "policy-shape", path: "signingKeys" });
  await assert.rejects(createPolicyStore(), TypeError);
});

function copyOf(texts) {
  const copy = memoryStorage();
  texts.forEach((text, index) => text && copy.set(slots[index], text));
  return copy;
}

test("over another entry, a bundler leaves out the WebAssembly of the default one", async () => {
  const sizeOf = async (name) => {
    const contents = `import { ${name} } from "chainpin/updates"; console.log(${name});`;
    const { outputFiles } = await build({
      stdin: { contents, resolveDir: fileURLToPath(new URL(".", import.meta.url)) },
      bundle: true,
      write: false,
      format: "esm",
    });
    return outputFiles[0].text.length;
  };
  assert.ok((await sizeOf("createPolicyStoreWith")) < 20_000);
  assert.ok((await sizeOf("createPolicyStore")) > 500_000);
});

test("power cuts: 10,000 random schedules leave no older policy, no unsigned one, and always one", {
  timeout: 600_000,
}, async (context) => {
  const child = spawn(process.execPath, [fileURLToPath(new URL("power-cuts.mjs", import.meta.url))], { stdio: ["ignore", "pipe", "pipe"] });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (printed += chunk));
  const [code] = await once(child, "close");
  assert.equal(code, 0, printed.slice(-2000));
  context.diagnostic(printed.trim());
});

test("in Hermes: updates, a change of keys, a restart", async () => {
  const given = {
    keys: [a.jwk],
    embedded,
    now,
    bundles: [a.sign(policy(6, { signingKeys: [b.jwk] })), a.sign(policy(7)), b.sign(policy(7)), "", "x"],
  };
  const source = `
    import { asyncStorage, createPolicyStore } from "chainpin/updates";
    import given from "given:given";
    globalThis.setTimeout = undefined; // the shell's fires at once, whatever it is told
    const values = {};
    const storage = asyncStorage({
      getItem: (key) => Promise.resolve(key in values ? values[key] : null),
      setItem: (key, value) => Promise.resolve(void (values[key] = value)),
    });
    let next;
    const open = () => createPolicyStore({ keys: given.keys, embedded: given.embedded, storage, now: () => given.now, fetch: () => Promise.resolve(next) });
    async function main() {
      const store = await open();
      for (next of given.bundles) {
        const { accepted, reason } = await store.update();
        print(accepted ? store.policy.sequence : reason);
      }
      print((await open()).policy.sequence);
    }
    main().catch((error) => print(error.stack));`;
  const printed = runInHermes(await bundleForHermes(source, { given }));
  assert.deepEqual(printed, ["6", "key-unknown", "7", "bundle-malformed", "bundle-malformed", "7"]);
});
