import { ChainpinError } from "./errors.js";
import { printable } from "../base/printable.js";

/** What was thrown, in words that a log may repeat. Anything can be thrown, also what no text can be made of. */
export function wordsOf(thrown: unknown): string {
  try {
    // Its own lines are no one else's.
    if (thrown instanceof ChainpinError) return thrown.message;
    return printable(String(thrown instanceof Error ? thrown.message : thrown));
  } catch {
    return "what was thrown cannot be put in words";
  }
}
