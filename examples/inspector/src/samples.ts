/** What can be looked at without bringing anything. The chains of real servers are public, and those of a suite of tests. */
import akamai from "../../../tests/vectors/chains/akamai.com.pem?raw";
import akamaiRoot from "../../../tests/vectors/chains/akamai.com.root.pem?raw";
import amazon from "../../../tests/vectors/chains/amazon.com.pem?raw";
import amazonRoot from "../../../tests/vectors/chains/amazon.com.root.pem?raw";
import thousand from "../../../tests/vectors/chains/badssl-subdomain-1000-sans.pem?raw";
import cloudflare from "../../../tests/vectors/chains/cloudflare.com.pem?raw";
import cloudflareRoot from "../../../tests/vectors/chains/cloudflare.com.root.pem?raw";
import google from "../../../tests/vectors/chains/google.com.pem?raw";
import googleRoot from "../../../tests/vectors/chains/google.com.root.pem?raw";
import microsoft from "../../../tests/vectors/chains/microsoft.com.pem?raw";
import stackoverflow from "../../../tests/vectors/chains/stackoverflow.com.pem?raw";
import stackoverflowRoot from "../../../tests/vectors/chains/stackoverflow.com.root.pem?raw";
import appended from "../samples/appended.pem?raw";
import borrowed from "../samples/borrowed.pem?raw";
import honest from "../samples/honest.pem?raw";
import rotated from "../samples/rotated.pem?raw";
import { pinsOf } from "chainpin/slim";
import type { Scene } from "./scene.js";

export interface Sample {
  /** In links: `#sample=cloudflare`. */
  readonly id: string;
  readonly name: string;
  readonly group: "Real chains" | "Attacks" | "A pin’s life";
  make(): Scene;
}

/** A key that no server uses yet. */
const SPARE = "sha256/wnM2Zhm3YD2FmK8ZCQrqq47+pYqaa6au0BE06xmOPdU=";

export const samples: readonly Sample[] = [
  real("cloudflare", "cloudflare.com", { chain: cloudflare, anchors: cloudflareRoot, pinned: 1 }),
  real("akamai", "akamai.com", { chain: akamai, anchors: akamaiRoot, pinned: 0 }),
  real("amazon", "amazon.com", { chain: amazon, anchors: amazonRoot, pinned: 1 }),
  real("google", "google.com", { chain: google, anchors: googleRoot, pinned: "anchor" }),
  real("microsoft", "microsoft.com", { chain: microsoft, anchors: "", pinned: 2 }),
  real("stackoverflow", "stackoverflow.com", { chain: stackoverflow, anchors: stackoverflowRoot, pinned: 0 }),
  real("thousand", "1000-sans.badssl.com", { chain: thousand, anchors: "", pinned: 1, name: "1,000 names", on: "2020-06-15" }),
  {
    id: "appended",
    name: "Appended CA",
    group: "Attacks",
    make: () => acme(appended, { pins: [{ pin: issuing(), role: "ca", label: "Acme’s own CA" }], backupPins: [SPARE] }),
  },
  {
    id: "borrowed",
    name: "Borrowed name",
    group: "Attacks",
    make: () => acme(borrowed, { pins: [{ pin: issuing(), role: "ca", label: "Acme’s own CA" }], backupPins: [SPARE] }),
  },
  {
    id: "expired",
    name: "Expired rule",
    group: "A pin’s life",
    make: () => acme(rotated, { pins: [leafOf(honest)], backupPins: [SPARE], expires: "2026-11-15" }),
  },
  {
    id: "rotation",
    name: "Rotation",
    group: "A pin’s life",
    make: () =>
      acme(rotated, {
        pins: [{ pin: leafOf(honest), label: "key of 2026" }],
        backupPins: [{ pin: leafOf(rotated), label: "key of 2027" }],
        expires: "2027-06-01",
      }),
  },
];

interface Real {
  readonly chain: string;
  readonly anchors: string;
  readonly pinned: number | "anchor";
  readonly name?: string;
  /** A day on which it was valid. */
  readonly on?: string;
}

function real(id: string, host: string, { chain, anchors, pinned, name = host, on = "2026-03-15" }: Real): Sample {
  const make = (): Scene => {
    const pin = pinned === "anchor" ? leafOf(anchors) : (pinsOf(chain)[pinned] ?? "");
    const role = pinned === 0 ? "leaf" : "ca";
    const rule = { host, subdomains: true, pins: [{ pin, role }], backupPins: [SPARE], expires: `${Number(on.slice(0, 4)) + 1}-01-01` };
    return { host, source: "presented", anchor: "unknown", chain, anchors, policy: policyOf(rule), at: noon(on) };
  };
  return { id, name, group: "Real chains", make };
}

function acme(chain: string, rule: object): Scene {
  const policy = policyOf({ host: "acme.example", subdomains: true, ...rule });
  return { host: "api.acme.example", source: "presented", anchor: "unknown", chain, anchors: "", policy, at: noon("2026-11-24") };
}

function policyOf(...rules: object[]): string {
  return `${JSON.stringify({ version: 1, id: "acme-mobile", sequence: 7, rules }, null, 2)}\n`;
}

function noon(day: string): number {
  return Date.parse(`${day}T12:00:00Z`);
}

function leafOf(chain: string): string {
  return pinsOf(chain)[0] ?? "";
}

function issuing(): string {
  return pinsOf(honest)[1] ?? "";
}
