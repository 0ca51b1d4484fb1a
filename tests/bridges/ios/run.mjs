// The iOS side, by a Swift compiler on Linux: the sources as they are, in the modes of Swift 5 and 6, over modules of this folder that have the
// signatures of what only Apple has. Then it runs: the contract's conformance suite, random messages, requests over a network that the tests
// play, and over Linux's own URLSession. At last it breaks the gate, and sees whether the suite
// notices.
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { join } from "node:path";
import { target } from "../../../scripts/lib/paths.mjs";
import { Failure, main } from "../../../scripts/lib/run.mjs";
import { messageScenarios } from "../messages.mjs";
import { issue } from "../native/authority.mjs";
import { tryMutants } from "./mutants.mjs";
import { checkPlugins } from "./plugins.mjs";
import { missing, swift } from "./swift.mjs";

const out = join(target, "bridges-ios");
const messages = 10_000;
const modes = ["5", "6"];

main(async () => {
  const why = missing();
  if (why) {
    if (process.env.CI) throw new Failure(why);
    return console.log(`${why}. The iOS side was neither compiled nor run.`);
  }
  mkdirSync(out, { recursive: true });
  const seed = Number(process.env.CHAINPIN_SEED ?? 1);
  writeFileSync(join(out, "messages.json"), JSON.stringify(messageScenarios(messages, seed)));
  const started = Date.now();
  await swift(out, build);
  const version = (await swift(out, "swiftc --version")).split("\n")[0];
  console.log(`\niOS: compiled with ${version}, in the modes of Swift ${modes.join(" and ")}: no error, no warning; ${seconds(started)}`);

  const server = await startServer();
  try {
    for (const mode of modes) print(mode, await swift(out, run(mode), server.env));
    if (server.requests !== modes.length)
      throw new Failure(`${server.requests} requests reached the server of Linux's URLSession, not ${modes.length}`);
  } finally {
    server.close();
  }
  await checkPlugins(out, modes);
  await tryMutants(out);
});

/** A real TLS server, for Linux's own URLSession. */
async function startServer() {
  const authority = await issue("The authority of the tests");
  const leaf = await issue("localhost", { issuer: authority, hosts: ["localhost"] });
  writeFileSync(join(out, "authority.pem"), authority.pem);
  const state = { requests: 0 };
  const server = createServer({ key: leaf.keyPem, cert: leaf.pem }, (_, response) => {
    state.requests++;
    response.end("hello");
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const env = {
    CHAINPIN_SERVER: `https://localhost:${server.address().port}/`,
    CHAINPIN_CERTIFICATE: leaf.der.toString("base64"),
    CHAINPIN_PIN: leaf.pin,
  };
  return Object.assign(state, { env, close: () => server.close() });
}

function print(mode, output) {
  const rows = output
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  const width = Math.max(...rows.map(([what]) => what.length));
  if (mode === modes[0]) console.log("\niOS, on Linux");
  const failed = rows.filter(([, expected, seen]) => expected !== seen);
  for (const row of mode === modes[0] ? rows : failed) {
    const [what, expected, seen] = row;
    console.log(
      `  ${expected === seen ? "ok  " : "FAIL"} ${what.padEnd(width)}  ${expected === seen ? seen : `expected  ${expected}\n       ${"".padEnd(width)}  seen      ${seen}`}`,
    );
  }
  console.log(`  Swift ${mode}: ${rows.length - failed.length} as expected, ${failed.length} not`);
  if (failed.length > 0 || rows.length === 0) throw new Failure("the iOS side does not do what is expected of it");
}

function seconds(started) {
  return `${((Date.now() - started) / 1000).toFixed(1)} s`;
}

const run = (mode) => `
cp authority.pem /etc/ssl/certs/ca-certificates.crt
./${mode}/runner /src/tests/bridges/conformance/gate.json messages.json
`;

// The sources say `import Foundation` alone: on Linux, URLSession is not in there. A pod is one module, so the tests are in it too.
const build = `
shims=/src/tests/bridges/ios/shims
build() {
  local mode=$1; mkdir -p $mode
  local flags="-parse-as-library -wmo -O -swift-version $mode -warnings-as-errors -I $mode"
  for module in Security CryptoKit Networking; do
    swiftc $flags -emit-module -emit-object -module-name $module -emit-module-path $mode/$module.swiftmodule -o $mode/$module.o $shims/$module/*.swift
  done
  swiftc $flags -emit-executable -module-name ChainpinBridge -Xfrontend -import-module -Xfrontend Networking -o $mode/runner \\
    $mode/*.o /src/native/ios/Sources/ChainpinBridge/*.swift /src/tests/bridges/ios/runner/*.swift
}
build 5 & five=$!
build 6
wait $five
`;
