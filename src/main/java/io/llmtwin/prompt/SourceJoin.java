package io.llmtwin.prompt;

import io.llmtwin.retrieval.ChunkPlace;
import io.llmtwin.retrieval.Passage;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code sourceJoin}: makes passages that stand side by side in a document one source, and joins to each what
 * stands after it and before it while the prompt has room, the best passage first.
 */
@Component
public final class SourceJoin {
    private final ContextBudget budget;

    SourceJoin(ContextBudget contextBudget) {
        this.budget = contextBudget;
    }

    /**
     * The sources that {@code passages}, best first, make.
     *
     * @param neighbours what stands next to the passages, or null for nothing
     */
    public List<Passage> join(
            Exchange exchange,
            @Variable("packing") Packing packing,
            @Variable("passages") List<Passage> passages,
            @Variable("neighbours") @Nullable Map<ChunkPlace, String> neighbours) {
        List<Excerpt> excerpts = new ArrayList<>();
        passages.forEach(passage -> add(Excerpt.of(passage), excerpts));
        List<Passage> sources = sources(excerpts);
        if (sources.size() < passages.size()) {
            packing.joinTo(passages);
        }
        if (neighbours == null || neighbours.isEmpty()) {
            return sources;
        }
        List<ChunkPlace> places = around(passages, neighbours);
        List<Integer> costs =
                budget.counts(exchange, places.stream().map(neighbours::get).toList());
        int room = budget.room(exchange, packing);
        for (int i = 0; i < places.size(); i++) {
            ChunkPlace place = places.get(i);
            if (costs.get(i) <= room) {
                room -= costs.get(i);
                packing.joinTo(sources);
                add(place, neighbours.getOrDefault(place, ""), excerpts);
                sources = sources(excerpts);
            }
        }
        return sources;
    }

    /** The places of {@code neighbours} in the order in which they are joined. */
    private static List<ChunkPlace> around(List<Passage> passages, Map<ChunkPlace, String> neighbours) {
        Set<ChunkPlace> places = new LinkedHashSet<>();
        for (Passage passage : passages) {
            ChunkPlace place = ChunkPlace.of(passage);
            if (place != null) {
                places.add(place.moved(1));
                places.add(place.moved(-1));
            }
        }
        places.retainAll(neighbours.keySet());
        return List.copyOf(places);
    }

    private static void add(ChunkPlace place, String content, List<Excerpt> excerpts) {
        for (int i = 0; i < excerpts.size(); i++) {
            if (excerpts.get(i).borders(place)) {
                Excerpt grown = excerpts.remove(i).with(place.number(), content);
                excerpts.add(i, grown);
                settle(i, excerpts);
                return;
            }
        }
    }

    private static void add(Excerpt excerpt, List<Excerpt> excerpts) {
        for (int i = 0; i < excerpts.size(); i++) {
            if (excerpts.get(i).borders(excerpt)) {
                excerpts.set(i, excerpts.get(i).with(excerpt));
                settle(i, excerpts);
                return;
            }
        }
        excerpts.add(excerpt);
    }

    /** Makes the excerpt at {@code grown} one with that which it has come to border, in the better one's place. */
    private static void settle(int grown, List<Excerpt> excerpts) {
        for (int i = 0; i < excerpts.size(); i++) {
            if (i != grown && excerpts.get(i).borders(excerpts.get(grown))) {
                int better = Math.min(i, grown);
                Excerpt one = excerpts.get(better).with(excerpts.get(Math.max(i, grown)));
                excerpts.set(better, one);
                excerpts.remove(Math.max(i, grown));
                return;
            }
        }
    }

    private static List<Passage> sources(List<Excerpt> excerpts) {
        return excerpts.stream().map(Excerpt::passage).toList();
    }
}
