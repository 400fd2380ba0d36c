package io.llmtwin.pipeline.check;

import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** Every bean that a route names is there, and has the method that is called. */
final class BeanRule implements FileRule {
    /** Steps and expressions that call a bean. */
    private static final Set<String> CALLS = Set.of("bean", "method");

    /** Keys whose text may begin with a hash for its own reasons. */
    private static final Set<String> TEXTS =
            Set.of("constant", "simple", "expression", "message", "log", "pattern", "name", "id");

    private static final Pattern REFERENCE = Pattern.compile("#(?:bean:)?([A-Za-z_][\\w-]*)");
    private static final Pattern IN_SIMPLE =
            Pattern.compile("\\$\\{(?:bean:(?!type:)|ref:)([A-Za-z_][\\w-]*)(?:(?:\\.|\\?method=)(\\w+))?");

    private final Vocabulary vocabulary;

    BeanRule(Vocabulary vocabulary) {
        this.vocabulary = vocabulary;
    }

    @Override
    public void check(RouteFile file, Findings findings) {
        file.all().forEach(entry -> check(file.path(), entry, findings));
    }

    private void check(String path, YamlEntry entry, Findings findings) {
        ScalarNode value = entry.scalar();
        YamlEntry parent = entry.parent();
        boolean inCall = parent != null && CALLS.contains(parent.name());
        if (value == null || entry.isProse()) {
            return;
        }
        if (entry.name().equals("ref") && inCall) {
            YamlEntry method = entry.sibling("method");
            Class<?> bean = bean(path, value, 0, value.getValue(), findings);
            if (bean != null && method != null && method.scalar() != null) {
                method(path, method.scalar(), 0, bean, value.getValue(), method.text(), findings);
            }
        } else if (CALLS.contains(entry.name()) && !inCall) {
            bean(path, value, 0, value.getValue(), findings);
        } else {
            Matcher reference = REFERENCE.matcher(value.getValue());
            if (reference.matches() && !TEXTS.contains(entry.name())) {
                bean(path, value, reference.start(1), reference.group(1), findings);
            }
            inSimple(path, value, findings);
        }
    }

    private void inSimple(String path, ScalarNode value, Findings findings) {
        Matcher inSimple = IN_SIMPLE.matcher(value.getValue());
        while (inSimple.find()) {
            Class<?> bean = bean(path, value, inSimple.start(1), inSimple.group(1), findings);
            if (bean != null && inSimple.group(2) != null) {
                method(path, value, inSimple.start(2), bean, inSimple.group(1), inSimple.group(2), findings);
            }
        }
    }

    private @Nullable Class<?> bean(String path, ScalarNode place, int index, String name, Findings findings) {
        if (name.contains("{{") || name.contains("${")) {
            return null;
        }
        Class<?> bean = vocabulary.bean(name);
        if (bean == null) {
            findings.add(
                    path, place, index, "there is no bean `" + name + "`", Spelling.closest(name, vocabulary.beans()));
        }
        return bean;
    }

    private static void method(
            String path, ScalarNode place, int index, Class<?> bean, String name, String call, Findings findings) {
        String method = call.split("\\(", 2)[0].strip();
        Set<String> methods = Vocabulary.methods(bean);
        if (!method.isEmpty() && !method.contains("{{") && !methods.contains(method)) {
            findings.add(
                    path,
                    place,
                    index,
                    "the bean `" + name + "` has no method `" + method + "`; it has " + String.join(", ", methods),
                    Spelling.closest(method, methods));
        }
    }
}
