import { fork } from "node:child_process";
import https from "node:https";
import tls from "node:tls";
import { fileURLToPath } from "node:url";
import * as chainpin from "chainpin";
import { createAgent } from "chainpin/node";
import { makeAuthority, makeServer } from "../tls/authority.mjs";
import { Group } from "./figures.mjs";
import { median } from "./measure.mjs";

/** How many requests each agent makes over connections that stay open, and in how many turns. */
const REQUESTS = 10_000;
const TURNS = 20;
/** Turns that do not count. */
const WARM_UP = 6;
/** At a time. */
const AT_ONCE = 16;

/** What pinning costs a Node client: over connections that stay open, and for each new one. The server is a process of its own. */
export async function measureConnections({ quick }) {
  const group = new Group("connections", "https requests to a local server, by Node's agent and by chainpin's");
  const world = await start();
  try {
    const { plain, pinned, share } = await race(quick ? REQUESTS / 10 : REQUESTS, quick ? TURNS / 10 : TURNS, world);
    group.add("plain", "connections kept, Node's agent", plain, "/s");
    group.add("pinned", "connections kept, createAgent", pinned, "/s");
    group.add("share", "of Node's throughput, turn by turn", share, "×", { atLeast: 0.95 });

    const fresh = await alternate(quick ? 30 : 300, world);
    group.add("fresh-plain", "a new connection, Node's agent", fresh.plain, "ms");
    group.add("fresh-pinned", "a new connection, createAgent", fresh.pinned, "ms");
    group.add("fresh-cost", "what pinning adds to a new connection", fresh.pinned - fresh.plain, "ms", { atMost: 1 });
  } finally {
    world.stop();
  }
  group.add("roots", `reading Node's ${tls.rootCertificates.length} roots, once in a process`, await rootsCost(quick ? 3 : 15), "ms");
  return group;
}

async function start() {
  const root = await makeAuthority("Bench Root");
  const intermediate = await makeAuthority("Bench Intermediate", root);
  const leaf = await makeServer(intermediate, ["localhost"]);
  const child = fork(fileURLToPath(new URL("connections-server.mjs", import.meta.url)));
  const port = await new Promise((resolve, reject) => {
    child.once("message", resolve).once("error", reject);
    child.send({ key: leaf.key, cert: leaf.pem + intermediate.pem });
  });
  const rules = [{ host: "localhost", pins: [{ pin: intermediate.pin, role: "ca" }] }];
  const verifier = chainpin.createVerifierSync({ version: 1, id: "bench", sequence: 1, rules });
  const agents = (options) => ({
    // As ours: it keeps no sessions.
    plain: new https.Agent({ ca: root.pem, maxCachedSessions: 0, ...options }),
    pinned: createAgent(verifier, { ca: root.pem, ...options }),
  });
  return { agents, url: `https://localhost:${port}/`, stop: () => child.kill() };
}

/**
 * Requests a second of this process's own time, so that a busy machine changes little, and the share of them that pinning leaves:
 * medians over the turns, in each of which both are asked.
 */
async function race(requests, turns, { agents, url }) {
  const both = agents({ keepAlive: true, maxSockets: AT_ONCE });
  const rates = { plain: [], pinned: [] };
  const count = requests / turns;
  for (let turn = -WARM_UP; turn < turns; turn++) {
    for (const name of turn % 2 ? ["pinned", "plain"] : ["plain", "pinned"]) {
      const from = process.cpuUsage();
      await many(count, url, both[name]);
      const { user, system } = process.cpuUsage(from);
      if (turn >= 0) rates[name].push((count * 1e6) / (user + system));
    }
  }
  for (const agent of Object.values(both)) agent.destroy();
  const shares = rates.pinned.map((rate, turn) => rate / rates.plain[turn]);
  return { plain: median(rates.plain), pinned: median(rates.pinned), share: median(shares) };
}

/** Milliseconds by the clock, from a request to its answer, each over a connection of its own; the agents take turns. */
async function alternate(count, { agents, url }) {
  const both = agents({ keepAlive: false });
  const times = { plain: [], pinned: [] };
  for (let index = -10; index < count; index++) {
    for (const name of index % 2 ? ["pinned", "plain"] : ["plain", "pinned"]) {
      const from = performance.now();
      await get(url, both[name]);
      if (index >= 0) times[name].push(performance.now() - from);
    }
  }
  return { plain: median(times.plain), pinned: median(times.pinned) };
}

async function rootsCost(rounds) {
  const times = [];
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    chainpin.createAnchors(tls.rootCertificates).dispose();
    times.push(performance.now() - from);
  }
  return median(times);
}

async function many(count, url, agent) {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await get(url, agent);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

function get(url, agent) {
  return new Promise((resolve, reject) => {
    https.get(url, { agent }, (response) => response.resume().on("end", resolve)).on("error", reject);
  });
}
