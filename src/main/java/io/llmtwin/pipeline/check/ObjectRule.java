package io.llmtwin.pipeline.check;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** A route calls the application's beans, and makes or names no class by itself. */
final class ObjectRule implements FileRule {
    private static final String REASON = "a pipeline makes no object of a class; it calls the application's beans";
    private static final String BEAN_TYPE = "beanType";
    private static final String BEANS = "beans";
    private static final Set<String> TEMPLATES = Set.of("routeTemplate", "templatedRoute");
    private static final Pattern OF_CLASS = Pattern.compile("#class:|\\$\\{\\s*(bean:)?type:");

    @Override
    public void check(RouteFile file, Findings findings) {
        for (YamlEntry entry : file.all()) {
            ScalarNode value = entry.scalar();
            if (makesObjects(entry)) {
                findings.add(file.path(), entry.key(), REASON, null);
            } else if (value != null && !entry.isProse()) {
                Matcher ofClass = OF_CLASS.matcher(value.getValue());
                if (ofClass.find()) {
                    findings.add(file.path(), value, ofClass.start(), REASON, null);
                }
            }
        }
    }

    private static boolean makesObjects(YamlEntry entry) {
        return switch (entry.name()) {
            case BEAN_TYPE -> true;
            case BEANS ->
                entry.parent() == null || TEMPLATES.contains(entry.parent().name());
            default -> false;
        };
    }
}
