/** What every entry exports besides the functions. */

export { BridgeError, ChainpinError, ConvertError, PinningError, PolicyError } from "./errors.js";
export type { BridgeErrorCode, ChainpinErrorCode, ConvertErrorCode, PolicyErrorCode } from "./errors.js";
export { createReplaceable } from "./replaceable.js";
export type { ReplaceableVerifier } from "./replaceable.js";
export type * from "./policy.js";
export type * from "./types.js";
export type { AcceptedBundle, BundleReason, BundleTerms, BundleVerdict, Jwk, RefusedBundle } from "./bundle.js";
