// Digests that no key has: of what commands print when they read nothing. The converters leave out what a policy refuses.
import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fromAndroid, fromChromium, fromHpkp, fromIos, fromOkHttp, fromReactNative, fromTrustKit } from "chainpin/convert";
import { strayPin } from "../lib/vectors.mjs";

const source = (path) => readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
const digestsIn = (text) => [...text.matchAll(/"([A-Za-z0-9+/]{43}=)"/g)].map(([, digest]) => digest);
const digests = digestsIn(source("js/convert/placeholders.ts"));
const digestOf = (text) => createHash("sha256").update(text).digest("base64");

test("the list has the digests of nothing and of a lone line feed, and each text beside its digest", () => {
  assert.deepEqual(digests.slice(0, 5), ["", "\n", "\r\n", "-n\n", "-n \n"].map(digestOf));
  const texts = [...source("js/convert/placeholders.ts").matchAll(/^ {2}\/\/ (".*")\n {2}"(.*)",$/gm)];
  assert.equal(texts.length, digests.length - 5);
  for (const [, text, digest] of texts) assert.equal(digestOf(JSON.parse(text)), digest, text);
});

test("the policy's parser has the same list", () => {
  assert.deepEqual(digestsIn(source("src/pin/placeholders.rs")).sort(), [...digests].sort());
});

test("every converter leaves them out, with a finding", () => {
  const [a] = [strayPin(1).slice("sha256/".length)];
  for (const digest of digests) {
    for (const [name, convert] of Object.entries({
      fromAndroid: () =>
        fromAndroid(
          `<network-security-config><domain-config><domain>a.com</domain><pin-set><pin digest="SHA-256">${a}</pin><pin digest="SHA-256">${digest}</pin></pin-set></domain-config></network-security-config>`,
        ),
      fromIos: () =>
        fromIos(
          `<plist version="1.0"><dict><key>NSPinnedDomains</key><dict><key>a.com</key><dict><key>NSPinnedCAIdentities</key><array>${[a, digest].map((text) => `<dict><key>SPKI-SHA256-BASE64</key><string>${text}</string></dict>`).join("")}</array></dict></dict></dict></plist>`,
        ),
      fromTrustKit: () => fromTrustKit(JSON.stringify({ TSKPinnedDomains: { "a.com": { TSKPublicKeyHashes: [a, digest] } } })),
      fromReactNative: () => fromReactNative({ "a.com": { publicKeyHashes: [a, digest] } }),
      fromOkHttp: () => fromOkHttp(`.add("a.com", "sha256/${a}", "sha256/${digest}")`),
      fromHpkp: () => fromHpkp(`pin-sha256="${a}"; pin-sha256="${digest}"; max-age=1`, { host: "a.com" }),
      fromChromium: () =>
        fromChromium(
          JSON.stringify({
            pinsets: [{ name: "s", static_spki_hashes: ["K", `sha256/${digest}`] }],
            entries: [{ name: "a.com", pins: "s" }],
          }),
          { pins: `K\nsha256/${a}\n` },
        ),
    })) {
      const { policy, findings } = convert();
      assert.deepEqual(
        policy.rules[0].pins.map((pin) => pin.pin ?? pin),
        [`sha256/${a}`],
        `${name} ${digest}`,
      );
      assert.ok(
        findings.some(({ code }) => code === "placeholder-pin"),
        `${name} ${digest}`,
      );
    }
  }
});
