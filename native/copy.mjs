// Puts what both plugins share into the one in whose folder this runs; `npm pack` calls it. `--remove` takes it away again.
import { cpSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

const shared = {
  "android/bridge": "android/src/main/java",
  "ios/bridge": "ios/Sources/ChainpinBridge",
};

for (const [to, from] of Object.entries(shared)) {
  rmSync(to, { recursive: true, force: true });
  if (!process.argv.includes("--remove")) cpSync(fileURLToPath(new URL(from, import.meta.url)), to, { recursive: true });
}
