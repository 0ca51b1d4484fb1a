/** What every entry exports in addition to the functions. */

export { BridgeError, ChainpinError, ConvertError, PinningError, PolicyError } from "../model/errors.js";
export type { BridgeErrorCode, ChainpinErrorCode, ConvertErrorCode, PolicyErrorCode } from "../model/errors.js";
export { createReplaceable } from "../engine/replaceable.js";
export type { ReplaceableVerifier } from "../engine/replaceable.js";
export type * from "../model/policy.js";
export type * from "../model/types.js";
export type { AcceptedBundle, BundleReason, BundleTerms, BundleVerdict, Jwk, RefusedBundle } from "../engine/bundle.js";
