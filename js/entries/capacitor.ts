/** chainpin in a Capacitor app: the bridge over the plugin `Chainpin` (`chainpin-capacitor`). Needs `@capacitor/core`. */

import { registerPlugin } from "@capacitor/core";
import { attachBridge, type Bridge, type BridgeOptions } from "./bridge.js";
import type { Verifier } from "../model/types.js";

interface ChainpinPlugin {
  post(message: { text: string }): Promise<void>;
  addListener(event: "message", listener: (message: { text: string }) => void): Promise<{ remove(): Promise<void> }>;
}

const plugin = registerPlugin<ChainpinPlugin>("Chainpin");

/**
 * Attaches this page: from now on, native asks `verifier`. Call it once, when the app starts.
 *
 * ```js
 * const bridge = await attach(await createVerifier(policy), { onVerdict });
 * const response = await bridge.pinnedFetch("https://api.example.com/");
 * ```
 * @throws BridgeError `bridge-unavailable` in a browser, or if the app does not have the plugin; `wrong-sequence`.
 */
export function attach(verifier: Verifier, options: BridgeOptions = {}): Promise<Bridge> {
  const channel = {
    post: (text: string) => plugin.post({ text }),
    async listen(listener: (text: string) => void) {
      const handle = await plugin.addListener("message", ({ text }) => listener(text));
      return () => void handle.remove();
    },
  };
  return attachBridge(channel, verifier, options);
}

export * from "./bridge.js";
