// TypeScript -> pkg/dist: each entry once as an ES module and once as CommonJS, and what React Native loads.
import { build } from "esbuild";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { command, nativeSources, sources } from "../entries.mjs";
import { at, dist } from "../lib/paths.mjs";
import { Failure } from "../lib/run.mjs";

const manifest = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
const peers = Object.keys(manifest.peerDependencies);

/** Returns the folders of the npm packages that went into it. */
export async function bundle() {
  const metafiles = await Promise.all([
    emit({ sources, outdir: dist, format: "esm", ending: ".js" }),
    emit({ sources, outdir: dist, format: "cjs", ending: ".cjs" }),
    emitCommand(),
    // CommonJS named .js: Metro before 0.79 knows no .cjs, and Jest's React Native preset leaves ES modules in packages as they are.
    emit({ sources: nativeSources, outdir: join(dist, "react-native"), format: "cjs", ending: ".js" }),
  ]);
  writeFileSync(join(dist, "react-native", "package.json"), `${JSON.stringify({ type: "commonjs" })}\n`);
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  const folders = inputs.map((input) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0]);
  return new Set(
    folders
      .filter((folder) => folder !== undefined)
      .sort()
      .map((folder) => at(folder)),
  );
}

/** The `chainpin` command: CommonJS, as its parser of arguments is, with all but the package itself inside. */
async function emitCommand() {
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: at(),
    entryPoints: [{ out: command.name, in: command.source }],
    outdir: dist,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    external: ["chainpin"],
    format: "cjs",
    platform: "node",
    target: "es2020",
    banner: { js: "#!/usr/bin/env node" },
    define: { VERSION: JSON.stringify(manifest.version) },
    charset: "ascii",
    minifySyntax: true,
    minifyWhitespace: true,
    lineLimit: 120,
    legalComments: "none",
    logLevel: "warning",
  });
  return metafile;
}

async function emit({ sources, outdir, format, ending }) {
  const { metafile } = await build({
    metafile: true,
    absWorkingDir: at(),
    entryPoints: Object.entries(sources).map(([out, source]) => ({ out, in: source })),
    outdir,
    outExtension: { ".js": ending },
    bundle: true,
    format,
    platform: "neutral",
    mainFields: ["module", "main"],
    // Node's own are in the entries for Node alone, which the packaging tests see to.
    external: ["node:*", ...peers],
    target: "es2020",
    define: format === "cjs" ? { "import.meta.url": "__filename" } : {},
    // In CommonJS as `require`, when it is run: Jest's sandbox has no `import()`.
    supported: format === "cjs" ? { "dynamic-import": false } : {},
    charset: "ascii",
    // Names stay: people read this code in stack traces and in audits.
    minifySyntax: true,
    minifyWhitespace: true,
    // Node prints the line that throws: it must not be the one that holds the module.
    lineLimit: 1000,
    legalComments: "none",
    logLevel: "warning",
    plugins: [sharedEntries(sources, ending), bigIntPowers],
  });
  return metafile;
}

/** Compilers to ES5 turn `**` into Math.pow, which takes no BigInt; @noble/curves has one such place. */
export const bigIntPowers = {
  name: "bigint-powers",
  setup(esbuild) {
    esbuild.onLoad({ filter: /[\\/]@noble[\\/]curves[\\/]abstract[\\/]curve\.js$/ }, ({ path }) => {
      const [before, after, ...more] = readFileSync(path, "utf8").split("c.Fn.ORDER ** _4n");
      if (after === undefined || more.length > 0) throw new Failure(`${path} takes powers of BigInt in other places than the build knows`);
      return { contents: `${before}c.Fn.ORDER * c.Fn.ORDER * c.Fn.ORDER * c.Fn.ORDER${after}`, loader: "js" };
    });
  },
};

/** An entry that another one imports is shared with it, not copied into it. */
function sharedEntries(own, ending) {
  const outputs = new Map(Object.entries(own).map(([name, source]) => [at(source), name]));
  // React Native's index is that of chainpin/js.
  outputs.set(at(sources.index), "index");
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
