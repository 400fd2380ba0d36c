package io.llmtwin.bench;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;

import io.llmtwin.retrieval.DocumentType;
import io.llmtwin.retrieval.Embedder;
import io.llmtwin.retrieval.Passage;
import io.llmtwin.retrieval.TermVector;
import io.llmtwin.retrieval.TermWeights;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Points.PointStruct;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * What retrieval costs at several sizes, as ratios to embeddings made in the same run, and what it needs of the heap.
 * Passages are distinct sequences of a collection's sentences; a passage's vector is the mean of its sentences' with a
 * little noise, because embedding 100,000 passages would take an hour and show nothing more.
 */
public final class RetrievalCost {
    private static final int SENTENCES = 2_000;
    private static final int SENTENCES_TO_A_PASSAGE = 7;
    private static final double NOISE = 0.02;
    private static final int BATCH = 256;
    private static final int QUERIES = 100;
    private static final int LIMIT = 10;
    private static final int INGESTED = 256;
    private static final int WORDS_OF_300_TOKENS = 230;

    private final BenchmarkedService service;
    private final Embedder embedder;
    private final TermWeights terms = new TermWeights();
    private final Random random = new Random(7);
    private final List<String> sentences;
    private final List<float[]> vectors;
    private final List<String> queries;
    private final PrintStream out;

    private RetrievalCost(BenchmarkedService service, BeirCollection collection, PrintStream out) {
        this.service = service;
        this.out = out;
        this.embedder = service.bean("embedder", Embedder.class);
        this.sentences = collection.documents().values().stream()
                .flatMap(text -> Stream.of(text.split("(?<=[.!?])\\s+")))
                .map(String::strip)
                .filter(sentence -> sentence.length() > 40 && sentence.length() < 400)
                .distinct()
                .limit(SENTENCES)
                .toList();
        this.vectors = embedder.embed(sentences);
        this.queries = collection.queries().values().stream().limit(QUERIES).toList();
    }

    /** Takes a collection's folder, then the sizes in chunks, ascending. */
    public static void main(String[] arguments) throws Exception {
        try (BenchmarkedService service = new BenchmarkedService()) {
            RetrievalCost cost =
                    new RetrievalCost(service, BeirCollection.read(Path.of(arguments[0])), System.out);
            cost.ingestion();
            cost.out.println("| chunks | query embedded | passage embedded | sources | in query embeddings | rerank | in passage embeddings | heap |");
            cost.out.println("|---|---|---|---|---|---|---|---|");
            int stored = 0;
            for (String size : List.of(arguments).subList(1, arguments.length)) {
                cost.fill(stored, Integer.parseInt(size));
                stored = Integer.parseInt(size);
                cost.row(stored);
            }
        }
    }

    private void ingestion() throws Exception {
        Embedder passages = service.bean("passageEmbedder", Embedder.class);
        Times alone = new Times();
        Times whole = new Times();
        for (int round = 0; round < 3; round++) {
            Map<String, String> documents = new LinkedHashMap<>();
            for (int i = 0; i < INGESTED; i++) {
                documents.put("ingested-" + round + "-" + i, text(new Random(1_000L * round + i)));
            }
            alone.time(() -> passages.embed(List.copyOf(documents.values())));
            whole.time(() -> {
                service.ingest(documents);
                return documents;
            });
        }
        out.printf(
                Locale.ROOT,
                "ingestion: %.1f passages a second, embedding alone %.1f, so %.0f %%%n%n",
                INGESTED * 1e3 / whole.quantile(0.5),
                INGESTED * 1e3 / alone.quantile(0.5),
                100 * alone.quantile(0.5) / whole.quantile(0.5));
    }

    private void fill(int from, int to) throws Exception {
        QdrantClient client = service.bean(QdrantClient.class);
        DocumentType[] types = DocumentType.values();
        List<List<PointStruct>> batches = new ArrayList<>();
        for (int i = 0; i < types.length; i++) {
            batches.add(new ArrayList<>());
        }
        for (int i = from; i < to; i++) {
            List<PointStruct> batch = batches.get(i % types.length);
            batch.add(point(i, types[i % types.length]));
            if (batch.size() == BATCH || to - i <= types.length) {
                client.upsertAsync(types[i % types.length].collection(), List.copyOf(batch))
                        .get();
                batch.clear();
            }
        }
    }

    private void row(int chunks) throws Exception {
        String passage = String.join(
                " ",
                List.of(String.join(" ", sentences).split(" ")).subList(0, WORDS_OF_300_TOKENS));
        Times query = new Times();
        Times passageTimes = new Times();
        Times sources = new Times();
        Times rerank = new Times();
        for (int round = 0; round < 2; round++) {
            boolean warm = round > 0;
            for (String text : queries) {
                Times ignored = new Times();
                (warm ? query : ignored).time(() -> embedder.embed(List.of(text)));
                (warm ? passageTimes : ignored).time(() -> embedder.embed(List.of(passage)));
                List<Passage> found = (warm ? sources : ignored).time(() -> service.retrieved(text, LIMIT));
                (warm ? rerank : ignored).time(() -> service.reranked(text, LIMIT, found));
            }
        }
        out.printf(
                Locale.ROOT,
                "| %,d | %.1f ms | %.1f ms | %.1f ms (p95 %.1f) | %.2f | %.1f ms | %.2f | %.0f MB |%n",
                chunks,
                query.quantile(0.5),
                passageTimes.quantile(0.5),
                sources.quantile(0.5),
                sources.quantile(0.95),
                sources.quantile(0.5) / query.quantile(0.5),
                rerank.quantile(0.5),
                rerank.quantile(0.5) / passageTimes.quantile(0.5),
                heapInUse() / 1e6);
    }

    private static double heapInUse() {
        for (int i = 0; i < 3; i++) {
            System.gc();
        }
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private PointStruct point(int number, DocumentType type) {
        Random own = new Random(number);
        String content = text(own);
        TermVector weights = terms.ofPassage(content);
        float[] mean = mean(new Random(number));
        Map<String, io.qdrant.client.grpc.JsonWithInt.Value> payload = new HashMap<>();
        payload.put("content", value(content));
        payload.put("id", value("document-" + number / 4));
        payload.put("type", value(type.payloadType()));
        payload.put(type.authorKey(), value("author-" + number % 10));
        payload.put("author", value("Author " + number % 10));
        payload.put("chunk", value(number % 4));
        return PointStruct.newBuilder()
                .setId(id(UUID.nameUUIDFromBytes(("cost " + number).getBytes(java.nio.charset.StandardCharsets.UTF_8))))
                .setVectors(namedVectors(Map.of(
                        "", vector(mean), TermWeights.VECTOR, vector(weights.weights(), weights.indices()))))
                .putAllPayload(payload)
                .build();
    }

    private String text(Random own) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < SENTENCES_TO_A_PASSAGE; i++) {
            text.append(sentences.get(own.nextInt(sentences.size()))).append(' ');
        }
        return text.toString().strip();
    }

    /** The mean of the vectors of those sentences that {@link #text} makes with the same {@code own}. */
    private float[] mean(Random own) {
        float[] mean = new float[vectors.get(0).length];
        for (int i = 0; i < SENTENCES_TO_A_PASSAGE; i++) {
            float[] sentence = vectors.get(own.nextInt(sentences.size()));
            for (int d = 0; d < mean.length; d++) {
                mean[d] += sentence[d] / SENTENCES_TO_A_PASSAGE;
            }
        }
        for (int d = 0; d < mean.length; d++) {
            mean[d] += (float) (NOISE * random.nextGaussian());
        }
        return mean;
    }
}
