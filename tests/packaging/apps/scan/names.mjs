// What a script takes from around it.
import { parse } from "acorn";

/**
 * `{ imports, free, importMeta, importsAtRunTime }` of a script of ECMAScript 2020: what it imports, and the names that it uses and
 * declares nowhere. Throws for anything newer, and for a top-level await.
 */
export function namesOf(text, sourceType) {
  const imports = [];
  const declared = new Set();
  const used = new Set();
  let importMeta = false;
  let importsAtRunTime = false;
  visit(parse(text, { ecmaVersion: 2020, sourceType, allowHashBang: true }));
  return { imports, free: [...used].filter((name) => !declared.has(name)), importMeta, importsAtRunTime };

  function visit(node) {
    if (Array.isArray(node)) return node.forEach(visit);
    if (!node || typeof node.type !== "string") return;
    switch (node.type) {
      case "Identifier":
        used.add(node.name);
        return;
      case "MetaProperty":
        importMeta ||= node.meta.name === "import";
        return;
      case "ImportDeclaration":
        imports.push(node.source.value);
        return node.specifiers.forEach(({ local }) => declare(local));
      case "ExportNamedDeclaration":
      case "ExportAllDeclaration":
        if (node.source) return imports.push(node.source.value);
        return node.declaration ? visit(node.declaration) : node.specifiers.forEach(({ local }) => visit(local));
      case "ImportExpression":
        importsAtRunTime = true;
        return imports.push(node.source.value);
      case "CallExpression":
        if (sourceType === "script" && node.callee.name === "require") imports.push(node.arguments[0].value);
        break;
      case "VariableDeclarator":
        declare(node.id);
        return visit(node.init);
      case "FunctionDeclaration":
      case "FunctionExpression":
      case "ArrowFunctionExpression":
        declare(node.id);
        node.params.forEach(declare);
        return visit(node.body);
      case "ClassDeclaration":
      case "ClassExpression":
        declare(node.id);
        break;
      case "CatchClause":
        declare(node.param);
        return visit(node.body);
      case "MemberExpression":
        if (node.object.name === "globalThis" && !node.computed) return used.add(node.property.name);
        visit(node.object);
        return node.computed && visit(node.property);
      case "Property":
      case "MethodDefinition":
        if (node.computed) visit(node.key);
        return visit(node.value);
      case "LabeledStatement":
        return visit(node.body);
      case "BreakStatement":
      case "ContinueStatement":
        return;
    }
    Object.values(node).forEach(visit);
  }

  /** Anywhere in the file: scopes are not told apart. */
  function declare(pattern) {
    switch (pattern?.type) {
      case "Identifier":
        return declared.add(pattern.name);
      case "ObjectPattern":
        return pattern.properties.forEach((property) => declare(property.value ?? property.argument));
      case "ArrayPattern":
        return pattern.elements.forEach(declare);
      case "RestElement":
        return declare(pattern.argument);
      case "AssignmentPattern":
        declare(pattern.left);
        return visit(pattern.right);
    }
  }
}
