/** chainpin in a React Native app: the bridge over the TurboModule `Chainpin` (`chainpin-react-native`). Needs `react-native`. */

import { NativeEventEmitter, TurboModuleRegistry } from "react-native";
import { attachBridge, type Bridge, type BridgeOptions } from "./bridge.js";
import { BridgeError } from "../model/errors.js";
import type { Verifier } from "../model/types.js";

/** As native/react-native/src/NativeChainpin.ts, from which React Native makes the native interfaces. */
interface ChainpinModule {
  post(text: string): void;
  addListener(event: string): void;
  removeListeners(count: number): void;
}

/**
 * Attaches this runtime: from now on, native asks `verifier`. Call it once, when the app starts.
 *
 * ```js
 * const bridge = await attach(await createVerifier(policy), { onVerdict });
 * const response = await bridge.pinnedFetch("https://api.example.com/");
 * ```
 * @throws BridgeError `bridge-unavailable` if the app does not have the native module; `wrong-sequence`.
 */
export async function attach(verifier: Verifier, options: BridgeOptions = {}): Promise<Bridge> {
  const native = TurboModuleRegistry.get<ChainpinModule>("Chainpin");
  if (native === null)
    throw new BridgeError(
      "bridge-unavailable",
      "the native module `Chainpin` is not in this app; install `chainpin-react-native` and build the app again",
    );
  const events = new NativeEventEmitter(native);
  const channel = {
    post: (text: string) => native.post(text),
    listen(listener: (text: string) => void) {
      const subscription = events.addListener("chainpinMessage", listener as (value: never) => void);
      return () => subscription.remove();
    },
  };
  return attachBridge(channel, verifier, options);
}

export * from "./bridge.js";
