import * as auto from "chainpin/auto";
import { scenario } from "./scenario.js";

const print = (line) => console.log(line);

await scenario(print, "chainpin/auto", auto);
print("done");
