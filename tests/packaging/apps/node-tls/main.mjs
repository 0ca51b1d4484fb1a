import { readFileSync } from "node:fs";
import * as chainpin from "chainpin";
import * as electron from "chainpin/electron";
import * as node from "chainpin/node";
import scene from "./scene.cjs";

await scene({ chainpin, electron, node }, JSON.parse(readFileSync("world.json", "utf8")));
