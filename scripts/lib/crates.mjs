// The crates that are compiled into the modules: not those of tests, and not those that run while it compiles.
import { cargo } from "./tools.mjs";
import { root } from "./paths.mjs";
import { Failure, output } from "./run.mjs";

/** `{ root, crates, edges }`: the crate itself and its dependencies, as `cargo metadata` has them; id -> ids of what each depends on. */
export function shippedCrates() {
  const { packages, resolve } = JSON.parse(told("metadata", "--format-version", "1", "--filter-platform", target));
  const ids = new Map(packages.map(({ name, version, id }) => [`${name} v${version}`, id]));
  // By the tree: metadata unites the features that tests want with those of the build.
  const lines = told(
    "tree",
    "--target",
    target,
    "-e",
    "normal,no-proc-macro",
    "--no-dedupe",
    "--prefix",
    "depth",
    "--format",
    " {p}",
  ).split("\n");
  const edges = new Map();
  const above = [];
  for (const line of lines) {
    const [, depth, name] = /^(\d+) (\S+ v\S+)/.exec(line);
    const id = ids.get(name);
    if (!edges.has(id)) edges.set(id, new Set());
    if (Number(depth) > 0) edges.get(above[Number(depth) - 1]).add(id);
    above[Number(depth)] = id;
  }
  const byId = new Map(packages.map((crate) => [crate.id, crate]));
  const crates = [...edges.keys()].filter((id) => id !== resolve.root).map((id) => byId.get(id));
  return { root: byId.get(resolve.root), crates: crates.sort(byName), edges };
}

const target = "wasm32-unknown-unknown";

function told(command, ...args) {
  const text = output(cargo, [command, "--locked", ...args], { cwd: root });
  if (text === undefined) throw new Failure(`\`cargo ${command} --locked\` failed: is Cargo.lock up to date?`);
  return text;
}

export function byName(one, other) {
  return one.name < other.name ? -1 : one.name > other.name ? 1 : one.version < other.version ? -1 : 1;
}
