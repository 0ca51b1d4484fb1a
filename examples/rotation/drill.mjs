// The rotation drill: what can happen to an app between two of its releases, step by step, over real TLS. Each step says what must
// come of it; tests/node/docs/rotation.test.mjs holds it to that.
import { spawn } from "node:child_process";
import { createHash, X509Certificate } from "node:crypto";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as files from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { fileStorage } from "chainpin/file-storage";
import { startApp } from "./app.mjs";
import { createAuthority } from "./authority.mjs";
import { createPublisher, createSigner } from "./publisher.mjs";
import { startApi, startCollector, startUpdates } from "./servers.mjs";

const HOST = "api.example.test";
const DAY = 24 * 60 * 60 * 1000;

/** Runs all steps, and hands each to `show` as `{ title, app, user, reported, expected: { app, user, reported } }`. */
export async function drill(show) {
  const scene = await setTheScene();
  try {
    for (const [title, act, expected] of steps) show({ title, ...(await observed(scene, act)), expected });
  } finally {
    scene.tidyUp();
  }
}

// A step: its name, what happens, and what must come of it: which policy the app goes by and what it says, what the user sees, and what
// is reported: events of the store, and reports that the collector got.
const steps = [
  ["the app's first day", (s) => s.app.request(), { app: "policy 1: pinned", user: "works", reported: [] }],
  [
    "somebody else's certificate, by a CA that the device trusts",
    (s) => (s.api.use(s.identities.attacker), s.app.request()),
    { app: "policy 1: rejected, pin-mismatch", user: "no connection", reported: ["report: rejected pin-mismatch"] },
  ],
  [
    "the server's key is rotated to the backup",
    (s) => (s.api.use(s.identities.second), s.app.request()),
    { app: "policy 1: pinned by a backup pin", user: "works", reported: ["report: pinned by a backup pin"] },
  ],
  [
    "a new policy is signed and fetched: a new backup, the old key blocked",
    (s) => (s.publish(s.signers.first, 2, { pins: ["second", "third"], blocked: ["first"] }), s.updateAndRequest()),
    { app: "policy 2: pinned", user: "works", reported: ["accepted 2"] },
  ],
  [
    "the old key, which was stolen",
    (s) => (s.api.use(s.identities.first), s.app.request()),
    { app: "policy 2: rejected, key-blocked", user: "no connection", reported: ["report: rejected key-blocked"] },
  ],
  [
    "the signing key is rotated",
    (s) => (s.api.use(s.identities.second), s.publish(s.signers.first, 3, { signingKeys: [s.signers.second.jwk] }), s.updateAndRequest()),
    { app: "policy 3: pinned", user: "works", reported: ["accepted 3, other keys"] },
  ],
  [
    "a policy by the new signing key",
    (s) => (s.publish(s.signers.second, 4), s.updateAndRequest()),
    { app: "policy 4: pinned", user: "works", reported: ["accepted 4"] },
  ],
  [
    "a policy by the old signing key, which was stolen, too",
    (s) => s.serving(s.signers.first.sign(s.policy(99))),
    { app: "policy 4: pinned", user: "works", reported: ["refused key-unknown"] },
  ],
  [
    "a clock that is 14 months ahead",
    (s) => (s.publish(s.signers.second, 5), s.at(425 * DAY, () => s.updateAndRequest())),
    { app: "policy 4: pinned", user: "works", reported: ["refused expired"] },
  ],
  [
    "the same clock, and an attacker",
    (s) => (s.api.use(s.identities.attacker), s.at(425 * DAY, () => s.app.request())),
    { app: "policy 4: rejected, pin-mismatch", user: "no connection", reported: ["report: rejected pin-mismatch"] },
  ],
  [
    "the clock is right again",
    (s) => (s.api.use(s.identities.second), s.updateAndRequest()),
    { app: "policy 5: pinned", user: "works", reported: ["accepted 5"] },
  ],
  [
    "the update server is down for 90 days",
    (s) => s.at(90 * DAY, () => s.serving(undefined)),
    { app: "policy 5: pinned", user: "works", reported: ["refused fetch-failed"] },
  ],
  ...hostileServers(),
  [
    "storage is full",
    async (s) => {
      s.publish(s.signers.second, 6);
      s.disk.full = true;
      const result = await s.updateAndRequest();
      s.disk.full = false;
      return result;
    },
    { app: "policy 5: pinned", user: "works", reported: ["refused storage-failed"] },
  ],
  ["there is room again", (s) => s.updateAndRequest(), { app: "policy 6: pinned", user: "works", reported: ["accepted 6"] }],
  ["the app is started again", async (s) => (await s.restart(), s.app.request()), { app: "policy 6: pinned", user: "works", reported: [] }],
  [
    "half of the storage is corrupted, and the app started again",
    async (s) => (s.corrupt(1), await s.restart(), s.app.request()),
    { app: "policy 5: pinned", user: "works", reported: ["log-dropped"] },
  ],
  [
    "all of the storage is corrupted, and the app started again",
    async (s) => (s.corrupt(2), await s.restart(), s.app.request()),
    { app: "policy 1: pinned by a backup pin", user: "works", reported: ["log-dropped", "log-dropped", "report: pinned by a backup pin"] },
  ],
  [
    "it comes back by what the server leads it through",
    async (s) => (await s.app.store.update(), s.updateAndRequest()),
    { app: "policy 6: pinned", user: "works", reported: ["accepted 3, other keys", "accepted 6"] },
  ],
  [
    "the power is cut at each step of the next write, and the app started again each time",
    (s) => s.cutAtEachStep(),
    { app: "policy 6 up to the step that puts it in place, then policy 7: pinned", user: "works", reported: [] },
  ],
  [
    "two processes update at once",
    (s) => (s.publish(s.signers.second, 8), s.twoAtOnce()),
    {
      app: "policy 8: pinned",
      user: "works",
      reported: ["one accepted 8, the other found it in storage", "adopted 8", "refused not-newer"],
    },
  ],
];

