import * as chainpin from "chainpin";
import * as auto from "chainpin/auto";
import * as js from "chainpin/js";
import { createReporter } from "chainpin/report";
import * as slim from "chainpin/slim";
import { scenario } from "./scenario";

// Where this fails, nothing is printed.
createReporter({ verifier: { ruleFor: () => undefined }, send: () => Promise.resolve({ status: 204 }) })
  .flush()
  .then(() => scenario(print, "chainpin", chainpin))
  .then(() => scenario(print, "chainpin/js", js))
  .then(() => scenario(print, "chainpin/slim", slim, new Uint8Array(0)))
  .then(() => scenario(print, "chainpin/auto", auto));
