// `node scripts/releasable.mjs v1.2.3`: whether this tag may become a release. Before any work is done for one.
import { readFileSync } from "node:fs";
import { at } from "./lib/paths.mjs";
import { Failure, main } from "./lib/run.mjs";
import { natives } from "./pack.mjs";

main(() => {
  const [tag] = process.argv.slice(2);
  const { version, repository } = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
  const crate = /^version = "([^"]+)"/m.exec(readFileSync(at("Cargo.toml"), "utf8"))[1];
  if (tag !== `v${version}`) throw new Failure(`the tag is ${tag}, pkg/package.json has version ${version}`);
  if (crate !== version) throw new Failure(`Cargo.toml has version ${crate}, pkg/package.json ${version}`);
  if (!readFileSync(at("CHANGELOG.md"), "utf8").includes(`\n## [${version}]`))
    throw new Failure(`CHANGELOG.md has no section of ${version}`);
  for (const name of natives) {
    const native = JSON.parse(readFileSync(at("native", name, "package.json"), "utf8"));
    if (native.version !== version)
      throw new Failure(`native/${name}/package.json has version ${native.version}, pkg/package.json ${version}`);
    if (native.peerDependencies.chainpin !== `^${version}`)
      throw new Failure(`native/${name}/package.json asks for chainpin ${native.peerDependencies.chainpin}, not ^${version}`);
    if (!native.bugs) throw new Failure(`native/${name}/package.json names no \`bugs\`: who uses it must be able to report one`);
    if (JSON.stringify(native.repository) !== JSON.stringify(repository))
      throw new Failure(`native/${name}/package.json names another \`repository\` than pkg/package.json`);
  }
  if (!repository) throw new Failure("pkg/package.json names no `repository`: npm's provenance compares it with where the workflow runs");
});
