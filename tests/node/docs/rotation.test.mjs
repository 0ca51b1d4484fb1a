// The rotation drill of examples/rotation: every step comes to what it must.
import assert from "node:assert/strict";
import { test } from "node:test";
import { drill } from "../../../examples/rotation/drill.mjs";

test("the rotation drill", { timeout: 120_000 }, async (context) => {
  const steps = [];
  await drill((step) => steps.push(step));
  assert.equal(steps.length, 30);
  for (const { title, app, user, reported, expected } of steps) {
    await context.test(title, () => assert.deepEqual({ app, user, reported }, expected));
  }
  const works = steps.filter(({ user }) => user === "works").length;
  assert.equal(works, steps.length - 3, "nobody is locked out but the attackers");
});
