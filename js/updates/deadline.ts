/** A promise that may never settle, made one that does. Where the engine has no timers, it is waited for. */
export function withDeadline<T>(promise: PromiseLike<T>, seconds: number, what: string): Promise<T> {
  if (typeof setTimeout !== "function") return Promise.resolve(promise);
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`${what} gave no answer in ${seconds} s`)), seconds * 1000);
    // In Node, a timer keeps the process alive; what is waited for does so by itself where it is worth it.
    (timer as { unref?: () => void }).unref?.();
    const settle =
      <V>(settled: (value: V) => void) =>
      (value: V) => {
        clearTimeout(timer);
        settled(value);
      };
    Promise.resolve(promise).then(settle(resolve), settle(reject));
  });
}
