import { arch, cpus, release, type } from "node:os";
import { versions } from "./peers.mjs";

/** Where the figures come from. */
export function machine() {
  return {
    cpu: `${cpus()[0]?.model.trim() ?? "unknown"}, ${cpus().length} cores`,
    node: process.versions.node,
    openssl: process.versions.openssl,
    os: `${type()} ${release()} ${arch()}`,
    peers: versions,
  };
}
