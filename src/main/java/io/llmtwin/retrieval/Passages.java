package io.llmtwin.retrieval;

import java.util.List;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** The bean {@code passages}: rankings that no search or reranker made. */
@Component
public final class Passages {
    private final int keep;
    private final int recorded;

    Passages(RetrievalSettings settings, RerankSettings rerank) {
        this.keep = settings.keepTopK();
        this.recorded = rerank.depth();
    }

    /** No passage at all. */
    public List<Passage> none() {
        return List.of();
    }

    /** The first {@code limit} of {@code passages}, in the order they come in; KEEP_TOP_K where it is null. */
    public List<Passage> best(@Variable("limit") @Nullable Integer limit, List<Passage> passages) {
        return first(limit == null ? keep : limit, passages);
    }

    /** What is kept of {@code passages} for the record: the first RERANK_DEPTH. */
    public List<Passage> recorded(List<Passage> passages) {
        return first(recorded, passages);
    }

    private static List<Passage> first(int limit, List<Passage> passages) {
        return passages.stream().limit(limit).map(Passage::withoutVector).toList();
    }
}
