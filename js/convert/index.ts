/** Converts policies to the formats of other pinning libraries and back, with a finding for everything that is lost. Needs no engine. */

export { fromAndroid, toAndroid } from "./android.js";
export type { TextConversion } from "./android.js";
export { fromChromium } from "./chromium.js";
export type { FromChromiumOptions } from "./chromium.js";
export type { FromOptions, PolicyConversion } from "./policy-builder.js";
export type { ConversionCode, ConversionFinding, Effect } from "./finding.js";
export { fromHpkp } from "./hpkp.js";
export type { FromHpkpOptions } from "./hpkp.js";
export { fromIos, toIos } from "./ios.js";
export type { ToIosOptions } from "./ios.js";
export { fromOkHttp } from "./from-okhttp.js";
export { okHttpSource, toOkHttp } from "./okhttp.js";
export type { OkHttpConversion, PatternPins } from "./okhttp.js";
export { fromReactNative, toReactNative } from "./react-native.js";
export type { ReactNativeConversion, ReactNativePins } from "./react-native.js";
export type { ToOptions } from "./plan.js";
export { fromTrustKit, toTrustKit } from "./trustkit.js";
export type { RegisteredOptions, ToTrustKitOptions } from "./trustkit.js";
export { ChainpinError, ConvertError } from "../model/errors.js";
export type { ConvertErrorCode } from "../model/errors.js";
export type * from "../model/policy.js";
