/** The native bridge: the page's side, and the native side's state machine as a reference. */

export { attachBridge } from "./page.js";
export type { Bridge, BridgeChannel, BridgeNotice, BridgeOptions, PushedPins, SelfTest } from "./bridge.js";
export type { AbortSignalLike, HeadersLike, PinnedRequestInit } from "./request.js";
export type { PinnedHeaders, PinnedResponse } from "./response.js";
export { NativeGate } from "./gate.js";
export type { Decision, EnforcedPins, GateOptions, GatePlatform, GateRequest, GateResponse, Held, HeldConnection } from "./gate.js";
export type { Header } from "./messages.js";
