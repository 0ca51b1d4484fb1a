// What people bring: files of every kind, broken ones, huge ones, and text that is pasted.
import assert from "node:assert/strict";
import { generateKeyPairSync } from "node:crypto";
import { after, before, test } from "node:test";
import { begin, chain, drop, seen } from "./page.mjs";

let world;
before(async () => (world = await begin()));
after(() => world.close());

const akamai = chain("akamai.com");
const blocks = (pem) => pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n?/g);
const base64 = (block) => block.replace(/-----[^-]+-----|\s/g, "");
const der = (block) => Buffer.from(base64(block), "base64");
const [leaf, issuer] = blocks(akamai);
const leafPin = "sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk=";
const policy = JSON.stringify({ version: 1, id: "dropped", sequence: 3, rules: [{ host: "akamai.com", pins: [leafPin] }] });

/** A page on which `akamai.com` is asked for on a day when its chain was valid, without trusted roots. */
async function ready() {
  const opened = await world.open("#sample=google");
  await opened.page.fill("#host", "akamai.com");
  await opened.page.fill("#policy", policy);
  await opened.page.fill("#date", "2026-03-15");
  await opened.page.locator("#anchors-field summary").click();
  await opened.page.fill("#anchors", "");
  await opened.page.locator("details.field summary").first().click(); // the chain's text
  return opened;
}

const notices = (page) => page.locator(".notice").allTextContents();

const forms = {
  PEM: [{ name: "chain.pem", content: akamai }],
  "PEM with explanations": [
    { name: "chain.txt", content: `subject=CN = www.akamai.com\r\n${leaf.replaceAll("\n", "\r\n")} and\n${issuer}` },
  ],
  "base64 in lines": [{ name: "leaf.txt", content: `${base64(leaf)}\n${base64(issuer)}\n` }],
  "folded base64": [
    {
      name: "leaf.txt",
      content: base64(leaf)
        .match(/.{1,76}/g)
        .join("\n"),
    },
    { name: "ca.der", content: der(issuer) },
  ],
  "a list of base64 in JSON": [{ name: "chain.json", content: JSON.stringify([base64(leaf), base64(issuer)]) }],
  "DER, two files": [
    { name: "leaf.der", content: der(leaf) },
    { name: "ca.der", content: der(issuer) },
  ],
  "several files in any order": [
    { name: "ca.pem", content: issuer },
    { name: "leaf.crt", content: der(leaf) },
  ],
};

test("a chain in each of its forms", async () => {
  const { page, context, trouble } = await ready();
  for (const [kind, files] of Object.entries(forms)) {
    await page.fill("#chain", "");
    assert.equal((await seen(page)).facts, "rejected chain-empty");
    await drop(page, files);
    const { facts, cards } = await seen(page);
    assert.deepEqual([facts, cards], ["pinned", ["0 path matched", "1 spare"]], kind);
  }
  assert.deepEqual(trouble, []);
  await context.close();
});

test("one file of DER; a chain and a policy at once", async () => {
  const { page, context } = await world.open("#sample=google");
  await drop(page, [
    { name: "policy.json", content: policy },
    { name: "leaf.cer", content: der(leaf) },
  ]);
  assert.deepEqual(await notices(page), ["policy.json: a policy.", "leaf.cer: 1 certificate."]);
  await page.fill("#date", "2026-03-15");
  await page.fill("#host", "akamai.com");
  assert.equal((await seen(page)).facts, "pinned");
  await context.close();
});

test("a chain that comes alone is not judged by what the sample lent", async () => {
  const { page, context } = await world.open("#sample=google");
  await drop(page, [{ name: "chain.pem", content: akamai }]);
  assert.deepEqual(await Promise.all(["host", "anchors", "date"].map((field) => page.inputValue(`#${field}`))), [
    "www.akamai.com",
    "",
    "2026-11-24",
  ]);
  const { facts, links } = await seen(page);
  assert.deepEqual([facts, links], ["unlisted", ["0>1 solid grey"]]);
  await context.close();
});

