/** chainpin over a native bridge: the page's side, the native side's reference, and the pins that native can enforce by itself. */

export { attachBridge } from "./bridge/page.js";
export type { Bridge, BridgeChannel, BridgeNotice, BridgeOptions, PushedPins, SelfTest } from "./bridge/bridge.js";
export type { AbortSignalLike, HeadersLike, PinnedRequestInit } from "./bridge/request.js";
export type { PinnedHeaders, PinnedResponse } from "./bridge/response.js";
export { NativeGate } from "./bridge/gate.js";
export type { Decision, EnforcedPins, GateOptions, GatePlatform, GateRequest, GateResponse, Held, HeldConnection } from "./bridge/gate.js";
export type { FailureCode, Header, NoticeCode, PatternPins, PushCode, RefusalCode } from "./bridge/messages.js";
export { okHttpSource, toOkHttp } from "./convert/okhttp.js";
export type { ConversionCode, ConversionFinding, Effect } from "./convert/finding.js";
export type { OkHttpConversion } from "./convert/okhttp.js";
export type { ToOptions } from "./convert/target.js";
export { BridgeError, ChainpinError, PinningError } from "./errors.js";
export type { BridgeErrorCode } from "./errors.js";
