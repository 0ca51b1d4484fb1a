// Links: what is seen is what another sees, and whoever makes one can inject nothing.
import assert from "node:assert/strict";
import { createHash, randomBytes } from "node:crypto";
import { after, before, test } from "node:test";
import { deflateRawSync, inflateRawSync } from "node:zlib";
import { makeAuthority, makeServer } from "../../../tests/tls/authority.mjs";
import { begin, drop, seen } from "./page.mjs";

let world;
before(async () => (world = await begin()));
after(() => world.close());

const pack = (value) =>
  `#v1=${deflateRawSync(Buffer.from(typeof value === "string" ? value : JSON.stringify(value))).toString("base64url")}`;
const scene = {
  host: "akamai.com",
  source: "presented",
  anchor: "unknown",
  chain: "",
  anchors: "",
  policy: '{"version":1,"id":"x","sequence":1,"rules":[]}',
  at: Date.UTC(2026, 2, 15),
};

test("there and back: each sample, changed", async () => {
  const { page, context } = await world.open("#sample=google");
  for (const sample of ["google", "thousand", "appended", "rotation"]) {
    await page.click(`[data-sample=${sample}]`);
    await page.fill("#date", "2026-04-02");
    const before = await seen(page);
    await page.click("#share");
    await page.waitForFunction(() => location.hash.startsWith("#v1="));
    const link = await page.evaluate(() => navigator.clipboard.readText());
    assert.equal(link, page.url());
    const other = await world.open(new URL(link).hash);
    await other.page.locator(".notice").waitFor();
    assert.deepEqual(await seen(other.page), before);
    for (const field of ["host", "policy", "chain", "anchors", "date"])
      assert.equal(await other.page.inputValue(`#${field}`), await page.inputValue(`#${field}`), field);
    // What was sent: the page's own files, none with what the link holds.
    assert.ok(other.requests.every((url) => url.startsWith(world.origin) && !new URL(url).search));
    assert.deepEqual(other.trouble, []);
    await other.context.close();
  }
  await context.close();
});

test("a link holds all of it, and nothing else", async () => {
  const { page, context } = await world.open("#sample=akamai");
  await page.click("#share");
  await page.waitForFunction(() => location.hash.startsWith("#v1="));
  const held = JSON.parse(inflateRawSync(Buffer.from(new URL(page.url()).hash.slice(4), "base64url")).toString());
  assert.deepEqual(Object.keys(held), ["host", "source", "anchor", "chain", "anchors", "policy", "at"]);
  await context.close();
});

test("a link that is pasted into the address bar of an open page is followed", async () => {
  const { page, context } = await world.open();
  await page.evaluate((hash) => (location.hash = hash), pack({ ...scene, host: "other.example" }));
  await page.locator(".notice").waitFor();
  assert.equal(await page.inputValue("#host"), "other.example");
  assert.equal((await seen(page)).facts, "rejected chain-empty");
  await context.close();
});

const markup = '"><img src=x onerror=alert(1)><script>alert(1)</script>';
test("markup in every field stays text", async () => {
  const policy = JSON.stringify({
    version: 1,
    id: markup.slice(0, 60),
    sequence: 1,
    rules: [{ host: "akamai.com", pins: [{ pin: "sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk=", label: markup }] }],
  });
  for (const hostile of [
    { ...scene, host: markup },
    { ...scene, policy: markup },
    { ...scene, policy },
    { ...scene, chain: markup },
    { ...scene, anchors: markup },
    { ...scene, chain: `-----BEGIN CERTIFICATE-----\n${markup}\n-----END CERTIFICATE-----` },
    { ...scene, policy: `{"${markup.replaceAll('"', "")}":1}` },
  ]) {
    const { page, context, trouble, requests } = await world.open(pack(hostile));
    await page.locator(".notice").waitFor();
    let alerts = 0;
    page.on("dialog", (dialog) => (alerts++, dialog.dismiss()));
    assert.equal(await page.locator("img, main script, iframe, object").count(), 0);
    assert.deepEqual([alerts, trouble], [0, []]);
    assert.ok(requests.every((url) => url.startsWith(world.origin)));
    await context.close();
  }
});

