/** What people drop and paste, told apart: certificates, a policy, a report. Nothing here throws for what they bring. */
import { FIRST, HOST, LAST, type Scene, TEXT } from "./scene.js";

/** One file, or what was pasted. */
export interface Piece {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Intake {
  /** What to change. */
  readonly scene: Partial<Scene>;
  /** What was taken, and what was not and why. */
  readonly notes: readonly Note[];
}

export interface Note {
  readonly kind: "taken" | "refused";
  readonly text: string;
}

/** Files at once: the longest chain, each certificate in a file of its own, and some more. */
export const FILES = 20;

/** Sorts pieces into a scene; `order` puts certificates that came in several files leaf first. */
export function takeIn(pieces: readonly Piece[], order: (certificates: string[]) => string[]): Intake {
  const sorter = new Sorter();
  for (const piece of pieces.slice(0, FILES)) sorter.take(piece);
  if (pieces.length > FILES) sorter.refuse("the rest", `more than ${FILES} files`);
  return sorter.finish(order);
}

class Sorter {
  private readonly notes: Note[] = [];
  private readonly certificates: string[][] = [];
  private scene: Partial<Scene> = {};
  private fromReport: Partial<Scene> = {};

  take({ name, bytes }: Piece): void {
    if (bytes.length === 0) return this.refuse(name, "it is empty");
    if (bytes.length > TEXT) return this.refuse(name, `it is larger than ${TEXT / 1024} KiB`);
    // DER begins with a SEQUENCE whose length takes two bytes: 0x30 0x82. No text does.
    if (bytes[0] === 0x30 && bytes[1] !== undefined && bytes[1] >= 0x80) return this.certificate(name, [toPem(toBase64(bytes))]);
    const text = decode(bytes);
    if (text === undefined) return this.refuse(name, "it is neither a certificate nor text");
    const trimmed = text.trim();
    if (/-----BEGIN (?:[A-Z]+ )*PRIVATE KEY-----/.test(trimmed)) return this.refuse(name, PRIVATE);
    if (trimmed.startsWith("{")) return this.object(name, trimmed);
    if (trimmed.startsWith("[")) return this.list(name, trimmed);
    this.text(name, trimmed);
  }

  refuse(name: string, why: string): void {
    this.notes.push({ kind: "refused", text: `${shorten(name)}: ${why}.` });
  }

  finish(order: (certificates: string[]) => string[]): Intake {
    const { certificates, notes } = this;
    if (certificates.length > 0) {
      const all = certificates.flat();
      this.scene = { ...this.scene, chain: (certificates.length > 1 ? order(all) : all).join("") };
      if (certificates.length > 1) notes.push({ kind: "taken", text: `Certificates of ${certificates.length} files, leaf first.` });
    }
    return { scene: { ...this.fromReport, ...this.scene }, notes };
  }

  private text(name: string, text: string): void {
    const blocks = text.match(PEM_BLOCK);
    if (blocks !== null)
      return this.certificate(
        name,
        blocks.map((block) => `${block}\n`),
      );
    if (/-----BEGIN/.test(text)) return this.refuse(name, "its PEM holds no whole certificate");
    // Base64, of one certificate or of one in each paragraph.
    const paragraphs = text.split(/\n\s*\n/).map((paragraph) => paragraph.replace(/\s+/g, ""));
    if (paragraphs.every((paragraph) => CERTIFICATE_BASE64.test(paragraph))) return this.certificate(name, paragraphs.map(toPem));
    const lines = text.split(/\s+/);
    if (lines.every((line) => CERTIFICATE_BASE64.test(line))) return this.certificate(name, lines.map(toPem));
    this.refuse(name, "it is no certificate, policy or report");
  }

  private certificate(name: string, certificates: string[]): void {
    if (certificates.some(isKey)) return this.refuse(name, PRIVATE);
    this.certificates.push(certificates);
    this.notes.push({ kind: "taken", text: `${shorten(name)}: ${count(certificates.length, "certificate")}.` });
  }

  private object(name: string, text: string): void {
    const value = parse(text);
    if (!isObject(value)) {
      // A policy that somebody is still writing: its error is shown beside it.
      if (/"rules"/.test(text)) return this.policy(name, text);
      return this.refuse(name, "it begins like JSON and is none");
    }
    if ("served-certificate-chain" in value || "validated-certificate-chain" in value) return this.report(name, value);
    if ("rules" in value || "version" in value) return this.policy(name, text);
    this.refuse(name, "it is JSON, and neither a policy nor a report");
  }

