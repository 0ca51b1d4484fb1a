/** Every limit of the reporter. Times in milliseconds; sizes in bytes, which are characters too, as what is kept is ASCII. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** Identical reports go out once in this time; TrustKit's limit. */
export const REPEAT_AFTER = 24 * HOUR;
/** Different reports of one host in that time: a proxy that makes a certificate for each connection must not fill the queue. */
export const REPORTS_PER_HOST = 8;
/** Different reports in that time, and so what is remembered of them. */
export const REPORTS = 256;

/** Reports that wait, and their size: `localStorage` holds some 5 MB, a row of AsyncStorage 2 MB. */
export const WAITING = 64;
export const WAITING_SIZE = 512 * 1024;
/** Of one report; what the collector takes. A chain that does not fit loses certificates from its end. */
export const REPORT_SIZE = 64 * 1024;
/** Nobody is helped by older ones. */
export const OLDEST = 7 * 24 * HOUR;

/** Addresses for one report, and characters of one. */
export const ADDRESSES = 8;
export const ADDRESS_SIZE = 2048;

/** A wrong certificate is seen by all copies of an app at once: the first report waits up to so long. */
export const SPREAD = 10_000;
/** After a failure; doubled with each one that follows, up to the longest. */
export const FIRST_WAIT = MINUTE;
export const LONGEST_WAIT = 6 * HOUR;
/** For an answer, of the collector or of the storage. */
export const ANSWER_WITHIN = 30_000;
