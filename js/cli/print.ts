/** What people read goes to standard error, what programs read to standard output. */

import colors from "picocolors";

export const { bold, dim, green, red, yellow } = colors.createColors(process.stderr.isTTY === true && colors.isColorSupported);

export function complain(message: string): void {
  console.error(`${red("chainpin:")} ${message}`);
}

export function note(message: string): void {
  console.error(message);
}

export function printJson(value: unknown): void {
  console.log(JSON.stringify(value, null, 2));
}
