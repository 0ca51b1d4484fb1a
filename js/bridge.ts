/** chainpin over a native bridge: the page's side, the native side's reference, and the pins that native can enforce by itself. */

export { NativeGate } from "./bridge/gate.js";
export type { Decision, EnforcedPins, GateOptions, GatePlatform, GateRequest, GateResponse, Held, HeldConnection } from "./bridge/gate.js";
export type { FailureCode, Header, NoticeCode, PatternPins, PushCode, RefusalCode } from "./bridge/messages.js";
