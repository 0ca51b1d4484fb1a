// Memory that runs out, on both payloads: the engine gives no more, at any moment. That is a refusal or `internal`, never `ok`, and
// whatever needs less goes on. And what is as large as the limits allow is not too large.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { instances } from "../lib/instances.mjs";
import { openJavaScript } from "../lib/js-instances.mjs";
import { policyOf, strayPin, vector } from "../lib/vectors.mjs";

const { createVerifierSync: createWithWasm } = await import("chainpin");
const javascript = await openJavaScript();

const akamai = vector("akamai.com");
const rule = { host: akamai.host, pins: [akamai.pins[0]], backupPins: [strayPin(1)] };
const request = { host: akamai.host, chain: akamai.ders, source: "validated", now: akamai.now };
const internal = { name: "ChainpinError", code: "internal" };
const PAGE = 65_536;
const MIB = 1024 * 1024;
/** Pages that either payload begins with, or fewer. */
const FEWEST = 15;

/** The limits of src/limits.rs. */
const [RULES, PINS, CERTIFICATES, CHAIN_BYTES, POLICY_BYTES] = [100_000, 64, 16, 256 * 1024, 32 * MIB];

/** 16 certificates, 256 KiB to the byte. */
const largest = {
  ...request,
  chain: Array.from({ length: CERTIFICATES }, (_, index) => grown(akamai.ders[index] ?? akamai.ders[1], CHAIN_BYTES / CERTIFICATES)),
};

const payloads = {
  WebAssembly: {
    createVerifierSync: createWithWasm,
    pages: () => instances.at(-1).exports.memory.buffer.byteLength / PAGE,
    /** Another copy of the package, whose memory has at most so many pages. */
    async limited(pages) {
      const { createVerifierSync, initSync } = await import(`../../../pkg/dist/slim.js?${pages}`);
      initSync(withMaximum(readFileSync(new URL("../../../pkg/dist/chainpin.wasm", import.meta.url)), pages));
      return { createVerifierSync, free() {} };
    },
  },
  JavaScript: {
    createVerifierSync: javascript.api.createVerifierSync,
    pages: () => javascript.instances.at(-1).exports.memory.buffer.byteLength / PAGE,
    async limited(pages) {
      const { api } = await openJavaScript();
      const { ArrayBuffer } = globalThis;
      globalThis.ArrayBuffer = class extends ArrayBuffer {
        constructor(length, ...more) {
          if (length > pages * PAGE) throw new RangeError("Array buffer allocation failed");
          super(length, ...more);
        }
      };
      return { ...api, free: () => (globalThis.ArrayBuffer = ArrayBuffer) };
    },
  },
};

for (const [payload, { createVerifierSync, pages, limited }] of Object.entries(payloads)) {
  test(`${payload}: a policy for which there is no memory is \`internal\`, and a smaller one works`, async () => {
    const small = createVerifierSync(policyOf(rule));
    assert.equal(small.verify(request).ok, true);
    const { createVerifierSync: create, free } = await limited(pages() + 16);
    const held = create(policyOf(rule));
    const large = JSON.stringify(policyOf(rule, ...manyRules(20_000)));
    for (let times = 0; times < 3; times++) {
      assert.throws(() => create(large), internal);
      assert.equal(create(policyOf(rule)).verify(request).outcome, "pinned");
      assert.equal(held.verify(request).outcome, "pinned");
      assert.equal(held.verify({ ...request, chain: [...akamai.ders].reverse() }).outcome, "pinned");
    }
    free();
  });

  test(`${payload}: a chain for which there is no memory left is refused, and a smaller one judged`, async () => {
    const policy = JSON.stringify(policyOf(rule, ...manyRules(500)));
    // A page more each time: too little for the policy, for the chain, enough for both.
    const outcomes = [];
    for (let most = FEWEST; outcomes.at(-1) !== "pinned"; most++) {
      const { createVerifierSync: create, free } = await limited(most);
      try {
        const verifier = create(policy);
        const verdict = verifier.verify(largest);
        outcomes.push(verdict.outcome);
        if (!verdict.ok) assert.equal(verdict.reason, "internal");
        const again = verifier.verify(request);
        assert.ok(again.outcome === "pinned" || again.reason === "internal");
        if (verdict.ok) assert.equal(again.outcome, "pinned");
      } catch (error) {
        outcomes.push(error.code);
      } finally {
        free();
      }
    }
    assert.deepEqual([...new Set(outcomes)], ["internal", "rejected", "pinned"], String(outcomes));
  });
}

