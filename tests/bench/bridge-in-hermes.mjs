// What is measured inside Hermes; tests/bench/bridge.mjs bundles it. Prints the milliseconds of a message, turn by turn.
import { createVerifierSync } from "chainpin";
import { attachBridge } from "chainpin/bridge";
import given from "given:given";

globalThis.setTimeout = undefined; // the shell's fires at once, whatever it is told

/** Hermes tells whole milliseconds only. */
const turn = 20;
const session = "5".repeat(32);

let receive;
let answer;
const channel = {
  post(text) {
    answer = JSON.parse(text);
    if (answer.type === "attach") receive(JSON.stringify({ v: 1, type: "attached", nonce: answer.nonce, session }));
  },
  listen(listener) {
    receive = listener;
    return () => {};
  },
};

attachBridge(channel, createVerifierSync(given.policy)).then(() => {
  const texts = Array.from({ length: given.messages }, (_, n) => {
    const { host, chain } = given.chains[n % given.chains.length];
    const id = n.toString(16).padStart(32, "0");
    return JSON.stringify({ v: 1, type: "hold", session, id, host, port: 443, chain, source: "validated", anchor: "system" });
  });
  const times = [];
  for (let n = 0; n < texts.length; n += turn) {
    const from = Date.now();
    for (const text of texts.slice(n, n + turn)) {
      receive(text);
      if (answer.outcome !== "pinned") throw new Error(JSON.stringify(answer));
    }
    times.push((Date.now() - from) / turn);
  }
  print(JSON.stringify(times));
});