test("by the file dialogue, and pasted", async () => {
  const { page, context } = await ready();
  await page.setInputFiles("#files", [{ name: "a.pem", mimeType: "application/x-pem-file", buffer: Buffer.from(akamai) }]);
  await page.locator(".notice").waitFor();
  assert.equal((await seen(page)).facts, "pinned");
  await page.evaluate((text) => navigator.clipboard.writeText(text), chain("cloudflare.com"));
  await page.locator("#verdict").focus();
  await page.keyboard.press("Control+v");
  assert.match(await page.locator(".card h3").first().textContent(), /cloudflare/);
  assert.equal((await seen(page)).facts, "rejected hostname-mismatch");
  await context.close();
});

test("a report: its host, day, chain and pins", async () => {
  const { createVerifier } = await import("chainpin");
  const verifier = await createVerifier({
    version: 1,
    id: "reporting",
    sequence: 9,
    rules: [{ host: "akamai.com", subdomains: true, pins: ["sha256/wnM2Zhm3YD2FmK8ZCQrqq47+pYqaa6au0BE06xmOPdU="] }],
  });
  for (const source of ["presented", "validated"]) {
    const verdict = verifier.verify({
      host: "akamai.com",
      chain: akamai,
      source,
      anchor: source === "validated" ? "user" : undefined,
      now: Date.UTC(2026, 2, 15),
    });
    const { page, context } = await world.open("#sample=google");
    await drop(page, [{ name: "report.json", content: JSON.stringify(verdict.toReport()) }]);
    assert.equal((await seen(page)).facts, "rejected pin-mismatch");
    assert.equal(await page.inputValue("#host"), "akamai.com");
    assert.equal(await page.inputValue("#date"), "2026-03-15");
    assert.equal(await page.isChecked(`input[value=${source}]`), true);
    if (source === "validated") assert.equal(await page.inputValue("#anchor"), "user");
    assert.deepEqual(JSON.parse(await page.inputValue("#policy")), {
      version: 1,
      id: "reporting",
      sequence: 9,
      rules: [verifier.policy.rules[0]],
    });
    assert.match((await notices(page)).join(" "), /a report on akamai\.com, 2 certificates.*does not hold the whole policy/);
    // The policy itself, in the same drop, counts more.
    await drop(page, [
      { name: "report.json", content: JSON.stringify(verdict.toReport()) },
      { name: "policy.json", content: policy },
    ]);
    assert.equal((await seen(page)).facts, "pinned");
    await context.close();
  }
});

const refused = [
  ["an empty file", "", /it is empty/],
  ["an image", Buffer.from([0x89, 0x50, 0x4e, 0x47, 0xff, 0xfe]), /neither a certificate nor text/],
  ["prose", "To whom it may concern", /no certificate, policy or report/],
  ["HTML", "<img src=x onerror=alert(1)>", /no certificate, policy or report/],
  ["PEM without an end", leaf.slice(0, 200), /no whole certificate/],
  ["JSON of another kind", '{"a":1}', /neither a policy nor a report/],
  ["half of JSON", '{"a":', /begins like JSON and is none/],
  ["a list of numbers", "[1,2]", /not of certificates/],
  ["a private key", "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n", /a private key, which nobody should see/],
  [
    "a private key behind a chain",
    `${akamai}-----BEGIN PRIVATE KEY-----\nMHcCAQEE\n-----END PRIVATE KEY-----\n`,
    /a private key, which nobody should see/,
  ],
  ["too much", Buffer.alloc(1024 * 1024 + 1, "a"), /larger than 1024 KiB/],
];

