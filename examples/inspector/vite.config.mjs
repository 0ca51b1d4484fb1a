import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { defineConfig } from "vite";

export default defineConfig({
  base: "./",
  build: {
    target: "es2022",
    modulePreload: { polyfill: false }, // it would be an inline script
    assetsInlineLimit: 0,
    rolldownOptions: { output: { codeSplitting: { groups: [{ name: "verifier", test: /[\\/]pkg[\\/]dist[\\/]/ }] } } },
  },
  plugins: [offline(), loose()],
});

/** Writes `sw.js`, the service worker, with the list of what was built; its text changes when any of that does. */
function offline() {
  return {
    name: "inspector-offline",
    apply: "build",
    enforce: "post",
    generateBundle(_, bundle) {
      const copied = ["theme.js", "icon.svg", "manifest.webmanifest"].map((name) => [
        name,
        readFileSync(new URL(`public/${name}`, import.meta.url)),
      ]);
      const built = Object.values(bundle).map((file) => [file.fileName, file.type === "chunk" ? file.code : file.source]);
      const files = [...built, ...copied];
      const version = createHash("sha256");
      for (const [name, content] of files) version.update(name).update(content);
      const worker = readFileSync(new URL("src/service-worker.js", import.meta.url), "utf8");
      const names = ["./", ...files.map(([name]) => name)];
      const source = worker
        .replace('"VERSION"', JSON.stringify(version.digest("hex").slice(0, 16)))
        .replace('"FILES"', JSON.stringify(names));
      this.emitFile({ type: "asset", fileName: "sw.js", source });
    },
  };
}

/** While it is written, Vite puts styles into the page by script: only what is built has its Content-Security-Policy. */
function loose() {
  return {
    name: "inspector-loose",
    apply: "serve",
    transformIndexHtml: (html) => html.replace(/<meta\s+http-equiv="content-security-policy"[^>]*>/, ""),
  };
}
