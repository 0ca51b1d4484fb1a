/** Policies that travel: to the formats of other pinning libraries and back, with a finding for all that gets lost. For pages and tools; no engine needed. */

export * from "../convert/index.js";
