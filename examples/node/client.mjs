// One request over a pinned connection: `node examples/node/client.mjs URL TRUSTED.pem PIN`.
import { readFileSync } from "node:fs";
import https from "node:https";
import { pathToFileURL } from "node:url";
import { ChainpinError, createVerifier } from "chainpin";
import { createAgent } from "chainpin/node";

/** What the server answers. Fails with a PinningError, before anything is sent, where no pin matches. */
export async function ask(url, { trusted, pin, onVerdict }) {
  const rules = [{ host: new URL(url).hostname, pins: [pin] }];
  const verifier = await createVerifier({ version: 1, id: "example", sequence: 1, rules });
  const agent = createAgent(verifier, { ca: trusted, onVerdict });
  return get(url, agent);
}

export function get(url, agent) {
  return new Promise((resolve, reject) => {
    https.get(url, { agent }, async (response) => resolve((await response.toArray()).join("").trim())).on("error", reject);
  });
}

if (import.meta.url === pathToFileURL(process.argv[1]).href) {
  const [url, file, pin] = process.argv.slice(2);
  if (!pin) {
    console.error("usage: node examples/node/client.mjs URL TRUSTED.pem PIN");
    process.exit(2);
  }
  const onVerdict = ({ outcome, matched }) => matched && console.log(`${outcome} by the ${matched.role}, certificate ${matched.index}`);
  try {
    console.log(await ask(url, { trusted: readFileSync(file, "utf8"), pin, onVerdict }));
  } catch (error) {
    // A PinningError, or a PolicyError where PIN is none.
    if (!(error instanceof ChainpinError)) throw error;
    console.error(error.message);
    process.exitCode = 1;
  }
}