/** What a server, or who sits in front of it, can serve: each is refused, and changes nothing. */
function hostileServers() {
  const unchanged = (reason) => ({ app: "policy 5: pinned", user: "works", reported: [`refused ${reason}`] });
  const header = (s) => ({ alg: "EdDSA", kid: s.signers.second.kid, typ: "chainpin-policy+jws" });
  const forged = (s, change, payload = s.policy(99)) => s.signers.second.sign(payload, { ...header(s), ...change });
  return [
    ["hostile server: the same bundle again", (s) => s.publisher.bundle(5), "not-newer"],
    ["hostile server: an older bundle", (s) => s.publisher.bundle(4), "rollback"],
    ["hostile server: another app's bundle", (s) => s.signers.second.sign({ ...s.policy(99), id: "another-app" }), "id-mismatch"],
    ["hostile server: a truncated bundle", (s) => s.signers.second.sign(s.policy(99)).slice(0, -30), "signature-invalid"],
    ["hostile server: 100 MB", () => megabytes(100), "bundle-too-large"],
    ["hostile server: alg none", (s) => `${forged(s, { alg: "none" }).split(".").slice(0, 2).join(".")}.`, "algorithm-mismatch"],
    ["hostile server: HS256 with the public key", (s) => forged(s, { alg: "HS256" }), "algorithm-mismatch"],
    ["hostile server: a key of its own under our name", (s) => createSigner(s.signers.second.kid).sign(s.policy(99)), "signature-invalid"],
    ["hostile server: an unknown crit", (s) => forged(s, { crit: ["b64"], b64: false }), "header-invalid"],
    [
      "hostile server: a JSON key twice",
      (s) => forged(s, {}, JSON.stringify(s.policy(99)).replace("{", '{"sequence":4,')),
      "policy-invalid",
    ],
  ].map(([title, serve, reason]) => [title, (s) => s.serving(serve(s)), unchanged(reason)]);
}