  private list(name: string, text: string): void {
    const value = parse(text);
    const texts =
      Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string") ? (value as string[]) : undefined;
    if (texts === undefined) return this.refuse(name, "it is a list, and not of certificates");
    this.text(name, texts.map((item) => item.trim()).join("\n\n"));
  }

  private policy(name: string, text: string): void {
    this.scene = { ...this.scene, policy: text };
    this.notes.push({ kind: "taken", text: `${shorten(name)}: a policy.` });
  }

  private report(name: string, report: Record<string, unknown>): void {
    const served = strings(report["served-certificate-chain"]);
    const validated = strings(report["validated-certificate-chain"]);
    const own = isObject(report["chainpin"]) ? report["chainpin"] : {};
    const source = own["source"] === "validated" || (served.length === 0 && validated.length > 0) ? "validated" : "presented";
    const chain = source === "validated" ? validated : served;
    const host = typeof report["hostname"] === "string" ? report["hostname"].slice(0, HOST) : "";
    const when = typeof report["date-time"] === "string" ? Date.parse(report["date-time"]) : Number.NaN;
    const anchor = own["anchor"];
    const policy = policyOf(report, own, host);
    this.fromReport = {
      host,
      source,
      anchor: anchor === "system" || anchor === "user" ? anchor : "unknown",
      anchors: "",
      chain: chain.map((pem) => `${pem.trim()}\n`).join(""),
      ...(when >= FIRST && when <= LAST && { at: when }),
      ...(policy !== undefined && { policy }),
    };
    this.notes.push({ kind: "taken", text: `${shorten(name)}: a report on ${shorten(host)}, ${count(chain.length, "certificate")}.` });
    if (policy !== undefined) {
      this.notes.push({
        kind: "taken",
        text: "A report does not hold the whole policy: here are its pins, without roles, expiry and blocked keys. Drop the policy for the exact verdict.",
      });
    }
  }
}

/** What a report tells of the policy; nothing where no rule decided. */
function policyOf(report: Record<string, unknown>, own: Record<string, unknown>, host: string): string | undefined {
  const pins = strings(report["known-pins"]).flatMap(
    (pin) =>
      /^pin-sha256="(.{44})"$/
        .exec(pin)
        ?.slice(1)
        .map((hash) => `sha256/${hash}`) ?? [],
  );
  pins.push(...strings(own["known-certificate-pins"]));
  if (pins.length === 0) return undefined;
  const name = isObject(own["policy"]) ? own["policy"] : {};
  const rule = {
    host: typeof report["noted-hostname"] === "string" ? report["noted-hostname"] : host,
    ...(report["include-subdomains"] === true && { subdomains: true }),
    pins,
    ...(own["outcome"] === "tolerated" && { mode: "report" }),
  };
  return `${JSON.stringify({ version: 1, id: name["id"] ?? "report", sequence: name["sequence"] ?? 1, rules: [rule] }, null, 2)}\n`;
}

const PRIVATE = "it holds a private key, which nobody should see";

/**
 * DER begins alike for all of them. In a certificate there are two SEQUENCEs, and then a version or a number; a key (PKCS #1, PKCS #8, SEC 1), or
 * a store of keys (PKCS #12), has a number at once, and an encrypted key an OID in place of the certificate's version.
 */
function isKey(pem: string): boolean {
  const start = pem.replace(/-----[^-]*-----|\s/g, "").slice(0, 16);
  if (!/^[A-Za-z0-9+/]{16}$/.test(start)) return false;
  const bytes = Uint8Array.from(atob(start), (character) => character.charCodeAt(0));
  const contentOf = (at: number) => at + 2 + ((bytes[at + 1] ?? 0) < 0x80 ? 0 : (bytes[at + 1] ?? 0) & 0x7f);
  const inner = contentOf(0);
  return bytes[inner] === 0x02 || (bytes[inner] === 0x30 && bytes[contentOf(inner)] === 0x06);
}

const PEM_BLOCK = /-----BEGIN (?:X509 |TRUSTED )?CERTIFICATE-----[^-]*-----END (?:X509 |TRUSTED )?CERTIFICATE-----/g;
/** A SEQUENCE with a length of two bytes, in base64. */
const CERTIFICATE_BASE64 = /^MI[A-Za-z0-9+/]{40,}={0,2}$/;

function toPem(base64: string): string {
  return `-----BEGIN CERTIFICATE-----\n${base64.match(/.{1,64}/g)?.join("\n") ?? ""}\n-----END CERTIFICATE-----\n`;
}

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}

function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === "string") : [];
}

export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

function shorten(name: string): string {
  return name.length > 60 ? `${name.slice(0, 59)}…` : name;
}
