package io.llmtwin.embedded.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static org.assertj.core.api.Assertions.assertThat;

import io.qdrant.client.ConditionFactory;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.Modifier;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Common.Filter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.function.IntPredicate;
import org.apache.lucene.search.Query;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is found among random sparse vectors, against what looking at each of them finds. */
class SparseSearchTest {
    private static final int POINTS = 3_000;
    private static final int VOCABULARY = 400;
    private static final String NAME = "words";

    @TempDir
    private Path folder;

    private final Random random = new Random(7);
    private final Map<Integer, Map<Integer, Float>> vectors = new TreeMap<>();
    private final CollectionDescriptor descriptor = descriptor();
    private CollectionIndex index;

    @BeforeEach
    void open() throws Exception {
        index = new CollectionIndex(folder, descriptor);
    }

    @AfterEach
    void close() throws Exception {
        index.close();
    }

    @Test
    void search_positiveWeights_findsTheSameInTheSameOrder() throws Exception {
        fill(() -> 0.1f + 3 * random.nextFloat());
        assertSameAsLooking(() -> 0.1f + random.nextFloat());
    }

    @Test
    void search_equalWeights_breaksTiesById() throws Exception {
        fill(() -> 1);
        assertSameAsLooking(() -> 1);
    }

    @Test
    void search_weightsThatDifferByLessThanTheirTruncation_ordersThemAll() throws Exception {
        fill(() -> 1 + random.nextFloat() / 300);
        assertSameAsLooking(() -> 1);
    }

    @Test
    void search_weightsOfEverySize_findsTheSame() throws Exception {
        fill(() -> (float) Math.exp(20 * random.nextGaussian()));
        assertSameAsLooking(() -> (float) Math.exp(10 * random.nextGaussian()));
    }

    @Test
    void search_weightsOfEitherSign_findsTheSame() throws Exception {
        fill(() -> (float) random.nextGaussian());
        assertSameAsLooking(() -> (float) random.nextGaussian());
    }

    @Test
    void search_zeroWeights_makeNoHit() throws Exception {
        fill(() -> random.nextInt(2));
        assertSameAsLooking(() -> random.nextInt(2));
    }

    private void assertSameAsLooking(Weights weights) throws Exception {
        Filter even = Filter.newBuilder()
                .addMust(ConditionFactory.match("even", true))
                .build();
        Query filter = new FilterQuery(TextFields.NONE).of(even);
        for (int i = 0; i < 60; i++) {
            Map<Integer, Float> target = vector(1 + random.nextInt(10), weights);
            int top = 1 + random.nextInt(50);
            assertThat(found(target, null, new SearchSettings(top, null, false, 0)))
                    .isEqualTo(looked(target, top, null, id -> true));
            assertThat(found(target, filter, new SearchSettings(top, null, false, 0)))
                    .isEqualTo(looked(target, top, null, id -> id % 2 == 0));
            assertThat(found(target, null, new SearchSettings(top, 1.5f, false, 0)))
                    .isEqualTo(looked(target, top, 1.5f, id -> true));
        }
    }

    private List<Long> found(Map<Integer, Float> target, Query filter, SearchSettings settings) throws Exception {
        SparseSpace space = (SparseSpace) descriptor.spaces().get(NAME);
        return index.read(searcher -> {
            PointReader points = new PointReader(searcher.getIndexReader());
            List<Long> ids = new ArrayList<>();
            for (Hit hit : SparseSearch.run(searcher, space, value(target), filter, settings)) {
                ids.add(points.key(hit.doc()).toPointId().getNum());
            }
            return ids;
        });
    }

    private List<Long> looked(Map<Integer, Float> target, int top, Float threshold, IntPredicate passes) {
        Map<Integer, Float> scores = new TreeMap<>();
        vectors.forEach((id, vector) -> {
            float score = 0;
            for (Map.Entry<Integer, Float> term : new TreeMap<>(target).entrySet()) {
                Float weight = vector.get(term.getKey());
                score += weight == null ? 0 : weight * term.getValue();
            }
            if (score != 0 && passes.test(id) && (threshold == null || score > threshold)) {
                scores.put(id, score);
            }
        });
        return scores.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(Comparator.reverseOrder()))
                .limit(top)
                .map(entry -> (long) entry.getKey())
                .toList();
    }

    private void fill(Weights weights) throws Exception {
        for (int id = 0; id < POINTS; id++) {
            put(id, vector(5 + random.nextInt(30), weights));
            if (id % 700 == 699) {
                index.commit(id);
            }
        }
        for (int i = 0; i < POINTS / 10; i++) {
            int id = random.nextInt(POINTS);
            if (i % 2 == 0) {
                put(id, vector(5, weights));
            } else {
                vectors.remove(id);
                index.delete(List.of(PointKey.of(id(id))));
            }
        }
    }

    private void put(int id, Map<Integer, Float> vector) throws Exception {
        vectors.put(id, vector);
        index.put(new PointDocument(
                PointKey.of(id(id)),
                Map.of(NAME, value(vector)),
                Map.of("even", io.qdrant.client.ValueFactory.value(id % 2 == 0)),
                1));
    }

    private Map<Integer, Float> vector(int terms, Weights weights) {
        Map<Integer, Float> vector = new TreeMap<>();
        while (vector.size() < terms) {
            int index = (int) (VOCABULARY * Math.pow(random.nextDouble(), 3));
            vector.put(index, weights.next());
        }
        return vector;
    }

    private static SparseValue value(Map<Integer, Float> vector) {
        return SparseValue.of(List.copyOf(vector.keySet()), List.copyOf(vector.values()), "vector");
    }

    private static CollectionDescriptor descriptor() {
        SparseVectorConfig sparse = SparseVectorConfig.newBuilder()
                .putMap(
                        NAME,
                        SparseVectorParams.newBuilder()
                                .setModifier(Modifier.None)
                                .build())
                .build();
        return new CollectionDescriptor(
                "any",
                CollectionInfo.newBuilder()
                        .setConfig(CollectionConfig.newBuilder()
                                .setParams(CollectionParams.newBuilder().setSparseVectorsConfig(sparse)))
                        .build());
    }

    @FunctionalInterface
    private interface Weights {
        float next();
    }
}
