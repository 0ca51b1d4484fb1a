/** The certificates of a file, whichever way it holds them. */

/** Each certificate of a file: the blocks of PEM that are certificates, DER, or DER in base64. Undefined where there is none. */
export function certificatesOf(bytes: Buffer): (string | Uint8Array)[] | undefined {
  const text = bytes.toString("latin1");
  if (text.includes("-----BEGIN "))
    return text.match(/-----BEGIN ((?:X509 |TRUSTED )?CERTIFICATE)-----[^-]*-----END \1-----/g) ?? undefined;
  if (/^[\sA-Za-z0-9+/=]{16,}$/.test(text)) return [text.replace(/\s/g, "")];
  return bytes[0] === SEQUENCE ? [Uint8Array.from(bytes)] : undefined;
}

/** The tag of every structure in X.509 (X.690). */
const SEQUENCE = 0x30;
