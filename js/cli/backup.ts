/** The backup key of a new policy: a pin, a file, a new key pair, or an answer from a person. */

import { generateKeyPairSync } from "node:crypto";
import { createInterface } from "node:readline/promises";
import { existsSync } from "node:fs";
import { Failure } from "./exit.js";
import { requireFree, writePrivately } from "./files.js";
import { interrupt, interruption } from "./interrupt.js";
import { pinOf, readKey } from "./key-source.js";
import { bold, dim, line, note, yellow } from "./print.js";

export interface Backup {
  readonly pin: string;
  /** Where its private key goes, if it is a new one. */
  readonly file?: string;
  /** Writes that file. */
  save?(): void;
}

/** A pin as policies write it, or a file with a certificate, a request for one (CSR) or a key. */
export function toBackup(text: string): Backup {
  if (/^[a-z-]*sha[0-9]+\//.test(text) && !existsSync(text)) return { pin: text };
  return { pin: readKey(text).pin };
}

/** A new P-256 key, not written yet. */
export function newBackup(file: string, force: boolean): Backup {
  requireFree([file], force);
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
  return { pin: pinOf(publicKey), file, save: () => writePrivately(file, pem, force) };
}

export function canAsk(): boolean {
  return process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks until the answer can be used. Undefined: none, though it is unwise. */
export async function askForBackup(force: boolean): Promise<Backup | undefined> {
  note(line`${bold("Which key is the backup?")} One that no server uses yet.`);
  note(line`  ${bold("new")}   makes a key pair ${dim("(just press Enter)")}`);
  note(line`  ${bold("none")}  goes without ${dim("(a lost key then locks every user out)")}`);
  note(line`  or the name of a file with a request (CSR), a key or a certificate, or a pin`);
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  terminal.on("SIGINT", interrupt);
  const closing = new AbortController();
  terminal.once("close", () => closing.abort());
  interruption.addEventListener("abort", () => terminal.close(), { once: true });
  const ask = async (question: string): Promise<string> => {
    try {
      return (await terminal.question(question, { signal: closing.signal })).trim();
    } catch {
      throw interruption.aborted ? interruption.reason : new NoAnswer("there was no answer");
    }
  };
  try {
    for (;;) {
      try {
        const answer = await ask("backup key: ");
        if (answer === "none") return undefined;
        if (answer !== "" && answer !== "new") return toBackup(answer);
        return newBackup((await ask(`its file [${BACKUP_FILE}]: `)) || BACKUP_FILE, force);
      } catch (error) {
        if (!(error instanceof Failure) || error instanceof NoAnswer || interruption.aborted) throw error;
        note(yellow(error.message));
      }
    }
  } finally {
    terminal.close();
  }
}

/** Ctrl-D. */
class NoAnswer extends Failure {}

const BACKUP_FILE = "backup.key";
