// The page's side for a test of a native side: docs/bridge.md, "Over a pipe". One message a line, on standard input and output.
import { createInterface } from "node:readline";
import { createReplaceable, createVerifier } from "chainpin";
import { attachBridge } from "chainpin/bridge";

let receive = () => {};
let verifier;
let bridge;
let delay = 0;

const channel = {
  post(text) {
    if (delay === 0 || JSON.parse(text).type !== "answer") return void console.log(text);
    if (delay > 0) setTimeout(() => console.log(text), delay);
  },
  listen(listener) {
    receive = listener;
    return () => void (receive = () => {});
  },
};

const does = {
  async policy({ policy }) {
    const next = await createVerifier(policy);
    if (verifier === undefined) {
      verifier = createReplaceable(next);
      bridge = await attachBridge(channel, verifier, {
        onVerdict: ({ host, ok, outcome, reason }) => say({ pipe: "verdict", host, ok, outcome, reason }),
        onNotice: ({ code }) => say({ pipe: "notice", code }),
      });
    } else {
      verifier.replace(next).dispose();
    }
    say({ pipe: "ready", sequence: verifier.policy.sequence });
  },
  async delay({ ms }) {
    delay = ms;
  },
  fetch: ({ tag, url, init }) =>
    ending(tag, async () => {
      const response = await bridge.pinnedFetch(url, init);
      return { status: response.status, text: await response.text() };
    }),
  push: ({ tag, allowWeaker = [] }) => ending(tag, () => bridge.pushPins({ allowWeaker }).then(() => ({}))),
  "self-test": ({ tag, url }) => ending(tag, () => bridge.selfTest(url).then(({ refused }) => ({ refused }))),
};

for await (const line of createInterface({ input: process.stdin })) {
  const message = JSON.parse(line);
  if (message.pipe === undefined) receive(line);
  else does[message.pipe](message);
}
process.exit();

async function ending(tag, act) {
  try {
    say({ pipe: "result", tag, ...(await act()) });
  } catch (error) {
    say({ pipe: "result", tag, error: error.code ?? error.name });
  }
}

function say(line) {
  console.log(JSON.stringify(line));
}
