// The programs inside npm packages, and those of the system. npm's scripts do not run here, so none is where those would put it.
import { existsSync } from "node:fs";
import { join } from "node:path";
import { jsc as shell } from "../../../scripts/lib/tools.mjs";
import { tool } from "./app.mjs";

const { platform, arch } = process;
const suffix = platform === "win32" ? ".exe" : "";
const hermesFolder = { linux: "linux64-bin", darwin: "osx-bin", win32: "win64-bin" }[platform];

const packages = {
  bun: [`@oven/bun-${platform === "win32" ? "windows" : platform}-${arch === "arm64" ? "aarch64" : arch}`, "bin", "bun"],
  deno: [`@deno/${platform}-${arch}${platform === "linux" ? "-glibc" : ""}`, "deno"],
  workerd: [`@cloudflare/workerd-${platform === "win32" ? "windows" : platform}-${arch === "arm64" ? "arm64" : "64"}`, "bin", "workerd"],
  hermes: ["hermes-engine-cli", hermesFolder, "hermes"],
  "hermesc-rn83": ["hermes-compiler-rn83", "hermesc", hermesFolder, "hermesc"],
  "hermesc-rn84": ["hermes-compiler-rn84", "hermesc", hermesFolder, "hermesc"],
  "hermesc-rn88": ["hermes-compiler-rn88", "hermesc", hermesFolder, "hermesc"],
};

export function binary(name) {
  const [packageName, ...path] = packages[name];
  const file = tool(packageName, join(...path)) + suffix;
  if (!existsSync(file)) throw new Error(`${file} is missing: run \`npm run setup -- packaging\``);
  return file;
}

export function jsc() {
  const file = shell();
  if (!file) throw new Error("jsc is missing: on Debian `apt-get install libjavascriptcoregtk-4.0-bin` as root");
  return file;
}
