// The plugins as an app gets them: packed by npm, with all that both share inside.
import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { at } from "../../../scripts/lib/paths.mjs";
import { Failure } from "../../../scripts/lib/run.mjs";

export function checkPlugins() {
  for (const plugin of ["capacitor", "react-native"]) {
    const output = execFileSync("npm", ["pack", "--dry-run", "--json"], { cwd: at("examples", plugin), encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    const packed = JSON.parse(output.slice(output.indexOf("[\n")))[0].files.map(({ path }) => path);
    const wanted = [
      ...files("examples", "native", "android", "src", "main", "java").map((file) => `android/bridge/${file}`),
      ...files("examples", "native", "ios", "Sources", "ChainpinBridge").map((file) => `ios/bridge/${file}`),
      "android/build.gradle",
    ];
    const missing = wanted.filter((file) => !packed.includes(file));
    if (missing.length > 0) throw new Failure(`examples/${plugin} is packed without ${missing.join(", ")}`);
  }
}

function files(...folder) {
  return readdirSync(at(...folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ parentPath, path, name }) => `${parentPath ?? path}/${name}`.slice(at(...folder).length + 1));
}
