/**
 * chainpin for Electron: what Chromium connects to (pages, `net`), judged in the main process.
 *
 * ```js
 * session.defaultSession.setCertificateVerifyProc(certificateVerifyProc(verifier));
 * ```
 */

export * from "../adapters/electron.js";
