// Nothing is left out in silence: a generator hides an entry in valid source of each format. It must be in the policy, in a finding, or in an error.
// CHAINPIN_SEED repeats a run, CHAINPIN_CASES makes it longer.
import assert from "node:assert/strict";
import { test } from "node:test";
import { ConvertError, fromOkHttp } from "chainpin/convert";
import { chance } from "./random.mjs";
import { strayPin } from "./vectors.mjs";

const seed = Number(process.env.CHAINPIN_SEED ?? 15);
const CASES = Number(process.env.CHAINPIN_CASES ?? 400);

const plain = strayPin(1);
const hidden = strayPin(2);
const HOST = "hidden.example";

/** What is done with a conversion: it throws, or tells of the entry by its host, its pin or its line. */
function isReported(convert, line) {
  let conversion;
  try {
    conversion = convert();
  } catch (error) {
    if (!(error instanceof ConvertError)) throw error;
    return true;
  }
  const { policy, findings } = conversion;
  const pinned = policy.rules.some((rule) => rule.host.endsWith(HOST) && (rule.exempt === true || rule.pins.some((pin) => (pin.pin ?? pin) === hidden)));
  return pinned || findings.some(({ host, message }) => host.endsWith(HOST) || message.includes(hidden) || message.includes(`line ${line}:`));
}

const unicode = (text) => [...text].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`).join("");
const octal = (text) => [...text].map((letter) => `\\${letter.charCodeAt(0).toString(8).padStart(3, "0")}`).join("");

/** Ways to write a value: h the host, p the pin, as a literal or otherwise; k Kotlin. */
const values = {
  kotlin: (text, { pick }) =>
    pick([`"${text}"`, `"${text}"`, `"""${text}"""`, "HIDDEN", "get()", `"${text.slice(0, 5)}" + "${text.slice(5)}"`, `"${text.slice(0, 5)}$REST"`, `"${text.slice(0, 5)}\${rest(1)}"`, `("${text}")`, `"${unicode(text)}"`, `if (DEBUG) "${text}" else OTHER`, `map["x"]!!`, `buildString { append("${text}") }`, `"${text}".trim()`]),
  java: (text, { pick }) =>
    pick([`"${text}"`, `"${text}"`, "HIDDEN", "getHidden()", `"${text.slice(0, 5)}" + "${text.slice(5)}"`, `"${unicode(text)}"`, `"${octal(text)}"`, `"${text.slice(0, 3)}\\uu${text.charCodeAt(3).toString(16).padStart(4, "0")}${text.slice(4)}"`, `String.format("%s", "${text}")`, `hidden[0]`, `(String) "${text}"`]),
};

const blanks = ({ pick }) => pick(["", "", "", " ", "\n  ", "/* . */", " // add\n", "\t", "\r\n"]);

/** Lines that make a pin for the host, in Kotlin and in Java. */
const ways = {
  kotlin: [
    (c, h, p) => `val b = CertificatePinner.Builder()\nb${c._()}.${c._()}add${c._()}(${h}, ${p})`,
    (c, h, p) => `CertificatePinner.Builder().apply {\n add(${h}, ${p})\n}.build()`,
    (c, h, p) => `CertificatePinner.Builder().also { it.add(${h}, ${p}) }`,
    (c, h, p) => `CertificatePinner.Builder().run { add(${h}, ${p}); build() }`,
    (c, h, p) => `with(CertificatePinner.Builder()) { add(${h}, ${p}) }`,
    (c, h, p) => `CertificatePinner.Builder().let { x -> x.add(${h}, ${p}) }`,
    (c, h, p) => `CertificatePinner.Builder()${c.pick(["?.", "!!.", "."])}add("plain.example", "${plain}")${c.pick(["?.", "!!.", "\n."])}add(${h}, ${p})`,
    (c, h, p) => `hosts.forEach { host -> builder.add(${c.pick(["host", h])}, ${p}) }`,
    (c, h, p) => `for (host in hosts) builder.add(${c.pick(["host", h])}, ${p})`,
    (c, h, p) => `val pins = setOf(${c.pick(["CertificatePinner.", "okhttp3.CertificatePinner.", ""])}Pin(${h}, ${p}))`,
    (c, h, p) => `builder.pins${c.pick([".add(", " += ", ".plusAssign("])}CertificatePinner.Pin(${h}, ${p})`,
    (c, h, p) => `CertificatePinner.Builder().add(pattern = ${h}, pins = arrayOf(${p}))`,
    (c, h, p) => `builder.add(${h}, *arrayOf(${p}))`,
    (c, h, p) => `builder.add(${h}, *PINS, ${p})`,
    (c, h) => `builder.add(${h}, CertificatePinner.pin(certificate))`,
    (c, h, p) => `builder.\`add\`(${h}, ${p})`,
    (c, h, p) => `val f = ${c.pick(["builder", "CertificatePinner.Builder"])}::add\nf(${h}, ${p})`,
    (c, h, p) => `typealias Pinner = CertificatePinner\nval b = Pinner.Builder().add(${h}, ${p})`,
    (c, h, p) => `import okhttp3.CertificatePinner.Builder as B\nval b = B().add(${h}, ${p})`,
    (c, h, p) => `if (false) { builder.add(${h}, ${p}) }`,
    (c) => `mapOf("${HOST}" to "${hidden}").forEach { (h, p) -> pinned(h, p) }`,
    (c) => `const val PIN = "${hidden}"`,
    (c) => `val config = "${HOST}=${hidden};"`,
    (c) => `val s = """\n  ${hidden}\n""".trim()`,
    (c, h) => `builder.add(${h}, "sha256/$hash")`,
    (c, h) => `builder.add(${h}, "sha256/" + hash)`,
    (c, h) => `val s = "\${builder.add(HOST, PIN)}"`,
    (c, h, p) => `CertificatePinner.Builder().pinAll(${p})`,
    (c, h, p) => `CertificatePinner.Builder().pins.addAll(PINS)`,
    (c) => `// a comment\r builder.add("${HOST}", "${hidden}")`,
    (c) => `val q = """a""""; builder.add("${HOST}", "${hidden}"); val r = """"b"""`,
    (c, h, p) => `val q = '"'; builder.add(${h}, ${p}); val r = '"'`,
    (c, h, p) => `val q = '\\''; builder.add(${h}, ${p}); val r = '\\u0027'`,
    (c) => `/* /* */ builder.add("${HOST}", "${hidden}") /* */`,
  ],
  java: [
    (c, h, p) => `CertificatePinner.Builder b = new CertificatePinner.Builder();\nb${c._()}.${c._()}add${c._()}(${h}, ${p});`,
    (c, h, p) => `new CertificatePinner.Builder().add("plain.example", "${plain}")${c._()}.${c._()}add(${h}, ${p}).build();`,
    (c, h, p) => `for (String host : hosts) builder.add(${c.pick(["host", h])}, ${p});`,
    (c, h, p) => `new okhttp3.CertificatePinner.Builder().<String>add(${h}, ${p});`,
    (c, h, p) => `builder.${unicode("a")}dd(${h}, ${p});`,
    (c, h, p) => `builder.ad\u00add(${h}, ${p});`,
    (c, h, p) => `builder.add(${h}, new String[] { ${p} });`,
    (c) => `pins.forEach(builder::add);`,
    (c) => `/* \\u002a/ builder.add("${HOST}", "${hidden}"); /* */`,
    (c) => `// \\u000a builder.add("${HOST}", "${hidden}");`,
    (c) => `String s = "\\u0022; builder.add("${HOST}", "${hidden}"); s = "";`,
    (c) => `String s = """\n  a \\""" b; builder.add("${HOST}", "${hidden}");\n  """;`,
    (c) => `String s = "\${"; builder.add("${HOST}", HIDDEN); s = "}";`,
    (c) => `char c = '\\u005c''; builder.add("${HOST}", "${hidden}"); c = '"';`,
    (c) => `static final String PIN = "${octal("sha256/")}${hidden.slice(7)}";`,
    (c) => `pins.put("${HOST}", List.of("${hidden}"));`,
    (c, h, p) => `add(${h}, ${p});`,
  ],
};

