// What the READMEs of the two native packages tell an app's developer to write, run as it stands: first with its wrong pin, then with the right one.
import { readFileSync } from "node:fs";
import { at } from "../../scripts/lib/paths.mjs";
import { Failure } from "../../scripts/lib/run.mjs";
import { Capacitor, bundle } from "./engines/chromium.mjs";
import { World } from "./world.mjs";

const written = "sha256/lYhLzZB7MxJbSWnk3VFgA3ZLiSL7G7/4zZd9mGg1vu0=";

/** `browser`: where it runs; `fixtures`: servers and certificates. */
export async function tryReadmes(browser, fixtures) {
  const code = codeOf("capacitor");
  const same = code.replace('"chainpin/auto"', '"chainpin"').replace('"chainpin/capacitor"', '"chainpin/react-native"');
  if (codeOf("react-native") !== same) throw new Failure("the first request differs between the two native packages' READMEs");

  const wrong = await run(code, browser, fixtures);
  const right = await run(code.replace(written, fixtures.certificates.leaf.pin), browser, fixtures);
  const shown = wrong.lines.join("\n");
  const expected = ["rejected, pin-mismatch", fixtures.certificates.leaf.pin, `    ${written}`, "not our server: pin-mismatch"];
  const missing = expected.filter((text) => !shown.includes(text));
  if (wrong.result.error !== "pin-mismatch" || missing.length > 0)
    throw new Failure(`the README's failure: ${JSON.stringify(wrong.result)}, without ${missing}; shown:\n${shown}`);
  if (right.result.value?.body !== "") throw new Failure(`the README's request: ${JSON.stringify(right.result)}`);
  console.log(
    "\nThe first request of native/capacitor/README.md: pin-mismatch with its wrong pin, which the log corrects; answered with the right one",
  );
}

async function run(code, browser, fixtures) {
  const world = new World({ engine: undefined, ...fixtures });
  const own = code.replaceAll("https://api.example.com/", world.url("good")).replaceAll("api.example.com", world.host);
  const script = await bundle(
    "readme.js",
    `${own}
    window.command = (text) => {
      const { tag } = JSON.parse(text);
      const say = (result) => window.said(JSON.stringify({ tag, ...result }));
      start().then(({ bridge }) => load(bridge)).then((value) => say({ value }), (error) => say({ error: error.code ?? String(error) }));
    };
    window.said(JSON.stringify({ ready: true }));`,
  );
  world.engine = new Capacitor(browser, script);
  await world.engine.open();
  const lines = [];
  world.engine.page.on("console", (message) => lines.push(message.text()));
  await world.begin({ attach: false });
  const result = await world.ask({});
  await world.engine.page.close();
  return { result, lines };
}

function codeOf(name) {
  return /^```js app\n([^]*?)^```$/m.exec(readFileSync(at("native", name, "README.md"), "utf8"))[1];
}
