/** What was thrown, in words. Anything can be thrown, also what no text can be made of. */
export function wordsOf(thrown: unknown): string {
  try {
    return String(thrown instanceof Error ? thrown.message : thrown);
  } catch {
    return "what was thrown cannot be put in words";
  }
}
