/** Policies that travel: to the formats of other pinning libraries and back, with a finding for all that gets lost. For pages and tools; no engine needed. */

export { fromAndroid, toAndroid } from "./convert/android.js";
export type { TextConversion } from "./convert/android.js";
export { fromChromium } from "./convert/chromium.js";
export type { FromChromiumOptions } from "./convert/chromium.js";
export type { FromOptions, PolicyConversion } from "./convert/draft.js";
export type { ConversionCode, ConversionFinding, Effect } from "./convert/finding.js";
export { fromHpkp } from "./convert/hpkp.js";
export type { FromHpkpOptions } from "./convert/hpkp.js";
export { fromIos, toIos } from "./convert/ios.js";
export type { ToIosOptions } from "./convert/ios.js";
export { fromOkHttp } from "./convert/from-okhttp.js";
export { okHttpSource, toOkHttp } from "./convert/okhttp.js";
export type { OkHttpConversion } from "./convert/okhttp.js";
export { fromReactNative, toReactNative } from "./convert/react-native.js";
export type { ReactNativeConversion, ReactNativePins } from "./convert/react-native.js";
export type { ToOptions } from "./convert/target.js";
export { fromTrustKit, toTrustKit } from "./convert/trustkit.js";
export type { RegisteredOptions, ToTrustKitOptions } from "./convert/trustkit.js";
export { ChainpinError, ConvertError } from "./errors.js";
export type { ConvertErrorCode } from "./errors.js";
export type { PatternPins } from "./bridge/messages.js";
export type * from "./policy.js";
