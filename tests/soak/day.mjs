// node --expose-gc day.mjs MINUTES SEED: days of an app's connections by `createAgent` and `createDispatcher`, to real TLS servers that
// restart, reset, stall, send garbage and change their certificates, while the policy changes as well. A day is 8,640 requests (one each
// ten seconds) and has a fault every five minutes and another policy every hour, as seldom as that is for one app; here there is no pause
// between them. No request may reach a server by a key that no policy in force allowed, none may hang, nothing may be left behind.
import assert from "node:assert/strict";
import { setTimeout as wait } from "node:timers/promises";
import * as undici from "undici";
import { instances } from "../node/lib/instances.mjs";
import { chance } from "../node/lib/random.mjs";
import { makeAuthority, makeServer } from "../tls/authority.mjs";
import { get } from "../tls/get.mjs";
import { pinningError, policy, stray } from "../tls/world.mjs";
import { Front, WAYS } from "./front.mjs";

const { createReplaceable, createVerifierSync } = await import("chainpin");
const { createAgent, createDispatcher } = await import("chainpin/node");
const dice = chance(Number(process.argv[3]));
/** A number from 0 to below `below`. */
const random = (below) => Math.floor(dice.random() * below);
const until = Date.now() + Number(process.argv[2]) * 60_000;

const REQUESTS_A_DAY = 8_640;
const FAULT_EACH = REQUESTS_A_DAY / 288;
const POLICY_EACH = REQUESTS_A_DAY / 24;
/** Requests at a time, and servers. */
const WORKERS = 16;
const FRONTS = 4;
/** Milliseconds: an app gives up a request, and by when it must have ended, on a machine that is busy with other things. */
const PATIENCE = 1_000;
const HANGS = 20_000;

// Two keys that come and go in policies, one of another CA, one that is never pinned, and one that Node itself refuses.
const root = await makeAuthority("Soak Root");
const [ours, theirs] = [await makeAuthority("Ours", root), await makeAuthority("Theirs", root)];
const names = ["localhost", "127.0.0.1"];
const issue = async (ca) => ({ ...(await makeServer(ca, names)), chain: [ca.pem] });
const certificates = {
  first: await issue(ours),
  second: await issue(ours),
  wrong: await issue(theirs),
  // The wrong key again, and beside it the genuine certificate of the pinned CA, and of a pinned leaf: presence proves nothing.
  appended: { ...(await makeServer(theirs, names)), chain: [theirs.pem, ours.pem] },
  untrusted: { ...(await makeServer(await makeAuthority("Soak Root"), names)), chain: [] },
};
certificates.appended.chain.push(certificates.first.pem);

/** Policies, each with the certificates that it allows. */
const policies = [
  { allows: ["first"], pins: [certificates.first.pin] },
  { allows: ["second"], pins: [stray, certificates.second.pin] },
  { allows: ["first", "second"], pins: [ours.pin] },
  { allows: ["first", "second"], pins: [certificates.first.pin], backupPins: [certificates.second.pin] },
  { allows: [], pins: [stray] },
].map(({ allows, ...pins }) => ({ allows, rules: [{ host: "localhost", ...pins }] }));

let sequence = 0;
/** `{ since, until, allows }`, the newest last. */
const inForce = [];
const verifier = createReplaceable(enter(policies[0]));
const clients = {
  pooled: createAgent(verifier, { ca: root.pem, keepAlive: true, maxSockets: 4 }),
  single: createAgent(verifier, { ca: root.pem }),
  undici: createDispatcher(verifier, { undici, connect: { ca: root.pem, timeout: PATIENCE }, connections: 4 }),
};

const counts = { requests: 0, answered: 0, refused: 0, failed: 0, arrived: 0, faults: 0, policies: 0, restarts: 0, swaps: 0 };
const errors = {};
const asked = new Map();
const fronts = Array.from({ length: FRONTS }, () => new Front(certificates, arrived, random));
for (const front of fronts) {
  front.certificate = "first";
  await front.start();
}

/** Ours: undici has a module of its own. */
const modules = () => instances.filter(({ exports }) => exports.compilePolicy !== undefined);
const samples = [];
let isOver = false;
await Promise.all([...Array.from({ length: WORKERS }, work), change(), sample()]);
await leaveNothing();
report();

/** Asks, until the time is over. */
async function work(_, worker) {
  for (let number = 0; !isOver; number++) {
    if (Date.now() >= until && counts.requests >= 2 * POLICY_EACH) isOver = true;
    const id = `/${worker}-${number}`;
    const front = fronts[random(FRONTS)];
    const kind = Object.keys(clients)[random(3)];
    const since = performance.now();
    asked.set(id, since);
    counts.requests += 1;
    const hung = wait(HANGS, "hung", { ref: false });
    const ended = await Promise.race([
      ask(kind, front.url + id).then(
        (body) => ({ body }),
        (error) => ({ error }),
      ),
      hung,
    ]);
    assert.notEqual(ended, "hung", `${kind} ${id} to a server that is ${front.way} has no end`);
    judge(ended, since);
    // What has been sent before it was given up may arrive later.
    void wait(HANGS, undefined, { ref: false }).then(() => asked.delete(id));
    if (random(4) === 0) await wait(random(3));
  }
}

