// `node --expose-gc compile.mjs FILE`: compiles one policy and prints what that took, `{ milliseconds, peak, kept }`,
// in megabytes of resident memory beyond those before.
import { readFileSync } from "node:fs";
import { createVerifierSync } from "chainpin";

const text = readFileSync(process.argv[2], "latin1");
createVerifierSync({ version: 1, id: "warm", sequence: 1, rules: [] }).dispose();
gc();
const before = process.memoryUsage.rss();
const highestBefore = highest();

const from = process.cpuUsage();
const verifier = createVerifierSync(text);
const { user, system } = process.cpuUsage(from);

// The highest of the whole life counts where it is of just now.
const peak = Math.max(process.memoryUsage.rss(), highest() > highestBefore ? highest() : 0) - before;
gc();
const kept = process.memoryUsage.rss() - before;
if (verifier.verify({ host: "service-1.example.com", chain: [] }).reason !== "chain-empty") throw new Error("the verifier does not answer");
console.log(JSON.stringify({ milliseconds: (user + system) / 1e3, peak: peak / 1e6, kept: kept / 1e6 }));

function highest() {
  return process.resourceUsage().maxRSS * 1024;
}
