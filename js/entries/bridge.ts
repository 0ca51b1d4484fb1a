/** chainpin over a native bridge: the page's side, a reference of the native side, and the pins that native can enforce by itself. */

export * from "../bridge/index.js";
export { okHttpSource, toOkHttp } from "../convert/index.js";
export type { ConversionCode, ConversionFinding, Effect, OkHttpConversion, PatternPins, ToOptions } from "../convert/index.js";
export type { FailureCode, NoticeCode, PushCode, RefusalCode } from "../model/bridge-codes.js";
export { BridgeError, ChainpinError, PinningError } from "../model/errors.js";
export type { BridgeErrorCode } from "../model/codes.js";
