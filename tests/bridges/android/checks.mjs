// What an app's build makes of the Android halves, without Android's own tools: Gradle evaluates the build files; four Kotlin compilers; no class
// or method that Android 7.0 lacks; D8 and R8 take the classes, and R8 keeps what is found by its name. Needs JDK 17 and Maven.
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { at, onPath } from "../../../scripts/lib/paths.mjs";
import { Failure, main } from "../../../scripts/lib/run.mjs";
import { maven, out, tail, unpackLibraries } from "./maven.mjs";
import { makeSpec } from "./spec.mjs";

/** The oldest that is in use, one of each language version up to that of React Native, and Capacitor's. */
const kotlins = ["1.9.25", "2.0.21", "2.1.20", "2.2.0"];
const java = "Java 17 17";

main(() => {
  if (!onPath("mvn")) throw new Failure("Maven is missing: on Debian `apt-get install openjdk-17-jdk-headless maven` as root");
  makeSpec(at("native", "react-native", "src", "NativeChainpin.ts"), join(out, "spec"));
  unpackLibraries();
  console.log("\nAndroid, what builds make of it");
  gradle();
  const [oldest, ...newer] = kotlins;
  kotlin(oldest, "animal-sniffer:check");
  console.log("  no class and no method that Android 7.0 (API 24) lacks");
  dex(join(out, `kotlin-${oldest}`));
  for (const version of newer) kotlin(version);
});

function gradle() {
  const seen = run("-pl", "gradle", "compile", "exec:exec")
    .split("\n")
    .filter((line) => line.includes("; "));
  const expected = ["react-native", "capacitor"].flatMap((name) =>
    [8, 9].flatMap((version) => [false, true].map((isSet) => line(name, version, isSet))),
  );
  const wrong = expected.filter((line, index) => seen[index]?.replace(/^\W*\[0?m?/g, "") !== line);
  if (wrong.length > 0 || seen.length !== expected.length)
    throw new Failure(`Gradle makes something else of the build files:\n${seen.join("\n")}\nexpected:\n${expected.join("\n")}`);
  console.log(`  ${expected.length} evaluations of the two build files by Gradle 8.10, in the shape of Android's plugin 8 and 9`);
}

function line(name, version, isSet) {
  const plugins = [
    "com.android.library",
    ...(name === "react-native" ? ["com.facebook.react"] : []),
    ...(version < 9 ? ["org.jetbrains.kotlin.android"] : []),
  ];
  const dependencies =
    name === "react-native"
      ? ["com.facebook.react:react-android", "com.squareup.okhttp3:okhttp:4.9.2"]
      : [`androidx.webkit:webkit:${isSet ? "9.9" : "1.14.0"}`, "app:capacitor-android:unspecified", "com.squareup.okhttp3:okhttp:4.12.0"];
  const shape = `chainpin.${name.replace("-", "")}, compile ${isSet ? 37 : 36}, minimum ${isSet ? 26 : 24}, ${java}, Kotlin ${version < 9 ? 17 : "of Android's own"}, [bridge]`;
  return `${name} with Android's plugin ${version}${isSet ? ", versions set by the app" : ""}; ${plugins.join(" ")}; ${shape}; ${dependencies.join(" ")}`;
}

/** Compiles everything that is Kotlin; `goals`: what Maven does with the classes. */
function kotlin(version, ...goals) {
  const folder = join(out, `kotlin-${version}`);
  rmSync(join(folder, "classes"), { recursive: true, force: true });
  const skipped = goals.length === 0 ? ["-Dmdep.skip"] : [];
  run(
    "-pl",
    "libraries,bridge",
    `-Dkotlin.version=${version}`,
    `-Dout=kotlin-${version}`,
    "-Dmaven.antrun.skip",
    ...skipped,
    "compile",
    ...goals,
  );
  if (!existsSync(join(folder, "classes", "chainpin", "bridge", "Gate.class"))) throw new Failure(`Kotlin ${version} made no classes`);
  console.log(`  Kotlin ${version}: no error, no warning`);
}

function dex(folder) {
  const libraries = readFileSync(join(folder, "classpath.txt"), "utf8").trim().split(delimiter);
  const classes = join(folder, "classes.jar");
  execFileSync("jar", ["cf", classes, "-C", join(folder, "classes"), "."]);
  const place = join(folder, "dex");
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  // Java's own classes are the JDK's: those of Robolectric's jar lack them.
  const { stderr } = spawnSync("java", ["-XshowSettings:properties", "-version"], { encoding: "utf8" });
  const [, jdk] = /java\.home = (.+)/.exec(stderr);
  const given = [
    "--lib",
    jdk,
    ...libraries.filter((file) => file.endsWith(".jar")).flatMap((jar) => ["--lib", jar]),
    "--lib",
    libraryClasses(folder),
  ];
  r8("D8", "--min-api", "24", ...given, "--output", place, classes);
  console.log("  D8, for Android 7.0 and newer: no warning");

  const rules = join(folder, "rules.pro");
  const reactNative = execFileSync("unzip", ["-p", join(out, "libraries", "aars", "react-android.aar"), "proguard.txt"], {
    encoding: "utf8",
  });
  const capacitor = readFileSync(
    join(at("tests", "bridges", "android"), "node_modules", "@capacitor", "android", "capacitor", "proguard-rules.pro"),
    "utf8",
  );
  // Android's plugin keeps annotations in every app; and an app's own code makes the package, by a call that React Native generates.
  writeFileSync(
    rules,
    `${reactNative}\n${capacitor}\n-keepattributes RuntimeVisible*Annotations,AnnotationDefault\n-keep class chainpin.reactnative.ChainpinPackage { <init>(); }\n`,
  );
  const kept = join(folder, "kept.jar");
  r8("R8", "--release", "--classfile", ...given, "--pg-conf", rules, "--output", kept, classes);
  const plugin = described(kept, "chainpin.capacitor.ChainpinPlugin");
  const module = described(kept, "chainpin.reactnative.ChainpinModule");
  const missing = [
    ...[
      /class chainpin\.capacitor\.ChainpinPlugin/,
      / post\(com\.getcapacitor\.PluginCall\)/,
      /CapacitorPlugin\(\s*name="Chainpin"/,
    ].filter((word) => !word.test(plugin)),
    ...["post(java.lang.String)", "addListener(java.lang.String)", "removeListeners(double)"].filter((word) => !module.includes(word)),
  ];
  if (missing.length > 0)
    throw new Failure(`R8 takes away what Capacitor and React Native find by name: ${missing.join(", ")}\n${plugin}\n${module}`);
  console.log("  R8, with the rules of Capacitor and React Native: what is found by its name is there");
}

function r8(tool, ...args) {
  const output = execFileSync(
    "sh",
    ["-c", '"$@" 2>&1', "sh", "java", "-cp", join(out, "r8", "r8.jar"), `com.android.tools.r8.${tool}`, ...args],
    { encoding: "utf8", maxBuffer: 1 << 26 },
  );
  if (/^(?:warning|error)/im.test(output)) throw new Failure(`${tool} says:\n${output}`);
}

/** The unpacked Android libraries, as the jar that R8 wants. */
function libraryClasses(folder) {
  const jar = join(folder, "libraries.jar");
  execFileSync("jar", ["cf", jar, "-C", join(out, "libraries", "classes"), "."]);
  return jar;
}

function described(jar, name) {
  return execFileSync("javap", ["-v", "-p", "-cp", jar, name], { encoding: "utf8" });
}

function run(...args) {
  const { status, output } = maven("-Pokhttp-4", ...args);
  if (status !== 0) throw new Failure(tail(output));
  return output;
}
