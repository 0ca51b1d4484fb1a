// What a block of JavaScript takes for granted, by name: for running it, and for TypeScript.
import { readFileSync } from "node:fs";
import { at } from "../../scripts/lib/paths.mjs";

/** Code that makes it, in a folder of the world. Each needs what stands above it. */
const code = {
  chain: `const chain = ${JSON.stringify(readFileSync(at("tests", "vectors", "chains", "akamai.com.pem"), "utf8"))};`,
  policy: `const policy = JSON.parse((await import("node:fs")).readFileSync("live.json", "utf8"));`,
  embedded: `const embedded = JSON.parse((await import("node:fs")).readFileSync("live.json", "utf8"));`,
  keys: `const keys = [JSON.parse((await import("node:fs")).readFileSync("trusted.public.jwk", "utf8"))];`,
  request: `const request = { host: "api.example.com", chain: (await import("node:fs")).readFileSync("server.cer", "utf8") };`,
  fetchBundle: `const fetchBundle = async () => (await fetch("https://updates.example.net/policy.jws")).text();`,
  storage: `const storage = (await import("chainpin/updates")).memoryStorage();`,
  // A browser's.
  localStorage: `const kept = new Map(), localStorage = { getItem: (key) => kept.get(key) ?? null, setItem: (key, value) => void kept.set(key, value) };`,
  navigator: `const navigator = { locks: { request: (name, work) => work() } };`,
};

/** Code that goes after a block, where it would run for ever. */
const ends = {
  localStorage: `while (store.policy.sequence < 2) await new Promise((resolve) => setTimeout(resolve, 20));
await new Promise((resolve) => setTimeout(resolve, 100));
process.exit();`,
};

/** Types, of these and of what only a phone or a browser has. */
export const declarations = `
declare const AsyncStorage: import("chainpin/updates").ReactNativeStorage;
declare const bridge: import("chainpin/bridge").Bridge;
declare const chain: string;
declare const createVerifier: typeof import("chainpin").createVerifier;
declare const embedded: import("chainpin").Policy;
declare const fetchBundle: () => Promise<string>;
declare const keys: import("chainpin").Jwk[];
declare const newerPolicy: import("chainpin").Policy;
declare const Preferences: import("chainpin/updates").CapacitorPreferences;
declare const policy: import("chainpin").Policy;
declare const request: import("chainpin").VerifyRequest;
declare const storage: import("chainpin/updates").PolicyStorage;
declare const verifier: import("chainpin").ReplaceableVerifier;
declare const localStorage: import("chainpin/updates").WebStorage;
declare const navigator: { readonly locks: import("chainpin/updates").WebLocks };
declare module "electron" {
  export const session: { defaultSession: { setCertificateVerifyProc(proc: (request: any, callback: (result: number) => void) => void): void } };
}
`;

/** A block with what it is given. */
export function withGiven(text, names = "") {
  const wanted = names.split(", ").filter((name) => name !== "");
  const stray = wanted.find((name) => code[name] === undefined && !name.includes("."));
  if (stray !== undefined) throw new Error(`tests/docs/given.mjs has no \`${stray}\``);
  const all = (of) => wanted.flatMap((name) => of[name] ?? []);
  return [...all(code), text, ...all(ends)].join("\n");
}
