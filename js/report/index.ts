/**
 * chainpin/report: reports failed pins to your collector, in the format of RFC 7469, section 3.
 *
 * ```js
 * import { createReporter, fetchSender } from "chainpin/report";
 * import { webStorage } from "chainpin/updates";
 * const reporter = createReporter({ verifier, send: fetchSender(fetch), storage: webStorage(localStorage) });
 * reporter.report(verdict, { port: 443 });
 * ```
 */

export { fetchSender } from "./fetch-sender.js";
export { createReporter } from "./reporter.js";
export type * from "./types.js";
