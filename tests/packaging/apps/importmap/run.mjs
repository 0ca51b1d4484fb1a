import { check } from "../../lib/app.mjs";
import { serving, withChromium } from "../../lib/page.mjs";

await withChromium((open) =>
  serving("", {}, async (origin) => {
    const { printed } = await open(`${origin}/`);
    check("page", { chainpin: "wasm", "chainpin/slim": "wasm", "chainpin/auto": "wasm", "chainpin/js": "js" }, printed);
  }),
);
