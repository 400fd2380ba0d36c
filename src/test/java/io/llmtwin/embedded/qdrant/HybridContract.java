package io.llmtwin.embedded.qdrant;

import static io.qdrant.client.ConditionFactory.hasVector;
import static io.qdrant.client.ConditionFactory.match;
import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.fusion;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.QueryFactory.rrf;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.grpc.Status;
import io.qdrant.client.grpc.Collections.CollectionParams;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.Modifier;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorParamsMap;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Points.DeletePointVectors;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetHit;
import io.qdrant.client.grpc.Points.Fusion;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.NamedVectors;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointVectors;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.PrefetchQuery;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.Rrf;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.SearchParams;
import io.qdrant.client.grpc.Points.SparseIndices;
import io.qdrant.client.grpc.Points.SparseVector;
import io.qdrant.client.grpc.Points.UpdatePointVectors;
import io.qdrant.client.grpc.Points.Vector;
import io.qdrant.client.grpc.Points.VectorOutput;
import io.qdrant.client.grpc.Points.Vectors;
import io.qdrant.client.grpc.Points.VectorsOutput;
import io.qdrant.client.grpc.Points.VectorsSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What hybrid retrieval asks of a Qdrant: named and sparse vectors, queries over them, fusion, and facets. */
abstract class HybridContract extends QdrantContract {
    private static final String WORDS = "words";
    private static final String SMALL = "small";

    @Test
    void vectorSpaces_created_areDescribed() {
        createSpaces(Modifier.Idf);
        CollectionParams params = described();
        assertThat(params.getVectorsConfig().getParamsMap().getMapMap()).containsOnlyKeys("", SMALL);
        assertThat(params.getSparseVectorsConfig().getMapOrThrow(WORDS).getModifier())
                .isEqualTo(Modifier.Idf);
        done(client.updateCollectionAsync(UpdateCollection.newBuilder()
                .setCollectionName(name)
                .setSparseVectorsConfig(words(Modifier.None))
                .build()));
        assertThat(described().getSparseVectorsConfig().getMapOrThrow(WORDS).getModifier())
                .isEqualTo(Modifier.None);
    }

