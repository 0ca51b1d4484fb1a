import { ChainpinError } from "./errors.js";
import { printable } from "../base/printable.js";

/** What was thrown, as text that is safe in a log. Anything can be thrown, even a value without a text. */
export function errorText(thrown: unknown): string {
  try {
    // These messages are escaped already; their line breaks are ours.
    if (thrown instanceof ChainpinError) return thrown.message;
    return printable(String(thrown instanceof Error ? thrown.message : thrown));
  } catch {
    return "what was thrown cannot be put in words";
  }
}
