/**
 * A scene in the fragment of a link: `#v1=` and base64url of JSON, deflated. Browsers do not send fragments. Whoever makes a link chooses
 * every byte of it, so each field is checked, and nothing is inflated beyond its bound.
 */
import { FIRST, HOST, LAST, type Scene, TEXT } from "./scene.js";

const PREFIX = "#v1=";
/** Characters of a fragment. */
const FRAGMENT = 512 * 1024;
/** Bytes of JSON: three texts, and what escapes add. */
const JSON_BYTES = 4 * TEXT;

/** @throws RangeError for a scene that is too large for a link. */
export async function toFragment(scene: Scene): Promise<string> {
  const { host, source, anchor, chain, anchors, policy, at } = scene;
  const json = new TextEncoder().encode(JSON.stringify({ host, source, anchor, chain, anchors, policy, at }));
  // What nobody could open, however little of it is left when it is deflated.
  if (json.length > JSON_BYTES || toScene(scene) === undefined) throw new RangeError("a field is too large for a link");
  const packed = await through(json, new CompressionStream("deflate-raw"), JSON_BYTES);
  const fragment = PREFIX + toBase64Url(packed);
  if (fragment.length > FRAGMENT) throw new RangeError(`a link would have ${fragment.length} characters`);
  return fragment;
}

/** The scene; nothing for what is none. Never throws for what stands there. */
export async function fromFragment(fragment: string): Promise<Scene | undefined> {
  if (!fragment.startsWith(PREFIX) || fragment.length > FRAGMENT) return undefined;
  const packed = fromBase64Url(fragment.slice(PREFIX.length));
  if (packed === undefined) return undefined;
  try {
    const json = await through(packed, new DecompressionStream("deflate-raw"), JSON_BYTES);
    return toScene(JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(json)));
  } catch (error) {
    // Not deflated, too large, not UTF-8, not JSON.
    if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function toScene(value: unknown): Scene | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const { host, source, anchor, chain, anchors, policy, at } = value as Record<keyof Scene, unknown>;
  if (typeof host !== "string" || host.length > HOST) return undefined;
  if (source !== "presented" && source !== "validated") return undefined;
  if (anchor !== "system" && anchor !== "user" && anchor !== "unknown") return undefined;
  if (!isText(chain) || !isText(anchors) || !isText(policy)) return undefined;
  if (typeof at !== "number" || !Number.isInteger(at) || at < FIRST || at > LAST) return undefined;
  return { host, source, anchor, chain, anchors, policy, at };
}

function isText(value: unknown): value is string {
  return typeof value === "string" && value.length <= TEXT;
}

/** @throws RangeError beyond `limit` bytes; TypeError for what the stream does not take. */
async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
  limit: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const reader = new Blob([bytes]).stream().pipeThrough(stream).getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    size += value.length;
    if (size > limit) {
      await reader.cancel();
      throw new RangeError(`more than ${limit} bytes`);
    }
    parts.push(value);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

function toBase64Url(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]+$/.test(text) || text.length % 4 === 1) return undefined;
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}