    @Test
    void vectorSpaces_badNames_invalidArgument() {
        CreateCollection good = CreateCollection.newBuilder()
                .setCollectionName(name)
                .setVectorsConfig(VectorsConfig.newBuilder()
                        .setParamsMap(VectorParamsMap.newBuilder().putMap(SMALL, size(2))))
                .build();
        assertRefused(
                client.createCollectionAsync(good.toBuilder()
                        .setSparseVectorsConfig(sparse("", Modifier.None))
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "Wrong input: Sparse vector name cannot be empty");
        assertRefused(
                client.createCollectionAsync(good.toBuilder()
                        .setSparseVectorsConfig(sparse(SMALL, Modifier.None))
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "Wrong input: Dense and sparse vector names must be unique - duplicate found with 'small'");
        assertRefused(
                client.createCollectionAsync(good.toBuilder()
                        .setVectorsConfig(VectorsConfig.newBuilder()
                                .setParamsMap(VectorParamsMap.newBuilder().putMap(SMALL, size(0))))
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "");
        assertThat(done(client.collectionExistsAsync(name))).isFalse();
    }

    @Test
    void vectors_ofEveryKind_comeBackByName() {
        createSpaces(Modifier.None);
        store(point(1, Map.of("", vector(3, 0, 4, 0), SMALL, vector(1, 2), WORDS, words(7, 0.5f, 2, 1.5f))));
        store(point(2, Map.of("", vector(0, 1, 0, 0))));
        store(point(3, Map.of(WORDS, words(1, 1))));
        store(point(4, Map.of()));
        Map<String, VectorOutput> all = stored(1, VECTORS).getVectors().getVectorsMap();
        assertThat(all).containsOnlyKeys("", SMALL, WORDS);
        assertThat(all.get("").getDense().getDataList()).containsExactly(0.6f, 0f, 0.8f, 0f);
        assertThat(all.get(SMALL).getDense().getDataList()).containsExactly(1f, 2f);
        assertThat(all.get(WORDS).getSparse().getIndicesList()).containsExactly(2, 7);
        assertThat(all.get(WORDS).getSparse().getValuesList()).containsExactly(1.5f, 0.5f);
        assertThat(stored(2, VECTORS).getVector().getDense().getDataList()).containsExactly(0f, 1f, 0f, 0f);
        assertThat(stored(3, VECTORS).getVectors().getVectorsMap()).containsOnlyKeys(WORDS);
        assertThat(stored(4, VECTORS).getVectors().getVectorsMap()).isEmpty();
        assertThat(stored(1, named(WORDS)).getVectors().getVectorsMap()).containsOnlyKeys(WORDS);
        assertThat(stored(2, named(WORDS)).getVectors().getVectorsMap()).isEmpty();
        assertThat(done(client.scrollAsync(scroll().setWithVectors(named(SMALL)).build()))
                        .getResult(0)
                        .getVectors()
                        .getVectors()
                        .getVectorsMap())
                .containsOnlyKeys(SMALL);
        assertPassing(must(hasVector(WORDS)), 1, 3);
        assertPassing(must(hasVector("")), 1, 2);
        assertPassing(must(hasVector("other")));
    }

    @Test
    @SuppressWarnings("deprecation")
    void vectors_inDeprecatedFields_areTheSame() {
        createSpaces(Modifier.None);
        Vector words = Vector.newBuilder()
                .addAllData(List.of(0.5f, 1.5f))
                .setIndices(SparseIndices.newBuilder().addAllData(List.of(7, 2)))
                .build();
        Vector small = Vector.newBuilder().addAllData(List.of(1f, 2f)).build();
        store(point(1, Map.of(WORDS, words, SMALL, small)));
        Map<String, VectorOutput> all = stored(1, VECTORS).getVectors().getVectorsMap();
        assertThat(all.get(SMALL).getDense().getDataList()).containsExactly(1f, 2f);
        assertThat(all.get(WORDS).getSparse().getIndicesList()).containsExactly(2, 7);
        assertThat(all.get(WORDS).getSparse().getValuesList()).containsExactly(1.5f, 0.5f);
    }

    @Test
    void vectors_updatedAndDeleted_leaveTheOthers() {
        createSpaces(Modifier.None);
        store(point(1, Map.of("", vector(1, 0, 0, 0), SMALL, vector(1, 2), WORDS, words(1, 1))));
        done(client.updateVectorsAsync(UpdatePointVectors.newBuilder()
                .setCollectionName(name)
                .setWait(true)
                .addPoints(PointVectors.newBuilder().setId(id(1)).setVectors(namedVectors(Map.of(WORDS, words(5, 2)))))
                .build()));
        Map<String, VectorOutput> updated = stored(1, VECTORS).getVectors().getVectorsMap();
        assertThat(updated).containsOnlyKeys("", SMALL, WORDS);
        assertThat(updated.get(WORDS).getSparse().getIndicesList()).containsExactly(5);
        assertThat(queried(sparseQuery(1, 1))).isEmpty();
        assertThat(queried(sparseQuery(5, 1))).containsExactly(id(1));
        deleteVectors(1, WORDS, "");
        assertThat(stored(1, VECTORS).getVectors().getVectorsMap()).containsOnlyKeys(SMALL);
        assertThat(queried(sparseQuery(5, 1))).isEmpty();
        assertRefused(
                client.grpcClient().points().deleteVectors(deletion(1, "other")),
                Status.Code.INVALID_ARGUMENT,
                "Wrong input: Not existing vector name error: other");
    }

    @Test
    void upsert_vectorsThatDoNotFit_areNotStored() {
        createSpaces(Modifier.None);
        Map<Map<String, Vector>, String> bad = Map.of(
                Map.of("other", vector(1, 2)), "Wrong input: Not existing vector name error: other",
                Map.of(SMALL, vector(1, 2, 3)),
                        "Wrong input: Vector dimension error: expected dim: 2, got 3 for vector 'small'",
                Map.of(SMALL, words(1, 1)), "Wrong input: Conversion between sparse and regular vectors failed",
                Map.of(WORDS, vector(1, 2)), "Wrong input: Conversion between sparse and regular vectors failed");
        bad.forEach((vectors, message) -> assertRefused(
                client.upsertAsync(name, List.of(point(1, Map.of()), point(2, vectors))),
                Status.Code.INVALID_ARGUMENT,
                message));
        assertRefused(
                client.upsertAsync(
                        name,
                        List.of(PointStruct.newBuilder()
                                .setId(id(1))
                                .setVectors(Vectors.newBuilder().setVector(words(1, 1)))
                                .build())),
                Status.Code.INVALID_ARGUMENT,
                "Sparse vector must be named");
        assertThat(count())
                .as("of points before a bad one, which Qdrant may keep")
                .isLessThan(2);
    }

    @Test
    void sparse_malformed_invalidArgument() {
        createSpaces(Modifier.None);
        Vector twice = vector(List.of(1f, 2f), List.of(3, 3));
        Vector uneven = Vector.newBuilder()
                .setSparse(SparseVector.newBuilder().addIndices(1).addValues(1).addValues(2))
                .build();
        Map<Vector, String> bad = Map.of(
                twice, "indices: Validation error: must be unique [{}]]",
                uneven, "values: Validation error: must be the same length as indices [{}]]");
        bad.forEach((vector, message) -> assertRefused(
                client.upsertAsync(name, List.of(point(1, Map.of()), point(2, Map.of(WORDS, vector)))),
                Status.Code.INVALID_ARGUMENT,
                "Validation error in body: [points[1].vectors.vectors_options.vectors.[]." + message));
        assertRefused(
                client.queryAsync(query().setQuery(nearest(List.of(1f, 2f), List.of(3, 3)))
                        .setUsing(WORDS)
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "Validation error in body: [query.variant.variant.indices: Validation error: must be unique [{}]]");
        assertThat(count()).isZero();
    }

    @Test
    void sparseQuery_withoutModifier_scoresByProduct() {
        createSpaces(Modifier.None);
        store(
                point(1, Map.of(WORDS, words(1, 1, 2, 2))),
                point(2, Map.of(WORDS, words(2, 1, 9, 100))),
                point(3, Map.of(WORDS, words(-1, 3))),
                point(4, Map.of("", vector(1, 0, 0, 0))),
                point(5, Map.of(WORDS, words(9, 1))));
        List<ScoredPoint> found =
                done(client.queryAsync(sparseQuery(1, 0.5f, 2, 0.3f, -1, 7).build()));
        assertThat(found).extracting(ScoredPoint::getId).containsExactly(id(3), id(1), id(2));
        assertScores(found, 21, 1.1f, 0.3f);
        assertThat(queried(sparseQuery(1, 0.5f, 2, 0.3f, -1, 7).setScoreThreshold(0.3f)))
                .containsExactly(id(3), id(1));
        assertThat(queried(sparseQuery(1, 0.5f, 2, 0.3f, -1, 7).setOffset(1).setLimit(1)))
                .containsExactly(id(1));
        assertThat(queried(sparseQuery(1, 0.5f, 2, 0.3f, -1, 7)
                        .setParams(SearchParams.newBuilder().setExact(true))))
                .containsExactly(id(3), id(1), id(2));
        assertThat(queried(sparseQuery())).isEmpty();
        assertThat(queried(sparseQuery(77, 1))).isEmpty();
    }

    @Test
    void sparseQuery_negativeWeights_count() {
        createSpaces(Modifier.None);
        store(
                point(1, Map.of(WORDS, words(1, 1, 2, 2))),
                point(2, Map.of(WORDS, words(1, -1, 2, 1))),
                point(3, Map.of(WORDS, words(2, -3))));
        List<ScoredPoint> found =
                done(client.queryAsync(sparseQuery(1, 1, 2, -1).build()));
        assertThat(found).extracting(ScoredPoint::getId).containsExactly(id(3), id(1), id(2));
        assertScores(found, 3, -1, -2);
        assertThat(queried(sparseQuery(1, 1, 2, 1.5f))).containsExactly(id(1), id(2), id(3));
    }

    @Test
    void sparseQuery_idf_weighsRareDimensionsMore() {
        createSpaces(Modifier.Idf);
        store(
                point(1, Map.of(WORDS, words(1, 1))),
                point(2, Map.of(WORDS, words(1, 1, 2, 1))),
                point(3, Map.of(WORDS, words(1, 1, 3, 2))),
                point(4, Map.of(WORDS, words(9, 1))),
                point(5, Map.of(WORDS, words())),
                point(6, Map.of("", vector(1, 0, 0, 0))));
        List<ScoredPoint> found =
                done(client.queryAsync(sparseQuery(1, 1, 2, 1, 3, 1).build()));
        assertThat(found).extracting(ScoredPoint::getId).containsExactly(id(3), id(2), id(1));
        assertScores(found, idf(4, 3) + 2 * idf(4, 1), idf(4, 3) + idf(4, 1), idf(4, 3));
        store(point(4, Map.of(WORDS, words(2, 1))));
        found = done(client.queryAsync(sparseQuery(2, 2, 77, 1).build()));
        assertThat(found).extracting(ScoredPoint::getId).containsExactlyInAnyOrder(id(2), id(4));
        assertScores(found, 2 * idf(4, 2), 2 * idf(4, 2));
    }

    @Test
    void query_using_searchesThatSpace() {
        createSpaces(Modifier.None);
        store(
                point(1, Map.of("", vector(1, 0, 0, 0), SMALL, vector(1, 0))),
                point(2, Map.of("", vector(0, 1, 0, 0), SMALL, vector(3, 0))),
                point(3, Map.of("", vector(1, 1, 0, 0))));
        assertThat(queried(query().setQuery(nearest(1f, 0f)).setUsing(SMALL))).containsExactly(id(2), id(1));
        assertThat(queried(query().setQuery(nearest(1f, 0f, 0f, 0f)))).containsExactly(id(1), id(3), id(2));
        assertThat(queried(query().setQuery(nearest(1f, 0f, 0f, 0f)).setUsing("")))
                .containsExactly(id(1), id(3), id(2));
        assertThat(queried(query().setQuery(nearest(id(1))).setUsing(SMALL))).containsExactly(id(2));
        assertThat(found(search(1, 0).setVectorName(SMALL))).containsExactly(id(2), id(1));
        assertRefused(
                client.queryAsync(
                        query().setQuery(nearest(id(3))).setUsing(SMALL).build()),
                Status.Code.NOT_FOUND,
                "");
    }

    @Test
    void search_sparseIndices_isASparseQuery() {
        createSpaces(Modifier.None);
        store(point(1, Map.of(WORDS, words(1, 1, 2, 2))), point(2, Map.of(WORDS, words(2, 1))));
        assertThat(found(search(1, 1)
                        .setVectorName(WORDS)
                        .setSparseIndices(SparseIndices.newBuilder().addAllData(List.of(2, 1)))))
                .containsExactly(id(1), id(2));
        assertRefused(
                client.searchAsync(search(1, 1)
                        .setSparseIndices(SparseIndices.newBuilder().addAllData(List.of(2, 1)))
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "Sparse vector must have a name specified");
    }

    @Test
    void query_spaceThatDoesNotFit_invalidArgument() {
        createSpaces(Modifier.None);
        store(point(1, Map.of("", vector(1, 0, 0, 0), SMALL, vector(1, 0), WORDS, words(1, 1))));
        Map<QueryPoints.Builder, String> bad = Map.of(
                query().setQuery(nearest(1f, 0f)).setUsing("other"),
                        "Wrong input: Not existing vector name error: other",
                query().setQuery(nearest(1f, 0f, 0f)).setUsing(SMALL),
                        "Wrong input: Vector dimension error: expected dim: 2, got 3",
                sparseQuery(1, 1).setUsing(SMALL), "Wrong input: Conversion between sparse and regular vectors failed",
                query().setQuery(nearest(1f, 0f)).setUsing(WORDS),
                        "Wrong input: Conversion between sparse and regular vectors failed",
                query().setQuery(fusion(Fusion.RRF)),
                        "Wrong input: Validation failed: cannot apply Fusion without prefetches",
                query().setQuery(fusion(Fusion.RRF)).setUsing(SMALL).addPrefetch(PrefetchQuery.getDefaultInstance()),
                        "Bad request: Fusion queries cannot be combined with the 'using' field.",
                query().addPrefetch(PrefetchQuery.getDefaultInstance()),
                        "Bad request: A query is needed to merge the prefetches. "
                                + "Can't have prefetches without defining a query.");
        bad.forEach((request, message) ->
                assertRefused(client.queryAsync(request.build()), Status.Code.INVALID_ARGUMENT, message));
        assertRefused(
                client.queryAsync(query().setQuery(fusion(Fusion.RRF))
                        .addPrefetch(PrefetchQuery.newBuilder().setLimit(0))
                        .build()),
                Status.Code.INVALID_ARGUMENT,
                "Validation error in body: [prefetch[0].limit: value 0 invalid, must be 1 or larger]");
    }

    @Test
    void reciprocalRankFusion_severalSources_sumsByRank() {
        createSpaces(Modifier.None);
        storeRanked();
        QueryPoints.Builder request =
                query().addPrefetch(dense(10)).addPrefetch(words(10)).setQuery(fusion(Fusion.RRF));
        List<ScoredPoint> found = done(client.queryAsync(request.build()));
        assertThat(found)
                .extracting(ScoredPoint::getId)
                .startsWith(id(3), id(1))
                .contains(id(2), id(4));
        assertScores(found, 1f / 4 + 1f / 2, 1f / 2, 1f / 3, 1f / 3);
        assertThat(queried(request.clone().setOffset(1).setLimit(1))).containsExactly(id(1));
        assertThat(queried(request.clone().setScoreThreshold(0.5f))).containsExactly(id(3), id(1));
        assertThat(queried(request.clone().setFilter(must(match("even", false)))))
                .containsExactly(id(3), id(1));
        List<ScoredPoint> smoothed = done(client.queryAsync(request.clone()
                .setQuery(rrf(Rrf.newBuilder().setK(60).build()))
                .setLimit(2)
                .build()));
        assertThat(smoothed).extracting(ScoredPoint::getId).containsExactly(id(3), id(1));
        assertScores(smoothed, 1f / 62 + 1f / 60, 1f / 60);
    }

    @Test
    void scoreDistributionFusion_severalSources_sumsNormalisedScores() {
        createSpaces(Modifier.None);
        storeRanked();
        List<ScoredPoint> found = done(client.queryAsync(query().addPrefetch(dense(10))
                .addPrefetch(words(10))
                .addPrefetch(words(1))
                .setQuery(fusion(Fusion.DBSF))
                .build()));
        assertThat(found).extracting(ScoredPoint::getId).containsExactly(id(3), id(1), id(2), id(4));
        assertThat(found.get(0).getScore())
                .isCloseTo(normalised(0.2f, 1f, 0.9f, 0.2f) + normalised(5, 5, 1) + 0.5f, within(1e-5f));
        assertThat(found.get(1).getScore()).isCloseTo(normalised(1f, 1f, 0.9f, 0.2f), within(1e-5f));
        assertThat(found.get(3).getScore()).isCloseTo(normalised(1, 5, 1), within(1e-5f));
    }

    @Test
    void prefetch_nested_ranksWhatItsSourcesFound() {
        createSpaces(Modifier.None);
        storeRanked();
        assertThat(queried(
                        query().addPrefetch(words(10)).setQuery(nearest(1f, 0f)).setUsing(SMALL)))
                .containsExactly(id(3));
        PrefetchQuery inner = PrefetchQuery.newBuilder()
                .addPrefetch(dense(2))
                .addPrefetch(words(2))
                .setQuery(fusion(Fusion.RRF))
                .setLimit(2)
                .build();
        assertThat(queried(query().addPrefetch(inner).addPrefetch(dense(1)).setQuery(fusion(Fusion.RRF))))
                .containsExactly(id(1), id(3));
        assertThat(queried(query().addPrefetch(inner.toBuilder().setLimit(1))
                        .setQuery(nearest(1f, 0f))
                        .setUsing(SMALL)))
                .hasSize(1);
        assertThat(queried(query().addPrefetch(dense(10).toBuilder().setFilter(must(match("even", true))))
                        .addPrefetch(words(10).toBuilder().setScoreThreshold(2))
                        .setQuery(fusion(Fusion.RRF))))
                .containsExactlyInAnyOrder(id(2), id(3));
    }

    @Test
    void prefetch_byId_leavesOutThatPointEverywhere() {
        createSpaces(Modifier.None);
        storeRanked();
        PrefetchQuery like = PrefetchQuery.newBuilder()
                .setQuery(nearest(id(1)))
                .setUsing(SMALL)
                .build();
        assertThat(queried(query().addPrefetch(like).addPrefetch(dense(10)).setQuery(fusion(Fusion.RRF))))
                .containsExactly(id(2), id(3));
    }

    @Test
    void queryBatch_mixed_answersEachInOrder() {
        createSpaces(Modifier.Idf);
        storeRanked();
        assertThat(done(client.queryBatchAsync(
                        name,
                        List.of(
                                query().setQuery(nearest(1f, 0f))
                                        .setUsing(SMALL)
                                        .setLimit(1)
                                        .build(),
                                sparseQuery(1, 1).setLimit(1).build(),
                                query().addPrefetch(dense(1))
                                        .setQuery(fusion(Fusion.RRF))
                                        .build()))))
                .extracting(batch -> batch.getResult(0).getId())
                .containsExactly(id(1), id(3), id(1));
    }

    @Test
    void facet_indexedKey_countsPointsByValue() {
        createSpaces(Modifier.None);
        String uuid = "550e8400-e29b-41d4-a716-446655440000";
        String longText = "long ".repeat(30);
        store(
                tagged(1, Map.of("tag", value("b"), "n", value(1), "flag", value(true), "u", value(uuid))),
                tagged(2, Map.of("tag", value("a"), "n", value(-1), "flag", value(true))),
                tagged(3, Map.of("tag", list(List.of(value("a"), value("c"), value("a"))), "n", value(1))),
                tagged(4, Map.of("tag", value(longText), "flag", value(false))),
                tagged(5, Map.of("tag", value("gone"))));
        done(client.deleteAsync(name, List.of(id(5))));
        assertRefused(
                client.facetAsync(
                        FacetCounts.newBuilder()
                                .setCollectionName(name)
                                .setKey("tag")
                                .build(),
                        null),
                Status.Code.INVALID_ARGUMENT,
                "Wrong input: No appropriate index for faceting: `tag`. Please create one to facet on this field. Check "
                        + "https://qdrant.tech/documentation/concepts/indexing/#payload-index to see which payload "
                        + "schemas support Match conditions");
        index("tag", PayloadSchemaType.Keyword);
        index("n", PayloadSchemaType.Integer);
        index("flag", PayloadSchemaType.Bool);
        for (boolean exact : new boolean[] {false, true}) {
            FacetCounts.Builder request = FacetCounts.newBuilder()
                    .setCollectionName(name)
                    .setKey("tag")
                    .setExact(exact);
            assertThat(facet(request)).containsExactly("a: 2", "b: 1", "c: 1", longText + ": 1");
            assertThat(facet(request.clone().setLimit(2))).containsExactly("a: 2", "b: 1");
            assertThat(facet(request.clone().setFilter(must(match("n", 1))))).containsExactly("a: 1", "b: 1", "c: 1");
            assertThat(facet(request.clone().setFilter(must(matchKeyword("tag", "c")))))
                    .containsExactly("a: 1", "c: 1");
            assertThat(facet(request.clone().setKey("n"))).containsExactly("1: 2", "-1: 1");
            assertThat(facet(request.clone().setKey("flag"))).containsExactly("true: 2", "false: 1");
        }
    }

    /** Points 1, 2, 3 in the order of their dense vectors, 3 and 4 in that of their words; 1 to 3 have small vectors. */
    private void storeRanked() {
        store(
                ranked(1, Map.of("", vector(1, 0, 0, 0), SMALL, vector(3, 0))),
                ranked(2, Map.of("", vector(0.9f, 0.43588989f, 0, 0), SMALL, vector(2, 0))),
                ranked(3, Map.of("", vector(0.2f, 0.97979590f, 0, 0), SMALL, vector(1, 0), WORDS, words(1, 5))),
                ranked(4, Map.of(WORDS, words(1, 1))));
    }

    private static PointStruct ranked(long id, Map<String, Vector> vectors) {
        return point(id, vectors).toBuilder()
                .putPayload("even", value(id % 2 == 0))
                .build();
    }

    private static PointStruct tagged(long id, Map<String, io.qdrant.client.grpc.JsonWithInt.Value> payload) {
        return point(id, Map.of()).toBuilder().putAllPayload(payload).build();
    }

    private static PrefetchQuery dense(long limit) {
        return PrefetchQuery.newBuilder()
                .setQuery(nearest(1f, 0f, 0f, 0f))
                .setLimit(limit)
                .build();
    }

    private static PrefetchQuery words(long limit) {
        return PrefetchQuery.newBuilder()
                .setQuery(nearest(List.of(1f), List.of(1)))
                .setUsing(WORDS)
                .setLimit(limit)
                .build();
    }

    /** {@code score} over the range of three standard deviations around the mean of {@code scores}. */
    private static float normalised(float score, float... scores) {
        double mean = 0;
        for (float one : scores) {
            mean += one / scores.length;
        }
        double squares = 0;
        for (float one : scores) {
            squares += (one - mean) * (one - mean);
        }
        double deviation = Math.sqrt(squares / (scores.length - 1));
        return (float) ((score - mean + 3 * deviation) / (6 * deviation));
    }

    private static float idf(int all, int some) {
        return (float) Math.log(1 + (all - some + 0.5) / (some + 0.5));
    }

    private void createSpaces(Modifier modifier) {
        done(client.createCollectionAsync(CreateCollection.newBuilder()
                .setCollectionName(name)
                .setVectorsConfig(VectorsConfig.newBuilder()
                        .setParamsMap(VectorParamsMap.newBuilder()
                                .putMap("", params(Distance.Cosine))
                                .putMap(SMALL, size(2))))
                .setSparseVectorsConfig(words(modifier))
                .build()));
    }

    private static SparseVectorConfig words(Modifier modifier) {
        return sparse(WORDS, modifier);
    }

    private static SparseVectorConfig sparse(String name, Modifier modifier) {
        return SparseVectorConfig.newBuilder()
                .putMap(
                        name,
                        SparseVectorParams.newBuilder().setModifier(modifier).build())
                .build();
    }

    private static VectorParams size(long size) {
        return VectorParams.newBuilder().setSize(size).setDistance(Distance.Dot).build();
    }

    private static PointStruct point(long id, Map<String, Vector> vectors) {
        return PointStruct.newBuilder()
                .setId(id(id))
                .setVectors(Vectors.newBuilder()
                        .setVectors(NamedVectors.newBuilder().putAllVectors(vectors)))
                .build();
    }

    /** A sparse vector from pairs of an index and a weight. */
    private static Vector words(float... pairs) {
        SparseVector.Builder sparse = SparseVector.newBuilder();
        for (int i = 0; i < pairs.length; i += 2) {
            sparse.addIndices((int) pairs[i]).addValues(pairs[i + 1]);
        }
        return Vector.newBuilder().setSparse(sparse).build();
    }

    private QueryPoints.Builder sparseQuery(float... pairs) {
        SparseVector sparse = words(pairs).getSparse();
        return query().setQuery(nearest(sparse.getValuesList(), sparse.getIndicesList()))
                .setUsing(WORDS);
    }

    private CollectionParams described() {
        return done(client.getCollectionInfoAsync(name)).getConfig().getParams();
    }

    private VectorsOutput stored(long id, WithVectorsSelector selector) {
        GetPoints request = GetPoints.newBuilder()
                .setCollectionName(name)
                .addIds(id(id))
                .setWithVectors(selector)
                .build();
        return only(done(client.retrieveAsync(request, Duration.ofSeconds(20)))).getVectors();
    }

    private static WithVectorsSelector named(String... names) {
        return WithVectorsSelector.newBuilder()
                .setInclude(VectorsSelector.newBuilder().addAllNames(List.of(names)))
                .build();
    }

    private void deleteVectors(long id, String... names) {
        done(client.grpcClient().points().deleteVectors(deletion(id, names)));
    }

    private DeletePointVectors deletion(long id, String... names) {
        return DeletePointVectors.newBuilder()
                .setCollectionName(name)
                .setWait(true)
                .setPointsSelector(PointsSelector.newBuilder()
                        .setPoints(PointsIdsList.newBuilder().addIds(id(id))))
                .setVectors(VectorsSelector.newBuilder().addAllNames(List.of(names)))
                .build();
    }

    private void index(String field, PayloadSchemaType type) {
        done(client.createPayloadIndexAsync(name, field, type, null, true, null, null));
    }

    private List<String> facet(FacetCounts.Builder request) {
        return done(client.facetAsync(request.build(), null)).stream()
                .map(HybridContract::text)
                .toList();
    }

    private static String text(FacetHit hit) {
        String text =
                switch (hit.getValue().getVariantCase()) {
                    case STRING_VALUE -> hit.getValue().getStringValue();
                    case INTEGER_VALUE -> String.valueOf(hit.getValue().getIntegerValue());
                    case BOOL_VALUE -> String.valueOf(hit.getValue().getBoolValue());
                    case VARIANT_NOT_SET -> throw new AssertionError("a facet without a value");
                };
        return text + ": " + hit.getCount();
    }
}
