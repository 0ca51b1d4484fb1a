// The app of these tests: does what it is told, and says what came of it. Runs in every engine, so it takes nothing for granted.

/** `attach`: of chainpin/capacitor or chainpin/react-native. `say(text)` is heard by the test; the result takes its commands. */
export function app({ createVerifier, createReplaceable, attach }, say) {
  const aborts = {};
  let verifier;
  let bridge;
  const tell = (what) => say(JSON.stringify(what));

  const does = {
    async attach({ policy }) {
      verifier = createReplaceable(await createVerifier(policy));
      bridge = await attach(verifier, {
        onVerdict: ({ host, outcome, reason }) => tell({ verdict: { host, outcome, reason } }),
        onNotice: ({ code, host }) => tell({ notice: { code, host } }),
      });
      return {};
    },
    async replace({ policy }) {
      verifier.replace(await createVerifier(policy)).dispose();
      return {};
    },
    async fetch({ tag, url, init }) {
      const response = await bridge.pinnedFetch(url, { ...init, signal: signalFor(tag) });
      const { status, ok, headers } = response;
      const text = await response.text();
      return { status, ok, url: response.url, text, type: headers.get("Content-Type"), bytes: (await response.arrayBuffer()).byteLength };
    },
    async abort({ of }) {
      aborts[of]();
      return {};
    },
    async push({ allowWeaker }) {
      const { findings } = await bridge.pushPins({ allowWeaker });
      return { findings: findings.map(({ code }) => code) };
    },
    async selfTest({ url }) {
      const { refused, verdict } = await bridge.selfTest(url);
      return { refused, outcome: verdict && verdict.outcome };
    },
    async detach() {
      bridge.detach();
      return {};
    },
  };

  /** What is used of an AbortSignal; Hermes has none. */
  function signalFor(tag) {
    const listeners = [];
    const signal = { aborted: false, addEventListener: (_, listener) => listeners.push(listener), removeEventListener() {} };
    aborts[tag] = () => {
      signal.aborted = true;
      listeners.forEach((listener) => listener());
    };
    return signal;
  }

  return (text) => {
    const command = JSON.parse(text);
    const failed = (error) =>
      tell({ tag: command.tag, error: error.code || error.name, named: error.name, message: error.message.slice(0, 300) });
    does[command.do](command)
      .then((result) => tell({ tag: command.tag, ...result }))
      .catch(failed);
  };
}
