// JSON Schema -> TypeScript, for as much of JSON Schema as the policy's uses; anything else is an error.
// Objects and unions become named types; words and texts are written where they are used.

/** The source of a module that declares `name` for the schema, and all that it refers to. */
export function typesOf(schema, name) {
  const named = new Map([[name, { node: schema }]]);
  // Types that a declaration names are appended to the map, and visited in their turn.
  return Array.from(named, ([name, { node, others }]) => `${comment(node.description)}export ${declaration(name, node, others)}\n`).join(
    "\n",
  );

  function declaration(name, node, others = []) {
    if (node.type !== "object") return `type ${name} = ${type(node)};`;
    if (node.additionalProperties !== false) throw new Error(`${name} takes unknown fields`);
    return `interface ${name} {\n${[...fields(node), ...foreignFields(node, others)].join("")}}`;
  }

  function fields({ properties, required }) {
    return Object.entries(properties).map(([key, node]) => {
      return `${comment(node.description, "  ")}  readonly ${key}${required.includes(key) ? "" : "?"}: ${type(node)};\n`;
    });
  }

  // What tells one member of a union from the others is forbidden in these, so that TypeScript tells them apart, too.
  function foreignFields({ properties }, others) {
    return others.flatMap((other) => {
      const keys = Object.keys(other.properties).filter((key) => "const" in other.properties[key] && !(key in properties));
      return keys.map((key) => `${comment(`Only {@link ${other.title}} has it.`, "  ")}  readonly ${key}?: never;\n`);
    });
  }

  function type(node) {
    if (node.$ref) return reference(node.$ref.replace("#/$defs/", ""));
    if ("const" in node) return JSON.stringify(node.const);
    if (node.enum) return words(node.enum);
    if (node.oneOf) return node.oneOf.map((member) => (member.title ? titled(member, node.oneOf) : type(member))).join(" | ");
    if (node.type === "array") return arrayOf(type(node.items));
    if (node.type === "integer") return "number";
    if (node.type === "string" || node.type === "boolean") return node.type;
    throw new Error(`no type for ${JSON.stringify(node)}`);
  }

  function reference(name) {
    const node = schema.$defs[name];
    if (node.enum) return words(node.enum);
    named.set(name, { node });
    return name;
  }

  function titled(member, members) {
    named.set(member.title, { node: member, others: members.filter((other) => other !== member) });
    return member.title;
  }
}

function words(values) {
  const both = values.includes(true) && values.includes(false);
  const rest = values.filter((value) => !both || typeof value !== "boolean").map((value) => JSON.stringify(value));
  return (both ? ["boolean", ...rest] : rest).join(" | ");
}

function arrayOf(item) {
  return `readonly ${/^\w+$/.test(item) ? item : `(${item})`}[]`;
}

function comment(description, indent = "") {
  if (!description) throw new Error("a type or field of the policy has no documentation");
  return `${indent}/** ${description} */\n`;
}
