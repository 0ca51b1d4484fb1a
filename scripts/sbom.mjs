// `npm run sbom`: what the crate and the package are made of, as CycloneDX 1.6, from the lock files.
//   target/sbom/chainpin-crate.cdx.json, target/sbom/chainpin-npm.cdx.json. The same lock files give the same bytes.
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { shippedCrates } from "./lib/crates.mjs";
import { bundledModules } from "./lib/modules.mjs";
import { at, target } from "./lib/paths.mjs";
import { main } from "./lib/run.mjs";

const folder = join(target, "sbom");

main(() => {
  mkdirSync(folder, { recursive: true });
  for (const [name, bom] of Object.entries({ crate: ofCrate(), npm: ofPackage() })) {
    const file = join(folder, `chainpin-${name}.cdx.json`);
    writeFileSync(file, `${JSON.stringify(bom, null, 1)}\n`);
    console.log(`${file}: ${bom.components.length} components`);
  }
});

function ofCrate() {
  const { root, crates, edges } = shippedCrates();
  const names = new Map([root, ...crates].map((crate) => [crate.id, cargoUrl(crate)]));
  return bill(
    ownComponent(cargoUrl(root), root),
    crates.map(crateComponent),
    [...edges].map(([id, on]) =>
      dependency(
        names.get(id),
        [...on].map((other) => names.get(other)),
      ),
    ),
  );
}

/** The package: the crate with its own, compiled in, and npm packages, bundled in. Peers are the app's. */
function ofPackage() {
  const manifest = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
  const crate = ofCrate();
  const modules = bundledModules();
  const urls = new Map(modules.map((module) => [module.name, npmUrl(module)]));
  const direct = modules.filter(({ name }) => !modules.some(({ dependencies }) => dependencies.includes(name)));
  const own = npmUrl(manifest);
  return bill(
    ownComponent(own, manifest),
    [crate.metadata.component, ...crate.components, ...modules.map(moduleComponent)],
    [
      dependency(own, [crate.metadata.component["bom-ref"], ...direct.map(npmUrl)]),
      ...crate.dependencies,
      ...modules.map((module) =>
        dependency(
          npmUrl(module),
          module.dependencies.map((name) => urls.get(name)),
        ),
      ),
    ],
  );
}

// Without time and serial number: both are optional, and would make each run another document.
function bill(component, components, dependencies) {
  return {
    $schema: "http://cyclonedx.org/schema/bom-1.6.schema.json",
    bomFormat: "CycloneDX",
    specVersion: "1.6",
    version: 1,
    metadata: { component },
    components,
    dependencies,
  };
}

function ownComponent(purl, { name, version, description, license }) {
  return { type: "library", "bom-ref": purl, name, version, description, licenses: expression(license), purl };
}

function crateComponent(crate) {
  const { name, version, license, description } = crate;
  const purl = cargoUrl(crate);
  const hashes = [{ alg: "SHA-256", content: checksums().get(`${name} ${version}`) }];
  return {
    type: "library",
    "bom-ref": purl,
    name,
    version,
    ...(description ? { description: description.trim() } : {}),
    hashes,
    licenses: expression(license),
    purl,
  };
}

function moduleComponent(module) {
  const { name, version, license, integrity } = module;
  const purl = npmUrl(module);
  const hashes = [{ alg: "SHA-512", content: Buffer.from(integrity.slice("sha512-".length), "base64").toString("hex") }];
  return { type: "library", "bom-ref": purl, name, version, hashes, licenses: expression(license), purl };
}

/** Old manifests separate alternatives by a slash, which SPDX does not know. */
function expression(license) {
  return [{ expression: license.replaceAll("/", " OR ") }];
}

function checksums() {
  const lock = readFileSync(at("Cargo.lock"), "utf8");
  const entries = lock.matchAll(/name = "([^"]+)"\nversion = "([^"]+)"\nsource = "[^"]+"\nchecksum = "([0-9a-f]{64})"/g);
  return new Map([...entries].map(([, name, version, checksum]) => [`${name} ${version}`, checksum]));
}

function dependency(ref, on) {
  return { ref, dependsOn: [...on].sort() };
}

function cargoUrl({ name, version }) {
  return `pkg:cargo/${name}@${version}`;
}

function npmUrl({ name, version }) {
  return `pkg:npm/${name.replace("@", "%40")}@${version}`;
}
