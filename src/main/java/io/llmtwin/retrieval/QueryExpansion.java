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
 * <query>…</query>} counts; the question itself always comes first.
 */
@Component
public final class QueryExpansion {
    private static final Pattern QUERY = Pattern.compile("<query>([^<>]*)</query>");
    private static final int MAX_LENGTH = 400;

    private final int limit;

    QueryExpansion(RetrievalSettings settings) {
        this.limit = settings.expandNQuery();
    }

    /** {@code query} alone. */
    public List<String> none(@Variable("query") String query) {
        return List.of(query);
    }

    /** At most EXPAND_N_QUERY distinct queries, {@code query} first, then those that {@code answer} offers. */
    public List<String> parse(@Variable("query") String query, @Nullable String answer) {
        Map<String, String> queries = new LinkedHashMap<>();
        queries.put(key(query), query);
        Matcher matcher = QUERY.matcher(answer == null ? "" : answer);
        while (matcher.find() && queries.size() < limit) {
            String offered = TextCleaner.clean(matcher.group(1)).replace('\n', ' ');
            if (!offered.isEmpty() && offered.length() <= MAX_LENGTH) {
                queries.putIfAbsent(key(offered), offered);
            }
        }
        return List.copyOf(queries.values());
    }

    private static String key(String query) {
        return TextCleaner.clean(query).toLowerCase(Locale.ROOT);
    }
}