test("what is no link is told, and the page stays as it is", async () => {
  const bomb = JSON.stringify({ ...scene, chain: "A".repeat(60_000_000) });
  const damaged = `${pack(scene).slice(0, 60)}AAAA`;
  const { page, context, trouble } = await world.open();
  for (const hash of [
    "#v1=",
    "#v1=%00",
    "#v1=<script>",
    "#v1=AAAA",
    "#v2=AAAA",
    damaged,
    pack("no JSON"),
    pack("null"),
    pack("[]"),
    pack('{"__proto__":{"host":"a"}}'),
    pack({ ...scene, host: 1 }),
    pack({ ...scene, host: "a".repeat(1001) }),
    pack({ ...scene, source: "trusted" }),
    pack({ ...scene, anchor: "mine" }),
    pack({ ...scene, at: 1e300 }),
    pack({ ...scene, at: "2026" }),
    pack({ ...scene, at: Date.UTC(1, 0) * 1000 }),
    pack({ ...scene, chain: "A".repeat(1024 * 1024 + 1) }),
    pack(bomb),
    `#v1=${"A".repeat(600_000)}`,
  ]) {
    await page.evaluate((hash) => {
      document.getElementById("notices").replaceChildren();
      location.hash = hash;
    }, hash);
    await page.locator(".notice.refused").waitFor();
    assert.match(await page.locator(".notice").textContent(), /cannot be read/, hash.slice(0, 40));
    assert.deepEqual([(await seen(page)).facts, trouble], ["pinned", []], hash.slice(0, 40));
  }
  await context.close();
  // As the first thing that a page sees, too.
  for (const hash of [damaged, pack(bomb)]) {
    const { page, context, trouble } = await world.open(hash);
    await page.locator(".notice.refused").waitFor();
    assert.deepEqual([(await seen(page)).facts, trouble], ["pinned", []], hash.slice(0, 40));
    await context.close();
  }
});

test("a link full of roots of one name opens, and the page tells that not all were tried", async () => {
  const root = await makeAuthority("Root");
  const leaf = await makeServer(root, ["akamai.com"]);
  const namesakes = await Promise.all(Array.from({ length: 300 }, () => makeAuthority("Root")));
  const pems = (certificates) => certificates.map(({ pem }) => `${pem.trim()}\n`).join("");
  const { page, context, trouble } = await world.open(pack({ ...scene, chain: pems([leaf]), anchors: pems(namesakes) }));
  await page.locator(".notice").waitFor();
  await page.getByText("Issued by “Root”, and 292 roots of that name were not tried: there are too many.").waitFor();
  assert.deepEqual(trouble, []);
  await context.close();
});

test("a policy that blocks ten thousand keys shows some of them", async () => {
  const blocked = Array.from({ length: 10_000 }, (_, number) => `sha256/${createHash("sha256").update(String(number)).digest("base64")}`);
  const { page, context, trouble } = await world.open(
    pack({ ...scene, policy: JSON.stringify({ version: 1, id: "x", sequence: 1, blocked, rules: [] }) }),
  );
  await page.locator(".notice").waitFor();
  await page.getByText("And 9,900 more.").first().waitFor();
  assert.ok((await page.locator(".hit").count()) <= 100);
  assert.deepEqual(trouble, []);
  await context.close();
});

test("an unknown fragment is nobody's link", async () => {
  const { page, context, trouble } = await world.open("#sample=<b>");
  assert.equal(await page.locator(".notice").count(), 0);
  assert.deepEqual([(await seen(page)).facts, trouble], ["pinned", []]);
  await context.close();
});

test("a link that nobody could open is not made", async () => {
  const { page, context } = await world.open("#sample=google");
  // More than one text may hold, and yet little when it is deflated.
  const certificate = (await page.inputValue("#chain")).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/)[0];
  const content = certificate.repeat(Math.floor(1_000_000 / certificate.length));
  await drop(page, [
    { name: "a.pem", content },
    { name: "b.pem", content },
  ]);
  await page.click("#share");
  await page.getByText("This is too large for a link.").waitFor();
  assert.equal(new URL(page.url()).hash, "#sample=google");
  await context.close();
});

test("of two links, the one that was followed last is shown, however long each takes to unpack", async () => {
  const { page, context } = await world.open();
  const slow = pack({ ...scene, host: "slow.example", anchors: randomBytes(150_000).toString("hex") });
  await page.evaluate((slow) => {
    location.hash = slow;
    setTimeout(() => (location.hash = "#sample=akamai"), 1);
  }, slow);
  await page.waitForTimeout(1500);
  assert.notEqual(await page.inputValue("#host"), "slow.example");
  assert.equal(await page.getAttribute("[data-sample=akamai]", "aria-pressed"), "true");
  await context.close();
});
