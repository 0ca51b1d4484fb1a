/** What a verdict rests on, and the report that is made of it. */

export type { CertificateSummary, Matched, PinReport, PolicyName } from "./generated.js";
