// Each sample: its verdict, and how it is drawn.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { begin, chain, seen } from "./page.mjs";

let world;
before(async () => (world = await begin()));
after(() => world.close());

/** By sample: what the banner says, the cards, the links, and what each pin hit (the last two of the rule are a pin and its backup). */
const expected = {
  cloudflare: {
    title: "Trusted",
    facts: "pinned",
    cards: ["0 path", "1 path matched", "-1 path"],
    links: ["0>1 solid", "1>-1 solid"],
    pins: ["matched 1", "absent"],
  },
  akamai: {
    title: "Trusted",
    facts: "pinned",
    cards: ["0 path matched", "1 path", "-1 path"],
    links: ["0>1 solid", "1>-1 solid"],
    pins: ["matched 0", "absent"],
  },
  amazon: {
    title: "Trusted",
    facts: "pinned",
    cards: ["0 path", "1 path matched", "-1 path"],
    links: ["0>1 solid", "1>-1 solid"],
    pins: ["matched 1", "absent"],
  },
  google: {
    title: "Trusted",
    facts: "pinned",
    cards: ["0 path", "1 path", "-1 path matched"],
    links: ["0>1 solid", "1>-1 solid"],
    pins: ["matched -1", "absent"],
  },
  microsoft: {
    title: "Trusted",
    facts: "pinned",
    cards: ["0 path", "1 path", "2 path matched"],
    links: ["0>1 solid", "1>2 solid"],
    pins: ["matched 2", "absent"],
  },
  stackoverflow: {
    title: "Trusted",
    facts: "pinned",
    cards: ["0 path matched", "1 path", "-1 path"],
    links: ["0>1 solid", "1>-1 solid"],
    pins: ["matched 0", "absent"],
  },
  thousand: { title: "Trusted", facts: "pinned", cards: ["0 path", "1 path matched"], links: ["0>1 solid"], pins: ["matched 1", "absent"] },
  // CVE-2016-2402: the pinned CA lies in the chain and has signed nothing of it; its own root did sign it.
  appended: {
    title: "Refused",
    facts: "rejected pin-mismatch",
    cards: ["0 path", "1 spare", "2 off", "3 off"],
    links: ["0>1 solid grey", "1>2 broken grey", "2>3 solid grey"],
    pins: ["off 2", "absent"],
  },
  borrowed: {
    title: "Refused",
    facts: "rejected pin-mismatch",
    cards: ["0 path", "1 off", "2 off"],
    links: ["0>1 broken grey", "1>2 solid grey"],
    pins: ["off 1", "absent"],
  },
  expired: {
    title: "Tolerated",
    facts: "tolerated pin-mismatch",
    cards: ["0 path", "1 spare"],
    links: ["0>1 solid grey"],
    pins: ["absent", "absent"],
  },
  rotation: {
    title: "Trusted, by a backup pin",
    facts: "pinned",
    cards: ["0 path matched", "1 spare"],
    links: ["0>1 solid grey"],
    pins: ["absent", "matched 0"],
  },
};

test("there is a test for each sample", async () => {
  const { page, context } = await world.open();
  const there = await page.locator("[data-sample]").evaluateAll((chips) => chips.map((chip) => chip.dataset.sample));
  assert.deepEqual(there, Object.keys(expected));
  await context.close();
});

for (const [id, wanted] of Object.entries(expected)) {
  test(`sample ${id}`, async () => {
    const { page, context, trouble } = await world.open(`#sample=${id}`);
    const { sentence, ...found } = await seen(page);
    assert.deepEqual(found, wanted);
    assert.match(sentence, /^[^.]+(?:\.[\w-]+)*.*\.$/);
    assert.deepEqual(trouble, []);
    await context.close();
  });
}

