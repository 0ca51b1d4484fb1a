// Breaks the gate in five ways, one after the other: the conformance suite must notice each.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { at } from "../../../scripts/lib/paths.mjs";
import { Failure } from "../../../scripts/lib/run.mjs";
import { swift } from "./swift.mjs";

const mutants = [
  ["an answer exactly at the deadline counts", "if platform.now() >= waiting.until {", "if platform.now() > waiting.until {"],
  ["an answer by another policy counts", "if sequence != epoch { return refuse(id, .wrongSequence) }", ""],
  ["a verdict is for any host of its connection", "?.sites.contains(held.site) == true", " != nil"],
  ["verdicts outlive a change of policy", "allowed.removeAll()", ""],
  ["what waits outlives a change of policy", "refuseAll(.policyChanged)", ""],
];

export async function tryMutants(out) {
  const gate = readFileSync(at("native", "ios", "Sources", "ChainpinBridge", "Gate.swift"), "utf8");
  const survivors = [];
  for (const [what, from, to] of mutants) {
    if (gate.split(from).length !== 2) throw new Failure(`Gate.swift has not once: ${from}`);
    mkdirSync(join(out, "mutants"), { recursive: true });
    writeFileSync(join(out, "mutants", "Gate.swift"), gate.replace(from, to));
    writeFileSync(
      join(out, "mutants", "Main.swift"),
      '@main enum Main { static func main() { Conformance.run(CommandLine.arguments[1], "mutant") } }\n',
    );
    if (!notices(await swift(out, build))) survivors.push(what);
  }
  if (survivors.length > 0) throw new Failure(`the conformance suite does not notice: ${survivors.join("; ")}`);
  console.log(`  ${mutants.length} of ${mutants.length} mutations of Gate.swift noticed by the conformance suite`);
}

function notices(output) {
  const [, expected, seen] = JSON.parse(output.trim());
  return expected !== seen;
}

// Without the platform: what the gate is made of, and nothing else.
const build = `
sources=/src/native/ios/Sources/ChainpinBridge
parts=""; for part in Alphabet Fetch GatePlatform Hold Json Message Pins ToPage; do parts="$parts $sources/$part.swift"; done
swiftc -parse-as-library -Onone -module-name Mutant -o mutants/runner $parts mutants/Gate.swift /src/tests/bridges/ios/runner/{Conformance,Table}.swift mutants/Main.swift
./mutants/runner /src/tests/bridges/conformance/gate.json
`;
