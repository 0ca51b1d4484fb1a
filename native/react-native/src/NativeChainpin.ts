// What React Native's codegen makes the native interfaces from (codegenConfig in package.json). `chainpin/react-native` calls it.
import type { TurboModule } from "react-native";
import { TurboModuleRegistry } from "react-native";

export interface Spec extends TurboModule {
  /** One message of the bridge, as text. Messages from native are the event `chainpinMessage`, whose value is the text. */
  post(text: string): void;
  addListener(event: string): void;
  removeListeners(count: number): void;
}

export default TurboModuleRegistry.getEnforcing<Spec>("Chainpin");
