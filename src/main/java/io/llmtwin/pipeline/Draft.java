package io.llmtwin.pipeline;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A change of the pipeline that somebody wants to try.
 *
 * @param base the revision that it changes; null for the one that serves
 * @param files new texts by path; null takes a file away
 * @param note says what it is about
 */
public record Draft(
        @Nullable String base,
        Map<String, @Nullable String> files,
        @Nullable String note) {

    public Draft {
        files = Collections.unmodifiableMap(new LinkedHashMap<>(files));
    }
}