test("refused, and nothing changes", async () => {
  const { page, context, trouble } = await world.open("#sample=akamai");
  const before = await seen(page);
  for (const [kind, content, wanted] of refused) {
    await page.click("[data-sample=akamai]");
    await drop(page, [{ name: "<b>file</b>", content }]);
    const [notice] = await notices(page);
    assert.match(notice, wanted, kind);
    assert.ok(notice.startsWith("<b>file</b>: ") && !notice.includes("MHcCAQEE"), kind);
    assert.deepEqual(await seen(page), before, kind);
  }
  assert.deepEqual(trouble, []);
  await context.close();
});

const unreadable = [
  ["a truncated certificate", der(leaf).subarray(0, 700), "rejected chain-malformed"],
  ["DER of something else", Buffer.concat([Buffer.from([0x30, 0x82, 0x01, 0x00]), Buffer.alloc(256, 4)]), "rejected chain-malformed"],
  ["PEM of rubbish", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "rejected chain-malformed"],
  ["seventeen certificates", leaf.repeat(17), "rejected chain-too-large"],
  ["a huge certificate", Buffer.concat([Buffer.from([0x30, 0x83, 0x0c, 0x00, 0x00]), Buffer.alloc(0x0c0000)]), "rejected chain-too-large"],
];

test("a chain that cannot be read is a verdict", async () => {
  const { page, context, trouble } = await ready();
  for (const [kind, content, wanted] of unreadable) {
    await drop(page, [{ name: kind, content }]);
    const { facts, title, cards } = await seen(page);
    assert.deepEqual([facts, title, cards], [wanted, "Refused", []], kind);
    assert.notEqual(await page.locator("#chain-error").textContent(), "", kind);
  }
  assert.deepEqual(trouble, []);
  await context.close();
});

test("many files, and the broken one among them", async () => {
  const { page, context } = await ready();
  await drop(
    page,
    [...Array(25)].map((_, index) => ({ name: `${index}.pem`, content: index === 3 ? "rubbish" : leaf })),
  );
  assert.match((await notices(page)).join("\n"), /3\.pem: it is no certificate.*\n[^]*the rest: more than 20 files/);
  assert.equal((await seen(page)).facts, "rejected chain-too-large");
  await drop(page, [
    { name: "a.pem", content: leaf },
    { name: "b.der", content: der(issuer).subarray(0, 500) },
  ]);
  assert.equal((await seen(page)).facts, "rejected chain-malformed");
  await context.close();
});

test("a huge policy: some thousand rules are judged", async () => {
  const { page, context } = await ready();
  const rules = [...Array(9000)].map((_, index) => ({ host: `h${index}.example`, pins: [leafPin] }));
  await drop(page, [
    { name: "policy.json", content: JSON.stringify({ version: 1, id: "huge", sequence: 1, rules }) },
    { name: "a.pem", content: akamai },
  ]);
  assert.equal((await seen(page)).facts, "unlisted");
  await page.fill("#host", "h8999.example");
  assert.equal((await seen(page)).facts, "rejected hostname-mismatch");
  await context.close();
});

test("names that would be markup are text", async () => {
  const { page, context, trouble } = await ready();
  const label = "<img src=x onerror=alert(1)>";
  await page.fill(
    "#policy",
    JSON.stringify({
      version: 1,
      id: "<script>alert(1)</script>",
      sequence: 1,
      rules: [{ host: "akamai.com", pins: [{ pin: leafPin, label }] }],
    }),
  );
  await page.fill("#host", "<svg onload=alert(1)>");
  assert.equal((await seen(page)).facts, "rejected host-invalid");
  await page.fill("#host", "akamai.com");
  assert.equal(await page.locator("main img, main script, main iframe").count(), 0);
  assert.match(await page.locator("#rule").textContent(), /<img src=x onerror=alert\(1\)>/);
  assert.deepEqual(trouble, []);
  await context.close();
});

