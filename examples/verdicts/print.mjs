// How it looks: at most 100 columns, coloured on a terminal, plain elsewhere or where NO_COLOR is set.
const { stdout } = process;
const coloured = stdout.isTTY === true && stdout.hasColors();
const width = Math.max(72, Math.min(stdout.columns || 100, 100)); // a pin with its index takes 70

const style = (code) => (text) => (coloured ? `\x1b[${code}m${text}\x1b[0m` : text);
const [bold, dim, red, green, cyan] = ["1", "2", "31", "32", "36"].map(style);

export function printHead(now) {
  print("\n", bold("chainpin"), `  Real certificate chains and what a pin policy says to them, as of ${now.toISOString().slice(0, 10)}.`);
}

/** The path: every certificate with its subject and pin. */
export function printChain(host, certificates, pinned) {
  print("\n", dim("─".repeat(width)), "\n", bold(host), "\n");
  for (const { index, subject, pin, key } of certificates) {
    for (const line of fold(`  ${index}  ${subject}`)) print(line);
    print("     ", cyan(pin), dim(`  ${[key.algorithm, key.bits].filter(Boolean).join(" ")}`), index === pinned ? "  ← pinned" : "");
  }
}

export function printVerdict({ title, verdict: { ok, outcome, reason, matched, message } }) {
  const [paint, sign] = ok ? [green, "✓"] : [red, "✗"];
  const why = reason ? `: ${reason}` : matched?.backup ? ", by a backup pin" : "";
  print("\n  ", paint(sign), " ", bold(title), dim(" → "), paint(outcome + why));
  for (const line of message.split("\n").flatMap((line) => fold(`    ${line}`))) print(withPins(line));
}

export function printEnd(failures) {
  print("\n", dim("─".repeat(width)));
  if (failures.length === 0) print(green("✓"), " Every verdict is as it should be. How to write such a policy: docs/first-pin.md");
  else for (const failure of failures) console.error(red(`✗ ${failure}`));
}

function print(...parts) {
  console.log(parts.join(""));
}

/** Breaks a long line between columns (two spaces) where it can, else between words; what follows stands under the last column. */
function fold(line) {
  if (line.length <= width) return [line];
  const indent = /^ *(?:\d+  )?/.exec(line)[0].length;
  const between = (gap) => line.lastIndexOf(gap, width - gap.length + 1);
  const at = [between("  "), between(" ")].find((place) => place > indent) ?? width;
  return [line.slice(0, at).trimEnd(), ...fold(" ".repeat(indent) + line.slice(at).trim())];
}

function withPins(line) {
  return line.replace(/(?:cert-)?sha256\/\S+/g, cyan);
}
