// Takes out functions that are linked and never called, with all that only they call: where one is reached none the less, the module traps.
import binaryen from "binaryen";
import { Failure } from "../lib/run.mjs";

/** The linker sees that they might be called; why they are not: */
const unreachable = [
  // The path is built without revocation lists.
  "<webpki::crl::RevocationOptions>::check",
  // serde formats what it found instead of what it wanted; serde_json does that itself where it is a fraction.
  "<f64 as core::fmt::Display>::fmt",
];

/** `bytes`: a module with its names. The same with a trap in the place of each such function. */
export function withoutUnreachable(bytes) {
  binaryen.setDebugInfo(true);
  const module = binaryen.readBinary(bytes);
  const byName = new Map();
  for (let index = 0; index < module.getNumFunctions(); index++) {
    const ref = module.getFunctionByIndex(index);
    byName.set(withoutHashes(binaryen.Function.getName(ref)), ref);
  }
  for (const name of unreachable) {
    const ref = byName.get(name);
    if (ref === undefined)
      throw new Failure(`the module has no ${name}: take it from the list of what is never called, or name what has replaced it`);
    binaryen.Function.setBody(ref, module.unreachable());
  }
  const emitted = module.emitBinary();
  module.dispose();
  return emitted;
}

function withoutHashes(name) {
  return name.replace(/\[[0-9a-f]{16}\]/g, "");
}
