// What both apps must do. `expected` is what `run` returns: the end of each request, and how many requests reached the server.
import { sleep } from "./world.mjs";

const short = 600;
const lenient = 30_000;

export const scenarios = [
  {
    name: "right pin",
    expected: "200 application/json 5 bytes as asked, 1 reached",
    async run(world) {
      await world.begin();
      const { status, type, text, url } = await world.fetch("good", { init: { method: "POST", body: "häh?" } });
      const { host, body } = JSON.parse(text);
      const asked = body === "häh?" && host === `${world.host}:${world.servers.good.port}` && url === world.url("good");
      return `${status} ${type} ${Buffer.byteLength(body)} bytes ${asked ? "as asked" : text}, ${world.servers.good.requests} reached`;
    },
  },
  { name: "wrong pin", expected: "pin-mismatch, 0 reached", run: async (world) => (await world.begin()).outcome("other") },
  {
    name: "a pin of the authority on the path",
    expected: "200, 1 reached",
    run: async (world) => (await world.begin({ policy: world.policy([world.authorityPin]) })).outcome("good"),
  },
  {
    name: "pinned authority appended, path of the platform",
    expected: "pin-mismatch, 0 reached",
    run: async (world) => (await world.begin({ policy: world.policy([world.authorityPin]) })).outcome("appended"),
  },
  {
    name: "pinned authority appended, chain as sent",
    expected: "pin-mismatch, 0 reached",
    run: async (world) => (await world.begin({ policy: world.policy([world.authorityPin]), source: "presented" })).outcome("appended"),
  },
  {
    name: "a pin of the authority, chain as sent",
    expected: "200, 1 reached",
    run: async (world) => (await world.begin({ policy: world.policy([world.authorityPin]), source: "presented" })).outcome("good"),
  },
  {
    name: "blocked key",
    expected: "key-blocked, 0 reached",
    run: async (world) => (await world.begin({ policy: world.policy([world.leafPin], { blocked: [world.authorityPin] }) })).outcome("good"),
  },
  {
    name: "report mode lets a wrong pin pass, and tells",
    expected: "200, 1 reached, tolerated pin-mismatch",
    async run(world) {
      await world.begin({ policy: world.policy([world.strayPin], { rule: { mode: "report" } }) });
      const outcome = await world.outcome("good");
      const { verdict } = world.engine.talk.heard.find(({ verdict }) => verdict);
      return `${outcome}, ${verdict.outcome} ${verdict.reason}`;
    },
  },
  {
    name: "authority that the user installed",
    expected: "pin-mismatch, 0 reached; where the rule allows it 200, 1 reached",
    async run(world) {
      const strict = await (await world.begin()).outcome("user");
      world.native.close();
      const allowed = await (await world.begin({ policy: world.policy([world.leafPin], { rule: { userAnchors: "allow" } }) })).outcome(
        "user",
      );
      return `${strict}; where the rule allows it ${allowed}`;
    },
  },
  {
    name: "authority that the platform does not trust",
    expected: "untrusted, 0 reached, asked 0 times",
    async run(world) {
      const outcome = await (await world.begin()).outcome("untrusted");
      return `${outcome}, asked ${world.native.log.filter(({ decided }) => decided).length} times`;
    },
  },
  {
    name: "host without a rule, unlisted denied",
    expected: "unlisted-host, 0 reached",
    run: async (world) =>
      (await world.begin({ policy: world.policy([world.leafPin], { unlisted: "deny" }) })).outcome("good", { host: world.otherHost }),
  },
  {
    name: "redirect to a server with a wrong pin",
    expected: "pin-mismatch, 1 reached, 0 reached the other",
    async run(world) {
      const outcome = await (await world.begin()).outcome("good", { path: "/redirect" });
      return `${outcome}, ${world.servers.other.requests} reached the other`;
    },
  },
  {
    name: "nobody attached yet",
    expected: "not-attached, 0 reached",
    async run(world) {
      await world.begin({ attach: false });
      return `${await world.native.request(world.url("good"))}, ${world.servers.good.requests} reached`;
    },
  },
  {
    name: "no answer",
    expected: "deadline, 0 reached, within the deadline: true",
    async run(world) {
      await world.begin({ deadline: short });
      world.native.delay = -1;
      const from = Date.now();
      const outcome = await world.outcome("good");
      return `${outcome}, within the deadline: ${Date.now() - from < short + 400}`;
    },
  },
  {
    name: "late answer",
    expected: "deadline, 0 reached, then unknown-id",
    async run(world) {
      await world.begin({ deadline: short });
      world.native.delay = short + 200;
      const outcome = await world.outcome("good");
      await world.until(() => world.notices().includes("unknown-id"), "the late answer is noticed");
      await sleep(50);
      return `${outcome}${world.servers.good.requests > 0 ? ", and reached afterwards" : ""}, then ${world.notices().filter((code) => code !== "deadline")}`;
    },
  },
  {
    name: "page closes while a connection waits",
    expected: "page-closed, 0 reached; the next one not-attached",
    async run(world) {
      await world.begin({ deadline: lenient });
      world.native.delay = -1;
      const request = world.native.request(world.url("good"));
      await world.waiting(1);
      await world.engine.kill({ silent: false });
      const outcome = `${await request}, ${world.servers.good.requests} reached; the next one ${await world.native.request(world.url("good"))}`;
      await world.engine.open();
      return outcome;
    },
  },
  {
    name: "the page reloads while a connection waits",
    expected: "page-closed, 0 reached; attached anew: 200, 1 reached",
    async run(world) {
      await world.begin({ deadline: lenient });
      world.native.delay = -1;
      const request = world.native.request(world.url("good"));
      await world.waiting(1);
      await world.engine.reload();
      world.native.delay = 0;
      const first = `${await request}, ${world.servers.good.requests} reached`;
      await world.expectDone({ do: "attach", policy: world.policy([world.leafPin]) });
      return `${first}; attached anew: ${await world.outcome("good")}`;
    },
  },
  {
    name: "JavaScript is killed, and nobody tells",
    expected: "deadline, 0 reached, within the deadline: true",
    async run(world) {
      await world.begin({ deadline: short });
      world.native.delay = -1;
      const from = Date.now();
      const request = world.native.request(world.url("good"));
      await world.engine.kill({ silent: true });
      const outcome = `${await request}, ${world.servers.good.requests} reached, within the deadline: ${Date.now() - from < short + 400}`;
      await world.engine.open();
      return outcome;
    },
  },
  {
    name: "the page detaches while a connection waits",
    expected: "page-closed, 0 reached",
    async run(world) {
      await world.begin({ deadline: lenient });
      world.native.delay = -1;
      const request = world.native.request(world.url("good"));
      await world.waiting(1);
      await world.expectDone({ do: "detach" });
      return `${await request}, ${world.servers.good.requests} reached`;
    },
  },
  {
    name: "second attachment",
    expected: "the first: superseded, 0 reached; the second: 200, 1 reached",
    async run(world) {
      await world.begin({ deadline: lenient });
      world.native.delay = -1;
      const first = world.fetch("good");
      await world.waiting(1);
      world.native.delay = 0;
      await world.expectDone({ do: "attach", policy: world.policy([world.leafPin]) });
      const { error } = await first;
      const reached = world.servers.good.requests;
      return `the first: ${error}, ${reached} reached; the second: ${await world.outcome("good")}`;
    },
  },
  {
    name: "another frame speaks",
    only: "Capacitor in Chromium",
    expected: "200, 1 reached, superseded 0 times",
    async run(world) {
      await world.begin();
      const { session } = world.native.log.find(({ to }) => to?.type === "attached").to;
      for (const message of [
        { v: 1, type: "attach", nonce: "frame", sequence: 9 },
        { v: 1, type: "detach", session },
      ])
        await world.engine.speakFromFrame(JSON.stringify(message));
      const outcome = await world.outcome("good");
      return `${outcome}, superseded ${world.native.log.filter(({ to }) => to?.type === "attached").length - 1} times`;
    },
  },
  {
    name: "an answer of another session",
    expected: "pin-mismatch, 0 reached, then wrong-session",
    async run(world) {
      await world.begin();
      const send = world.native.toPage;
      world.native.toPage = (text) => {
        const message = JSON.parse(text);
        const forged = {
          v: 1,
          type: "answer",
          session: "f".repeat(32),
          id: message.id,
          sequence: 1,
          ok: true,
          outcome: "pinned",
          message: "",
        };
        if (message.type === "hold") world.native.gate.receive(JSON.stringify(forged));
        send(text);
      };
      return `${await world.outcome("other")}, then ${world.notices()}`;
    },
  },
  {
    name: "policy change while a connection waits",
    expected: "policy-changed, 0 reached; again: pin-mismatch, 0 reached",
    async run(world) {
      await world.begin({ deadline: lenient });
      world.native.delay = -1;
      const first = world.fetch("good");
      await world.waiting(1);
      world.native.delay = 0;
      await world.expectDone({ do: "replace", policy: world.policy([world.strayPin], { sequence: 2 }) });
      const { error } = await first;
      return `${error}, ${world.servers.good.requests} reached; again: ${await world.outcome("good")}`;
    },
  },
  {
    name: "policy change, pooled connection",
    expected: "200, 1 reached; then pin-mismatch, 0 reached, over 2 connections",
    async run(world) {
      await world.begin();
      const first = await world.outcome("good");
      await world.expectDone({ do: "replace", policy: world.policy([world.strayPin], { sequence: 2 }) });
      return `${first}; then ${await world.outcome("good")}, over ${world.servers.good.connections} connections`;
    },
  },
  {
    name: "policy goes back",
    expected: "wrong-sequence, 0 reached",
    async run(world) {
      await world.begin({ policy: world.policy([world.leafPin], { sequence: 3 }) });
      await world.expectDone({ do: "replace", policy: world.policy([world.leafPin], { sequence: 2 }) });
      return world.outcome("good");
    },
  },
  {
    name: "pooled connection",
    expected: "200, 200: 2 reached over 1 connection, asked once",
    async run(world) {
      await world.begin();
      const results = [await world.fetch("good"), await world.fetch("good")].map(({ status, error }) => error ?? status);
      const { requests, connections } = world.servers.good;
      const asked = world.native.log.filter(({ to }) => to?.type === "hold").length;
      return `${results.join(", ")}: ${requests} reached over ${connections} connection, asked ${asked === 1 ? "once" : `${asked} times`}`;
    },
  },
  {
    name: "coalesced HTTP/2 connection, pin wrong for the second host",
    expected: "200, 1 reached; the second host: pin-mismatch, 0 reached, over 1 connection; the first again: 200, 1 reached",
    async run(world) {
      const policy = world.policy([world.leafPin]);
      policy.rules.push({ host: world.otherHost, pins: [world.strayPin] });
      await world.begin({ policy, http2: true });
      const first = await world.outcome("http2");
      const second = await world.outcome("http2", { host: world.otherHost });
      const { connections } = world.servers.http2;
      return `${first}; the second host: ${second}, over ${connections} connection; the first again: ${await world.outcome("http2")}`;
    },
  },
  {
    name: "push: native enforces by itself",
    expected: "no-pins; pushed: good accepted, other refused; after a new policy: good refused",
    async run(world) {
      await world.begin();
      const before = await world.native.pinned(world.url("good"));
      await world.expectDone({ do: "push" });
      const [good, other] = [await world.native.pinned(world.url("good")), await world.native.pinned(world.url("other"))];
      await world.expectDone({ do: "replace", policy: world.policy([world.strayPin], { sequence: 2 }) });
      await world.until(() => world.native.pins.sequence === 2, "pushed again");
      return `${before}; pushed: good ${good}, other ${other}; after a new policy: good ${await world.native.pinned(world.url("good"))}`;
    },
  },
  {
    name: "weaker push",
    expected: "push-weaker, nothing pushed; allowed for the host: pushed, role",
    async run(world) {
      await world.begin({ policy: world.policy([{ pin: world.leafPin, role: "leaf" }]) });
      const { error } = await world.ask({ do: "push" });
      const pushed = world.native.pins === undefined ? "nothing pushed" : "pushed";
      const { findings, error: again } = await world.ask({ do: "push", allowWeaker: [world.host] });
      return `${error}, ${pushed}; allowed for the host: ${again ?? (world.native.pins ? "pushed" : "nothing pushed")}, ${findings}`;
    },
  },
  {
    name: "abort, timeout",
    expected: "aborted, 1 reached; timeout, 1 reached",
    async run(world) {
      await world.begin();
      const first = world.fetch("good", { path: "/never" });
      await world.until(() => world.servers.good.requests === 1, "reached");
      await world.expectDone({ do: "abort", of: first.tag });
      const { error } = await first;
      return `${error}, 1 reached; ${await world.outcome("good", { path: "/never", init: { timeout: 300 } })}`;
    },
  },
  {
    name: "abort while the connection waits",
    expected: "aborted, 0 reached, 0 held",
    async run(world) {
      await world.begin({ deadline: lenient });
      world.native.delay = -1;
      const request = world.fetch("good");
      await world.waiting(1);
      await world.expectDone({ do: "abort", of: request.tag });
      const { error } = await request;
      return `${error}, ${world.servers.good.requests} reached, ${world.native.held} held`;
    },
  },
  {
    name: "self-test",
    expected: "refused, 0 reached, while the policy says pinned; a native side that does not gate: not refused",
    async run(world) {
      await world.begin();
      await world.outcome("good");
      const { requests } = world.servers.good;
      const { refused, outcome } = await world.ask({ do: "selfTest", url: world.url("good") });
      const reached = world.servers.good.requests - requests;
      world.native.ask = (_socket, _host, _port, _request, decide) => (decide(true), { decision: { ok: true }, hold: { cancel() {} } });
      const { refused: gated } = await world.ask({ do: "selfTest", url: world.url("good") });
      return `${refused ? "refused" : "not refused"}, ${reached} reached, while the policy says ${outcome}; a native side that does not gate: ${gated ? "refused" : "not refused"}`;
    },
  },
  {
    name: "500 connections at once",
    expected: "500 answered, in order of arrival: true, within the deadline: true",
    async run(world) {
      await world.begin({ deadline: 5000 });
      const { gate } = world.native;
      const chain = [world.certificates.leaf, world.certificates.authority].map(({ der }) => der.toString("base64"));
      const decided = [];
      for (let n = 0; n < 500; n++)
        gate.open({ connection: n, host: world.host, port: 443, chain, source: "validated", anchor: "system" }, (decision) =>
          decided.push(decision.ok ? n : decision.code),
        );
      await world.until(() => decided.length === 500, "500 decisions");
      const asked = world.native.log.flatMap(({ to }) => (to?.type === "hold" ? [to.id] : []));
      const answered = world.native.log.flatMap(({ from }) => (from?.type === "answer" ? [from.id] : []));
      return `${answered.length} answered, in order of arrival: ${asked.join() === answered.join()}, within the deadline: ${decided.every((n, index) => n === index)}`;
    },
  },
  {
    name: "killed in the middle of 100 held connections",
    expected: "100 of deadline, 0 reached, within the deadline: true",
    async run(world) {
      await world.begin({ deadline: 5000 });
      world.native.delay = -1;
      const requests = Array.from({ length: 100 }, () => world.native.request(world.url("good")));
      await world.waiting(100);
      const allHeld = Date.now();
      await world.engine.kill({ silent: true });
      const codes = new Set(await Promise.all(requests));
      const outcome = `${requests.length} of ${[...codes]}, ${world.servers.good.requests} reached, within the deadline: ${Date.now() - allHeld <= 5000 + 200}`;
      await world.engine.open();
      return outcome;
    },
  },
];
