/** Converts policies to the formats of other pinning libraries and back, with a finding for everything that is lost. Needs no engine. */

export * from "../convert/index.js";