test("a signature that does not verify is told from a name that is another", async () => {
  const { page, context } = await world.open("#sample=appended");
  assert.match(await page.locator(".link.broken").textContent(), /Not its issuer/);
  await page.click("[data-sample=borrowed]");
  assert.match(await page.locator(".link.broken").textContent(), /anybody can write a name/);
  await context.close();
});

test("the rule says why it is the one", async () => {
  const { page, context } = await world.open("#sample=rotation");
  assert.match(
    await page.locator("#rule .reason").textContent(),
    /No rule is for api\.acme\.example itself\. acme\.example is the nearest/,
  );
  await page.click("[data-sample=akamai]");
  assert.match(await page.locator("#rule .reason").textContent(), /The rule for akamai\.com itself/);
  await page.fill("#host", "example.org");
  assert.match(await page.locator("#rule .reason").textContent(), /No rule is for example\.org/);
  assert.equal((await seen(page)).title, "Not pinned");
  await context.close();
});

test("the verdict changes with the date, by slider and by calendar", async () => {
  const { page, context } = await world.open("#sample=cloudflare");
  await page.fill("#date", "2026-06-11");
  assert.equal((await seen(page)).facts, "rejected certificate-expired");
  assert.match(await page.locator(".card").first().locator(".validity").textContent(), /expired/);
  await page.fill("#date", "2026-03-01");
  assert.equal((await seen(page)).facts, "rejected certificate-not-yet-valid");
  const day = Date.UTC(2026, 3, 1) / 86_400_000;
  await page.locator("#slider").fill(String(day));
  assert.equal((await seen(page)).facts, "pinned");
  assert.equal(await page.inputValue("#date"), "2026-04-01");
  assert.equal(await page.getAttribute("#slider", "aria-valuetext"), "2026-04-01");
  await page.click("#today");
  assert.equal(await page.inputValue("#date"), "2026-11-24");
  await context.close();
});

test("the verdict changes with the policy, and a mistake is shown with its place", async () => {
  const { page, context } = await world.open("#sample=akamai");
  const policy = JSON.parse(await page.inputValue("#policy"));
  const write = (rules) => page.fill("#policy", JSON.stringify({ ...policy, rules }));
  await write([{ ...policy.rules[0], pins: policy.rules[0].backupPins, backupPins: [] }]);
  assert.equal((await seen(page)).facts, "rejected pin-mismatch");
  await write([{ ...policy.rules[0], mode: "report", pins: policy.rules[0].backupPins, backupPins: [] }]);
  assert.equal((await seen(page)).facts, "tolerated pin-mismatch");
  await write([{ ...policy.rules[0], pins: ["sha256/AAAA"] }]);
  assert.equal((await seen(page)).title, "No verdict");
  assert.match(await page.locator("#policy-error").textContent(), /^rules\[0\]\.pins\[0\]: .*\(pin-invalid\)$/);
  assert.equal(await page.getAttribute("#policy", "aria-invalid"), "true");
  await page.fill("#policy", "{");
  assert.match(await page.locator("#policy-error").textContent(), /policy-syntax/);
  // The chain is drawn all the same.
  assert.equal((await seen(page)).cards.length, 3);
  await page.fill("#policy", JSON.stringify(policy));
  assert.equal((await seen(page)).facts, "pinned");
  assert.equal(await page.locator("#policy-error").textContent(), "");
  await context.close();
});

test("who has checked the chain, and what it ends in", async () => {
  const { page, context } = await world.open("#sample=appended");
  await page.check("input[value=validated]");
  // The platform vouches for all of it: the page shows what the signatures say, too.
  assert.equal((await seen(page)).facts, "pinned");
  assert.deepEqual((await seen(page)).links, ["0>1 solid", "1>2 broken", "2>3 solid"]);
  const policy = JSON.parse(await page.inputValue("#policy"));
  await page.fill("#policy", JSON.stringify({ ...policy, rules: [{ ...policy.rules[0], userAnchors: "allow" }] }));
  await page.selectOption("#anchor", "user");
  assert.equal((await seen(page)).facts, "exempt");
  await context.close();
});

