// HTTP: reports come in, pages go out.
import { createServer } from "node:http";
import { CONNECTIONS, DRAINED_SIZE, REPORT_SIZE, REQUEST_TIME } from "./limits.mjs";
import { contentSecurityPolicy, overviewPage, reportPage } from "./page.mjs";
import { Refusal, parseReport } from "./report.mjs";

/** A server, not listening yet, that keeps reports in `store`. `names`: what else it is called, as in a `Host` header. */
export function createCollector(store, names = []) {
  const server = createServer(
    { requestTimeout: REQUEST_TIME, headersTimeout: REQUEST_TIME, keepAliveTimeout: 2 * REQUEST_TIME },
    (request, response) => {
      answer(request, response, store, ownHosts(server, names)).catch((error) => {
        if (!(error instanceof Refusal)) console.error(error);
        const { status, message } =
          error instanceof Refusal ? error : new Refusal(500, "the collector failed; send the report again later");
        if (!response.headersSent && !response.destroyed) send(response, status, message);
      });
    },
  );
  server.maxConnections = CONNECTIONS;
  return server;
}

/** This machine's names and the address it listens on. No domain of somebody else's is among them, though it may lead here. */
function ownHosts(server, names) {
  const { address, family, port } = server.address();
  const suffix = port === 80 ? "" : `:${port}`;
  const own = ["localhost", "127.0.0.1", "[::1]", family === "IPv6" ? `[${address}]` : address];
  return [...own.map((name) => name + suffix), ...names.map((name) => name.toLowerCase())];
}

async function answer(request, response, store, hosts) {
  if (!URL.canParse(request.url, origin)) throw new Refusal(400, "the path of the request cannot be read");
  // A page of any site may point a domain of its own at this address (DNS rebinding), and could then read all that is here.
  const host = /^[a-z]+:/i.test(request.url) ? new URL(request.url).host : request.headers.host;
  if (!hosts.includes(host?.toLowerCase()))
    throw new Refusal(421, "the collector does not answer to this host; if it should, start it with `--name HOST`");
  const { pathname, searchParams } = new URL(request.url, origin);
  const route = routes.find(({ path }) => path.test(pathname));
  if (!route) throw new Refusal(404, "nothing is here; reports go to /reports");
  const handle = Object.hasOwn(route, request.method) ? route[request.method] : undefined;
  if (!handle) {
    response.setHeader(
      "allow",
      Object.keys(route)
        .filter((name) => name !== "path")
        .join(", "),
    );
    throw new Refusal(405, `${request.method} is not for ${pathname.slice(0, 100)}`);
  }
  await handle({ request, response, store, searchParams, id: Number(route.path.exec(pathname)[1]) });
}

/** Of no matter: only path and query are looked at. */
const origin = "http://collector";

const routes = [
  { path: /^\/reports$/, POST: receive, OPTIONS: allow, GET: exportReports },
  { path: /^\/reports\/(\d{1,15})$/, GET: showReport },
  { path: /^\/$/, GET: showOverview },
];

/** 201: stored. 200: it had been stored before. Both are said only when it is on the disk. */
async function receive({ request, response, store }) {
  // Any page may report; it gets nothing to read but that.
  response.setHeader("access-control-allow-origin", "*");
  requireJson(request.headers);
  const report = parseReport(await readBody(request, response));
  const added = store.add(report);
  if (added === undefined) {
    response.setHeader("retry-after", "5");
    throw new Refusal(503, "too many reports at once; send it again later");
  }
  if (await added) send(response, 201, "stored");
  else send(response, 200, "was stored before");
}

/** The question that a browser or a WebView asks before it sends JSON. */
function allow({ response }) {
  response.setHeader("access-control-allow-origin", "*");
  response.setHeader("access-control-allow-methods", "POST");
  response.setHeader("access-control-allow-headers", "content-type");
  response.setHeader("access-control-max-age", "86400");
  response.writeHead(204).end();
}

/** The next ones after an id, as lines of JSON: `{ id, received, report }`. */
function exportReports({ response, store, searchParams }) {
  const id = toId(searchParams.get("after") ?? "0", "after");
  const lines = store
    .after(id)
    .map(
      ({ id, received, text }) =>
        `{"id":${id},"received":"${new Date(received).toISOString()}","report":${text.replace(/[\r\n]/g, " ")}}\n`,
    );
  send(response, 200, lines.join(""), "application/x-ndjson");
}

function showOverview({ response, store, searchParams }) {
  const hostname = searchParams.get("host") ?? undefined;
  const before = searchParams.has("before") ? toId(searchParams.get("before"), "before") : undefined;
  const reports = store.recent({ before, hostname });
  sendPage(response, overviewPage({ groups: store.groups(), reports, count: store.count(), hostname, before, now: Date.now() }));
}

function showReport({ response, store, id }) {
  const found = store.find(id);
  if (!found) throw new Refusal(404, "no such report; it may have been deleted, as old ones are");
  sendPage(response, reportPage(found, Date.now()));
}

function toId(text, name) {
  if (!/^\d{1,15}$/.test(text)) throw new Refusal(400, `${name} must be the number of a report`);
  return Number(text);
}

function requireJson(headers) {
  if (!/^application\/json\s*(?:;|$)/i.test(headers["content-type"] ?? "")) throw new Refusal(415, "send the report as application/json");
  if ((headers["content-encoding"] ?? "identity").toLowerCase() !== "identity")
    throw new Refusal(415, "send the report without content-encoding");
}

/** At most `REPORT_SIZE`, whatever the sender announces. What is too large is read on for a while and thrown away. */
function readBody(request, response) {
  return new Promise((resolve, reject) => {
    const chunks = [];
    let size = 0;
    const refuse = () => {
      response.setHeader("connection", "close");
      reject(new Refusal(413, `a report has at most ${REPORT_SIZE} bytes`));
    };
    if (Number(request.headers["content-length"] ?? 0) > REPORT_SIZE) refuse();
    request.on("data", (chunk) => {
      size += chunk.length;
      if (size <= REPORT_SIZE) return chunks.push(chunk);
      chunks.length = 0;
      if (!response.headersSent) refuse();
      if (size > DRAINED_SIZE) request.destroy();
    });
    request.on("end", () => resolve(Buffer.concat(chunks)));
    request.on("close", () => request.complete || reject(new Refusal(400, "the body ended early")));
    request.on("error", () => reject(new Refusal(400, "the body ended early")));
  });
}

function sendPage(response, html) {
  response.setHeader("content-security-policy", contentSecurityPolicy);
  send(response, 200, html, "text/html");
}

function send(response, status, text, type = "text/plain") {
  const body = Buffer.from(type === "text/plain" ? `${text}\n` : text);
  response.writeHead(status, {
    "content-type": `${type}; charset=utf-8`,
    "content-length": body.length,
    "cache-control": "no-store",
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
  });
  response.end(body);
}
