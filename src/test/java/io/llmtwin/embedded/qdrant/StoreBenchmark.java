package io.llmtwin.embedded.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;
import static io.qdrant.client.WithPayloadSelectorFactory.enable;
import static org.awaitility.Awaitility.await;

import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.Modifier;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.Vector;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * Milliseconds of searches in one collection of the embedded store, over gRPC: dense, sparse and both in a batch, with
 * payloads. Arguments: a folder, which is filled if it is empty, a number of points, and
 * anything more to search without waiting for merges to end. The points have clustered dense
 * vectors of 384 dimensions, 60 to 120 of 50,000 Zipf-distributed sparse dimensions, and 1.2 kB of payload.
 */
final class StoreBenchmark {
    private static final String COLLECTION = "benchmark";
    private static final String SPARSE = "bm25";
    private static final int DIMENSION = 384;
    private static final int CLUSTERS = 1_000;
    private static final int VOCABULARY = 50_000;
    private static final int BATCH = 32;
    private static final int QUERIES = 400;
    private static final int ROUNDS = 3;

    private final QdrantClient client;
    private final Random random = new Random(1);
    private final double[] cumulative = new double[VOCABULARY];
    private final float[][] centers = new float[CLUSTERS][];

    private StoreBenchmark(QdrantClient client) {
        this.client = client;
        double sum = 0;
        for (int rank = 0; rank < VOCABULARY; rank++) {
            sum += 1.0 / (rank + 3);
            cumulative[rank] = sum;
        }
        for (int i = 0; i < CLUSTERS; i++) {
            centers[i] = near(new float[DIMENSION], 1);
        }
    }

    public static void main(String[] arguments) throws Exception {
        int points = Integer.parseInt(arguments[1]);
        try (EmbeddedQdrant store = EmbeddedQdrant.start(Path.of(arguments[0]), 0);
                QdrantClient client = EmbeddedQdrantIT.client(store)) {
            StoreBenchmark benchmark = new StoreBenchmark(client);
            if (!client.collectionExistsAsync(COLLECTION).get()) {
                benchmark.fill(points);
            }
            if (arguments.length == 2) {
                benchmark.settle();
            }
            benchmark.report();
        }
    }

    private void fill(int points) throws Exception {
        client.createCollectionAsync(CreateCollection.newBuilder()
                        .setCollectionName(COLLECTION)
                        .setVectorsConfig(VectorsConfig.newBuilder()
                                .setParams(VectorParams.newBuilder()
                                        .setSize(DIMENSION)
                                        .setDistance(Distance.Cosine)))
                        .setSparseVectorsConfig(SparseVectorConfig.newBuilder()
                                .putMap(
                                        SPARSE,
                                        SparseVectorParams.newBuilder()
                                                .setModifier(Modifier.Idf)
                                                .build()))
                        .build())
                .get();
        String content = "A sentence of some seventy characters, as one stands in many a document. ".repeat(15);
        List<Integer> firsts = Stream.iterate(0, first -> first < points, first -> first + BATCH)
                .toList();
        measure("upsert of " + BATCH, firsts, first -> {
            List<PointStruct> batch = new ArrayList<>();
            for (int i = first; i < Math.min(points, first + BATCH); i++) {
                batch.add(PointStruct.newBuilder()
                        .setId(id(i))
                        .setVectors(namedVectors(Map.of("", vector(dense()), SPARSE, sparse(60 + random.nextInt(61)))))
                        .putPayload("content", value(content + i))
                        .putPayload("author", value("author " + i % 20))
                        .build());
            }
            client.upsertAsync(COLLECTION, batch).get();
        });
    }

    /** Waits until merging has ended. */
    private void settle() throws Exception {
        long began = System.nanoTime();
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        await().atMost(Duration.ofHours(1)).pollInterval(Duration.ofMillis(200)).until(() -> Arrays.stream(
                        threads.dumpAllThreads(false, false))
                .noneMatch(thread -> thread.getThreadName().contains("Merge Thread")));
        var info = client.getCollectionInfoAsync(COLLECTION).get();
        System.out.printf(
                Locale.ROOT,
                "%d points, %d segments, %d vectors indexed, after %.0f s%n",
                info.getPointsCount(),
                info.getSegmentsCount(),
                info.getIndexedVectorsCount(),
                (System.nanoTime() - began) / 1e9);
    }

