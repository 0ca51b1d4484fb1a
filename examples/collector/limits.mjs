/** Every limit of the collector. Sizes in bytes, times in milliseconds. */

/** Of a request's body; the reporter sends no more. */
export const REPORT_SIZE = 64 * 1024;
/** Read and thrown away of a body that is too large, so that its sender gets to read the answer; then the connection is cut. */
export const DRAINED_SIZE = 1024 * 1024;
/** Of a request, from its first byte to its last. */
export const REQUEST_TIME = 15_000;
export const CONNECTIONS = 2_000;

/** Reports that come so close together are written at once: one write to the disk costs milliseconds, whatever it holds. */
export const GATHERING_TIME = 5;
/** Waiting for that write; what comes on top is told to come later (503). */
export const PENDING_SIZE = 64 * 1024 * 1024;

/** What is kept: the oldest go first. Reports have 5 KB on average, and 64 KiB at most. */
export const KEPT_REPORTS = 200_000;
export const KEPT_DAYS = 90;
/** Deleted in one go, so that nobody has to wait for it. */
export const DELETED_AT_ONCE = 2_000;
export const DELETE_EVERY = 60_000;

/** Of one page, and of one answer of the export. */
export const GROUPS_SHOWN = 100;
export const REPORTS_SHOWN = 50;
export const REPORTS_EXPORTED = 500;
export const DAYS_SHOWN = 14;
