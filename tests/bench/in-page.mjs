// What is measured inside a page; tests/bench/bridge.mjs bundles it. Plays what is behind `androidBridge`.

const session = "5".repeat(32);

/** Milliseconds of each message. */
export async function measure({ messages, policy, chains }, createVerifierSync, attach) {
  let listener;
  let answered = () => {};
  window.androidBridge.postMessage = (text) => {
    const { callbackId, methodName, options } = JSON.parse(text);
    if (methodName === "addListener") listener = callbackId;
    if (methodName !== "post") return;
    const arrived = performance.now();
    back({ callbackId, success: true, data: {}, save: false });
    const message = JSON.parse(options.text);
    if (message.type === "attach") event({ type: "attached", nonce: message.nonce, session });
    else answered(arrived, message);
  };
  const back = (result) => window.androidBridge.onmessage({ data: JSON.stringify(result) });
  const event = (message) =>
    back({ callbackId: listener, success: true, data: { text: JSON.stringify({ v: 1, ...message }) }, save: true });

  await attach(createVerifierSync(policy));
  const times = [];
  for (let n = 0; n < messages; n++) {
    const { host, chain } = chains[n % chains.length];
    const id = n.toString(16).padStart(32, "0");
    const answer = new Promise((resolve) => (answered = (arrived, message) => resolve({ arrived, message })));
    const from = performance.now();
    event({ type: "hold", session, id, host, port: 443, chain, source: "validated", anchor: "system" });
    const { arrived, message } = await answer;
    if (message.id !== id || message.outcome !== "pinned") throw new Error(JSON.stringify(message));
    times.push(arrived - from);
  }
  return times;
}
