// chainpin/node and chainpin/electron as they are installed, over real TLS.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { makeAuthority, makeServer } from "../../../tls/authority.mjs";
import { node, passed } from "../../lib/app.mjs";

const root = await makeAuthority("Packaging Root");
const leaf = await makeServer(root, ["localhost"]);
writeFileSync("world.json", JSON.stringify({ ca: root.pem, cert: leaf.pem, key: leaf.key, pin: root.pin }));

for (const file of ["main.mjs", "main.cjs"]) {
  const lines = (await node(file)).trim().split("\n");
  assert.deepEqual(lines, ["right pin: hello", "wrong pin: pin-mismatch true", "electron: -3 -2", "no undici: TypeError", "requests: 1"]);
  passed(file);
}
