// `npm run pack`: every package that an app needs, as a tarball in dist/. A native package is put together first: its own files, what both
// share, the licences, and a README whose links lead somewhere on npm too.
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { at } from "./lib/paths.mjs";
import { Failure, main } from "./lib/run.mjs";

export const natives = ["react-native", "capacitor"];

/** What both native packages share, by where it goes. */
export const shared = {
  "android/bridge": ["native", "android", "src", "main", "java"],
  "ios/bridge": ["native", "ios", "Sources", "ChainpinBridge"],
};

/** Packs `chainpin` into a folder; returns the file's name. */
export function packChainpin(to) {
  return pack(at("pkg"), to);
}

/** Packs a native package into a folder; returns the file's name. */
export function packNative(name, to) {
  const folder = mkdtempSync(join(tmpdir(), "chainpin-pack-"));
  try {
    cpSync(at("native", name), folder, { recursive: true, filter: (file) => !/[\\/](?:node_modules|build)$/.test(file) });
    for (const [place, from] of Object.entries(shared)) cpSync(at(...from), join(folder, place), { recursive: true });
    for (const licence of ["LICENSE-APACHE", "LICENSE-MIT"]) cpSync(at(licence), join(folder, licence));
    const { scripts: _, ...manifest } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
    writeFileSync(join(folder, "package.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
    writeFileSync(join(folder, "README.md"), forNpm(readFileSync(join(folder, "README.md"), "utf8")));
    return pack(folder, to);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** A link out of the package becomes its text, and the checks' comments go. */
function forNpm(readme) {
  return readme.replaceAll(/\[([^\]]+)\]\((?!https:|#)[^)]+\)/g, "$1").replaceAll(/^<!--.*-->\n/gm, "");
}

function pack(folder, to) {
  mkdirSync(to, { recursive: true });
  const output = execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", to], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "inherit"],
  });
  return JSON.parse(output)[0].filename;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  main(() => {
    if (!existsSync(at("pkg", "dist", "index.js"))) throw new Failure("the package is not built: run `npm run build`");
    const to = at("dist");
    rmSync(to, { recursive: true, force: true });
    const chainpin = packChainpin(to);
    const files = Object.fromEntries(natives.map((name) => [name, packNative(name, to)]));
    const install = (...files) => `npm install ${files.map((file) => join(to, file)).join(" ")}`;
    console.log(`React Native:\n  ${install(chainpin, files["react-native"])} && npx pod-install`);
    console.log(`Capacitor:\n  ${install(chainpin, files.capacitor)} && npx cap sync`);
    console.log(`Node and Electron:\n  ${install(chainpin)}`);
  });
}
