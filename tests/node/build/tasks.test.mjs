// The table of tasks: package.json, the set-up and the files agree with it.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { at, root } from "../../../scripts/lib/paths.mjs";
import { buildsFor, needsOf, tasks } from "../../../scripts/tasks.mjs";

const node = (...words) => spawnSync(process.execPath, words, { cwd: root, encoding: "utf8" });

test("package.json names each task, and nothing else", () => {
  const { scripts } = JSON.parse(readFileSync(at("package.json"), "utf8"));
  assert.deepEqual(scripts, Object.fromEntries(Object.keys(tasks).map((name) => [name, `node scripts/task.mjs ${name}`])));
});

test("every task runs files that exist, or lanes of other tasks", () => {
  for (const [name, { run = [], lanes = [] }] of Object.entries(tasks)) {
    assert.equal(run.length > 0, lanes.length === 0, name);
    for (const [program, file] of run) if (program === "node") assert.ok(existsSync(at(file)), `${name}: ${file}`);
    for (const [part] of lanes.flat()) assert.ok(tasks[part]?.run, `${name}: ${part}`);
  }
});

test("every part that a task needs is a part of the set-up", () => {
  const { status, stderr } = node("scripts/setup.mjs", "no-such-part");
  assert.equal(status, 1);
  const parts = /there are (.+)/.exec(stderr)[1].split(", ");
  for (const [name, task] of Object.entries(tasks)) for (const part of needsOf(task)) assert.ok(parts.includes(part), `${name}: ${part}`);
});

test("lanes need what their tasks need, and the build if one of them does", () => {
  assert.ok(needsOf(tasks.test).includes("bridges"));
  assert.ok(needsOf(tasks.proof).includes("spark"));
  assert.ok(buildsFor(tasks.proof));
  assert.ok(!buildsFor(tasks["test:rust"]));
  assert.deepEqual(needsOf(tasks["test:collector"]), ["build", "collector"]);
});

test("words go to the task's last command, and its failure is npm's", () => {
  const { status, stderr } = node("scripts/task.mjs", "setup", "no-such-part");
  assert.equal(status, 1);
  assert.match(stderr, /`no-such-part` is no part of the set-up/);
});

test("a task that does not exist is an error that lists those that do", () => {
  const { status, stderr } = node("scripts/task.mjs", "tets");
  assert.equal(status, 1);
  assert.match(stderr, /no task `tets`; there are start, setup, build, test, /);
});

test("test:node runs the files that are named", () => {
  const { status, stderr } = node("scripts/node-tests.mjs", "tests/node", "no-such-test");
  assert.equal(status, 1);
  assert.match(stderr, /no test in tests\/node has `no-such-test` in its path/);
});
