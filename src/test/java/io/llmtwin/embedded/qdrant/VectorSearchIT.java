package io.llmtwin.embedded.qdrant;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.qdrant.client.ConditionFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.SearchPoints;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** 22,000 clustered vectors of 256 dimensions, enough for a graph: what it finds against what looking finds. */
class VectorSearchIT {
    private static final int POINTS = 22_000;
    private static final int DIMENSION = 256;
    private static final int CLUSTERS = 200;
    private static final int QUERIES = 50;
    private static final int TOP = 10;

    @TempDir
    private static Path home;

    private static EmbeddedQdrant store;
    private static QdrantClient client;
    private static float[][] centers;

    @BeforeAll
    static void fill() throws Exception {
        store = EmbeddedQdrant.start(home, 0);
        client = EmbeddedQdrantIT.client(store);
        VectorParams params = VectorParams.newBuilder()
                .setSize(DIMENSION)
                .setDistance(Distance.Cosine)
                .build();
        client.createCollectionAsync("v", params).get();
        Random random = new Random(1);
        centers = new float[CLUSTERS][];
        for (int i = 0; i < CLUSTERS; i++) {
            centers[i] = vector(random, new float[DIMENSION], 1);
        }
        List<PointStruct> batch = new ArrayList<>();
        for (int i = 0; i < POINTS; i++) {
            batch.add(PointStruct.newBuilder()
                    .setId(id(i))
                    .setVectors(vectors(near(random)))
                    .putPayload("half", ValueFactory.value(i % 2))
                    .putPayload("hundredth", ValueFactory.value(i % 100))
                    .build());
            if (batch.size() == 500) {
                client.upsertAsync("v", batch).get();
                batch.clear();
            }
        }
        await().atMost(Duration.ofMinutes(2))
                .pollInterval(Duration.ofMillis(200))
                .until(() -> client.getCollectionInfoAsync("v").get().getIndexedVectorsCount() > POINTS / 2);
    }

    @AfterAll
    static void stop() throws Exception {
        client.close();
        store.close();
    }

    @Test
    void search_withGraph_recallsNinetyFivePercentOfTheTen() throws Exception {
        assertThat(recall(Filter.getDefaultInstance())).isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void search_broadFilter_recallsAsMuch() throws Exception {
        assertThat(recall(Filter.newBuilder()
                        .addMust(ConditionFactory.match("half", 1))
                        .build()))
                .isGreaterThanOrEqualTo(0.95);
    }

    @Test
    void search_narrowFilter_isExact() throws Exception {
        assertThat(recall(Filter.newBuilder()
                        .addMust(ConditionFactory.match("hundredth", 7))
                        .build()))
                .isEqualTo(1);
    }

    @Test
    void search_afterDeletion_findsNoneOfTheDeleted() throws Exception {
        Random random = new Random(3);
        List<Float> target = near(random);
        List<ScoredPoint> before = client.searchAsync(request(target).build()).get();
        client.deleteAsync("v", before.stream().map(ScoredPoint::getId).toList())
                .get();
        assertThat(client.searchAsync(request(target).build()).get())
                .hasSize(TOP)
                .extracting(ScoredPoint::getId)
                .doesNotContainAnyElementsOf(
                        before.stream().map(ScoredPoint::getId).toList());
    }

    private static double recall(Filter filter) throws Exception {
        Random random = new Random(2);
        int found = 0;
        for (int i = 0; i < QUERIES; i++) {
            SearchPoints.Builder request = request(near(random)).setFilter(filter);
            Set<Long> exact = ids(request.setParams(SearchParams.newBuilder().setExact(true)));
            Set<Long> approximate = ids(request.clearParams());
            approximate.retainAll(exact);
            found += approximate.size();
        }
        return found / (double) (QUERIES * TOP);
    }

    private static Set<Long> ids(SearchPoints.Builder request) throws Exception {
        Set<Long> ids = new HashSet<>();
        client.searchAsync(request.build())
                .get()
                .forEach(point -> ids.add(point.getId().getNum()));
        assertThat(ids).hasSize(TOP);
        return ids;
    }

    private static SearchPoints.Builder request(List<Float> target) {
        return SearchPoints.newBuilder()
                .setCollectionName("v")
                .addAllVector(target)
                .setLimit(TOP);
    }

    private static List<Float> near(Random random) {
        float[] vector = vector(random, centers[random.nextInt(CLUSTERS)], 0.6f);
        List<Float> list = new ArrayList<>(DIMENSION);
        for (float component : vector) {
            list.add(component);
        }
        return list;
    }

    private static float[] vector(Random random, float[] center, float spread) {
        float[] vector = new float[DIMENSION];
        for (int i = 0; i < DIMENSION; i++) {
            vector[i] = center[i] + spread * (float) random.nextGaussian();
        }
        return vector;
    }
}
