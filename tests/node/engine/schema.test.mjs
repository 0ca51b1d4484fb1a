// pkg/policy.schema.json against the parser in the package: one policy that uses every field, and every small change to it.
import { Ajv2020 } from "ajv/dist/2020.js";
import { createVerifierSync, PolicyError } from "chainpin";
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";

const schema = JSON.parse(readFileSync(new URL("../../../pkg/policy.schema.json", import.meta.url), "utf8"));
const validate = new Ajv2020({ strict: true }).compile(schema);

const pin = (name) => `sha256/${createHash("sha256").update(name).digest("base64")}`;

const policy = {
  version: 1,
  id: "acme-mobile",
  sequence: 12,
  issuedAt: "2026-11-01T00:00:00Z",
  expires: "2027-03-01T00:00:00Z",
  onExpiry: "enforce",
  unlisted: "allow",
  blocked: [pin("stolen"), pin("mis-issued")],
  rules: [
    {
      host: "api.example.com",
      subdomains: true,
      pins: [pin("leaf"), { pin: pin("ca"), role: "ca", label: "private CA 2026", expires: "2027-01-01" }],
      backupPins: [pin("backup")],
      match: "any",
      mode: "enforce",
      expires: "2027-02-01T00:00:00Z",
      onExpiry: "report",
      userAnchors: "enforce",
      reportTo: ["https://reports.example.net/pins"],
    },
    { host: "status.example.com", exempt: true },
  ],
};

// `undefined` takes the field away.
const changed = (path, value) => {
  const copy = structuredClone(policy);
  const parent = path.slice(0, -1).reduce((node, key) => node[key], copy);
  if (value !== undefined) parent[path.at(-1)] = value;
  else if (Array.isArray(parent)) parent.splice(path.at(-1), 1);
  else delete parent[path.at(-1)];
  return copy;
};

const codeOf = (policy) => {
  try {
    createVerifierSync(policy).dispose();
    return undefined;
  } catch (error) {
    if (!(error instanceof PolicyError)) throw error;
    return error.code;
  }
};

// What takes more than the shape of one value to see.
const beyondTheSchema = ["host-duplicate", "pin-blocked", "roles-missing", "subdomains-on-ip"];

const pinned = ["rules", 0];
const exempt = ["rules", 1];

for (const [name, path, value] of [
  ["a policy that uses every field", ["version"], 1],
  ["no rules", ["rules"], []],
  ["subdomains, any", [...exempt, "subdomains"], true],
  ["subdomains, one label", [...pinned, "subdomains"], "one"],
  ["subdomains, none", [...pinned, "subdomains"], false],
  ["an IPv4 address", [...exempt, "host"], "192.0.2.1"],
  ["an IPv6 address", [...exempt, "host"], "[2001:db8::1]"],
  ["a trailing dot and capitals", [...exempt, "host"], "Status.Example.COM."],
  ["a certificate's pin", [...pinned, "pins", 0], `cert-${pin("leaf")}`],
  ["a date alone", ["expires"], "2027-03-01"],
  ["a date with an offset", ["expires"], "2027-03-01t00:00:00.5+01:00"],
  ["the largest sequence", ["sequence"], Number.MAX_SAFE_INTEGER],
  ["no dates", ["expires"], undefined],
]) {
  test(`both accept: ${name}`, () => {
    const accepted = changed(path, value);
    assert.ok(validate(accepted), JSON.stringify(validate.errors));
    assert.equal(codeOf(accepted), undefined);
  });
}

