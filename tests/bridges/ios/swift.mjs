// Swift on Linux: Debian's compiler, in a system of its own that `npm run setup -- ios` puts into the tools' folder.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync } from "node:fs";
import { root } from "../../../scripts/lib/paths.mjs";
import { Failure, output } from "../../../scripts/lib/run.mjs";
import { swiftFolder } from "../../../scripts/lib/tools.mjs";

const longestMinutes = 10;

/** Why there is no Swift here; undefined: there is. */
export function missing() {
  if (process.platform !== "linux") return "Swift runs here on Linux alone";
  if (process.getuid() !== 0) return "Swift runs in a system of its own, which only root can enter";
  if (!existsSync(swiftFolder)) return "Swift is missing: run `npm run setup -- ios`, on Debian as root";
  if (output("unshare", ["-m", "true"]) === undefined)
    return "Swift runs in a system of its own, and this machine lets nobody mount its folders (CAP_SYS_ADMIN)";
  return undefined;
}

/**
 * Runs a script of bash there: the checkout is `/src`, and cannot be written; `out` is `/out`, where it also starts. No authority is
 * trusted but what the script puts into `/etc/ssl/certs/ca-certificates.crt`.
 * Resolves to its standard output.
 */
export function swift(out, script, env = {}) {
  mkdirSync(out, { recursive: true });
  const variables = Object.entries({ PATH: "/usr/bin:/bin:/usr/libexec/swift/bin", HOME: "/out", TMPDIR: "/out", ...env }).map(
    ([name, value]) => `${name}=${value}`,
  );
  const words = ["-m", "bash", "-euc", enter, "enter", swiftFolder, root, out, script, ...variables];
  return new Promise((resolve, reject) => {
    execFile("unshare", words, { timeout: longestMinutes * 60_000, maxBuffer: 1 << 28 }, (error, stdout, stderr) => {
      if (error) reject(new Failure(`${stdout}${stderr}`.split("\n").slice(0, 80).join("\n") || error.message));
      else resolve(stdout);
    });
  });
}

// The mounts end with the process: nobody else sees them.
const enter = `
system=$1 checkout=$2 out=$3 script=$4; shift 4
mkdir -p "$system/src" "$system/out" "$system/etc/ssl/certs"
mount --bind "$checkout" "$system/src"
mount -o remount,bind,ro "$system/src"
mount --bind "$out" "$system/out"
mount -t proc proc "$system/proc"
mount --bind /dev "$system/dev"
mount -t tmpfs certificates "$system/etc/ssl/certs"
exec chroot "$system" /usr/bin/env -i -C /out "$@" bash -euc "$script"
`;
