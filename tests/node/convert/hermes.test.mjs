// React Native's engine, without polyfills: the same texts, policies and findings as Node.
import assert from "node:assert/strict";
import { test } from "node:test";
import * as convert from "chainpin/convert";
import { bundleForHermes, runInHermes } from "../../hermes/vm.mjs";
import { policyOf, strayPin } from "../lib/vectors.mjs";

const [a, b] = [strayPin(1), strayPin(2)];
const policy = policyOf(
  { host: "a.com", subdomains: true, pins: [a, b], expires: "2027-03-01T12:00:00Z" },
  { host: "x.a.com", exempt: true },
  { host: "b.com", subdomains: "one", pins: [{ pin: a, role: "leaf" }], reportTo: ["https://r.example.net/?a&b"] },
);

const script = `
  function tell(convert, policy, print) {
    const options = { now: 1795478400000, lossy: true };
    const texts = [convert.toAndroid(policy, options), convert.toIos(policy, options), convert.toTrustKit(policy, options), convert.toTrustKit(policy, { ...options, format: "json" })];
    texts.forEach((conversion) => print(JSON.stringify(conversion)));
    const okHttp = convert.toOkHttp(policy, options);
    const native = convert.toReactNative(policy, options);
    print(JSON.stringify([okHttp, native]));
    print(JSON.stringify(convert.fromAndroid(texts[0].text)));
    print(JSON.stringify(convert.fromIos(texts[1].text)));
    print(JSON.stringify([convert.fromTrustKit(texts[2].text), convert.fromTrustKit(texts[3].text)]));
    print(JSON.stringify(convert.fromOkHttp(convert.okHttpSource(okHttp.pins))));
    print(JSON.stringify([convert.fromReactNative(native.value), convert.fromReactNative(JSON.stringify(native.value))]));
    print(JSON.stringify(convert.fromHpkp('pin-sha256="${a.slice(7)}"; pin-sha256="${b.slice(7)}"; max-age=60', { host: "a.com", now: 0 })));
    print(JSON.stringify(convert.fromChromium('{"pinsets": [{"name": "s", "static_spki_hashes": ["K"]}], "entries": [{"name": "a.com", "pins": "s"}]} // end', { pins: "K\\n-----BEGIN PUBLIC KEY-----\\nAAAA\\n-----END PUBLIC KEY-----" })));
    for (const text of ["<a", "<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "<network-security-config><x/></network-security-config>"]) {
      try {
        convert.fromAndroid(text);
      } catch (error) {
        print(error.code + " " + error.line + " " + error.path + " " + (error instanceof convert.ConvertError));
      }
    }
  }`;

test("every converter in Hermes, as in Node", { timeout: 120_000 }, async () => {
  const expected = [];
  new Function("convert", "policy", "print", `${script} tell(convert, policy, print);`)(convert, policy, (line) => expected.push(line));
  assert.equal(expected.length, 15);
  const code = await bundleForHermes(
    `import * as convert from "chainpin/convert"; import policy from "given:policy"; ${script} tell(convert, policy, print);`,
    { policy },
  );
  assert.deepEqual(runInHermes(code), expected);
});
