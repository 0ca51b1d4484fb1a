import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import * as capacitor from "chainpin/capacitor";
import module from "chainpin/chainpin.wasm?url";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario.js";

const print = (line) => console.log(line);

await scenario(print, "chainpin", chainpin);
await scenario(print, "chainpin/slim", slim, await (await fetch(module)).arrayBuffer());
await scenario(print, "chainpin/auto", auto);
// In a browser, Capacitor has no native side.
await capacitor.attach(chainpin.createVerifierSync({ version: 1, id: "app", sequence: 1, rules: [] })).catch(({ code, constructor }) => {
  print(`@ chainpin/capacitor ${JSON.stringify({ code, known: constructor === chainpin.BridgeError })}`);
});
print("done");
