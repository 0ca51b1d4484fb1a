// Every report that was acknowledged is there, whatever happens to the collector.
import assert from "node:assert/strict";
import { test } from "node:test";
import { setTimeout } from "node:timers/promises";
import { ask, connections, folder, post, reportOf, start } from "./collector.mjs";

test("kill -9 in the middle, five times: each acknowledged report is there, once, as it was sent", { timeout: 120_000 }, async () => {
  const { file, remove } = folder();
  const acknowledged = new Map();
  const sent = new Map();
  let number = 0;

  for (let round = 0; round < 5; round++) {
    const collector = await start(file);
    const agent = connections(64);
    let alive = true;
    const sender = async () => {
      while (alive) {
        const report = JSON.stringify(reportOf(number++));
        const id = JSON.parse(report).chainpin["report-id"];
        sent.set(id, report);
        try {
          const { status } = await post(collector.origin, report, { agent });
          if (status === 201) acknowledged.set(id, report);
        } catch {
          return; // the collector is dead
        }
      }
    };
    const before = acknowledged.size;
    const senders = Array.from({ length: 64 }, sender);
    await setTimeout(300 + 170 * round);
    while (acknowledged.size <= before + 50) await setTimeout(10); // on a busy machine
    await collector.kill("SIGKILL");
    alive = false;
    await Promise.all(senders);
    agent.destroy();
  }

  const collector = await start(file);
  const kept = await everything(collector.origin);
  await collector.kill();
  for (const [id, report] of acknowledged) assert.equal(JSON.stringify(kept.get(id)), report, `${id} was acknowledged`);
  for (const [id, report] of kept) assert.equal(JSON.stringify(report), sent.get(id), `${id} was sent`);
  remove();
});

test("a report that is sent again after a crash is acknowledged and not stored twice", async () => {
  const { file, remove } = folder();
  const report = JSON.stringify(reportOf(1));
  const first = await start(file);
  assert.equal((await post(first.origin, report)).status, 201);
  await first.kill("SIGKILL");
  const second = await start(file);
  assert.equal((await post(second.origin, report)).status, 200);
  assert.equal((await everything(second.origin)).size, 1);
  await second.kill();
  remove();
});

test("SIGTERM writes what waits", async () => {
  const { file, remove } = folder();
  const first = await start(file);
  const answers = Promise.allSettled(Array.from({ length: 50 }, (_, number) => post(first.origin, JSON.stringify(reportOf(number)))));
  await setTimeout(20);
  await first.kill("SIGTERM");
  const acknowledged = (await answers).filter(({ value }) => value?.status === 201);
  const second = await start(file);
  const kept = await everything(second.origin);
  assert.ok(kept.size >= acknowledged.length, `${kept.size} of ${acknowledged.length}`);
  await second.kill();
  remove();
});

/** What the collector has, by name; each must be there once. */
async function everything(origin) {
  const found = new Map();
  for (let after = 0; ; ) {
    const { text } = await ask(origin, `/reports?after=${after}`);
    const lines = text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
    if (lines.length === 0) return found;
    for (const { id, report } of lines) {
      assert.ok(!found.has(report.chainpin["report-id"]), "stored twice");
      found.set(report.chainpin["report-id"], report);
      after = id;
    }
  }
}