test("trusted roots: another one refuses, rubbish is told", async () => {
  const { page, context } = await world.open("#sample=akamai");
  await page.locator("#anchors-field summary").click();
  const root = await page.inputValue("#anchors");
  await page.fill("#anchors", chain("google.com.root"));
  assert.deepEqual([(await seen(page)).facts, (await seen(page)).cards], ["rejected path-invalid", ["0 path", "1 spare"]]);
  await page.fill("#anchors", root.slice(0, 300));
  assert.match(await page.locator("#anchors-error").textContent(), /certificate 0, byte 0/);
  assert.equal((await seen(page)).title, "No verdict");
  await page.fill("#anchors", "");
  assert.deepEqual((await seen(page)).cards, ["0 path matched", "1 spare"]);
  await context.close();
});

test("the policy in four formats, with what each loses", async () => {
  const { page, context } = await world.open("#sample=akamai");
  const source = page.locator("#format pre");
  for (const [tab, wanted] of [
    ["Android", /<network-security-config>/],
    ["iOS", /NSPinnedDomains/],
    ["TrustKit", /TSKPinnedDomains|TSKConfiguration/],
    ["OkHttp", /CertificatePinner/],
  ]) {
    await page.getByRole("tab", { name: tab }).click();
    assert.match(await source.textContent(), wanted, tab);
    assert.equal((await page.locator("#format .list li").count()) > 0, true, tab);
  }
  const before = await source.textContent();
  await page.uncheck("#lossy");
  assert.notEqual(await source.textContent(), before);
  await page.locator("#format .copy").click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), await source.textContent());
  await context.close();
});

test("a pin is copied", async () => {
  const { page, context } = await world.open("#sample=akamai");
  await page.locator(".card .copy").first().click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk=");
  await context.close();
});

test("of a pin that stands in the rule twice, the one whose role fits has matched", async () => {
  const { page, context } = await world.open("#sample=akamai");
  const pin = await page.locator(".card code").first().textContent();
  await page.fill("#host", "www.akamai.com");
  await page.fill(
    "#policy",
    JSON.stringify({
      version: 1,
      id: "x",
      sequence: 1,
      rules: [
        {
          host: "www.akamai.com",
          pins: [
            { pin, role: "ca" },
            { pin, role: "leaf" },
          ],
        },
      ],
    }),
  );
  assert.deepEqual((await seen(page)).pins, ["role 0", "matched 0"]);
  await context.close();
});

test("a copy of the leaf further up is no CA", async () => {
  const { page, context } = await world.open("#sample=akamai");
  const pin = await page.locator(".card code").first().textContent();
  const [leaf] = (await page.inputValue("#chain")).match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g);
  await page.check("input[value=validated]");
  await page.evaluate(
    (text) => Object.assign(document.getElementById("chain"), { value: text }).dispatchEvent(new Event("input")),
    leaf + leaf,
  );
  await page.fill(
    "#policy",
    JSON.stringify({ version: 1, id: "x", sequence: 1, rules: [{ host: "akamai.com", subdomains: true, pins: [{ pin, role: "ca" }] }] }),
  );
  const { facts, pins } = await seen(page);
  assert.deepEqual([facts, pins], ["rejected role-mismatch", ["role 0 1"]]);
  // Nor does a pin for any place count where a leaf and a CA must match.
  const other = `sha256/${Buffer.alloc(32, 7).toString("base64")}`;
  await page.fill(
    "#policy",
    JSON.stringify({
      version: 1,
      id: "x",
      sequence: 1,
      rules: [
        { host: "akamai.com", subdomains: true, match: "leaf-and-ca", pins: [pin, { pin, role: "leaf" }, { pin: other, role: "ca" }] },
      ],
    }),
  );
  assert.deepEqual((await seen(page)).pins, ["role 0 1", "also 0 1", "absent"]);
  await context.close();
});
