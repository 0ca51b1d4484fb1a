/** What is said before TLS begins: SMTP (RFC 3207), IMAP (RFC 9051 section 6.2.1), PostgreSQL (its protocol's SSLRequest). */

import type { Socket } from "node:net";
import type { StartTls } from "./target.js";

/** The server does not speak the protocol, or refuses TLS. */
export class StartTlsError extends Error {}

/** Bytes before TLS; a greeting has some hundred. */
const PREFACE_BYTES = 64 * 1024;

/** Asks the server to begin TLS. After it, the next bytes on the socket are TLS's. */
export async function startTls(socket: Socket, protocol: StartTls): Promise<void> {
  const lines = new Preface(socket);
  try {
    await STEPS[protocol](lines, socket);
    // Whatever came early was not encrypted, and would be taken for the start of TLS (as in CVE-2011-0411).
    if (lines.rest > 0) throw new StartTlsError("it sends more before TLS begins");
  } finally {
    lines.release();
  }
}

const STEPS: Record<StartTls, (preface: Preface, socket: Socket) => Promise<void>> = {
  async smtp(preface, socket) {
    await smtpReply(preface, "220");
    socket.write("EHLO chainpin.invalid\r\n");
    const offers = await smtpReply(preface, "250");
    if (!offers.some((line) => /^STARTTLS$/i.test(line.trim()))) throw new StartTlsError("it offers no STARTTLS");
    socket.write("STARTTLS\r\n");
    await smtpReply(preface, "220");
  },
  async imap(preface, socket) {
    const greeting = await preface.line();
    if (!/^\* OK\b/i.test(greeting)) throw unexpected(greeting);
    socket.write("a1 STARTTLS\r\n");
    for (;;) {
      const line = await preface.line();
      if (/^a1 OK\b/i.test(line)) return;
      if (!line.startsWith("* ")) throw unexpected(line);
    }
  },
  async postgres(preface, socket) {
    // Its length and its code, 1234 and 5679.
    socket.write(Buffer.from([0, 0, 0, 8, 4, 210, 22, 47]));
    const answer = await preface.byte();
    if (answer === "N") throw new StartTlsError("it has TLS switched off");
    if (answer !== "S") throw unexpected(answer);
  },
};

/** The texts of a reply's lines, without its code. */
async function smtpReply(preface: Preface, code: string): Promise<string[]> {
  const texts: string[] = [];
  for (;;) {
    const line = await preface.line();
    if (!line.startsWith(code)) throw unexpected(line);
    texts.push(line.slice(4));
    if (line[3] !== "-") return texts;
  }
}

function unexpected(line: string): StartTlsError {
  return new StartTlsError(`it answers ${JSON.stringify(line.slice(0, 80))}`);
}

/** Lines of a socket, read no further than asked. */
class Preface {
  private received = Buffer.alloc(0);
  private total = 0;
  private wake: (() => void) | undefined;
  private end: Error | undefined;
  private readonly onData = (chunk: Buffer) => {
    this.received = Buffer.concat([this.received, chunk]);
    this.total += chunk.length;
    if (this.total > PREFACE_BYTES) this.end = new StartTlsError(`it sends more than ${PREFACE_BYTES} bytes before TLS`);
    this.wake?.();
  };
  private readonly onEnd = () => {
    this.end ??= new StartTlsError("it closes the connection before TLS begins");
    this.wake?.();
  };

  constructor(private readonly socket: Socket) {
    socket.on("data", this.onData).on("close", this.onEnd).on("end", this.onEnd);
  }

  get rest(): number {
    return this.received.length;
  }

  async line(): Promise<string> {
    const end = await this.until(() => this.received.indexOf("\n") + 1);
    return this.take(end).replace(/\r?\n$/, "");
  }

  async byte(): Promise<string> {
    return this.take(await this.until(() => Math.min(1, this.received.length)));
  }

  release(): void {
    this.socket.off("data", this.onData).off("close", this.onEnd).off("end", this.onEnd).pause();
  }

  private async until(length: () => number): Promise<number> {
    for (;;) {
      const found = length();
      if (this.total <= PREFACE_BYTES && found > 0) return found;
      if (this.end) throw this.end;
      await new Promise<void>((resolve) => (this.wake = resolve));
    }
  }

  private take(length: number): string {
    const text = this.received.subarray(0, length).toString("latin1");
    this.received = this.received.subarray(length);
    return text;
  }
}
