package io.llmtwin.pipeline.check;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * An endpoint that a step sends to, or that a route begins at.
 *
 * @param step such as {@code to} or {@code from}
 * @param uri as it is written
 * @param parameters beside the URI, if there are any
 */
record Call(
        RouteFile file,
        YamlEntry step,
        ScalarNode uri,
        @Nullable YamlEntry parameters) {
    private static final Set<String> STEPS = Set.of("from", "to", "toD", "wireTap", "poll", "enrich", "pollEnrich");
    private static final String DIRECT = "direct:";

    /** The endpoints in {@code file}, from top to bottom. */
    static List<Call> in(RouteFile file) {
        List<Call> calls = new ArrayList<>();
        for (YamlEntry entry : file.all()) {
            if (!STEPS.contains(entry.name()) || entry.isUnder("parameters")) {
                continue;
            }
            YamlEntry uri = entry.child("uri");
            ScalarNode text = uri == null ? entry.scalar() : uri.scalar();
            if (text != null) {
                calls.add(new Call(file, entry, text, entry.child("parameters")));
            }
        }
        return calls;
    }

    String text() {
        return uri.getValue();
    }

    boolean isFrom() {
        return step.name().equals("from");
    }

    /** What stands before the first colon; null where that is known when a request runs, and not before. */
    @Nullable
    String component() {
        String before = text().split("[:?]", 2)[0];
        return before.contains("${") || before.contains("{{") ? null : before;
    }

    /** The name behind {@code direct:}; null for other endpoints, and where it is known when a request runs only. */
    @Nullable
    String direct() {
        if (!text().startsWith(DIRECT) || text().contains("${") || text().contains("{{")) {
            return null;
        }
        return text().substring(DIRECT.length()).replaceFirst("^//", "").split("\\?", 2)[0];
    }

    /** The URI without its options. */
    String address() {
        return text().split("\\?", 2)[0];
    }

    /** The names of the options in the URI itself. */
    List<String> query() {
        String[] parts = text().split("\\?", 2);
        if (parts.length == 1 || parts[1].contains("${")) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        for (String option : parts[1].split("&", -1)) {
            String name = option.split("=", 2)[0];
            if (!name.isEmpty()) {
                names.add(name);
            }
        }
        return names;
    }
}
