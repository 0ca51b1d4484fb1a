// What must hold of what a bundler makes.
import { readFileSync } from "node:fs";
import { passed } from "./app.mjs";

/** Who uses nothing but the errors gets nothing but the errors. */
export function checkLeftOut(...files) {
  const bytes = files.reduce((sum, file) => sum + readFileSync(file).length, 0);
  if (bytes > 5_000) throw new Error(`${files.join(", ")}: ${bytes} bytes for the errors alone: the module was not left out`);
  passed(`errors alone: ${bytes} bytes`);
}

/** chainpin/auto loads the module as JavaScript only where it is needed. */
export function checkLazy(loaded, wanted) {
  const names = loaded.filter(({ text }) => isJavaScriptPayload(text)).map(({ path }) => path);
  if (names.length > 0 !== wanted)
    throw new Error(`the module as JavaScript was ${wanted ? "not " : ""}loaded: ${loaded.map(({ path }) => path)}`);
  passed(`module as JavaScript ${wanted ? "" : "not "}loaded`);
}

/** As large, and WebAssembly in base64 is not in it. */
function isJavaScriptPayload(text) {
  return text.length > 400_000 && !text.includes("AGFzbQ");
}
