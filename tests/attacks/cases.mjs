// Every attack on the engine, by name, with its cases: `{ name, ask, …, expected }`. Those on adapters have their tests beside the adapters;
// SECURITY.md has all of them.
import { blocked } from "./blocked.mjs";
import { encoding } from "./encoding.mjs";
import { hosts } from "./hosts.mjs";
import { paths } from "./paths.mjs";
import { policies } from "./policies.mjs";

export { terms } from "./policies.mjs";

export const attacks = { ...paths, ...blocked, ...hosts, ...policies, ...encoding };
