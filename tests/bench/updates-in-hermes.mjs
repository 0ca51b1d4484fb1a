// What tests/bench/updates.mjs measures inside Hermes: prints the ms of each update.
import { createPolicyStore, memoryStorage } from "chainpin/updates";
import given from "given:given";

globalThis.setTimeout = undefined; // the shell's fires at once, whatever it is told

const times = [];
let next;

async function main() {
  const { keys, embedded, bundles, now } = given;
  const store = await createPolicyStore({ keys, embedded, storage: memoryStorage(), now: () => now, fetch: () => Promise.resolve(next) });
  for (next of bundles) {
    const from = Date.now();
    const { accepted, message } = await store.update();
    times.push(Date.now() - from);
    if (!accepted) throw new Error(message);
  }
  print(JSON.stringify(times));
}

main().catch((error) => print(String(error.stack)));
