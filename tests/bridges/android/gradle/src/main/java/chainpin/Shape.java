package chainpin;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import javax.inject.Inject;
import org.gradle.api.Action;
import org.gradle.api.GradleException;
import org.gradle.api.JavaVersion;
import org.gradle.api.NamedDomainObjectContainer;
import org.gradle.api.Plugin;
import org.gradle.api.Project;
import org.gradle.api.model.ObjectFactory;
import org.gradle.api.plugins.ExtensionAware;

/** The plugins that the build files apply, in the shape of version 8 or 9 of Android's: what they have and what they refuse, and nothing else. */
public final class Shape {
    static int android;

    private static final String APPLIED = "applied";

    static Set<String> applied(Project project) {
        if (!project.getExtensions().getExtraProperties().has(APPLIED)) project.getExtensions().getExtraProperties().set(APPLIED, new TreeSet<String>());
        @SuppressWarnings("unchecked")
        Set<String> applied = (Set<String>) project.getExtensions().getExtraProperties().get(APPLIED);
        return applied;
    }

    /** `com.android.library`. From 9 on with Kotlin in it. */
    public static final class AndroidPlugin implements Plugin<Project> {
        @Override
        public void apply(Project project) {
            applied(project).add("com.android.library");
            Android extension = project.getExtensions().create(Android.class, "android", android < 9 ? Android8.class : Android.class);
            extension.getSourceSets().create("main");
            for (String name : List.of("api", "implementation", "compileOnly")) project.getConfigurations().create(name);
            if (android >= 9) project.getExtensions().create("kotlin", Kotlin.class);
        }
    }

    /** `org.jetbrains.kotlin.android`. */
    public static final class KotlinPlugin implements Plugin<Project> {
        @Override
        public void apply(Project project) {
            if (android >= 9) throw new GradleException("The 'org.jetbrains.kotlin.android' plugin is no longer required for Kotlin support since AGP 9.0");
            applied(project).add("org.jetbrains.kotlin.android");
            project.getExtensions().create("kotlin", Kotlin.class);
            ((ExtensionAware) project.getExtensions().getByName("android")).getExtensions().create("kotlinOptions", KotlinOptions.class);
        }
    }

    /** `com.facebook.react`. */
    public static final class ReactPlugin implements Plugin<Project> {
        @Override
        public void apply(Project project) {
            applied(project).add("com.facebook.react");
        }
    }

    public static class Android {
        private final NamedDomainObjectContainer<SourceSet> sourceSets;
        private final DefaultConfig defaultConfig = new DefaultConfig();
        private final CompileOptions compileOptions = new CompileOptions();
        private String namespace;
        private Integer compileSdk;

        @Inject
        public Android(ObjectFactory objects) {
            sourceSets = objects.domainObjectContainer(SourceSet.class);
        }

        String summary() {
            ExtensionAware aware = (ExtensionAware) this;
            KotlinOptions kotlin = aware.getExtensions().findByType(KotlinOptions.class);
            return namespace + ", compile " + compileSdk + ", minimum " + defaultConfig.minSdk + ", Java " + compileOptions.source + " " + compileOptions.target
                + ", Kotlin " + (kotlin == null ? "of Android's own" : kotlin.jvmTarget) + ", " + sourceSets.getByName("main").getJava().folders;
        }

        public String getNamespace() { return namespace; }

        public void setNamespace(String value) { namespace = value; }

        public Integer getCompileSdk() { return compileSdk; }

        public void setCompileSdk(Integer value) { compileSdk = value; }

        public void defaultConfig(Action<? super DefaultConfig> action) { action.execute(defaultConfig); }

        public void compileOptions(Action<? super CompileOptions> action) { action.execute(compileOptions); }

        public NamedDomainObjectContainer<SourceSet> getSourceSets() { return sourceSets; }
    }

    /** What version 9 has no more. */
    public static class Android8 extends Android {
        @Inject
        public Android8(ObjectFactory objects) {
            super(objects);
        }

        public void compileSdkVersion(int value) { setCompileSdk(value); }
    }

    public static class DefaultConfig {
        private Integer minSdk;

        public Integer getMinSdk() { return minSdk; }

        public void setMinSdk(Integer value) { minSdk = value; }
    }

    public static class CompileOptions {
        private JavaVersion source;
        private JavaVersion target;

        public void setSourceCompatibility(JavaVersion value) { source = value; }

        public void setTargetCompatibility(JavaVersion value) { target = value; }
    }

    public static class SourceSet implements org.gradle.api.Named {
        private final String name;
        private final Java java = new Java();

        @Inject
        public SourceSet(String name) {
            this.name = name;
        }

        @Override
        public String getName() { return name; }

        public Java getJava() { return java; }
    }

    public static class Java {
        private final TreeSet<String> folders = new TreeSet<>();

        public void srcDir(Object folder) { folders.add(folder.toString()); }
    }

    public static class Kotlin {}

    public static class KotlinOptions {
        private String jvmTarget;

        public String getJvmTarget() { return jvmTarget; }

        public void setJvmTarget(String value) { jvmTarget = value; }
    }
}
