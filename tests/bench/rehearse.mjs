import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { at } from "../../scripts/lib/paths.mjs";
import { realChains } from "./chains.mjs";
import { Group } from "./figures.mjs";
import { policyOf } from "./policies.mjs";

const here = (name) => at("tests", "bench", name);
const manifest = JSON.parse(readFileSync(at("pkg", "package.json"), "utf8"));
const command = at("pkg", manifest.bin.chainpin);

/** `chainpin rehearse` on validated chains of two certificates, each leaf another one, from a pipe. What an empty run takes is told apart. */
export async function measureRehearsal({ quick, long }) {
  const [few, many] = quick ? [10_000, 50_000] : [100_000, 1_000_000];
  const group = new Group("rehearse", "A rehearsal: validated chains of two certificates, all distinct; from text in JSON to the sums", {
    x509: "× X509",
  });
  const folder = mkdtempSync(join(tmpdir(), "chainpin-bench-"));
  try {
    const policy = join(folder, "policy.json");
    writeFileSync(policy, JSON.stringify(policyOf(realChains, ({ pins }) => pins[1], 10)));
    const ours = (workers) => [command, "rehearse", "--json", "--policy", policy, "--workers", String(workers)];
    const peer = [here("rehearse-x509.mjs"), policy];
    const [none, noneOfPeer] = [await rehearsed(0, ours(1)), await rehearsed(0, peer)];
    const x509 = await rehearsed(few, peer);
    const [one, two] = [await rehearsed(few, ours(1)), await rehearsed(few, ours(2))];
    const perSecond = ({ processor }, empty) => few / (processor - empty.processor);
    group.add("one", "chainpin, one thread, a processor second", perSecond(one, none), "/s", { atLeast: 40_000 });
    group.add("two", "chainpin, two threads, a processor second", perSecond(two, none), "/s", { atLeast: 40_000 });
    group.add("x509", "node:crypto: X509Certificate, one thread, a processor second", perSecond(x509, noneOfPeer), "/s");
    group.add("start", "chainpin, an empty run", none.processor * 1000, "ms");
    group.add("one:wall", "chainpin, one thread, by the clock", few / one.wall, "/s");
    group.add("two:wall", "chainpin, two threads, by the clock", few / two.wall, "/s");
    group.add("x509:wall", "X509Certificate, one thread, by the clock", few / x509.wall, "/s");
    for (const id of ["one", "two"]) group.ratio(id, "x509");
    const large = await rehearsed(many, ours(2));
    group.add("memory:few", `memory after ${few.toLocaleString("en")} observations`, two.memory, "MB");
    group.add("memory:many", `memory after ${many.toLocaleString("en")} observations`, large.memory, "MB");
    if (long) group.add("memory:most", "memory after 10,000,000 observations", (await rehearsed(10_000_000, ours(2))).memory, "MB");
  } finally {
    rmSync(folder, { recursive: true });
  }
  return group;
}

/** Seconds of the clock and of the processor, all threads together, and the most memory, in MB. */
function rehearsed(number, args) {
  return new Promise((resolve, reject) => {
    const source = spawn(process.execPath, [here("observations.mjs"), String(number)], { stdio: ["ignore", "pipe", "inherit"] });
    const started = performance.now();
    const child = spawn(process.execPath, ["--require", here("usage.cjs"), ...args], { stdio: [source.stdout, "pipe", "inherit", "pipe"] });
    source.stdout.destroy(); // the child has it
    const texts = { 1: "", 3: "" };
    for (const stream of [1, 3]) child.stdio[stream].setEncoding("utf8").on("data", (text) => (texts[stream] += text));
    child.on("error", reject);
    child.on("close", (code) => {
      const { observations, pass } = code === 0 ? JSON.parse(texts[1]) : {};
      // A count of 1 to 7 for each, by the line's place in a block of 900.
      if (observations !== number || pass !== connections(number))
        return reject(new Error(`${args.join(" ")}: ended with ${code}, ${pass} of ${observations} pass`));
      resolve({ wall: (performance.now() - started) / 1000, ...JSON.parse(texts[3]) });
    });
  });
}

function connections(number) {
  const of = (lines) => Array.from({ length: lines }, (_, index) => 1 + (index % 7)).reduce((sum, count) => sum + count, 0);
  return Math.floor(number / 900) * of(900) + of(number % 900);
}
