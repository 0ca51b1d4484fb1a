import { ChainpinError, PolicyError } from "chainpin";

console.log(new PolicyError("pins-empty", "", "") instanceof ChainpinError);
