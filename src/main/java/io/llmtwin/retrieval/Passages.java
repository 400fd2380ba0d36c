package io.llmtwin.retrieval;

import java.util.List;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code passages}: rankings that no search or reranker made. */
@Component
public final class Passages {
    private final int keep;

    Passages(RetrievalSettings settings) {
        this.keep = settings.keepTopK();
    }

    /** No passage at all. */
    public List<Passage> none() {
        return List.of();
    }

    /** The first {@code limit} of {@code passages}, in the order they come in; KEEP_TOP_K where it is null. */
    public List<Passage> best(@Variable("limit") @Nullable Integer limit, List<Passage> passages) {
        return passages.subList(0, Math.min(limit == null ? keep : limit, passages.size()));
    }
}
