// The whole story at once: `npm run build && node examples/node/main.mjs`.
import https from "node:https";
import { createReplaceable, createVerifier, pinsOf } from "chainpin";
import { createAgent, selfTest } from "chainpin/node";
import { ask, get } from "./client.mjs";
import { start } from "./server.mjs";

const { honest, attacker, trusted, pins, stop } = await start();
const wrong = `sha256/${Buffer.from("0123456789abcdef0123456789abcdef").toString("base64")}`;
const { hostname: host, port } = new URL(honest.url);

await scene("A right pin: the server's own key", () => ask(honest.url, { trusted, pin: pins.server }));
await scene("A pin on a root that the server does not send", () => ask(honest.url, { trusted, pin: pins.root }));
await scene("A wrong pin. The message shows the right ones", () => ask(honest.url, { trusted, pin: wrong }));
await scene("An attacker whose CA this machine trusts, against a check that looks for the pin in the list", () =>
  get(attacker.url, looking(pins.issuing)),
);
await scene("The same attacker, against chainpin", () => ask(attacker.url, { trusted, pin: pins.issuing }));
console.log(`\n  the attacker's server has seen ${attacker.requests.length} request`);

await scene("A new policy, while a connection is open", async () => {
  const verifier = createReplaceable(await verifierOf(pins.server));
  const agent = createAgent(verifier, { ca: trusted, keepAlive: true });
  const answer = await get(honest.url, agent);
  verifier.replace(await verifierOf(wrong)).dispose();
  return get(honest.url, agent).then(
    () => "the old connection was used: this must not be",
    (error) => `${answer}; after the change: ${error.code}`,
  );
});
await scene("The self-test: is pinning active in this process?", async () => {
  const refusal = await selfTest({ host, port: Number(port), ca: trusted, verifier: await verifierOf(pins.server) });
  return `yes: a pin that cannot match was refused, ${refusal.code}`;
});

stop();

/** Not so! A chain that a server sends proves nothing: anybody can send anybody's certificates. */
function looking(pin) {
  const checkServerIdentity = (_, certificate) => {
    const chain = [];
    for (let next = certificate; next && !chain.includes(next.raw); next = next.issuerCertificate) chain.push(next.raw);
    return pinsOf(chain).includes(pin) ? undefined : new Error("no pin in the chain");
  };
  return new https.Agent({ ca: trusted, checkServerIdentity });
}

function verifierOf(pin) {
  return createVerifier({ version: 1, id: "example", sequence: 1, rules: [{ host, pins: [pin] }] });
}

async function scene(title, act) {
  console.log(`\n${title}`);
  const told = await act().catch((error) => error.message);
  console.log(told.replace(/^/gm, "  "));
}
