// The collector: what it takes, what it refuses and how it says so, what it shows and what it forgets.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { connect } from "node:net";
import { after, before, test } from "node:test";
import { ask, folder, post, reportOf, start } from "./collector.mjs";

let collector;
let disk;
let number = 0;

before(async () => {
  disk = folder();
  collector = await start(disk.file);
});

after(async () => {
  await collector.kill();
  assert.equal(collector.errors(), "");
  disk.remove();
});

const send = (report, headers) =>
  post(collector.origin, typeof report === "string" || Buffer.isBuffer(report) ? report : JSON.stringify(report), headers);
const get = (path) => ask(collector.origin, path);

test("a report is stored, and the same one is not stored twice", async () => {
  const report = reportOf(number++);
  assert.deepEqual([(await send(report)).status, (await send(report)).status], [201, 200]);
  const { text } = await get("/reports");
  assert.deepEqual(
    text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).report),
    [report],
  );
});

test("a report of RFC 7469 alone, as other software sends it, is stored", async () => {
  const { chainpin, ...plain } = reportOf(number++, {
    hostname: "plain.example",
    "effective-expiration-date": "2027-01-01T00:00:00.5+01:00",
  });
  assert.equal((await send(plain)).status, 201);
  assert.match((await get("/?host=plain.example")).text, /plain\.example/);
});

test("a later reporter may say more", async () => {
  assert.equal((await send(reportOf(number++, { more: 1, chainpin: { more: { a: [] } } }))).status, 201);
});

for (const [what, change, message] of [
  ["no host", { hostname: undefined }, /^hostname must be/],
  ["a host that is too long", { hostname: "a".repeat(301) }, /^hostname must be/],
  ["a host that is a number", { hostname: 1 }, /^hostname must be/],
  ["no date", { "date-time": "yesterday" }, /^date-time must be a date/],
  ["a port out of range", { port: 65_536 }, /^port must be/],
  ["a port as text", { port: "443" }, /^port must be/],
  ["no chain", { "served-certificate-chain": undefined }, /^served-certificate-chain must be/],
  ["a chain of something else", { "served-certificate-chain": ["<script>"] }, /^served-certificate-chain must be/],
  [
    "a chain that is too long",
    { "served-certificate-chain": Array(17).fill("-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----") },
    /^served-certificate-chain must be/,
  ],
  [
    "a private key",
    { "served-certificate-chain": ["-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"] },
    /^served-certificate-chain must be/,
  ],
  ["too many pins", { "known-pins": Array(129).fill('pin-sha256="AAAA"') }, /^known-pins must be/],
  ["a bare pin", { "known-pins": ["sha256/AAAA"] }, /^known-pins must be/],
  ["an outcome that is no word", { chainpin: { outcome: "<b>" } }, /^chainpin\.outcome must be/],
  ["a reason that is no word", { chainpin: { reason: "Bobby; DROP TABLE reports" } }, /^chainpin\.reason must be/],
  ["a sequence beyond integers", { chainpin: { policy: { id: "a", sequence: 2 ** 60 } } }, /^chainpin\.policy\.sequence must be/],
  ["a policy that is a list", { chainpin: { policy: [] } }, /^chainpin\.policy must be an object/],
  ["another version", { chainpin: { version: 2 } }, /^chainpin\.version must be/],
  ["details that are null", { chainpin: null }, /^chainpin must be an object/],
]) {
  test(`${what} is refused, with a sentence that says what to send`, async () => {
    const report = {
      ...reportOf(number++, { ...change, chainpin: change.chainpin ?? {} }),
      ...(change.chainpin === null && { chainpin: null }),
    };
    const { status, text, headers } = await send(report);
    assert.equal(status, 422);
    assert.match(text, message);
    assert.match(headers["content-type"], /^text\/plain/);
  });
}

for (const [what, body, headers, status] of [
  ["no JSON", "{", {}, 400],
  ["an empty body", "", {}, 400],
  ["bytes that are no UTF-8", Buffer.from([0x22, 0xff, 0x22]), {}, 400],
  ["a list", "[]", {}, 422],
  ["null", "null", {}, 422],
  ["a prototype", '{"__proto__":{"hostname":"a"}}', {}, 422],
  ["nesting without end", "[".repeat(60_000), {}, 400],
  ["a form", "a=b", { "content-type": "application/x-www-form-urlencoded" }, 415],
  ["plain text, which needs no permission from a browser", "{}", { "content-type": "text/plain" }, 415],
  ["compressed content", "{}", { "content-encoding": "gzip" }, 415],
]) {
  test(`${what} is refused with ${status}`, async () => {
    const { status: answered, text } = await send(body, headers);
    assert.equal(answered, status);
    assert.ok(text.length > 10 && text.length < 400);
  });
}

