package io.llmtwin.ingest;

import com.google.common.util.concurrent.Futures;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.model.embedding.EmbeddingModel;
import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import io.llmtwin.retrieval.Embedder;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.io.BufferedWriter;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What ingestion costs over embedding, and what it needs of the heap. A program, not a test.
 *
 * <ul>
 *   <li>{@code rate FOLDER CHUNKS ROUNDS}: chunks embedded a second, by the embedding model alone and by a sync of that
 *       many chunks of the folder into an embedded store, in turns;
 *   <li>{@code heap CHUNKS}: the heap that is left after a sync of a JSONL file of that many one-chunk documents into an
 *       embedded store, and its peak while it ran, each after a collection. The embedding model is a stand-in.
 * </ul>
 */
public final class IngestionBenchmark {
    private IngestionBenchmark() {}

    public static void main(String[] arguments) throws Exception {
        if (arguments[0].equals("rate")) {
            rate(Path.of(arguments[1]), Integer.parseInt(arguments[2]), Integer.parseInt(arguments[3]));
        } else {
            heap(Integer.parseInt(arguments[1]));
        }
    }

    private static void rate(Path folder, int chunks, int rounds) throws Exception {
        List<SourceDocument> documents = new ArrayList<>();
        List<TextSegment> texts = new ArrayList<>();
        Chunker chunker = new Chunker();
        try (Stream<SourceDocument> all = Corpus.of(folder, "Ada").documents(skipped -> {})) {
            all.takeWhile(document -> texts.size() < chunks).forEach(document -> {
                documents.add(document);
                chunker.chunk(document).forEach(chunk -> texts.add(TextSegment.from(chunk.content())));
            });
        }
        Path corpus = Files.createTempDirectory("ingestion-benchmark");
        write(corpus.resolve("posts.jsonl"), documents);
        try (OnnxEmbeddingModel model = new OnnxEmbeddingModel()) {
            model.inBackground().embedAll(texts.subList(0, Math.min(texts.size(), 200)));
            for (int round = 0; round < rounds; round++) {
                long begun = System.nanoTime();
                model.inBackground().embedAll(texts);
                double alone = texts.size() / seconds(begun);
                SyncProgress progress = sync(corpus, model.inBackground(), () -> {});
                double synced = progress.rate();
                print(
                        "%d chunks: embedded alone %.1f/s, ingested %.1f/s, ratio %.2f",
                        progress.chunks(), alone, synced, synced / alone);
            }
        }
    }

    private static void heap(int chunks) throws Exception {
        Path corpus = Files.createTempDirectory("ingestion-benchmark");
        Random random = new Random(1);
        try (BufferedWriter lines = Files.newBufferedWriter(corpus.resolve("posts.jsonl"))) {
            for (int i = 0; i < chunks; i++) {
                StringBuilder text = new StringBuilder();
                for (int word = 0; word < 150; word++) {
                    text.append(Integer.toString(random.nextInt(20_000) + 1_000, 36))
                            .append(' ');
                }
                lines.write("{\"id\":\"" + i + "\",\"text\":\"" + text + "\"}\n");
            }
        }
        long begun = System.nanoTime();
        sync(corpus, new HashedEmbeddingModel(), () -> {
            System.gc();
            print(
                    "%d chunks: %d MB of heap are left, %d MB was its peak; %.0f chunks/s",
                    chunks, used(), peak(), chunks / seconds(begun));
        });
    }

    private static SyncProgress sync(Path corpus, EmbeddingModel model, Runnable whileItIsOpen)
            throws IOException, InterruptedException {
        Path home = Files.createTempDirectory("ingestion-benchmark-store");
        try (EmbeddedQdrant server = EmbeddedQdrant.start(home, 0);
                QdrantClient client = new QdrantClient(QdrantGrpcClient.newBuilder("127.0.0.1", server.port(), false)
                        .build())) {
            Ingestor ingestor = new Ingestor(
                    new Embedder(model),
                    (collection, batch) ->
                            Futures.getUnchecked(client.upsertAsync(collection, batch, Duration.ofSeconds(30))),
                    client);
            try (CorpusSync sync = new CorpusSync(Corpus.of(corpus, "Ada"), ingestor)) {
                SyncProgress progress = sync.sync();
                whileItIsOpen.run();
                return progress;
            }
        }
    }

    private static void write(Path file, List<SourceDocument> documents) throws IOException {
        var json = new com.fasterxml.jackson.databind.ObjectMapper();
        try (BufferedWriter lines = Files.newBufferedWriter(file)) {
            for (SourceDocument document : documents) {
                var line = json.createObjectNode().put("id", document.id()).put("text", document.content());
                line.put("type", document.type().payloadType()).put("title", document.title());
                lines.write(line + "\n");
            }
        }
    }

    private static long used() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed() >> 20;
    }

    /** The most that any collection of the old generation left. */
    private static long peak() {
        long peak = 0;
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            MemoryUsage usage = pool.getPeakUsage();
            if (pool.getName().contains("Old") || pool.getName().contains("Tenured")) {
                peak += usage.getUsed();
            }
        }
        return peak >> 20;
    }

    private static double seconds(long begun) {
        return (System.nanoTime() - begun) / 1e9;
    }

    private static void print(String line, Object... values) {
        System.out.println(String.format(Locale.ROOT, line, values));
    }
}
