package io.llmtwin.pipeline;

import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.component.properties.PropertiesLookup;
import org.apache.camel.component.properties.PropertiesParser;

/**
 * Fills the placeholders of a revision, from the few settings that say how it answers. Others may hold a secret, and
 * what a route reads can be seen in a trace. Thread-safe.
 */
public final class OpenSettings implements PropertiesParser {
    private static final Set<String> NAMES = Set.of(
            "request.deadline.ms",
            "llm-twin.embedding.model",
            "llm-twin.expansion.model",
            "llm-twin.expansion.openai-model",
            "llm-twin.expansion.provider",
            "llm-twin.expansion.timeout",
            "llm-twin.llm.model",
            "llm-twin.monitoring.redact",
            "llm-twin.prompt.max-input-tokens",
            "llm-twin.prompt.max-total-tokens",
            "llm-twin.rerank.by",
            "llm-twin.rerank.depth",
            "llm-twin.rerank.model",
            "llm-twin.rerank.timeout",
            "llm-twin.retrieval.expand-n-query",
            "llm-twin.retrieval.keep-top-k",
            "llm-twin.retrieval.top-k",
            "EMBEDDING_MODEL_ID",
            "EXPANSION_MODEL",
            "EXPANSION_PROVIDER",
            "EXPANSION_TIMEOUT",
            "EXPAND_N_QUERY",
            "KEEP_TOP_K",
            "LLM_MODEL",
            "MAX_INPUT_TOKENS",
            "MAX_TOTAL_TOKENS",
            "MONITORING_REDACT",
            "OPENAI_MODEL_ID",
            "RERANK",
            "RERANK_DEPTH",
            "RERANK_MODEL",
            "RERANK_TIMEOUT",
            "TOP_K");

    /** The name is all before the default or the end; a brace in it is another placeholder, and none of these. */
    private static final Pattern NAME = Pattern.compile("\\{\\{\\s*[?!]?([^:}]*)");

    private final PropertiesParser settings;

    OpenSettings(PropertiesParser settings) {
        this.settings = settings;
    }

    /** What a placeholder may name. */
    public static Set<String> names() {
        return new TreeSet<>(NAMES);
    }

    /** Where {@code text} has placeholders; the first group is what each names. */
    public static Matcher placeholders(String text) {
        return NAME.matcher(text);
    }

    @Override
    public String parseUri(
            String text,
            PropertiesLookup properties,
            boolean fallback,
            boolean keepUnresolvedOptional,
            boolean nestedPlaceholder) {
        Matcher placeholder = placeholders(text);
        for (int from = 0; placeholder.find(from); from = placeholder.start() + 2) {
            String name = placeholder.group(1).strip();
            if (!NAMES.contains(name)) {
                throw new IllegalArgumentException("there is no setting `" + name + "` that a pipeline may read");
            }
        }
        return settings.parseUri(text, properties, fallback, keepUnresolvedOptional, nestedPlaceholder);
    }

    @Override
    public String parseProperty(String key, String value, PropertiesLookup properties) {
        return settings.parseProperty(key, value, properties);
    }
}
