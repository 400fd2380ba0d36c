package io.llmtwin.retrieval;

import java.io.IOException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.Variable;
import org.apache.lucene.analysis.Analyzer;
import org.apache.lucene.analysis.en.EnglishAnalyzer;
import org.apache.lucene.analysis.miscellaneous.LimitTokenCountAnalyzer;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.TextField;
import org.apache.lucene.index.DirectoryReader;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.Query;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.store.ByteBuffersDirectory;
import org.apache.lucene.store.Directory;
import org.apache.lucene.util.QueryBuilder;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * The bean {@code reranker}: reorders passages for a question by fusing, by reciprocal rank, the order they come in
 * (what the vectors found) with that of Lucene's BM25 over the passages alone, English stems, stop words out.
 * Deterministic.
 */
@Component("reranker")
public final class LexicalReranker {
    private static final String TEXT = "text";
    private static final int MAX_QUERY_WORDS = 512;

    private final Analyzer analyzer = new EnglishAnalyzer();
    private final QueryBuilder queries = new QueryBuilder(new LimitTokenCountAnalyzer(analyzer, MAX_QUERY_WORDS));
    private final int keep;

    LexicalReranker(RetrievalSettings settings) {
        this.keep = settings.keepTopK();
    }

    /** The best {@code limit} of {@code passages} for {@code query}, best first; KEEP_TOP_K where it is null. */
    public List<Passage> rerank(
            @Variable("query") String query, @Variable("limit") @Nullable Integer limit, List<Passage> passages)
            throws IOException {
        Map<Passage, Double> scores = new HashMap<>();
        for (int rank = 0; rank < passages.size(); rank++) {
            scores.put(passages.get(rank), ReciprocalRankFusion.reciprocal(rank));
        }
        List<Passage> byWords = byWords(query, passages);
        for (int rank = 0; rank < byWords.size(); rank++) {
            scores.merge(byWords.get(rank), ReciprocalRankFusion.reciprocal(rank), Double::sum);
        }
        return passages.stream()
                .map(passage -> passage.scored("rerank", scores.getOrDefault(passage, 0.0)))
                .sorted(Fusion.BEST_FIRST)
                .limit(limit == null ? keep : limit)
                .toList();
    }

    /** Those of {@code passages} that share a word with {@code query}, by BM25. */
    private List<Passage> byWords(String query, List<Passage> passages) throws IOException {
        Query words = queries.createBooleanQuery(TEXT, query);
        if (words == null || passages.isEmpty()) {
            return List.of();
        }
        try (Directory directory = new ByteBuffersDirectory()) {
            try (IndexWriter writer = new IndexWriter(directory, new IndexWriterConfig(analyzer))) {
                for (Passage passage : passages) {
                    Document document = new Document();
                    document.add(new TextField(TEXT, passage.content(), Field.Store.NO));
                    writer.addDocument(document);
                }
            }
            try (DirectoryReader reader = DirectoryReader.open(directory)) {
                ScoreDoc[] hits = new IndexSearcher(reader).search(words, passages.size()).scoreDocs;
                return Arrays.stream(hits).map(hit -> passages.get(hit.doc)).toList();
            }
        }
    }
}
