// Each real client against a real server: what passes, what is refused before a request, and what the client throws.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { setTimeout as wait } from "node:timers/promises";
import { PinningError, createReplaceable, createVerifierSync } from "chainpin";
import { closeAll, serve } from "../tls/server.mjs";
import { honest, pinning, policy, stray } from "../tls/world.mjs";
import { clients } from "./clients.mjs";
import { closeExtra, serverFor } from "./servers.mjs";

after(() => Promise.all([closeAll(), closeExtra()]));
const { ca } = honest;

for (const [name, client] of Object.entries(clients)) {
  const ask = (verifier, more = {}) => client.make(client.by(verifier, { ca, ...more }));
  const at = (url, path) => url.replace("https:", `${client.scheme ?? "https"}:`) + path;

  /** Asserts what the client throws for a refused connection. */
  const refused = async (answer) => {
    const error = await answer.then(
      (text) => assert.fail(`let through: ${text}`),
      (error) => error,
    );
    const told = client.throws(error);
    assert.equal(told.code, "pin-mismatch", error.stack);
    assert.equal(told instanceof PinningError, !client.codeOnly);
    if (!client.codeOnly) assert.equal(told.verdict.reason, "pin-mismatch");
    assert.ok(error.message.includes(stray) || told.message.includes(stray), "the message says which pins were wanted");
  };

  test(`${name}: a right pin passes, on the leaf and on a root that is not sent`, { timeout: 20_000 }, async () => {
    const server = await serverFor(client);
    const told = [];
    for (const { pin } of [honest.leaf, honest.root]) {
      const onVerdict = ({ outcome, matched }) => told.push([outcome, matched?.role]);
      assert.equal(await ask(pinning(pin), { onVerdict })(at(server.url, "/here")), "/here");
    }
    assert.deepEqual(told, [
      ["pinned", "leaf"],
      ["pinned", "ca"],
    ]);
    assert.equal(server.requests, 2);
  });

  test(`${name}: a wrong pin is refused, and no request arrives`, { timeout: 20_000 }, async () => {
    const server = await serverFor(client);
    await refused(ask(pinning(stray))(at(server.url, "/here")));
    assert.equal(server.requests, 0);
  });

  if (client.redirects !== false) {
    test(`${name}: a redirect to another host gets that host's pins`, { timeout: 20_000 }, async () => {
      const other = await serverFor(client);
      const answer = (_, response) => response.writeHead(302, { location: `https://127.0.0.1:${other.port}/landed` }).end();
      const server = await serve({ certificate: honest.leaf, chain: honest.chain, answer });
      const rules = (pin) =>
        createVerifierSync(
          policy([
            { host: "localhost", pins: [honest.leaf.pin] },
            { host: "127.0.0.1", pins: [pin] },
          ]),
        );
      assert.equal(await ask(rules(honest.leaf.pin))(`${server.url}/`), "/landed");
      await refused(ask(rules(stray))(`${server.url}/`));
      assert.deepEqual([server.requests, other.requests], [2, 1]);
    });
  }

  if (client.swaps !== false) {
    test(`${name}: a replaced policy closes the connection that is open`, { timeout: 20_000 }, async () => {
      const server = await serverFor(client);
      const verifier = createReplaceable(pinning(honest.leaf.pin));
      const request = ask(verifier);
      assert.equal(await request(at(server.url, "/here")), "/here");
      assert.equal(server.sockets.size, 1);
      verifier.replace(pinning(stray));
      for (let tries = 0; tries < 100 && server.sockets.size > 0; tries++) await wait(10);
      assert.equal(server.sockets.size, 0);
      await refused(request(at(server.url, "/here")));
      assert.equal(server.requests, 1);
      verifier.replace(pinning(honest.leaf.pin));
      assert.equal(await request(at(server.url, "/here")), "/here");
    });
  }
}

test("the table in docs/node.md names each of these clients", () => {
  const page = readFileSync(new URL("../../docs/node.md", import.meta.url), "utf8");
  const table = /\| client \|[^]*?\n\n/.exec(page)?.[0] ?? "";
  for (const name of Object.keys(clients)) {
    const [client] = name.replace(/^connect$/, "tls.connect").split(/, by | \d/);
    assert.ok(table.includes(`| \`${client}\` |`), client);
  }
});
