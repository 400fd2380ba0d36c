package io.llmtwin.retrieval;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code queryExpansion}: reads search queries out of a model's answer. Only what stands in {@code
 * <query>…</query>} counts, and not what the question itself put between such marks; the question always comes first.
 */
@Component
public final class QueryExpansion {
    private static final Pattern QUERY = Pattern.compile("<query>([^<>]*)</query>");
    private static final Pattern WHITE_SPACE = Pattern.compile("\\s+");
    private static final int MAX_LENGTH = 400;

    private final int limit;

    QueryExpansion(ExpansionLimit limit) {
        this.limit = limit.queries();
    }

    /** How many queries a question is expanded to, itself included; with 1 there is nothing to ask a model for. */
    public int limit() {
        return limit;
    }

    /** {@code query} alone. */
    public List<String> none(@Variable("query") String query) {
        return List.of(query);
    }

    /**
     * At most {@link #limit()} distinct queries, {@code query} first, then those that {@code answer} offers, in its
     * order. Queries that differ in case, in white space or in what NFKC makes the same are one.
     *
     * @param answer the model's, or null where it was not asked
     */
    public List<String> parse(@Variable("query") String query, @Variable("expansion") @Nullable String answer) {
        Map<String, String> queries = new LinkedHashMap<>();
        queries.put(key(query), query);
        List<String> smuggled =
                QUERY.matcher(query).results().map(match -> key(match.group(1))).toList();
        Matcher matcher = QUERY.matcher(answer == null ? "" : answer);
        while (matcher.find() && queries.size() < limit) {
            String offered = onOneLine(matcher.group(1));
            if (!offered.isEmpty() && offered.length() <= MAX_LENGTH && !smuggled.contains(key(offered))) {
                queries.putIfAbsent(key(offered), offered);
            }
        }
        return List.copyOf(queries.values());
    }

    private static String key(String query) {
        return onOneLine(query).toLowerCase(Locale.ROOT);
    }

    private static String onOneLine(String text) {
        return WHITE_SPACE.matcher(TextCleaner.clean(text)).replaceAll(" ").strip();
    }
}
