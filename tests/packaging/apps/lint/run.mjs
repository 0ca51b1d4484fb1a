// What publint and are-the-types-wrong find in the tarball, less the exceptions: each has its reason, and one that has become
// needless fails.
import { readFileSync, readdirSync } from "node:fs";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { app, passed } from "../../lib/app.mjs";

const exceptions = JSON.parse(readFileSync(new URL("exceptions.json", import.meta.url), "utf8"));
const folder = `${app}/node_modules/chainpin`;

const found = [...(await fromPublint()), ...(await fromTypes())];
const unexpected = found.filter((finding) => !exceptions.some((exception) => covers(exception, finding)));
const needless = exceptions.filter((exception) => !exception.reason || !found.some((finding) => covers(exception, finding)));
if (unexpected.length + needless.length > 0) {
  throw new Error(`found ${JSON.stringify(unexpected, null, 1)}\nexceptions without need or reason ${JSON.stringify(needless, null, 1)}`);
}
passed(`publint --strict, are-the-types-wrong: clean but for ${exceptions.length} exception`);

async function fromPublint() {
  const manifest = JSON.parse(readFileSync(`${folder}/package.json`, "utf8"));
  const { messages } = await publint({ pkgDir: folder, level: "suggestion", strict: true, pack: false });
  return messages.map((message) => ({
    tool: "publint",
    entry: message.path.join("."),
    problem: message.code,
    text: formatMessage(message, manifest),
  }));
}

async function fromTypes() {
  const tarball = readFileSync(readdirSync(app).find((name) => name.endsWith(".tgz")));
  const { problems, types } = await checkPackage(createPackageFromTarballData(new Uint8Array(tarball)));
  if (!types) throw new Error("are-the-types-wrong finds no types");
  return problems.map(({ kind, entrypoint, ...more }) => ({
    tool: "are-the-types-wrong",
    entry: entrypoint,
    problem: kind,
    text: JSON.stringify(more),
  }));
}

function covers(exception, finding) {
  return ["tool", "entry", "problem"].every((key) => exception[key] === finding[key]);
}