for (const [name, path, value, code = "policy-shape"] of [
  ["an unknown field", ["comment"], "x"],
  ["an unknown field of a rule", [...pinned, "pin"], pin("leaf")],
  ["an unknown field of a pin", [...pinned, "pins", 1, "kind"], "ca"],
  ["null", ["expires"], null],
  ["null in a rule", [...pinned, "subdomains"], null],
  ["null for a pin", [...pinned, "pins", 0], null],
  ["null in a pin", [...pinned, "pins", 1, "label"], null],
  ["no id", ["id"], undefined],
  ["an id in Unicode", ["id"], "ácme", "id-invalid"],
  ["version 2", ["version"], 2, "version-unsupported"],
  ["sequence 0", ["sequence"], 0, "sequence-invalid"],
  ["a sequence past 2^53 - 1", ["sequence"], 2 ** 53, "sequence-invalid"],
  ["a sequence as text", ["sequence"], "12"],
  ["an unknown mode", [...pinned, "mode"], "warn"],
  ["a rule's onExpiry for the policy", ["onExpiry"], "report"],
  ["subdomains in a word", [...pinned, "subdomains"], "two"],
  ["no host", [...pinned, "host"], undefined],
  ["a URL for a host", [...pinned, "host"], "https://api.example.com", "host-invalid"],
  ["a wildcard for a host", [...pinned, "host"], "*.example.com", "host-invalid"],
  ["a port with a host", [...pinned, "host"], "api.example.com:443", "host-invalid"],
  ["no pins", [...pinned, "pins"], undefined, "pins-missing"],
  ["empty pins", [...pinned, "pins"], [], "pins-empty"],
  ["65 pins", [...pinned, "pins"], Array.from({ length: 65 }, (_, n) => pin(`${n}`)), "too-many-pins"],
  ["a SHA-1 pin", [...pinned, "pins", 0], "sha1/2jmj7l5rSw0yVb/vlWAYkK/YBwk=", "pin-invalid"],
  ["a pin without padding", [...pinned, "backupPins", 0], pin("backup").slice(0, -1), "pin-invalid"],
  ["a blocked object", ["blocked", 0], { pin: pin("stolen") }],
  ["an unknown role", [...pinned, "pins", 1, "role"], "root"],
  ["a date without a zone", [...pinned, "expires"], "2027-02-01T00:00:00", "date-invalid"],
  ["exempt: false", [...exempt, "exempt"], false, "exempt-false"],
  ["exempt with pins", [...exempt, "pins"], [pin("leaf")], "exempt-with-field"],
  ["exempt with a mode", [...exempt, "mode"], "report", "exempt-with-field"],
]) {
  test(`both refuse: ${name}`, () => {
    const refused = changed(path, value);
    assert.ok(!validate(refused));
    assert.equal(codeOf(refused), code);
  });
}

for (const [name, path, value, code] of [
  ["a host twice", [...exempt, "host"], "API.example.com", "host-duplicate"],
  ["a pin that is blocked", [...pinned, "pins", 0], pin("stolen"), "pin-blocked"],
  ["leaf-and-ca without a leaf", [...pinned, "match"], "leaf-and-ca", "roles-missing"],
  ["subdomains of an address", [...pinned, "host"], "192.0.2.1", "subdomains-on-ip"],
  ["a host that is no address", [...pinned, "host"], "127.1", "host-invalid"],
  ["65 pins in two lists", [...pinned, "pins"], Array.from({ length: 64 }, (_, n) => pin(`${n}`)), "too-many-pins"],
  ["a placeholder", [...pinned, "pins", 0], `sha256/${"A".repeat(43)}=`, "pin-invalid"],
  ["a pin with stray bits", [...pinned, "pins", 0], `sha256/${"A".repeat(42)}B=`, "pin-invalid"],
  ["the 30th of February", ["expires"], "2027-02-30", "date-invalid"],
]) {
  test(`the parser alone refuses: ${name}`, () => {
    const refused = changed(path, value);
    assert.ok(validate(refused), JSON.stringify(validate.errors));
    assert.equal(codeOf(refused), code);
  });
}

test("they agree on every small change", () => {
  const words = ["", "any", "ca", "leaf-and-ca", "enforce", "report", "allow", "deny", "one", "a.example", "2027-02-01", pin("other")];
  const values = [undefined, null, false, true, -1, 0, 1, 1.5, [], {}, [null], [""], [pin("other")], ...words];
  const fields = ["extra", ...Object.keys(policy), ...policy.rules.flatMap(Object.keys), "pin", "role", "label"];
  for (const path of pathsOf(policy)) {
    const node = path.reduce((node, key) => node[key], policy);
    const added = typeof node === "object" && !Array.isArray(node) ? fields.map((field) => [...path, field]) : [];
    for (const place of path.length > 0 ? [path, ...added] : added) for (const value of values) compare(place, value);
  }

  function compare(path, value) {
    const candidate = changed(path, value);
    const code = codeOf(candidate);
    if (beyondTheSchema.includes(code)) return;
    assert.equal(validate(candidate), code === undefined, `${path.join(".")}: ${JSON.stringify(value)}: ${code}`);
  }
});

function pathsOf(node, path = []) {
  return [path, ...(typeof node === "object" ? Object.keys(node).flatMap((key) => pathsOf(node[key], [...path, key])) : [])];
}

test("the TypeScript types take the same policies", () => {
  const at = (path) => fileURLToPath(new URL(`../../../${path}`, import.meta.url));
  execFileSync(process.execPath, [at("node_modules/typescript/bin/tsc"), "-p", at("tests/types")], { stdio: ["ignore", 2, 2] });
});
