/**
 * Where a policy store keeps its log in Node and Electron: two files in a folder of the app's own.
 *
 * ```js
 * import { createPolicyStore } from "chainpin/updates";
 * import { fileStorage } from "chainpin/file-storage";
 * const store = await createPolicyStore({ keys, embedded, fetch: fetchBundle, storage: fileStorage("/var/lib/acme/policies") });
 * ```
 */

export * from "../updates/file-storage.js";
