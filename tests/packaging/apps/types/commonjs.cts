import chainpin = require("chainpin");
import slim = require("chainpin/slim");
import { createVerifierSync } from "chainpin/js";

export const verifier: chainpin.Verifier = createVerifierSync({ version: 1, id: "app", sequence: 1, rules: [] });
export const error: slim.ChainpinError = new chainpin.ChainpinError("internal", "");
