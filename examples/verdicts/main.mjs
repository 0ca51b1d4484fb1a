// What `npm start` runs: real certificate chains in, verdicts out, through the package as an app uses it.
// It is a check too: where a verdict is not the one that is written here, it says so and ends with 1.
import { createVerifier, init, pinsOf } from "chainpin";
import { readChain } from "./chains.mjs";
import { printChain, printEnd, printHead, printVerdict } from "./print.mjs";

// On this day all of these chains were valid. An app leaves `now` out: then it is the device's clock.
const now = new Date("2026-03-15T12:00:00Z");

// Whose chain is pinned, and at which of its certificates: 0 is the leaf, the others are CAs.
const servers = [
  { host: "akamai.com", pinned: 0 },
  { host: "amazon.com", pinned: 1 },
  { host: "microsoft.com", pinned: 2 },
  { host: "google.com", pinned: 0 },
];

// The pin of a key that no server uses yet. Yours is made with `openssl`, and its key is kept offline.
const spare = "sha256/wnM2Zhm3YD2FmK8ZCQrqq47+pYqaa6au0BE06xmOPdU=";

async function judge({ host, pinned }, attacker) {
  const chain = readChain(host);
  const pin = pinsOf(chain)[pinned];

  const policy = { version: 1, id: "example-app", sequence: 1, rules: [{ host, pins: [pin], backupPins: [spare] }] };
  const verifier = await createVerifier(policy);

  // The same app before its server changed keys: the key that it meets today was its backup then.
  const older = { ...policy, rules: [{ host, pins: [spare], backupPins: [pin] }] };
  const olderVerifier = await createVerifier(older);

  // `validated`: Android or iOS has built this path and found it valid. That is what fraud looks like too: a valid chain,
  // trusted by the platform, with a key that is not the server's. Here the chain of another site plays it.
  const request = { host, source: "validated", now };
  const fraud = readChain(attacker.host);
  const truncated = [chain[0], chain[1].subarray(0, -20), ...chain.slice(2)];

  return [
    {
      title: "a right policy",
      verdict: verifier.verify({ ...request, chain }),
      expected: { ok: true, outcome: "pinned", backup: false, message: [pin] },
    },
    {
      title: "a key rotated to its backup",
      verdict: olderVerifier.verify({ ...request, chain }),
      expected: { ok: true, outcome: "pinned", backup: true, message: [pin, "give the policy a new backup pin"] },
    },
    {
      title: `an attacker's trusted chain (here ${attacker.host}'s)`,
      verdict: verifier.verify({ ...request, chain: fraud }),
      expected: { ok: false, outcome: "rejected", reason: "pin-mismatch", message: [...pinsOf(fraud), pin, spare] },
    },
    {
      title: "a truncated certificate",
      verdict: verifier.verify({ ...request, chain: truncated }),
      expected: { ok: false, outcome: "rejected", reason: "chain-malformed", message: ["certificate 1, byte 0"] },
    },
  ];
}

function surprises({ verdict, expected }) {
  const found = { ...verdict.matched, ok: verdict.ok, outcome: verdict.outcome, reason: verdict.reason };
  const fields = ["ok", "outcome", "reason", "backup"].filter((field) => found[field] !== expected[field]);
  const unsaid = expected.message.filter((words) => !verdict.message.includes(words));
  return [
    ...fields.map((field) => `${field} is ${found[field]}, expected ${expected[field]}`),
    ...unsaid.map((words) => `the message does not say: ${words}`),
  ];
}

const failures = [];
await init(); // for `pinsOf`; `createVerifier` does it by itself
printHead(now);
for (const [index, server] of servers.entries()) {
  const cases = await judge(server, servers[(index + 1) % servers.length]);
  printChain(server.host, cases[0].verdict.chain, server.pinned);
  for (const judged of cases) {
    printVerdict(judged);
    failures.push(...surprises(judged).map((surprise) => `${server.host}, ${judged.title}: ${surprise}`));
  }
}
printEnd(failures);
process.exitCode = failures.length === 0 ? 0 : 1;