async function ask(kind, url) {
  const signal = AbortSignal.timeout(PATIENCE);
  if (kind !== "undici") return (await get(url, { agent: clients[kind], signal })).body;
  const { body } = await undici.request(url, { dispatcher: clients.undici, signal });
  return body.text();
}

/** A server has received a request: by a key that the policy allowed at some time since it was asked? */
function arrived(certificate, request) {
  counts.arrived += 1;
  assert.ok(wasAllowed(certificate, asked.get(request.url)), `a request has reached the key "${certificate}"`);
}

function judge({ body, error }, since) {
  if (error === undefined) {
    counts.answered += 1;
    assert.ok(wasAllowed(body, since), `an answer came from the key "${body}"`);
    return;
  }
  const code = pinningError(error)?.error.code;
  if (code === undefined) counts.failed += 1;
  else counts.refused += 1;
  const name = code ?? error.cause?.code ?? error.code ?? error.name;
  errors[name] = (errors[name] ?? 0) + 1;
}

function wasAllowed(certificate, since) {
  return inForce.some(({ until, allows }) => until >= since && allows.includes(certificate));
}

/** Faults and policies, as the requests go by. */
async function change() {
  let [fault, next] = [FAULT_EACH, POLICY_EACH];
  while (!isOver) {
    await wait(2);
    if (counts.requests >= fault) {
      fault += FAULT_EACH;
      counts.faults += 1;
      await fail(fronts[random(FRONTS)]);
    }
    if (counts.requests >= next) {
      next += POLICY_EACH;
      counts.policies += 1;
      verifier.replace(enter(policies[random(policies.length)])).dispose();
    }
  }
}

/** Every other fault is followed by better times, or there would be nothing but faults. */
async function fail(front) {
  front.way = random(2) === 0 ? "plain" : WAYS[random(WAYS.length)];
  const chosen = Object.keys(certificates)[random(Object.keys(certificates).length)];
  const certificate = random(2) === 0 ? ["first", "second"][random(2)] : chosen;
  if (certificate !== front.certificate) counts.swaps += 1;
  front.certificate = certificate;
  if (random(3) === 0) {
    counts.restarts += 1;
    await front.stop();
    await wait(random(40));
    await front.start();
  }
}

/** A policy is in force from now on; returns its verifier. */
function enter({ allows, rules }) {
  const now = performance.now();
  if (inForce.length > 0) inForce[inForce.length - 1].until = now;
  // Requests live for seconds: what is older has nothing to say.
  while (inForce.length > 64) inForce.shift();
  inForce.push({ since: now, until: Infinity, allows });
  return createVerifierSync(policy(rules, { sequence: ++sequence }));
}

/** What is held, from time to time. */
async function sample() {
  while (!isOver) {
    await wait(1_000);
    globalThis.gc();
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    const sockets = process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Socket/.test(name)).length;
    samples.push({ heap: heapUsed + arrayBuffers, sockets, pages: modules().at(-1).exports.memory.buffer.byteLength / 65_536 });
  }
}

/** The clients are closed, the servers too: nothing of theirs is left. */
async function leaveNothing() {
  clients.pooled.destroy();
  clients.single.destroy();
  await clients.undici.destroy();
  await Promise.all(fronts.map((front) => front.end()));
  let left;
  for (let tries = 0; tries < 100; tries++) {
    left = process.getActiveResourcesInfo().filter((name) => /TCP|TLS|Socket/.test(name));
    if (left.length === 0) break;
    await wait(50);
  }
  assert.deepEqual(left, [], "sockets and servers are left");
}

function report() {
  const middle = (values) => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  const quarter = Math.max(1, Math.floor(samples.length / 4));
  // The first quarter is the warm-up of the engine and of the pools.
  const [early, late] = [samples.slice(quarter, 2 * quarter), samples.slice(-quarter)].map((part) => ({
    heap: middle(part.map(({ heap }) => heap)),
    pages: Math.max(...part.map(({ pages }) => pages)),
  }));
  const sockets = Math.max(...samples.map(({ sockets }) => sockets));
  const days = counts.requests / REQUESTS_A_DAY;
  console.log(`${days.toFixed(1)} days: ${JSON.stringify(counts)}`);
  console.log(`  ${JSON.stringify(errors)}`);
  console.log(`  heap ${mb(early.heap)} then ${mb(late.heap)}; ${sockets} sockets at most; module ${late.pages} pages`);
  assert.equal(counts.answered + counts.refused + counts.failed, counts.requests);
  for (const name of ["answered", "refused", "failed", "swaps", "policies"])
    assert.ok(counts[name] > 0, `no request was ${name}: nothing was tried`);
  assert.ok(late.heap < early.heap * 1.25 + 4e6, "the heap grows");
  assert.equal(late.pages, early.pages, "the module's memory grows");
  assert.equal(modules().length, 1, "the module has failed");
  // Each connection has two ends, and a third and fourth where it is cut.
  assert.ok(sockets <= 6 * FRONTS * (4 + 4 + WORKERS), "sockets heap up");
}

function mb(bytes) {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