async function setTheScene() {
  const authority = await createAuthority();
  const identities = {};
  for (const name of ["first", "second", "third", "attacker"]) identities[name] = await authority.issue(HOST);
  const signers = { first: createSigner("signer-1"), second: createSigner("signer-2") };
  const publisher = createPublisher();
  const [api, updates, collector] = [await startApi(identities.first), await startUpdates(), await startCollector()];
  const folder = mkdtempSync(join(tmpdir(), "chainpin-rotation-"));
  const disk = { full: false };
  const day = { now: Date.now() };

  const policy = (sequence, { pins = ["second", "third"], blocked = ["first"], signingKeys } = {}) => {
    const [pin, backupPin] = pins.map((name) => pinOf(identities[name]));
    return {
      version: 1,
      id: "acme-mobile",
      sequence,
      issuedAt: new Date(day.now).toISOString(),
      expires: new Date(day.now + 120 * DAY).toISOString(),
      blocked: blocked.map((name) => pinOf(identities[name])),
      rules: [{ host: HOST, pins: [pin], backupPins: [backupPin] }],
      ...(signingKeys && { signingKeys }),
    };
  };
  const given = {
    keys: [signers.first.jwk],
    embedded: policy(1, { pins: ["first", "second"], blocked: [] }),
    updateUrl: updates.url,
    collectorUrl: collector.url,
    host: HOST,
    port: api.port,
    root: authority.root,
  };
  const clock = { now: () => day.now };
  const open = (fs = onDisk(disk)) => startApp({ ...given, storage: fileStorage(folder, fs, hasty), clock });

  const scene = {
    app: await open(),
    api,
    identities,
    signers,
    publisher,
    disk,
    policy,
    collector,
    publish(signer, sequence, changes) {
      day.now += DAY;
      publisher.publish(signer, policy(sequence, changes));
      updates.serve = publisher.next;
    },
    async updateAndRequest() {
      await scene.app.store.update();
      return scene.app.request();
    },
    async serving(answer) {
      updates.serve = () => answer;
      const result = await scene.updateAndRequest();
      updates.serve = publisher.next;
      return result;
    },
    async at(later, act) {
      day.now += later;
      const result = await act();
      await scene.app.flush();
      day.now -= later;
      return result;
    },
    async restart() {
      scene.app.stop();
      scene.app = await open();
    },
    corrupt(count) {
      for (const name of readdirSync(folder).sort().slice(0, count)) writeFileSync(join(folder, name), "\0\0\0");
    },
    async cutAtEachStep() {
      scene.publish(signers.second, 7);
      const seen = [];
      for (let step = 0, said = ""; said === ""; step++) {
        said = await inAnotherProcess({ ...given, folder, now: day.now, cutAt: step });
        await scene.restart();
        seen.push(scene.app.store.policy.sequence);
      }
      const ascending =
        seen.every((sequence, index) => [6, 7].includes(sequence) && sequence >= (seen[index - 1] ?? 6)) &&
        seen.length > 8 &&
        seen[0] === 6;
      const { verdict, sees } = await scene.app.request();
      return {
        verdict,
        sees,
        app: `policy ${ascending ? "6 up to the step that puts it in place, then policy" : seen.join()} ${scene.app.store.policy.sequence}: ${verdict.outcome}`,
      };
    },
    async twoAtOnce() {
      const answers = await Promise.all([1, 2].map(() => inAnotherProcess({ ...given, folder, now: day.now })));
      const both = answers.sort().join(", ") === "accepted 8, not-newer 8";
      const result = await scene.updateAndRequest();
      return { ...result, reported: [both ? "one accepted 8, the other found it in storage" : answers.join()] };
    },
    tidyUp() {
      for (const one of [scene.app, api, updates, collector]) one.stop();
      rmSync(folder, { recursive: true });
    },
  };
  return scene;
}

/** What a process of the same app says; nothing where it was killed. */
function inAnotherProcess(given) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [fileURLToPath(new URL("process.mjs", import.meta.url))], { stdio: ["pipe", "pipe", "inherit"] });
    let printed = "";
    child.stdout.on("data", (chunk) => (printed += chunk));
    child.on("error", reject);
    child.on("close", () => resolve(printed.trim()));
    child.stdin.end(JSON.stringify(given));
  });
}

/** What the step came to, in the words of `steps`. */
async function observed(scene, act) {
  const { verdict, sees, app, reported = [] } = await act(scene);
  await scene.app.flush();
  const { outcome, reason, matched, policy } = verdict;
  const says = [`policy ${policy.sequence}: ${outcome}`, reason && `, ${reason}`, matched?.backup && " by a backup pin"]
    .filter(Boolean)
    .join("");
  const events = scene.app.told.splice(0).map(({ code, sequence, reason, keysChanged }) => {
    return code === "log-dropped" ? code : `${code} ${sequence ?? reason}${keysChanged ? ", other keys" : ""}`;
  });
  const reports = scene.collector.reports
    .splice(0)
    .map(({ chainpin: { outcome, reason } }) => `report: ${outcome} ${reason ?? "by a backup pin"}`);
  return { app: app ?? says, user: sees, reported: [...reported, ...events, ...reports] };
}

/** A waiter finds out within a quarter of a second, not five, that a process died with the lock: the drill kills many. */
const hasty = { sleep: (milliseconds) => setTimeout(milliseconds / 20), every: () => () => {} };

/** The disk of this machine, or a full one. */
function onDisk(disk) {
  const open = (path, flags, mode) => {
    if (disk.full && path.endsWith(".new")) throw Object.assign(new Error("ENOSPC: no space left on device"), { code: "ENOSPC" });
    return files.open(path, flags, mode);
  };
  return { ...files, open };
}

function* megabytes(count) {
  for (let megabyte = 0; megabyte < count; megabyte++) yield "A".repeat(1_000_000);
}

function pinOf({ cert }) {
  const key = new X509Certificate(cert).publicKey.export({ type: "spki", format: "der" });
  return `sha256/${createHash("sha256").update(key).digest("base64")}`;
}