test("private keys that are no PEM are refused, too, and go into no link", async () => {
  const { page, context } = await world.open("#sample=google");
  const before = await seen(page);
  const pairs = [generateKeyPairSync("rsa", { modulusLength: 2048 }), generateKeyPairSync("ec", { namedCurve: "P-521" })];
  const keys = pairs.flatMap(({ privateKey }) =>
    ["pkcs8", privateKey.asymmetricKeyType === "rsa" ? "pkcs1" : "sec1"].map((type) => privateKey.export({ type, format: "der" })),
  );
  keys.push(pairs[0].privateKey.export({ type: "pkcs8", format: "der", cipher: "aes-256-cbc", passphrase: "secret" }));
  for (const key of keys) {
    for (const content of [
      key,
      key.toString("base64"),
      key
        .toString("base64")
        .match(/.{1,64}/g)
        .join("\n"),
      JSON.stringify([key.toString("base64")]),
    ]) {
      await drop(page, [{ name: "server.key", content }]);
      assert.match(
        (await notices(page)).join(),
        /^server\.key: (it holds a private key|it is no certificate|it is neither)/,
        content.toString("latin1").slice(0, 60),
      );
    }
  }
  assert.deepEqual(await seen(page), before);
  await context.close();
});

test("a report's day and host beyond what the page knows are left out", async () => {
  const { page, context, trouble } = await world.open("#sample=google");
  const report = (more) =>
    JSON.stringify({ hostname: "akamai.com", "served-certificate-chain": blocks(akamai), "date-time": "2026-03-15T00:00:00Z", ...more });
  for (const day of ["9999-12-31T00:00:00Z", "+275760-09-13T00:00:00Z", "0001-01-01T00:00:00Z"]) {
    await page.click("[data-sample=google]");
    await drop(page, [{ name: "report.json", content: report({ "date-time": day }) }]);
    assert.equal(await page.inputValue("#date"), "2026-11-24", day);
  }
  await drop(page, [{ name: "report.json", content: report({ hostname: "x".repeat(2000) }) }]);
  assert.equal((await page.inputValue("#host")).length, 1000);
  assert.deepEqual(trouble, []);
  await context.close();
});

test("a trusted root as base64 counts, and is drawn", async () => {
  const { page, context } = await ready();
  await page.fill("#chain", leaf);
  await page.fill("#anchors", base64(issuer));
  assert.equal(await page.textContent("#anchors-count"), "1");
  const { cards, links } = await seen(page);
  assert.deepEqual([cards.length, links.length], [2, 1]);
  await context.close();
});

test("what others wrote is shown escaped: no invisible character, none that turns the direction of writing", async () => {
  const { page, context, trouble } = await ready();
  const hostile = "a\u202eb\u200bc\u0085d\u001b[31me\u{e0041}f\ufeff";
  const pins = [{ pin: leafPin, label: hostile }];
  const rules = [{ host: "akamai.com", mode: "report", reportTo: [hostile], pins }];
  await drop(page, [
    { name: `${hostile}.json`, content: JSON.stringify({ version: 1, id: "dropped", sequence: 4, rules }) },
    { name: `${hostile}.bin`, content: hostile },
  ]);
  for (const policy of [undefined, JSON.stringify({ version: 1, id: "dropped", sequence: 5, [hostile]: 1, rules })]) {
    if (policy !== undefined) await page.fill("#policy", policy);
    const shown = await page.evaluate(() => {
      const attributes = [...document.querySelectorAll("*")].flatMap((element) => [...element.attributes].map(({ value }) => value));
      const fields = [...document.querySelectorAll("textarea, script, style")];
      const texts = [];
      const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT, (node) =>
        fields.some((field) => field.contains(node)) ? NodeFilter.FILTER_REJECT : NodeFilter.FILTER_ACCEPT,
      );
      while (walker.nextNode()) texts.push(walker.currentNode.data);
      return [...attributes, ...texts];
    });
    assert.ok(
      shown.some((text) => text.includes("a\\u{202e}b\\u{200b}c")),
      "it is shown at all",
    );
    assert.deepEqual(
      shown.filter((text) => /[\p{Cc}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]/u.test(text.replace(/\n/g, ""))),
      [],
    );
  }
  assert.deepEqual(trouble, []);
  await context.close();
});