test("a policy and a chain at their limits, and one beyond", () => {
  const most = JSON.stringify(policyOf(rule, ...manyRules(RULES - 1)));
  const pins = Array.from({ length: PINS }, (_, index) => strayPin(index));
  const widest = JSON.stringify(policyOf(rule, ...Array.from({ length: 9_400 }, (_, index) => ({ host: `h${index}.example`, pins }))));
  const longest = widest + " ".repeat(POLICY_BYTES - widest.length);
  assert.equal(longest.length, POLICY_BYTES);
  const round = () => {
    for (const policy of [most, longest]) {
      const verifier = createWithWasm(policy);
      assert.equal(verifier.verify(largest).outcome, "pinned");
      assert.equal(verifier.verify({ ...request, host: "h9399.example" }).reason, "pin-mismatch");
      assert.equal(verifier.verify({ ...request, host: "h100000.example" }).outcome, "unlisted");
      verifier.dispose();
    }
  };
  round();
  const { byteLength } = instances[0].exports.memory.buffer;
  for (let times = 0; times < 2; times++) round();
  assert.equal(instances[0].exports.memory.buffer.byteLength, byteLength);
  assert.throws(() => createWithWasm(JSON.stringify(policyOf(rule, ...manyRules(RULES)))), { code: "too-many-rules" });
  assert.throws(() => createWithWasm(`${longest} `), { code: "policy-too-large" });
  assert.throws(() => createWithWasm(policyOf({ ...rule, pins: [...pins, strayPin(PINS)] })), { code: "too-many-pins" });
  const verifier = createWithWasm(policyOf(rule));
  assert.equal(
    verifier.verify({ ...largest, chain: [...akamai.ders, ...Array(CERTIFICATES).fill(akamai.ders[1])] }).reason,
    "chain-too-large",
  );
});

function manyRules(count) {
  return Array.from({ length: count }, (_, index) => ({ host: `h${index}.example`, pins: [strayPin(0)] }));
}

/** A certificate with a longer signature, which nobody looks at on a validated path. */
function grown(der, length) {
  const bytes = Buffer.from(der);
  const tbs = bytes.subarray(4, 4 + 4 + bytes.readUInt16BE(6));
  const algorithm = bytes.subarray(4 + tbs.length).subarray(0, 2 + bytes[4 + tbs.length + 1]);
  const signature = bytes.subarray(4 + tbs.length + algorithm.length);
  const value = signature.subarray(signature[1] === 0x82 ? 4 : signature[1] === 0x81 ? 3 : 2);
  const room = Buffer.alloc(length - 4 - tbs.length - algorithm.length - 4);
  value.copy(room);
  return new Uint8Array(Buffer.concat([header(0x30, length - 4), tbs, algorithm, header(0x03, room.length), room]));
}

function header(tag, length) {
  return Buffer.from([tag, 0x82, length >> 8, length & 255]);
}

/** The module with a memory that grows to `pages` at most (WebAssembly core specification, section 5.5.8). */
function withMaximum(module, pages) {
  for (let at = 8; at < module.length; ) {
    const id = module[at];
    const [size, begin] = leb(module, at + 1);
    if (id === 5) {
      const [minimum] = leb(module, begin + 2);
      assert.deepEqual([module[begin], module[begin + 1]], [1, 0], "one memory without a maximum");
      const limits = [1, 1, ...toLeb(minimum), ...toLeb(Math.max(minimum, pages))];
      return Buffer.concat([module.subarray(0, at), Buffer.from([5, ...toLeb(limits.length), ...limits]), module.subarray(begin + size)]);
    }
    at = begin + size;
  }
  return assert.fail("no memory");
}

function leb(bytes, at) {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++];
    value |= (byte & 127) << shift;
    if (byte < 128) return [value, at];
  }
}

function toLeb(value) {
  return value < 128 ? [value] : [(value & 127) | 128, ...toLeb(value >> 7)];
}
