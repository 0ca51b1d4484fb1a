import * as js from "chainpin/js";
import { scenario } from "./scenario.js";

const print = (line) => console.log(line);

await scenario(print, "chainpin/js", js);
print("done");
