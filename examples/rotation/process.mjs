// Another process of the same app: it updates once, and says what came of it; unless its power is cut.
import { readFileSync } from "node:fs";
import * as files from "node:fs/promises";
import { fileStorage } from "chainpin/file-storage";
import { startApp } from "./app.mjs";

const { folder, now, cutAt, ...given } = JSON.parse(readFileSync(0, "utf8"));
const app = await startApp({ ...given, storage: fileStorage(folder, cutAt === undefined ? files : dying()), clock: { now: () => now } });
const { accepted, reason } = await app.store.update();
console.log(`${accepted ? "accepted" : reason} ${app.store.policy.sequence}`);
app.stop();

/** A disk whose machine dies before a write, flush, rename or removal: the `cutAt`th, from 0. */
function dying() {
  let left = cutAt;
  const mortal =
    (work) =>
    (...args) => {
      if (left-- === 0) process.kill(process.pid, "SIGKILL");
      return work(...args);
    };
  const open = async (path, flags, mode) => {
    const file = await (flags === "r" ? files.open : mortal(files.open))(path, flags, mode);
    return { writeFile: mortal((text) => file.writeFile(text)), sync: mortal(() => file.sync()), close: () => file.close() };
  };
  return { ...files, open, rename: mortal(files.rename), rm: mortal(files.rm) };
}