test("64 KiB are taken, a byte more is not, announced or not", async () => {
  const padded = (size) => {
    const report = reportOf(number++);
    const rest = size - JSON.stringify({ ...report, pad: "" }).length;
    return JSON.stringify({ ...report, pad: "a".repeat(rest) });
  };
  assert.equal((await send(padded(65_536))).status, 201);
  assert.equal((await send(padded(65_537))).status, 413);
  assert.equal((await send(padded(65_537), { "transfer-encoding": "chunked" })).status, 413);
  assert.equal((await send(padded(900_000))).status, 413);
});

test("a body without end is cut off", async () => {
  const socket = connect(Number(new URL(collector.origin).port), "127.0.0.1");
  socket.write(
    `POST /reports HTTP/1.1\r\nhost: ${new URL(collector.origin).host}\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n`,
  );
  const chunk = `10000\r\n${"a".repeat(65_536)}\r\n`;
  let written = 0;
  const closed = new Promise((resolve) => socket.on("close", resolve).on("error", () => {}));
  const pump = () => {
    while (!socket.destroyed && written < 50_000_000) {
      written += 65_536;
      if (!socket.write(chunk)) return socket.once("drain", pump);
    }
  };
  pump();
  socket.resume();
  await closed;
  assert.ok(written < 50_000_000, `${written} bytes were read`);
});

test("other paths and methods are refused", async () => {
  for (const [method, path, status] of [
    ["GET", "/etc/passwd", 404],
    ["GET", "/reports/999999", 404],
    ["GET", "/reports/1e3", 404],
    ["DELETE", "/reports", 405],
    ["POST", "/", 405],
    ["GET", "/?before=x", 400],
    ["GET", "/reports?after=-1", 400],
    ["GET", "//", 400],
  ]) {
    assert.equal((await ask(collector.origin, path, { method })).status, status, `${method} ${path}`);
  }
});

test("a host of somebody else's gets nothing, wherever it leads: no page, no report, no permission to send one", async () => {
  const { port } = new URL(collector.origin);
  const report = JSON.stringify(reportOf(number++));
  const requests = [
    ["GET", "/"],
    ["GET", "/reports"],
    ["GET", "/reports/1"],
    ["GET", "/nowhere"],
    ["OPTIONS", "/reports"],
    ["POST", "/reports"],
  ];
  const foreign = [
    "evil.example",
    `evil.example:${port}`,
    "localhost",
    "127.0.0.1",
    `localhost:${port}.evil.example`,
    `evil.localhost:${port}`,
    `127.0.0.1.evil.example:${port}`,
    `localhost.:${port}`,
    `localhost:${Number(port) + 1}`,
    `a@localhost:${port}`,
  ];
  for (const host of foreign) {
    for (const [method, path] of requests) {
      const { status, text, headers } = await ask(collector.origin, path, {
        method,
        host,
        "content-type": "application/json",
        body: method === "POST" ? report : undefined,
      });
      assert.equal(status, 421, `${method} ${path} of ${host}`);
      assert.doesNotMatch(text, /evil/);
      assert.equal(headers["access-control-allow-origin"], undefined);
    }
  }
  for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, `127.0.0.1:${port}`, `[::1]:${port}`])
    assert.equal((await ask(collector.origin, "/", { host })).status, 200, host);
  assert.equal(
    (await raw(`GET http://evil.example:${port}/ HTTP/1.1\r\nhost: localhost:${port}\r\nconnection: close\r\n\r\n`)).slice(9, 12),
    "421",
    "the target's host, not the header's",
  );
  assert.equal((await raw("GET / HTTP/1.1\r\nhost:\r\nconnection: close\r\n\r\n")).slice(9, 12), "421");
  assert.equal((await raw("GET / HTTP/1.0\r\n\r\n")).slice(9, 12), "421");
  assert.equal((await send(report)).status, 201, "none of them was stored");
});

test("a name that it was given is its own too, as it stands in the header", async () => {
  const other = folder();
  const named = await start(other.file, "--name", "reports.example.net", "--name", "Reports.Example.org:8443");
  for (const [host, status] of [
    ["reports.example.net", 200],
    ["REPORTS.example.net", 200],
    ["reports.example.org:8443", 200],
    ["reports.example.org", 421],
    ["reports.example.net:8080", 421],
    ["a.reports.example.net", 421],
  ]) {
    assert.equal((await ask(named.origin, "/", { host })).status, status, host);
    assert.equal((await post(named.origin, JSON.stringify(reportOf(number++)), { host })).status, status === 200 ? 201 : status, host);
  }
  await named.kill();
  other.remove();
});

/** What the collector answers to these bytes. */
function raw(bytes) {
  return new Promise((resolve, reject) => {
    const socket = connect(Number(new URL(collector.origin).port), "127.0.0.1", () => socket.write(bytes));
    let answer = "";
    socket
      .on("data", (data) => (answer += data))
      .on("end", () => resolve(answer))
      .on("error", reject);
  });
}

