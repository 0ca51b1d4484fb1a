// The layers of src/ and js/ (scripts/layers/layers.mjs): every use that goes up, and every circle, with its file.
import { rust } from "./layers/layers.mjs";
import { rustProblems } from "./layers/rust.mjs";
import { at, root } from "./lib/paths.mjs";
import { Failure, main, run } from "./lib/run.mjs";

const cruiser = at("node_modules", "dependency-cruiser", "bin", "dependency-cruise.mjs");

main(() => {
  const problems = rustProblems(root, rust);
  for (const problem of problems) console.log(problem);
  run(process.execPath, [cruiser, "js", "--config", at("scripts", "layers", "typescript.mjs")], { cwd: root });
  if (problems.length > 0) throw new Failure(`${problems.length} faults in the layers of src, as listed above`);
});
