package io.llmtwin.pipeline.check;

import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** The variables that a route or a template of a candidate may read. */
final class Variables {
    /** Those that no route sets: the door does, the component {@code revision:}, and beans. */
    static final Set<String> FROM_JAVA = Set.of(
            "affinity",
            "author",
            "authorScope",
            "call",
            "caller",
            "chatReply",
            "client",
            "completion",
            "conversation",
            "conversationId",
            "deadline",
            "draft",
            "enableMonitoring",
            "enableRag",
            "experiment",
            "frequencyPenalty",
            "lifetime",
            "limit",
            "listener",
            "maxTokens",
            "otelTraceId",
            "presencePenalty",
            "query",
            "rehearsal",
            "replica",
            "rerankDepth",
            "revision",
            "seed",
            "span",
            "stop",
            "temperature",
            "timings",
            "topP",
            "traceId",
            "tracesOf",
            "triedReplicas",
            "wantedRevision",
            "warnings");

    private static final Set<String> PASSAGE = Set.of(
            "id",
            "documentId",
            "collection",
            "score",
            "scores",
            "content",
            "author",
            "platform",
            "link",
            "name",
            "title",
            "chunk",
            "vector");

    /** What each item has of those variables that are lists and that a template can go through. */
    static final Map<String, Set<String>> ITEMS = Map.of(
            "sources", Set.of("number", "title", "content"),
            "numbered", Set.of("number", "content"),
            "passages", PASSAGE,
            "found", PASSAGE,
            "retrieved", PASSAGE);

    /** Steps with a {@code name} that is a variable's. */
    private static final Set<String> SETTING = Set.of("setVariable", "convertVariableTo");

    private final Set<String> known = new TreeSet<>(FROM_JAVA);

    /** All of {@code files}, with those that no route sets. */
    Variables(List<RouteFile> files) {
        for (RouteFile file : files) {
            for (YamlEntry entry : file.all()) {
                String name = entry.text();
                if (isSet(entry) && !name.isEmpty()) {
                    known.add(name);
                }
            }
        }
    }

    private static boolean isSet(YamlEntry entry) {
        YamlEntry step = entry.parent();
        return switch (entry.name()) {
            case "name" ->
                step != null
                        && (SETTING.contains(step.name())
                                || (step.name().equals("variables") && step.isUnder("setVariables")));
            case "toName" -> entry.isUnder("convertVariableTo");
            case "variableReceive" -> true;
            default -> false;
        };
    }

    /** Every variable that may be there. */
    Set<String> names() {
        return Collections.unmodifiableSet(known);
    }

    boolean has(String name) {
        return known.contains(name);
    }

    /** The one that was probably meant by {@code name}. */
    @Nullable
    String closest(String name) {
        return Spelling.closest(name, known);
    }
}
