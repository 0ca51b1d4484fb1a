// The API reference of every entry of the package: target/docs-api. It fails where something public has no doc, or a link leads nowhere.
import { join } from "node:path";
import { Application } from "typedoc";
import { paths, sources } from "./entries.mjs";
import { at, target } from "./lib/paths.mjs";
import { Failure, main } from "./lib/run.mjs";

main(async () => {
  const out = join(target, "docs-api");
  const names = publicEntries();
  const application = await Application.bootstrap({
    name: "chainpin",
    entryPoints: [...names.keys()].map((source) => at(source)),
    tsconfig: at("scripts", "docs", "tsconfig.json"),
    // Each side is compiled with its own ambient types by `npm run check`; all at once they contradict each other.
    skipErrorChecking: true,
    basePath: at(),
    out,
    readme: "none",
    excludePrivate: true,
    excludeInternal: true,
    disableSources: true,
    validation: { notExported: true, invalidLink: true, notDocumented: true, rewrittenLink: true, unusedMergeModuleWith: true },
    intentionallyNotExported: inner,
    intentionallyNotDocumented: [...foreign, ...explainedAbove],
    logLevel: "Warn",
  });
  const project = await application.convert();
  if (project === undefined) throw new Failure("the sources do not compile");
  application.validate(project);
  for (const module of project.children ?? []) module.name = names.get(sourceOf(module.name)) ?? module.name;
  await application.generateOutputs(project);
  if (application.logger.hasErrors() || application.logger.hasWarnings()) throw new Failure("the API reference has faults, as told above");
  console.log(`· ${join(out, "index.html")} written`);
});

/** Types behind exported ones, which nobody has to name. */
const inner = ["Chainpin", "CheckServerIdentity", "CoreReason", "FAILURES", "Fetch", "NOTICES", "REFUSALS"];

/** What is used of other people's objects: their own documentation says what it does. */
const foreign = [
  ...members("js/entries/file-storage.FileSystem", "mkdir", "open", "readdir", "readFile", "rename", "rm", "rmdir"),
  ...members("js/entries/file-storage.OpenFile", "writeFile", "sync", "close"),
  ...members("js/entries/updates.CapacitorPreferences", "get", "get.__type.value", "set"),
  ...members("js/entries/updates.ReactNativeStorage", "getItem", "setItem"),
  ...members("js/entries/updates.WebStorage", "getItem", "setItem"),
  ...members("js/entries/updates.WebLocks", "request"),
  ...members("js/entries/bridge.AbortSignalLike", "aborted", "reason", "addEventListener", "removeEventListener"),
  ...members("js/entries/bridge.HeadersLike", "forEach"),
  ...members("js/entries/node.DispatcherOptions", "undici.__type.Agent", "undici.__type.Agent.__type"),
];

/** Members without a name of their own, whose parent's doc covers them. */
const explainedAbove = [
  ...members("js/entries/report.SendReport", "__type.__type.status"),
  ...members("js/entries/bridge.Decision.__type", "ok", "code"),
  ...members("js/entries/updates.PolicyStoreEvent.__type", "code", "error", "keysChanged", "message", "reason", "sequence"),
  ...members("js/entries/convert.ReactNativePins", "__index.__type.includeSubdomains"),
];

function members(owner, ...names) {
  return names.map((name) => `${owner}.${name}`);
}

/** Source -> path of the package, as `chainpin/node`. */
function publicEntries() {
  return new Map(paths.map(([path, name]) => [sources[name], path.replace(".", "chainpin")]));
}

/** TypeDoc names a module after its source, without `index` and the ending. */
function sourceOf(name) {
  return [`${name}.ts`, `${name}/index.ts`].find((source) => Object.values(sources).includes(source));
}
