// What the crate shares with TypeScript (`chainpin::description`) -> js/model/generated.ts.

/** Unions that have a name in TypeScript; other codes are spelt out where they are used. */
const unions = {
  Outcome:
    "`pinned`: a pin matched. `unlisted`: no rule. `exempt`: opted out. `tolerated`: no match, allowed and reported. `rejected`: do not use the connection.",
  Reason: "Why a connection is rejected or tolerated, as the crate decides.",
  FindingCode: "What can be found.",
  PolicyErrorCode: "Why a policy is invalid.",
  BundleReason: "Why a signed policy is rejected.",
};
/** The reasons that callers see have one more, which is TypeScript's own. */
const names = { Reason: "CoreReason" };
const own = { Reason: ['"internal"'] };

/** The source of the module. */
export function modelOf({ codes, limits, flags, packed, shapes }) {
  const words = (name) => [...new Set(codes[name].map(({ code }) => code))];
  const literals = (name) => words(name).map((word) => JSON.stringify(word));
  const constants = (values, prefix = "") =>
    Object.entries(values)
      .map(([name, value]) => `export const ${prefix}${name} = ${value};\n`)
      .join("");
  return [
    "// Made from the Rust types by `npm run schema`; do not edit.\n",
    ...Object.entries(unions).map(
      ([name, text]) =>
        `/** ${text} */\nexport type ${names[name] ?? name} =\n${literals(name)
          .map((word) => `  | ${word}`)
          .join("\n")};\n`,
    ),
    `/** In the order of their numbers in a packed verdict. */\nexport const OUTCOMES: readonly Outcome[] = [${literals("Outcome").join(", ")}];\n`,
    `/** Limits of the crate, with their reasons in src/limits.rs. */\n${constants(limits)}`,
    `/** Bits of the \`flags\` of a request. */\n${constants(flags)}`,
    `/** Where the fields of a packed verdict are, each with its number of bits (src/wasm/layout.rs). */\nexport const PACKED = {\n${Object.entries(
      packed,
    )
      .map(([name, { shift, bits }]) => `  ${name}: { shift: ${shift}, bits: ${bits} },\n`)
      .join("")}} as const;\n`,
    ...Object.entries(shapes).map(([name, schema]) => shape(name, schema)),
  ].join("\n");

  function shape(name, schema) {
    return `/** ${schema.description} */\nexport interface ${name} ${object(schema, schema.$defs, "")}\n`;
  }

  function object({ properties, required }, defs, indent) {
    const fields = Object.entries(properties).map(([key, node]) => {
      if (node.description === undefined) throw new Error(`${key} has no documentation`);
      const field = /^\w+$/.test(key) ? key : JSON.stringify(key);
      return `${indent}  /** ${node.description} */\n${indent}  readonly ${field}${required.includes(key) ? "" : "?"}: ${type(node, defs, `${indent}  `)};\n`;
    });
    return `{\n${fields.join("")}${indent}}`;
  }

  function type(node, defs, indent) {
    if (node["x-codes"] !== undefined) return codesOf(node["x-codes"]);
    if ("const" in node) return JSON.stringify(node.const);
    if (node.enum) return node.enum.map((word) => JSON.stringify(word)).join(" | ");
    if (node.oneOf) return node.oneOf.map((member) => type(member, defs, indent)).join(" | ");
    if (node.$ref) return reference(node.$ref.replace("#/$defs/", ""), defs, indent);
    if (node.type === "array") {
      const item = type(node.items, defs, indent);
      return `readonly ${/^\w+$/.test(item) ? item : item.startsWith("{") ? item : `(${item})`}[]`;
    }
    if (node.type === "object") return object(node, defs, indent);
    if (node.type === "integer" || node.type === "number") return "number";
    if (node.type === "string" || node.type === "boolean") return node.type;
    throw new Error(`no type for ${JSON.stringify(node)}`);
  }

  function codesOf(name) {
    const all = name in unions ? [names[name] ?? name] : literals(name);
    return [...all, ...(own[name] ?? [])].join(" | ");
  }

  /** A shape with a name of its own is referred to; others are spelt out. */
  function reference(name, defs, indent) {
    const known = Object.keys(shapes).find((own) => shapes[own].title === name);
    return known ?? type(defs[name], defs, indent);
  }
}
