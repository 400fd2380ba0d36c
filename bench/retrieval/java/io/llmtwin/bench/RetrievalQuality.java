package io.llmtwin.bench;

import io.llmtwin.retrieval.Passage;
import io.llmtwin.retrieval.TermWeights;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What each stage of retrieval finds in a collection of BEIR's layout, and how long it takes, as a table. A document ranks
 * where the best of its passages does.
 */
public final class RetrievalQuality {
    private static final int DEPTH = 10;
    private static final int RECALL_DEPTH = 20;
    private static final int BATCH = 50;
    private static final int WARM_UP = 50;

    private RetrievalQuality() {}

    /** Takes the collection's folder. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        BeirCollection collection = BeirCollection.read(folder);
        PrintStream out = System.out;
        try (BenchmarkedService service = new BenchmarkedService()) {
            long begun = System.nanoTime();
            ingest(service, collection.documents());
            out.printf(
                    Locale.ROOT,
                    "%s: %,d documents stored in %.0f s, %,d queries%n%n",
                    folder.getFileName(),
                    collection.documents().size(),
                    (System.nanoTime() - begun) / 1e9,
                    collection.queries().size());
            out.println("| stage | nDCG@10 | recall@20 | p50 | p95 |");
            out.println("|---|---|---|---|---|");
            Map<String, Stage> stages = new LinkedHashMap<>();
            stages.put("dense", query -> service.searchedBy("", query, RECALL_DEPTH));
            stages.put("sparse", query -> service.searchedBy(TermWeights.VECTOR, query, RECALL_DEPTH));
            stages.put("fused", query -> service.retrieved(query, RECALL_DEPTH));
            stages.put(
                    "reranked",
                    query -> service.reranked(query, RECALL_DEPTH, service.retrieved(query, RECALL_DEPTH)));
            for (Map.Entry<String, Stage> stage : stages.entrySet()) {
                out.println(row(stage.getKey(), stage.getValue(), collection));
            }
        }
    }

    private static void ingest(BenchmarkedService service, Map<String, String> documents) throws Exception {
        Map<String, String> batch = new LinkedHashMap<>();
        for (Map.Entry<String, String> document : documents.entrySet()) {
            if (!document.getValue().isBlank()) {
                batch.put(document.getKey(), document.getValue());
            }
            if (batch.size() == BATCH) {
                service.ingest(batch);
                batch.clear();
            }
        }
        if (!batch.isEmpty()) {
            service.ingest(batch);
        }
    }

    private static String row(String name, Stage stage, BeirCollection collection) throws Exception {
        for (String query : collection.queries().values().stream().limit(WARM_UP).toList()) {
            stage.rank(query);
        }
        Times times = new Times();
        double ndcg = 0;
        double recall = 0;
        for (Map.Entry<String, String> query : collection.queries().entrySet()) {
            List<Passage> passages = times.time(() -> stage.rank(query.getValue()));
            List<String> ranking = new ArrayList<>(
                    passages.stream().map(Passage::documentId).distinct().toList());
            ndcg += collection.ndcg(query.getKey(), ranking, DEPTH);
            recall += collection.recall(query.getKey(), ranking, RECALL_DEPTH);
        }
        int queries = collection.queries().size();
        return String.format(
                Locale.ROOT,
                "| %s | %.4f | %.4f | %.1f ms | %.1f ms |",
                name,
                ndcg / queries,
                recall / queries,
                times.quantile(0.5),
                times.quantile(0.95));
    }

    private interface Stage {
        List<Passage> rank(String query);
    }
}
