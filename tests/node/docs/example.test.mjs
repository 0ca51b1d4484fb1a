// `examples/node` runs, and shows what it promises.
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { test } from "node:test";
import { at, root } from "../../../scripts/lib/paths.mjs";

const run = (...args) => spawnSync(process.execPath, args, { cwd: root, encoding: "utf8", timeout: 30_000 });

test("the story", () => {
  const { status, stdout, stderr } = run("examples/node/main.mjs");
  assert.equal(status, 0, stderr);
  const scenes = stdout
    .trim()
    .split("\n\n")
    .map((scene) => scene.split("\n").map((line) => line.trim()));
  const second = scenes.map(([, line]) => line);
  assert.deepEqual(second.slice(0, 2), Array(2).fill("hello from the honest server"));
  for (const refused of [second[2], second[4]]) assert.match(refused, /^`localhost` rejected, pin-mismatch/);
  assert.equal(second[3], "hello from the attacker server");
  assert.match(scenes[4].join(), /CN=Example Issuing CA {2}\(not on the verified path\)/);
  assert.equal(scenes[5][0], "the attacker's server has seen 1 request");
  assert.equal(second[6], "hello from the honest server; after the change: pin-mismatch");
  assert.match(second[7], /^yes/);
});

test("the server, and the client with the commands that it prints", async () => {
  const server = spawn(process.execPath, [at("examples", "node", "server.mjs")], { cwd: root });
  let printed = "";
  for await (const data of server.stdout) {
    printed += data;
    if (printed.match(/client\.mjs/g)?.length === 2) break;
  }
  const [honest, attacker] = [...printed.matchAll(/^ {2}node (.*)$/gm)].map(([, command]) => run(...command.split(" ")));
  server.kill();
  assert.deepEqual([honest.status, honest.stdout], [0, "pinned by the ca, certificate 1\nhello from the honest server\n"]);
  assert.equal(attacker.status, 1);
  assert.match(attacker.stderr, /rejected, pin-mismatch/);
});
