// Doc comments of the codes -> docs/reasons.md, which is committed.
//   --check  writes nothing, and fails if the file is not what the code says, or a code is not explained
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { groups } from "./docs/codes.mjs";
import { at } from "./lib/paths.mjs";
import { Failure, main } from "./lib/run.mjs";

const path = "docs/reasons.md";

main(() => {
  const text = page(groups());
  const isFresh = existsSync(at(path)) && readFileSync(at(path), "utf8") === text;
  if (isFresh) return;
  if (process.argv.includes("--check")) throw new Failure(`${path} is not what the code says: run \`npm run docs\` and commit the result`);
  writeFileSync(at(path), text);
  console.log(`· ${path} written`);
});

function page({ reasons, findings, conversions, updates, errors, policyErrors, bridgeErrors, convertErrors }) {
  return `<!-- Made from the code by \`npm run docs\`; do not edit. The texts are doc comments beside each code. -->

# Reasons, findings and errors

Every code is stable: \`switch\` on it, and never on a message. Look for yours on this page.

| you have | it is in |
|---|---|
| \`verdict.reason\`, or the \`code\` of a \`PinningError\` | [Reasons](#reasons) |
| \`verifier.findings\`, or what \`npx chainpin lint\` prints | [Findings](#findings) |
| the \`findings\` of a conversion | [Findings of conversions](#findings-of-conversions) |
| the \`reason\` of an update or of a signed policy | [Why an update is not accepted](#why-an-update-is-not-accepted) |
| something that was thrown | [Errors](#errors) |

## Reasons

Why a connection is \`rejected\`, or would be and is \`tolerated\`. Where several hold, the first in the order of the decision is told: host, chain, \`blocked\`, rule, the
leaf's own faults, pins, expiry.

${sections(reasons)}
## Findings

What is valid in a policy and yet unwise. \`verifier.findings\` has those that need nothing but the policy; \`lint(policy, { chain, now, isPublicSuffix, updateUrl })\` and
\`npx chainpin lint\` see more. An \`error\` means that the policy does not do what it says, a \`warning\` that users may be locked out or less protected than it seems.

${sections(findings)}
## Findings of conversions

What a conversion to or from another library's format changes. Each has a \`host\` (or \`*\`) and an \`effect\`: \`weaker\`, something passes that was refused; \`stricter\`,
something is refused that passed; \`same\`, only something beside it is lost, such as reports. Where nothing is found, the same connections pass.

${sections(conversions)}
## Why an update is not accepted

The policy in use stays in use.

${sections(updates)}
## Errors

A peer's fault is a verdict. What is thrown is a programmer's or a policy author's mistake, or a failure on the way:

- \`TypeError\`: an argument of the wrong type; the message names it.
- \`PolicyError\`: a policy that is refused. \`path\` is the place, as \`rules[3].pins[0]\`.
- \`ConvertError\`: another format's text that is refused. \`path\` and \`line\` are the place.
- \`BridgeError\`: a request, a push or an attachment over the native bridge that failed, and not by a verdict.
- \`PinningError\`: made by \`verdict.toError()\`; \`code\` is the reason, \`verdict\` the evidence.
- \`ChainpinError\`: the rest, and the class above the others. \`inspect\` and \`pinsOf\` throw it with the reason of a chain that cannot be read.

If you catch an error around \`verify\`, refuse the connection.

### ChainpinError

${table(errors)}
### PolicyError

${table(policyErrors)}
### BridgeError

${table(bridgeErrors)}
### ConvertError

${table(convertErrors)}`;
}

function sections(codes) {
  return codes
    .map(({ code, severity, what, why, todo }) => {
      const head = severity === undefined ? "" : `*${severity}.* `;
      return `### ${code}\n\n${head}${what}\n\n**Why.** ${why}\n\n**What to do.** ${todo}\n\n`;
    })
    .join("");
}

function table(codes) {
  const rows = codes.map(({ code, what, todo }) => `| \`${code}\` | ${cell(what)} | ${cell(todo)} |\n`);
  return `| code | what it means | what to do |\n|---|---|---|\n${rows.join("")}\n`;
}

function cell(text) {
  return text.replaceAll("|", "\\|");
}
