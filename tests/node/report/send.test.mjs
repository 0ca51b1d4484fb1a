// fetchSender over a real `fetch` and real servers; and the whole of it in Hermes.
import assert from "node:assert/strict";
import { createServer } from "node:http";
import { test } from "node:test";
import { fetchSender } from "chainpin/report";
import { bundleForHermes, runInHermes } from "../../hermes/vm.mjs";
import { akamai, judge, mismatch, reporting, verifierOf } from "./reporting.mjs";

const request = (url) => ({
  url,
  method: "POST",
  contentType: "application/json",
  body: '{"hostname":"a.example"}',
  redirect: "error",
  credentials: "omit",
});

test("a report is one POST of JSON, without cookies and referrer", async () => {
  const server = await serve((_, response) => response.writeHead(201).end("stored"));
  const { status } = await fetchSender(fetch)(request(`${server.origin}/pins?app=1`));
  server.close();
  assert.equal(status, 201);
  const [{ method, url, headers, body }] = server.requests;
  assert.deepEqual([method, url, headers["content-type"], body], ["POST", "/pins?app=1", "application/json", '{"hostname":"a.example"}']);
  for (const name of ["cookie", "authorization", "referer"]) assert.equal(headers[name], undefined);
});

for (const status of [301, 302, 303, 307, 308]) {
  test(`a redirect (${status}) is not followed, and is a failure`, async () => {
    const elsewhere = await serve((_, response) => response.writeHead(200).end());
    const server = await serve((_, response) => response.writeHead(status, { location: `${elsewhere.origin}/` }).end());
    await assert.rejects(fetchSender(fetch)(request(server.origin)));
    for (const each of [server, elsewhere]) each.close();
    assert.equal(elsewhere.requests.length, 0);
  });
}

test("where `fetch` follows redirects all the same, the report counts as not delivered", async () => {
  const obstinate = async () => ({ status: 200, redirected: true });
  await assert.rejects(fetchSender(obstinate)(request("https://reports.example.net/")), /redirect/);
});

test("`fetch` is called as a function of its own, and what is no function is refused", async () => {
  const strict = async function () {
    assert.equal(this, undefined);
    return { status: 204 };
  };
  assert.deepEqual(await fetchSender(strict)(request("https://reports.example.net/")), { status: 204 });
  assert.throws(() => fetchSender(undefined), TypeError);
});

test("from a verdict to a server and back", async () => {
  const server = await serve((_, response) => response.writeHead(201).end());
  const verifier = verifierOf({ ...mismatch, reportTo: [`${server.origin}/reports`] });
  const { reporter } = reporting({ verifier, send: fetchSender(fetch), timers: false });
  reporter.report(judge(verifier), { host: akamai.host, port: 443 });
  await reporter.flush();
  server.close();
  assert.deepEqual([reporter.counts.delivered, JSON.parse(server.requests[0].body).hostname], [1, akamai.host]);
});

test("in Hermes, without any polyfill: a report is made, sent once, kept over a restart", async () => {
  const given = {
    host: akamai.host,
    chain: akamai.ders.map((der) => Buffer.from(der).toString("base64")),
    now: akamai.now,
    rule: mismatch,
  };
  const source = `
    import { createVerifierSync } from "chainpin";
    import { createReporter } from "chainpin/report";
    import given from "given:given";
    const verifier = createVerifierSync({ version: 1, id: "hermes", sequence: 1, rules: [given.rule] });
    const kept = {};
    const storage = {
      get: (key) => Promise.resolve(kept[key]),
      set: (key, value) => { kept[key] = value; return Promise.resolve(); },
    };
    const sent = [];
    let status = 503;
    // The VM's own fire at once.
    const timers = { setTimeout: null, clearTimeout: null };
    const send = (request) => { sent.push(request.body); return Promise.resolve({ status: status }); };
    const verdict = () => verifier.verify({ host: given.host, chain: given.chain, source: "validated", now: given.now });
    const first = createReporter({ verifier: verifier, send: send, storage: storage, ...timers });
    first.report(verdict());
    first.report(verdict());
    first.flush().then(() => {
      status = 204;
      const second = createReporter({ verifier: verifier, send: send, storage: storage, ...timers });
      second.report(verdict());
      return second.flush().then(() => print(JSON.stringify({ first: first.counts, second: second.counts, sent: sent })));
    }).catch((error) => print("failed: " + error));
  `;
  const [line] = runInHermes(await bundleForHermes(source, { given }));
  const { first, second, sent } = JSON.parse(line);
  assert.deepEqual([first.queued, first.repeated, second.repeated, second.delivered], [1, 1, 1, 1]);
  assert.equal(sent.at(-1), sent[0]);
  assert.equal(JSON.parse(sent[0])["validated-certificate-chain"].length, akamai.ders.length);
});

/** A server on this machine: `{ origin, requests, close }`. */
async function serve(handle) {
  const requests = [];
  const server = createServer((incoming, response) => {
    let body = "";
    incoming.on("data", (chunk) => (body += chunk));
    incoming.on("end", () => {
      const { method, url, headers } = incoming;
      requests.push({ method, url, headers, body });
      handle(incoming, response);
    });
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.close();
    server.closeAllConnections();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, requests, close };
}