/** What is no pinner, and is passed over without a word. */
const noise = {
  kotlin: ['list.add("x")', "list.add(1, y)", 'Headers.Builder().add("Accept", "text/plain")', 'Log.d("got $x of ${x.size}")', '// b.add("no.example", PIN)', `/* b.add("no.example", "${hidden}") */`, "val c = '\"'", "items.add(Item(a, b))", "fun add(a: Int, b: Int) = a + b", 'val r = Regex("""\\w+\\s$""")', "val n = 1.0", "map[\"a\"]?.let { it.add(it) }", "val f = list.size::plus"],
  java: ['list.add("x");', "list.add(0, y);", 'headers.add("Accept", "text/plain");', '// b.add("no.example", PIN);', `/* b.add("no.example", "${hidden}"); */`, "char c = '\"';", "calendar.add(Calendar.DATE, 1);", 'String s = "costs $5 \\u00e4 \\n";', "int[] x = { 1, 2 };"],
};

function source(language, planted, { random, pick }) {
  const lines = Array.from({ length: Math.floor(random() * 4) }, () => pick(noise[language]));
  lines.splice(Math.floor(random() * (lines.length + 1)), 0, `val plain = ${language === "java" ? "new " : ""}CertificatePinner.Builder().add("plain.example", "${plain}").build()`);
  const at = Math.floor(random() * (lines.length + 1));
  if (planted !== undefined) lines.splice(at, 0, planted);
  const text = lines.join("\n");
  // A call's line is that of its `add` or `Pin`, one of the planted lines.
  return { text, from: lines.slice(0, at).join("\n").split("\n").length + (at > 0 ? 1 : 0), lines: planted?.split(/\r?\n/).length ?? 0 };
}

test(`OkHttp: an entry that is hidden in Kotlin or Java is read or reported (seed ${seed})`, () => {
  for (const language of ["kotlin", "java"]) {
    ways[language].forEach((way, index) => {
      for (let n = 0; n < CASES / 10; n++) {
        const luck = chance(seed + 1000 * index + n);
        const context = { ...luck, _: () => blanks(luck) };
        const value = (text) => values[language](text, luck);
        const planted = way(context, value(HOST), value(hidden));
        const { text, from, lines } = source(language, planted, luck);
        const told = Array.from({ length: lines + 1 }, (_, line) => line + from).some((line) => isReported(() => fromOkHttp(text), line));
        assert.ok(told, `${language}: neither read nor reported:\n${planted}\nin\n${text}`);
      }
    });
  }
});

test("OkHttp: what is no pinner changes nothing", () => {
  for (const language of ["kotlin", "java"]) {
    for (let n = 0; n < CASES; n++) {
      const { text } = source(language, undefined, chance(seed + n));
      const { policy, findings } = fromOkHttp(text);
      assert.deepEqual({ rules: policy.rules, findings }, { rules: [{ host: "plain.example", pins: [plain] }], findings: [] }, text);
    }
  }
});
