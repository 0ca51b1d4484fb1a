// TypeScript -> pkg/dist: each entry once as an ES module and once as CommonJS.
import { build } from "esbuild";
import { relative, resolve } from "node:path";
import { at, dist } from "../lib/paths.mjs";

/** Name in pkg/dist -> source. An entry that another one imports is shared with it, not copied into it. */
export const entries = {
  index: "js/index.ts",
};

export async function bundle() {
  await Promise.all([emit("esm", ".js"), emit("cjs", ".cjs")]);
}

async function emit(format, ending) {
  await build({
    absWorkingDir: at(),
    entryPoints: Object.entries(entries).map(([out, source]) => ({ out, in: source })),
    outdir: dist,
    outExtension: { ".js": ending },
    bundle: true,
    format,
    platform: "neutral",
    target: "es2020",
    charset: "ascii",
    // Names stay: people read this code in stack traces and in audits.
    minifySyntax: true,
    minifyWhitespace: true,
    // Node prints the line that throws: it must not be the one that holds the module.
    lineLimit: 120,
    legalComments: "none",
    logLevel: "warning",
    plugins: [sharedEntries(ending)],
  });
}

function sharedEntries(ending) {
  const outputs = new Map(Object.entries(entries).map(([name, source]) => [at(source), name]));
  const importers = new Map([...outputs].map(([source, name]) => [source, `./${name}${ending}`]));
  return {
    name: "shared-entries",
    setup(esbuild) {
      esbuild.onResolve({ filter: /^\.\.?\// }, ({ path, resolveDir, kind }) => {
        if (kind === "entry-point") return undefined;
        const output = importers.get(resolve(resolveDir, path.replace(/\.js$/, ".ts")));
        return output && { path: output, external: true, sideEffects: false };
      });
    },
  };
}
