package chainpin;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.gradle.api.Project;
import org.gradle.testfixtures.ProjectBuilder;

/** `Evaluate NATIVE WORK`: evaluates both packages' build files with Gradle's own ProjectBuilder, in an app of each kind. Prints a line for each. */
public final class Evaluate {
    public static void main(String[] arguments) throws Exception {
        Path nativeFolder = Path.of(arguments[0]);
        Path work = Path.of(arguments[1]);
        for (String name : List.of("react-native", "capacitor")) {
            for (int android : new int[] {8, 9}) {
                for (boolean isSet : new boolean[] {false, true}) System.out.println(evaluate(nativeFolder, work, name, android, isSet));
            }
        }
        // Gradle's threads would keep the process.
        System.exit(0);
    }

    private static String evaluate(Path nativeFolder, Path work, String name, int android, boolean isSet) throws Exception {
        Shape.android = android;
        Path app = work.resolve(name + "-" + android + "-" + isSet);
        Path folder = app.resolve("library");
        Files.createDirectories(folder);
        // Gradle would download the plugins, which are in the class path here, in our shape.
        String text = Files.readString(nativeFolder.resolve(name).resolve("android/build.gradle")).replaceAll("(?m)^ *classpath .*$", "");
        Files.writeString(folder.resolve("build.gradle"), text);

        Project root = ProjectBuilder.builder().withProjectDir(app.toFile()).withGradleUserHomeDir(work.resolve("home").toFile()).withName("app").build();
        if (isSet) {
            root.getExtensions().getExtraProperties().set("compileSdkVersion", 37);
            root.getExtensions().getExtraProperties().set("minSdkVersion", 26);
            root.getExtensions().getExtraProperties().set("androidxWebkitVersion", "9.9");
        }
        ProjectBuilder.builder().withParent(root).withProjectDir(new File(app.toFile(), "capacitor")).withName("capacitor-android").build();
        Project project = ProjectBuilder.builder().withParent(root).withProjectDir(folder.toFile()).withName("library").build();
        project.apply(Map.of("from", "build.gradle"));

        Shape.Android shape = project.getExtensions().getByType(Shape.Android.class);
        List<String> plugins = new ArrayList<>(new TreeSet<>(Shape.applied(project)));
        List<String> dependencies = new ArrayList<>();
        project.getConfigurations().getByName("implementation").getDependencies().forEach(it -> dependencies.add(it.getGroup() + ":" + it.getName() + (it.getVersion() == null ? "" : ":" + it.getVersion())));
        return String.join("; ", name + " with Android's plugin " + android + (isSet ? ", versions set by the app" : ""), String.join(" ", plugins), shape.summary(), String.join(" ", new TreeSet<>(dependencies)));
    }
}