test("a WebView may send a report from any origin, and read nothing", async () => {
  const { status, headers } = await ask(collector.origin, "/reports", {
    method: "OPTIONS",
    origin: "https://localhost",
    "access-control-request-method": "POST",
  });
  assert.deepEqual(
    [status, headers["access-control-allow-origin"], headers["access-control-allow-headers"], headers["access-control-allow-methods"]],
    [204, "*", "content-type", "POST"],
  );
  assert.equal((await send(reportOf(number++))).headers["access-control-allow-origin"], "*");
  assert.equal((await get("/")).headers["access-control-allow-origin"], undefined);
  assert.equal((await get("/reports")).headers["access-control-allow-origin"], undefined);
});

test("the page shows what failed where and when, and each report with its certificates", async () => {
  for (let count = 0; count < 3; count++) await send(reportOf(number++, { hostname: "shop.example", chainpin: { outcome: "tolerated" } }));
  const { text, headers } = await get("/?host=shop.example");
  assert.match(headers["content-type"], /^text\/html; charset=utf-8$/);
  assert.match(text, /tolerated<\/span> pin-mismatch/);
  assert.match(text, />3</);
  assert.match(text, /just now/);
  assert.match(text, /aria-label="by day: (?:0, ){13}3"/);
  const [link] = /\/reports\/\d+/.exec(text);
  const details = (await get(link)).text;
  for (const word of [
    "Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk=",
    "CN=www.akamai.com",
    "no pin of the rule of",
    "lYhLzZB7MxJb",
    "acme-mobile, sequence 12",
  ]) {
    assert.ok(details.includes(word), word);
  }
});

test("the use of a backup pin is shown as such", async () => {
  const matched = { pin: "sha256/Ag8DLRMBM6q9IaD6zwCd3wNMFVIrFP7Cl8nZwunBHHk=", role: "leaf", index: 0, backup: true };
  await send(reportOf(number++, { hostname: "backup.example", chainpin: { outcome: "pinned", reason: undefined, matched } }));
  assert.match((await get("/?host=backup.example")).text, /pinned<\/span> backup-pin-used/);
});

test("nothing that a stranger sends runs, is loaded or misleads", async () => {
  const hostile = `<script>alert(1)</script>"'&\u202etxt.exe\u0000\ud800`;
  await send(
    reportOf(number++, {
      hostname: hostile,
      "noted-hostname": hostile,
      chainpin: { policy: { id: hostile }, message: `${hostile}</pre><img src=x onerror=alert(1)>` },
    }),
  );
  const overview = await get("/");
  const link = [...overview.text.matchAll(/\/reports\/\d+/g)][0][0];
  const pages = [
    overview,
    await get(link),
    await get(`/?host=${encodeURIComponent("<script>")}`),
    await get(`/?host=${encodeURIComponent('"><script>')}`),
  ];
  for (const { text, headers } of pages) {
    assert.doesNotMatch(text, /<script|<img|\u202e|\u0000|onerror=alert\(1\)>/);
    const style = /<style>([^]*)<\/style>/.exec(text)[1];
    assert.equal(
      headers["content-security-policy"],
      `default-src 'none'; style-src 'sha256-${createHash("sha256").update(style).digest("base64")}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    );
    assert.equal(headers["x-content-type-options"], "nosniff");
  }
  assert.match(pages[1].text, /&#60;script&#62;/);
  assert.match(pages[1].text, /\\u\{202e\}/);
  const href = /href="(\/\?host=%3Cscript[^"]*)"/.exec(pages[0].text)[1];
  assert.equal((await get(href)).status, 200);
});

test("a certificate that cannot be read is shown as what it is", async () => {
  await send(
    reportOf(number++, {
      hostname: "odd.example",
      "validated-certificate-chain": ["-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----"],
    }),
  );
  const link = /\/reports\/\d+/.exec((await get("/?host=odd.example")).text)[0];
  const { status, text } = await get(link);
  assert.equal(status, 200);
  assert.match(text, /a certificate that cannot be read/);
});

test("the oldest go when there are too many", async () => {
  const other = folder();
  const small = await start(other.file, "--keep", "10");
  for (let count = 0; count < 25; count++) await post(small.origin, JSON.stringify(reportOf(count)));
  const { text } = await ask(small.origin, "/reports");
  const names = text
    .trim()
    .split("\n")
    .map((line) => Number.parseInt(JSON.parse(line).report.chainpin["report-id"], 16));
  assert.deepEqual(names, [15, 16, 17, 18, 19, 20, 21, 22, 23, 24]);
  assert.match((await ask(small.origin, "/")).text, /10 kept/);
  await small.kill();
  other.remove();
});