    private void report() throws Exception {
        List<QueryPoints> dense = new ArrayList<>();
        List<QueryPoints> sparse = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            dense.add(query().setQuery(nearest(dense())).build());
            var words = sparse(6 + random.nextInt(5)).getSparse();
            sparse.add(query().setUsing(SPARSE)
                    .setQuery(nearest(words.getValuesList(), words.getIndicesList()))
                    .build());
        }
        List<List<QueryPoints>> both = new ArrayList<>();
        for (int i = 0; i < QUERIES; i++) {
            both.add(List.of(dense.get(i), sparse.get(i)));
        }
        for (int round = 0; round < ROUNDS; round++) {
            measure("dense", dense, query -> client.queryAsync(query).get());
            measure("sparse", sparse, query -> client.queryAsync(query).get());
            measure("both", both, queries -> client.queryBatchAsync(COLLECTION, queries)
                    .get());
        }
        System.out.printf(Locale.ROOT, "recall of dense %.3f%n", recall(dense));
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        System.out.printf(
                Locale.ROOT, "heap %.0f MB%n", (runtime.totalMemory() - runtime.freeMemory()) / (1024.0 * 1024));
    }

    private double recall(List<QueryPoints> queries) throws Exception {
        int found = 0;
        int all = 0;
        for (QueryPoints query : queries.subList(0, 50)) {
            Set<Object> ids = new HashSet<>();
            client.queryAsync(query).get().forEach(point -> ids.add(point.getId()));
            QueryPoints exact = query.toBuilder()
                    .setParams(SearchParams.newBuilder().setExact(true))
                    .build();
            for (var point : client.queryAsync(exact).get()) {
                found += ids.contains(point.getId()) ? 1 : 0;
                all++;
            }
        }
        return found / (double) all;
    }

    private static QueryPoints.Builder query() {
        return QueryPoints.newBuilder()
                .setCollectionName(COLLECTION)
                .setLimit(40)
                .setWithPayload(enable(true));
    }

    private List<Float> dense() {
        List<Float> list = new ArrayList<>(DIMENSION);
        for (float component : near(centers[random.nextInt(CLUSTERS)], 0.7f)) {
            list.add(component);
        }
        return list;
    }

    private float[] near(float[] center, float spread) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = center[i] + spread * (float) random.nextGaussian();
        }
        return vector;
    }

    private Vector sparse(int terms) {
        Map<Integer, Float> weights = new TreeMap<>();
        while (weights.size() < terms) {
            int at = Arrays.binarySearch(cumulative, random.nextDouble() * cumulative[VOCABULARY - 1]);
            weights.put(at < 0 ? -at - 1 : at, 0.5f + 1.7f * random.nextFloat());
        }
        return vector(List.copyOf(weights.values()), List.copyOf(weights.keySet()));
    }

    /** Times {@code calls} one after another, and says how much processor time the store takes for each, whatever else the machine does. */
    private static <T> void measure(String what, List<T> calls, Call<T> call) throws Exception {
        List<Double> sorted = new ArrayList<>();
        long cpu = cpu();
        for (T one : calls) {
            long began = System.nanoTime();
            call.with(one);
            sorted.add((System.nanoTime() - began) / 1e6);
        }
        double busy = (cpu() - cpu) / 1e6 / calls.size();
        Collections.sort(sorted);
        System.out.printf(
                Locale.ROOT,
                "%-12s p50 %6.2f  p95 %6.2f  p99 %6.2f ms; processor %6.2f ms%n",
                what,
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() * 95 / 100),
                sorted.get(sorted.size() * 99 / 100),
                busy);
    }

    /** Nanoseconds of processor time that the store has spent on calls. */
    private static long cpu() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.dumpAllThreads(false, false))
                .filter(thread -> thread.getThreadName().startsWith("embedded-qdrant"))
                .mapToLong(thread -> threads.getThreadCpuTime(thread.getThreadId()))
                .sum();
    }

    @FunctionalInterface
    private interface Call<T> {
        void with(T request) throws Exception;
    }
}
