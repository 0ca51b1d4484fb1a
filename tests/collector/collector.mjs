// The collector as a process, and reports to send to it.
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at } from "../../scripts/lib/paths.mjs";

const main = at("examples", "collector", "main.mjs");

/** A folder for one test's database: `{ file, remove }`. */
export function folder() {
  const path = mkdtempSync(join(tmpdir(), "chainpin-collector-"));
  return { file: join(path, "reports.sqlite"), remove: () => rmSync(path, { recursive: true, force: true }) };
}

/** Starts the collector: `{ origin, kill(signal), errors() }`, when it listens. */
export function start(file, ...args) {
  const child = spawn(process.execPath, [main, "--port", "0", "--file", file, ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("exit", resolve));
  // A test that fails leaves nothing behind, and does not wait for it.
  process.once("exit", () => child.kill("SIGKILL"));
  const release = () => [child, child.stdout, child.stderr].forEach((held) => held.unref());
  const kill = (signal = "SIGTERM") => {
    child.ref();
    child.kill(signal);
    return ended;
  };
  let errors = "";
  child.stderr.on("data", (data) => (errors += data));
  return new Promise((resolve, reject) => {
    let output = "";
    child.stdout.on("data", (data) => {
      const origin = /http:\/\/\S+(?=\/reports,)/.exec((output += data))?.[0];
      if (!origin) return;
      release();
      resolve({ origin, errors: () => errors, kill });
    });
    child.once("exit", (code, signal) => reject(new Error(`the collector ended with ${signal ?? code}: ${errors.slice(-2000)}`)));
  });
}

/** `{ status, headers, text }` of one request. */
export function ask(origin, path, { method = "GET", body, agent, ...headers } = {}) {
  return new Promise((resolve, reject) => {
    const outgoing = request(origin + path, { method, headers, agent }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => resolve({ status: response.statusCode, headers: response.headers, text: Buffer.concat(chunks).toString() }));
      response.on("error", reject);
    });
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

export function post(origin, body, headers = {}) {
  return ask(origin, "/reports", { method: "POST", "content-type": "application/json", body, ...headers });
}

/** Connections that are used again. */
export function connections(maxSockets) {
  return new Agent({ keepAlive: true, maxSockets });
}

/** A report as an app sends it on the real chain of akamai.com, each with a name of its own. */
export function reportOf(number, changes = {}) {
  const { chainpin, ...fields } = sample;
  return { ...fields, ...changes, chainpin: { ...chainpin, ...changes.chainpin, "report-id": number.toString(16).padStart(32, "0") } };
}

const pem = readFileSync(at("tests", "vectors", "chains", "akamai.com.pem"), "utf8").match(/-----BEGIN[^]+?-----END CERTIFICATE-----/g);

const sample = {
  "date-time": "2026-03-15T12:00:00Z",
  hostname: "akamai.com",
  port: 443,
  "include-subdomains": false,
  "noted-hostname": "akamai.com",
  "served-certificate-chain": [],
  "validated-certificate-chain": pem,
  "known-pins": ['pin-sha256="lYhLzZB7MxJbSWnk3VFgA3ZLiSL7G7/4zZd9mGg1vu0="'],
  chainpin: {
    version: 1,
    policy: { id: "acme-mobile", sequence: 12 },
    outcome: "rejected",
    reason: "pin-mismatch",
    source: "validated",
    anchor: "unknown",
    "known-certificate-pins": [],
    message: "`akamai.com` rejected, pin-mismatch: no pin of the rule of `akamai.com` is in the chain",
  },
};
