package io.llmtwin.embedded.qdrant;

import static io.qdrant.client.ConditionFactory.filter;
import static io.qdrant.client.ConditionFactory.hasId;
import static io.qdrant.client.ConditionFactory.isEmpty;
import static io.qdrant.client.ConditionFactory.isNull;
import static io.qdrant.client.ConditionFactory.match;
import static io.qdrant.client.ConditionFactory.matchExceptKeywords;
import static io.qdrant.client.ConditionFactory.matchKeyword;
import static io.qdrant.client.ConditionFactory.matchKeywords;
import static io.qdrant.client.ConditionFactory.matchPhrase;
import static io.qdrant.client.ConditionFactory.matchText;
import static io.qdrant.client.ConditionFactory.matchTextAny;
import static io.qdrant.client.ConditionFactory.matchValues;
import static io.qdrant.client.ConditionFactory.nested;
import static io.qdrant.client.ConditionFactory.range;
import static io.qdrant.client.ConditionFactory.valuesCount;
import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.QueryFactory.nearest;
import static io.qdrant.client.ValueFactory.list;
import static io.qdrant.client.ValueFactory.nullValue;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.within;

import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Status;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.CollectionInfo;
import io.qdrant.client.grpc.Collections.CollectionStatus;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.DeleteCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.PayloadIndexParams;
import io.qdrant.client.grpc.Collections.PayloadSchemaType;
import io.qdrant.client.grpc.Collections.TextIndexParams;
import io.qdrant.client.grpc.Collections.TokenizerType;
import io.qdrant.client.grpc.Collections.UpdateCollection;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.Common.Condition;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Common.MinShould;
import io.qdrant.client.grpc.Common.PointId;
import io.qdrant.client.grpc.Common.Range;
import io.qdrant.client.grpc.Common.ValuesCount;
import io.qdrant.client.grpc.JsonWithInt.Struct;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.CreateFieldIndexCollection;
import io.qdrant.client.grpc.Points.FieldType;
import io.qdrant.client.grpc.Points.GetPoints;
import io.qdrant.client.grpc.Points.PayloadExcludeSelector;
import io.qdrant.client.grpc.Points.PayloadIncludeSelector;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.PointsIdsList;
import io.qdrant.client.grpc.Points.PointsSelector;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScoredPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import io.qdrant.client.grpc.Points.ScrollResponse;
import io.qdrant.client.grpc.Points.SearchPoints;
import io.qdrant.client.grpc.Points.SetPayloadPoints;
import io.qdrant.client.grpc.Points.UpdateStatus;
import io.qdrant.client.grpc.Points.UpsertPoints;
import io.qdrant.client.grpc.Points.WithPayloadSelector;
import io.qdrant.client.grpc.Points.WithVectorsSelector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What this project asks of a Qdrant, whether embedded or a server; a server decides what is right. */
abstract class QdrantContract {
    private static final String UUID_A = "550e8400-e29b-41d4-a716-446655440000";
    private static final WithPayloadSelector PAYLOAD =
            WithPayloadSelector.newBuilder().setEnable(true).build();
    private static final WithPayloadSelector NO_PAYLOAD =
            WithPayloadSelector.newBuilder().setEnable(false).build();
    static final WithVectorsSelector VECTORS =
            WithVectorsSelector.newBuilder().setEnable(true).build();

    final String name = "contract-" + UUID.randomUUID();
    QdrantClient client;

    /** Port of the gRPC API, on this machine or as {@code host:port}. */
    abstract String address();

    @BeforeEach
    void connect() {
        String[] parts = address().split(":");
        client = new QdrantClient(QdrantGrpcClient.newBuilder(parts[0], Integer.parseInt(parts[1]), false, false)
                .build());
    }

    @AfterEach
    void disconnect() {
        deleted(name);
        client.close();
    }

    @Test
    void healthCheck_anyTime_namesQdrant() {
        assertThat(done(client.healthCheckAsync()).getTitle()).isEqualTo("qdrant - vector search engine");
        assertThat(done(client.healthCheckAsync()).getVersion()).matches("1\\.\\d+\\.\\d+");
    }

    @Test
    void collection_created_isListedAndDescribed() {
        assertThat(done(client.collectionExistsAsync(name))).isFalse();
        create(Distance.Cosine);
        CollectionInfo info = done(client.getCollectionInfoAsync(name));
        assertThat(done(client.collectionExistsAsync(name))).isTrue();
        assertThat(done(client.listCollectionsAsync())).contains(name);
        assertThat(info.getStatus()).isEqualTo(CollectionStatus.Green);
        assertThat(info.getPointsCount()).isZero();
        VectorParams params = info.getConfig().getParams().getVectorsConfig().getParams();
        assertThat(params.getSize()).isEqualTo(4);
        assertThat(params.getDistance()).isEqualTo(Distance.Cosine);
    }

    @Test
    void collection_createdTwice_alreadyExists() {
        create(Distance.Cosine);
        assertRefused(
                client.createCollectionAsync(name, params(Distance.Dot)),
                Status.Code.ALREADY_EXISTS,
                "Wrong input: Collection `" + name + "` already exists!");
    }

    @Test
    void collection_badName_invalidArgument() {
        for (String bad : List.of("a/b", "a:b", "a*b", "a?b", "a\\b", "x".repeat(256))) {
            assertRefused(client.createCollectionAsync(bad, params(Distance.Dot)), Status.Code.INVALID_ARGUMENT, "");
        }
        assertRefused(
                client.createCollectionAsync("a<b", params(Distance.Dot)),
                Status.Code.INVALID_ARGUMENT,
                "Validation error in body: [collection_name: collection name cannot contain \"<\" char]");
    }

    @Test
    void collection_badSize_invalidArgument() {
        for (long size : new long[] {0, 65_537}) {
            assertRefused(
                    client.createCollectionAsync(
                            name, params(Distance.Dot).toBuilder().setSize(size).build()),
                    Status.Code.INVALID_ARGUMENT,
                    "Validation error in body: [vectors_config.config.size: value " + size
                            + " invalid, must be from 1 to 65536]");
        }
    }

    @Test
    void metadata_updated_isMergedAndNullRemoves() {
        done(client.createCollectionAsync(CreateCollection.newBuilder()
                .setCollectionName(name)
                .setVectorsConfig(VectorsConfig.newBuilder().setParams(params(Distance.Cosine)))
                .putMetadata("model", value("bge"))
                .putMetadata("dimension", value(384))
                .build()));
        done(client.updateCollectionAsync(UpdateCollection.newBuilder()
                .setCollectionName(name)
                .putMetadata("cleaning", value(2))
                .putMetadata("dimension", nullValue())
                .build()));
        assertThat(done(client.getCollectionInfoAsync(name)).getConfig().getMetadataMap())
                .isEqualTo(Map.of("model", value("bge"), "cleaning", value(2)));
    }

    @Test
    void collection_deleted_isGoneAndASecondTimeFalse() {
        create(Distance.Cosine);
        assertThat(deleted(name)).isTrue();
        assertThat(deleted(name)).isFalse();
        assertThat(done(client.collectionExistsAsync(name))).isFalse();
    }

    @Test
    void missingCollection_anyCall_notFound() {
        String message = "Not found: Collection `" + name + "` doesn't exist!";
        List<ListenableFuture<?>> calls = List.of(
                client.getCollectionInfoAsync(name),
                client.upsertAsync(name, List.of(point(1, 1, 0, 0, 0))),
                client.searchAsync(search(1, 0, 0, 0).build()),
                client.queryAsync(query().build()),
                client.scrollAsync(scroll().build()),
                client.countAsync(name),
                client.deleteAsync(name, List.of(id(1))),
                client.createPayloadIndexAsync(name, "k", PayloadSchemaType.Keyword, null, true, null, null));
        for (ListenableFuture<?> call : calls) {
            assertRefused(call, Status.Code.NOT_FOUND, message);
        }
    }

    @Test
    void upsert_oneWrongDimension_storesNothing() {
        create(Distance.Cosine);
        assertRefused(
                client.upsertAsync(
                        name,
                        List.of(
                                point(1, 1, 0, 0, 0),
                                PointStruct.newBuilder()
                                        .setId(id(2))
                                        .setVectors(vectors(1f, 2f, 3f))
                                        .build())),
                Status.Code.INVALID_ARGUMENT,
                "Wrong input: Vector dimension error: expected dim: 4, got 3");
        assertThat(count()).isZero();
    }

    @Test
    void upsert_malformed_invalidArgument() {
        create(Distance.Cosine);
        PointStruct good = point(1, 1, 0, 0, 0);
        Map<PointStruct, String> bad = Map.of(
                good.toBuilder().clearId().build(), "Empty ID is not allowed",
                good.toBuilder().setId(PointId.getDefaultInstance()).build(), "No ID options provided",
                good.toBuilder().setId(PointId.newBuilder().setUuid("no")).build(), "Unable to parse UUID: no",
                good.toBuilder().clearVectors().build(), "Expected some vectors",
                good.toBuilder().putPayload("x", value(Double.NaN)).build(), "cannot convert to json number");
        bad.forEach((point, message) ->
                assertRefused(client.upsertAsync(name, List.of(good, point)), Status.Code.INVALID_ARGUMENT, message));
        assertRefused(
                client.upsertAsync(name, List.of()), Status.Code.INVALID_ARGUMENT, "Bad request: Empty update request");
        assertThat(count()).isZero();
    }

    @Test
    void upsert_withoutWaiting_isAcknowledged() {
        create(Distance.Cosine);
        UpsertPoints request = UpsertPoints.newBuilder()
                .setCollectionName(name)
                .setWait(false)
                .addPoints(point(1, 1, 0, 0, 0))
                .build();
        assertThat(done(client.upsertAsync(request)).getStatus()).isEqualTo(UpdateStatus.Acknowledged);
        assertThat(done(client.upsertAsync(request.toBuilder().setWait(true).build()))
                        .getStatus())
                .isEqualTo(UpdateStatus.Completed);
    }

    @Test
    void upsert_existingId_replacesThePoint() {
        create(Distance.Dot);
        store(point(1, 1, 0, 0, 0).toBuilder().putPayload("a", value(1)).build());
        store(point(1, 0, 1, 0, 0).toBuilder().putPayload("b", value(2)).build());
        RetrievedPoint stored = only(get(1));
        assertThat(stored.getPayloadMap()).isEqualTo(Map.of("b", value(2)));
        assertThat(stored.getVectors().getVector().getDense().getDataList()).containsExactly(0f, 1f, 0f, 0f);
        assertThat(count()).isEqualTo(1);
    }

    @Test
    void upsert_sameIdTwiceInABatch_theLastWins() {
        create(Distance.Dot);
        store(
                point(1, 1, 0, 0, 0).toBuilder().putPayload("v", value(1)).build(),
                point(1, 0, 1, 0, 0).toBuilder().putPayload("v", value(2)).build());
        assertThat(only(get(1)).getPayloadMap()).isEqualTo(Map.of("v", value(2)));
    }

    @Test
    void upsert_updateFilter_sparesWhatDoesNotMatch() {
        create(Distance.Dot);
        store(point(1, 1, 0, 0, 0).toBuilder().putPayload("v", value(1)).build());
        done(client.upsertAsync(UpsertPoints.newBuilder()
                .setCollectionName(name)
                .setWait(true)
                .addPoints(point(1, 1, 0, 0, 0).toBuilder().putPayload("v", value(9)))
                .addPoints(point(2, 1, 0, 0, 0).toBuilder().putPayload("v", value(9)))
                .setUpdateFilter(must(match("v", 5)))
                .build()));
        assertThat(only(get(1)).getPayloadMap()).isEqualTo(Map.of("v", value(1)));
        assertThat(only(get(2)).getPayloadMap()).isEqualTo(Map.of("v", value(9)));
    }

    @Test
    void ids_inAnyForm_comeBackCanonicalAndOrdered() {
        create(Distance.Dot);
        List<PointId> given = List.of(
                PointId.newBuilder().setNum(-1L).build(),
                uuid("F9168C5E-CEB2-4FAA-B6BF-329BF39FA1E4"),
                uuid("936DA01F9ABD4D9D80C702AF85C822A8"),
                uuid("urn:uuid:" + UUID_A),
                uuid("{a0a2a2d2-0b87-4a18-83f2-2529882be2de}"),
                id(7));
        store(given.stream()
                .map(id -> point(1, 1, 0, 0, 0).toBuilder().setId(id).build())
                .toArray(PointStruct[]::new));
        assertThat(done(client.scrollAsync(scroll().build())).getResultList())
                .extracting(RetrievedPoint::getId)
                .containsExactly(
                        id(7),
                        PointId.newBuilder().setNum(-1L).build(),
                        uuid(UUID_A),
                        uuid("936da01f-9abd-4d9d-80c7-02af85c822a8"),
                        uuid("a0a2a2d2-0b87-4a18-83f2-2529882be2de"),
                        uuid("f9168c5e-ceb2-4faa-b6bf-329bf39fa1e4"));
    }

    @Test
    void cosine_stored_isNormalisedButForZero() {
        create(Distance.Cosine);
        store(point(1, 3, 0, 4, 0), point(2, 0, 0, 0, 0));
        assertThat(get(1, 2))
                .extracting(point -> point.getVectors().getVector().getDense().getDataList())
                .containsExactly(List.of(0.6f, 0f, 0.8f, 0f), List.of(0f, 0f, 0f, 0f));
    }

    @Test
    void cosine_search_scoresByCosineHighestFirst() {
        create(Distance.Cosine);
        store(point(1, 1, 0, 0, 0), point(2, 1, 1, 0, 0), point(3, 0, 5, 0, 0), point(4, -1, 0, 0, 0));
        List<ScoredPoint> found = done(client.searchAsync(search(2, 0, 0, 0).build()));
        assertThat(found).extracting(ScoredPoint::getId).containsExactly(id(1), id(2), id(3), id(4));
        assertScores(found, 1, 0.70710678f, 0, -1);
        assertThat(found).allSatisfy(point -> {
            assertThat(point.getPayloadMap()).isEmpty();
            assertThat(point.hasVectors()).isFalse();
        });
    }

    @Test
    void dot_search_scoresByProduct() {
        create(Distance.Dot);
        store(point(1, 1, 0, 0, 0), point(2, 3, 0, 0, 0), point(3, -3, 0, 0, 0));
        List<ScoredPoint> found = done(client.searchAsync(search(2, 0, 0, 0).build()));
        assertThat(found).extracting(ScoredPoint::getId).containsExactly(id(2), id(1), id(3));
        assertScores(found, 6, 2, -6);
    }

    @Test
    void euclid_search_lowerDistanceFirst() {
        create(Distance.Euclid);
        store(point(1, 0, 0, 0, 0), point(2, 3, 4, 0, 0), point(3, 1, 0, 0, 0));
        List<ScoredPoint> found = done(client.searchAsync(search(0, 0, 0, 0).build()));
        assertThat(found).extracting(ScoredPoint::getId).containsExactly(id(1), id(3), id(2));
        assertScores(found, 0, 1, 5);
        assertThat(done(client.searchAsync(
                        search(0, 0, 0, 0).setScoreThreshold(2).build())))
                .hasSize(2);
    }

    @Test
    void search_thresholdOffsetAndLimit_cutTheList() {
        create(Distance.Dot);
        store(point(1, 1, 0, 0, 0), point(2, 2, 0, 0, 0), point(3, 3, 0, 0, 0), point(4, 4, 0, 0, 0));
        assertThat(found(search(1, 0, 0, 0).setScoreThreshold(2))).containsExactly(id(4), id(3));
        assertThat(found(search(1, 0, 0, 0).setOffset(1).setLimit(2))).containsExactly(id(3), id(2));
        assertThat(found(search(1, 0, 0, 0).setOffset(10))).isEmpty();
        assertRefused(
                client.searchAsync(search(1, 0, 0, 0).setLimit(0).build()),
                Status.Code.INVALID_ARGUMENT,
                "Validation error in body: [limit: value 0 invalid, must be 1 or larger]");
    }

    @Test
    void search_wrongDimension_invalidArgument() {
        create(Distance.Dot);
        store(point(1, 1, 0, 0, 0));
        assertRefused(
                client.searchAsync(search(1, 0).build()),
                Status.Code.INVALID_ARGUMENT,
                "Wrong input: Vector dimension error: expected dim: 4, got 2");
        assertRefused(
                client.searchAsync(search(1, 0, 0, 0).setVectorName("other").build()),
                Status.Code.INVALID_ARGUMENT,
                "Wrong input: Not existing vector name error: other");
    }

    @Test
    void search_filtered_findsOnlyWhatPasses() {
        create(Distance.Dot);
        storeExamples();
        assertThat(found(search(1, 0, 0, 0).setFilter(must(matchKeyword("color", "red")))))
                .containsExactlyInAnyOrder(id(1), id(5));
    }

    @Test
    void searchBatch_several_answersEachInOrder() {
        create(Distance.Dot);
        store(point(1, 1, 0, 0, 0), point(2, 0, 1, 0, 0));
        assertThat(done(client.searchBatchAsync(
                        name,
                        List.of(
                                search(1, 0, 0, 0).setLimit(1).build(),
                                search(0, 1, 0, 0).setLimit(1).build()),
                        null)))
                .extracting(batch -> batch.getResult(0).getId())
                .containsExactly(id(1), id(2));
    }

    @Test
    void query_byVector_isLikeSearch() {
        create(Distance.Dot);
        store(point(1, 1, 0, 0, 0), point(2, 2, 0, 0, 0));
        assertThat(queried(query().setQuery(nearest(1f, 0f, 0f, 0f)))).containsExactly(id(2), id(1));
        assertThat(done(client.queryBatchAsync(
                        name,
                        List.of(query().setQuery(nearest(1f, 0f, 0f, 0f))
                                .setLimit(1)
                                .build()))))
                .hasSize(1);
    }

    @Test
    void query_byId_leavesOutThatPoint() {
        create(Distance.Cosine);
        store(point(1, 1, 0, 0, 0), point(2, 1, 1, 0, 0), point(3, 0, 1, 0, 0));
        assertThat(queried(query().setQuery(nearest(id(1))))).containsExactly(id(2), id(3));
        assertRefused(
                client.queryAsync(query().setQuery(nearest(id(99))).build()),
                Status.Code.NOT_FOUND,
                "Not found: No point with id 99 found");
    }

    @Test
    void query_withoutQuery_isInTheOrderOfIds() {
        create(Distance.Dot);
        for (int i = 15; i > 0; i--) {
            store(point(i, i, 0, 0, 0));
        }
        List<ScoredPoint> found =
                done(client.queryAsync(query().setOffset(2).setLimit(3).build()));
        assertThat(found).extracting(ScoredPoint::getId).containsExactly(id(3), id(4), id(5));
        assertScores(found, 1, 1, 1);
        assertThat(queried(query())).hasSize(10);
        assertRefused(
                client.queryAsync(query().setScoreThreshold(0.5f).build()),
                Status.Code.INVALID_ARGUMENT,
                "Bad request: A query is needed to use the score_threshold. "
                        + "Can't have score_threshold without defining a query.");
    }

    @Test
    void scroll_pageByPage_visitsEachPointOnce() {
        create(Distance.Dot);
        for (int i = 1; i <= 7; i++) {
            store(point(i, i, 0, 0, 0));
        }
        List<PointId> visited = new ArrayList<>();
        ScrollPoints.Builder request = scroll().setLimit(3);
        ScrollResponse page = done(client.scrollAsync(request.build()));
        page.getResultList().forEach(point -> visited.add(point.getId()));
        while (page.hasNextPageOffset()) {
            page = done(client.scrollAsync(
                    request.setOffset(page.getNextPageOffset()).build()));
            page.getResultList().forEach(point -> visited.add(point.getId()));
        }
        assertThat(visited).containsExactly(id(1), id(2), id(3), id(4), id(5), id(6), id(7));
    }

    @Test
    void scroll_byDefault_bringsPayloadsOfTenPoints() {
        create(Distance.Dot);
        storeExamples();
        ScrollResponse page = done(client.scrollAsync(
                ScrollPoints.newBuilder().setCollectionName(name).build()));
        assertThat(page.getResult(0).getPayloadMap()).containsKey("color");
        assertThat(page.getResult(0).hasVectors()).isFalse();
    }

    @Test
    void get_someMissing_returnsTheOthersInTheOrderAskedFor() {
        create(Distance.Dot);
        store(point(1, 1, 0, 0, 0), point(2, 1, 0, 0, 0), point(3, 1, 0, 0, 0));
        assertThat(get(3, 9, 1, 3)).extracting(RetrievedPoint::getId).containsExactly(id(3), id(1));
    }

    @Test
    void payloadSelector_includeAndExclude_pickPaths() {
        create(Distance.Dot);
        storeExamples();
        assertThat(payload(1, include("color", "o.k"))).isEqualTo(Map.of("color", value("red"), "o", object("k", "v")));
        assertThat(payload(1, include("arr[].b")))
                .isEqualTo(Map.of("arr", list(List.of(object("b", value(1)), object("b", value(2))))));
        assertThat(payload(1, exclude("o.k", "arr", "color", "n", "f", "b", "t")))
                .isEqualTo(Map.of("tags", list(List.of(value("a"), value("b"))), "o", object("d", object("e", 1))));
        assertRefused(retrieve(1, include("a b")), Status.Code.INVALID_ARGUMENT, "Invalid json path: 'a b'");
    }

    @Test
    void filters_onAnyKeyWithoutIndex_followQdrant() {
        create(Distance.Dot);
        storeExamples();
        assertPassing(must(matchKeyword("color", "red")), 1, 5);
        assertPassing(must(matchKeywords("tags", List.of("a", "c"))), 1, 2, 5);
        assertPassing(must(matchKeyword("tags[]", "a")), 1);
        assertPassing(must(matchKeyword("tags[0]", "b")), 2);
        assertPassing(must(match("n", 1)), 1, 5);
        assertPassing(must(match("n", 3)));
        assertPassing(must(matchValues("n", List.of(2L, 5L))), 2, 5);
        assertPassing(must(match("b", true)), 1);
        assertPassing(must(matchExceptKeywords("color", List.of("red"))), 2, 3, 5, 7, 8);
        assertPassing(must(range("n", Range.newBuilder().setGte(1).setLt(3).build())), 1, 2, 5);
        assertPassing(must(range("f", Range.newBuilder().setGt(1.5).build())), 2, 3, 5, 8);
        assertPassing(must(range("f", Range.newBuilder().setGte(0).setLte(0).build())), 7);
        assertPassing(must(matchKeyword("o.k", "v")), 1);
        assertPassing(must(match("arr[].b", 2)), 1, 2);
        assertPassing(must(matchKeyword("\"a.b\"", "dotted")), 7);
        assertPassing(must(isEmpty("tags")), 3, 6, 7, 8);
        assertPassing(must(isNull("color")), 4);
        assertPassing(
                must(valuesCount("tags", ValuesCount.newBuilder().setGte(2).build())), 1, 2);
        assertPassing(must(hasId(List.of(id(1), id(3), id(99)))), 1, 3);
        assertPassing(must(nested("arr", must(match("b", 2), matchKeyword("c", "x")))), 2);
        assertPassing(
                Filter.newBuilder()
                        .addShould(match("n", 2))
                        .addShould(matchKeyword("color", "red"))
                        .build(),
                1,
                2,
                5);
        assertPassing(
                Filter.newBuilder().addMustNot(matchKeyword("color", "red")).build(), 2, 3, 4, 6, 7, 8);
        assertPassing(must(filter(Filter.newBuilder().addMustNot(match("n", 1)).build()), matchText("color", "re")), 2);
        assertPassing(
                Filter.newBuilder()
                        .setMinShould(MinShould.newBuilder()
                                .addConditions(match("n", 1))
                                .addConditions(matchKeyword("color", "red"))
                                .addConditions(match("b", true))
                                .setMinCount(3))
                        .build(),
                1);
        assertPassing(Filter.getDefaultInstance(), 1, 2, 3, 4, 5, 6, 7, 8);
    }

    @Test
    void textMatch_withoutIndex_isSubstringAndWithIndexIsTokens() {
        create(Distance.Dot);
        storeExamples();
        assertPassing(must(matchText("t", "ow")), 1);
        assertPassing(must(matchText("t", "fox quick")));
        assertPassing(must(matchTextAny("t", "fox cat")), 1, 2);
        done(client.createPayloadIndexAsync(
                name,
                "t",
                PayloadSchemaType.Text,
                PayloadIndexParams.newBuilder()
                        .setTextIndexParams(TextIndexParams.newBuilder()
                                .setTokenizer(TokenizerType.Word)
                                .setLowercase(true)
                                .setPhraseMatching(true))
                        .build(),
                true,
                null,
                null));
        assertPassing(must(matchText("t", "ow")));
        assertPassing(must(matchText("t", "FOX quick")), 1);
        assertPassing(must(matchText("t", "lazy cat")), 2);
        assertPassing(must(matchTextAny("t", "fox cat")), 1, 2);
        assertPassing(must(matchPhrase("t", "quick brown")), 1);
        assertPassing(must(matchPhrase("t", "brown quick")));
        done(client.deletePayloadIndexAsync(name, "t", true, null, null));
        assertPassing(must(matchText("t", "ow")), 1);
    }

    @Test
    void payloadIndex_declared_isDescribed() {
        create(Distance.Dot);
        storeExamples();
        done(client.createPayloadIndexAsync(name, "color", PayloadSchemaType.Keyword, null, true, null, null));
        var schema = done(client.getCollectionInfoAsync(name)).getPayloadSchemaOrThrow("color");
        assertThat(schema.getDataType()).isEqualTo(PayloadSchemaType.Keyword);
        assertThat(schema.getPoints()).isEqualTo(6);
        assertPassing(must(matchKeyword("color", "red")), 1, 5);
        assertRefused(
                client.grpcClient()
                        .points()
                        .createFieldIndex(CreateFieldIndexCollection.newBuilder()
                                .setCollectionName(name)
                                .setFieldName("x y")
                                .setFieldType(FieldType.FieldTypeKeyword)
                                .build()),
                Status.Code.INVALID_ARGUMENT,
                "Invalid json path: 'x y'");
    }

    @Test
    void payload_setOverwrittenDeletedCleared_isAsAsked() {
        create(Distance.Dot);
        store(point(1, 1, 0, 0, 0).toBuilder()
                .putPayload("a", value(1))
                .putPayload("o", object("k", "v"))
                .build());
        setPayload(Map.of("b", value(2), "a", nullValue()), null, 1);
        assertThat(payload(1, PAYLOAD)).isEqualTo(Map.of("b", value(2), "o", object("k", "v")));
        setPayload(Map.of("l", value("w")), "o", 1);
        assertThat(payload(1, PAYLOAD).get("o").getStructValue().getFieldsMap())
                .isEqualTo(Map.of("k", value("v"), "l", value("w")));
        done(client.deletePayloadAsync(name, List.of("o.k", "b"), List.of(id(1)), true, null, null));
        assertThat(payload(1, PAYLOAD)).isEqualTo(Map.of("o", object("l", "w")));
        done(client.overwritePayloadAsync(name, Map.of("z", value(true)), List.of(id(1)), true, null, null));
        assertThat(payload(1, PAYLOAD)).isEqualTo(Map.of("z", value(true)));
        done(client.clearPayloadAsync(name, List.of(id(1)), true, null, null));
        assertThat(payload(1, PAYLOAD)).isEmpty();
        assertThat(only(get(1)).getVectors().getVector().getDense().getDataList())
                .containsExactly(1f, 0f, 0f, 0f);
    }

    @Test
    void setPayload_someMissing_changesTheOthersAndSaysWhich() {
        create(Distance.Dot);
        store(point(1, 1, 0, 0, 0));
        assertRefused(
                client.setPayloadAsync(name, Map.of("a", value(1)), List.of(id(1), id(9)), true, null, null),
                Status.Code.NOT_FOUND,
                "Not found: No point with id 9 found");
        assertThat(payload(1, PAYLOAD)).isEqualTo(Map.of("a", value(1)));
    }

    @Test
    void setPayload_byFilter_changesWhatPasses() {
        create(Distance.Dot);
        storeExamples();
        done(client.setPayloadAsync(
                name, Map.of("seen", value(true)), must(matchKeyword("color", "red")), true, null, null));
        assertPassing(must(match("seen", true)), 1, 5);
    }

    @Test
    void delete_byIdsAndByFilter_removesThem() {
        create(Distance.Dot);
        storeExamples();
        done(client.deleteAsync(name, List.of(id(2), id(99))));
        done(client.deleteAsync(name, must(matchKeyword("color", "red"))));
        assertPassing(Filter.getDefaultInstance(), 3, 4, 6, 7, 8);
        assertThat(count()).isEqualTo(5);
        assertThat(found(search(1, 0, 0, 0))).hasSize(5);
    }

    @Test
    void malformedFilter_anywhere_invalidArgument() {
        create(Distance.Dot);
        assertRefused(
                client.countAsync(name, must(matchKeyword("a b", "x")), true),
                Status.Code.INVALID_ARGUMENT,
                "Invalid json path: 'a b'");
        assertRefused(
                client.countAsync(
                        name,
                        must(Condition.newBuilder()
                                .setField(io.qdrant.client.grpc.Common.FieldCondition.newBuilder()
                                        .setKey("x"))
                                .build()),
                        true),
                Status.Code.INVALID_ARGUMENT,
                "");
    }

    private void storeExamples() {
        Value red = value("red");
        List<Map<String, Value>> payloads = List.of(
                Map.of(
                        "color", red,
                        "n", value(1),
                        "f", value(1.5),
                        "b", value(true),
                        "tags", list(List.of(value("a"), value("b"))),
                        "o", object(Map.of("k", value("v"), "d", object("e", 1))),
                        "arr",
                                list(List.of(
                                        object(Map.of("b", value(1), "c", value("x"))),
                                        object(Map.of("b", value(2), "c", value("y"))))),
                        "t", value("The quick brown fox jumps")),
                Map.of(
                        "color", value("green"),
                        "n", value(2),
                        "f", value(2.0),
                        "b", value(false),
                        "tags", list(List.of(value("b"), value("c"))),
                        "o", object("k", "w"),
                        "arr", list(List.of(object(Map.of("b", value(2), "c", value("x"))))),
                        "t", list(List.of(value("lazy dog"), value("Quick cat")))),
                Map.of(
                        "color",
                        value("blue"),
                        "n",
                        value(3.0),
                        "f",
                        value(3),
                        "tags",
                        list(List.of()),
                        "o",
                        nullValue()),
                Map.of("color", nullValue(), "n", value("1"), "tags", list(List.of(nullValue()))),
                Map.of(
                        "color", list(List.of(red, value("blue"))),
                        "n", list(List.of(value(1), value(5))),
                        "f", list(List.of(value(0.5), value(9.5))),
                        "tags", value("a"),
                        "b", value("true")),
                Map.of(),
                Map.of("color", value("Red"), "n", value(Long.MAX_VALUE), "f", value(-0.0), "a.b", value("dotted")),
                Map.of("color", value(""), "n", value(-5), "f", value(1e300)));
        List<PointStruct> points = new ArrayList<>();
        for (int i = 0; i < payloads.size(); i++) {
            points.add(point(i + 1, 1, i, 0, 0).toBuilder()
                    .putAllPayload(payloads.get(i))
                    .build());
        }
        store(points.toArray(PointStruct[]::new));
    }

    private void create(Distance distance) {
        done(client.createCollectionAsync(name, params(distance)));
    }

    void store(PointStruct... points) {
        assertThat(done(client.upsertAsync(name, List.of(points))).getStatus()).isEqualTo(UpdateStatus.Completed);
    }

    private void setPayload(Map<String, Value> payload, String key, long id) {
        SetPayloadPoints.Builder request = SetPayloadPoints.newBuilder()
                .setCollectionName(name)
                .setWait(true)
                .putAllPayload(payload)
                .setPointsSelector(PointsSelector.newBuilder()
                        .setPoints(PointsIdsList.newBuilder().addIds(id(id))));
        if (key != null) {
            request.setKey(key);
        }
        done(client.setPayloadAsync(request.build(), null));
    }

    List<RetrievedPoint> get(long... ids) {
        GetPoints.Builder request = GetPoints.newBuilder()
                .setCollectionName(name)
                .setWithPayload(PAYLOAD)
                .setWithVectors(VECTORS);
        for (long id : ids) {
            request.addIds(id(id));
        }
        return done(client.retrieveAsync(request.build(), Duration.ofSeconds(20)));
    }

    private Map<String, Value> payload(long id, WithPayloadSelector selector) {
        return only(done(retrieve(id, selector))).getPayloadMap();
    }

    private ListenableFuture<List<RetrievedPoint>> retrieve(long id, WithPayloadSelector selector) {
        GetPoints request = GetPoints.newBuilder()
                .setCollectionName(name)
                .addIds(id(id))
                .setWithPayload(selector)
                .build();
        return client.retrieveAsync(request, Duration.ofSeconds(20));
    }

    long count() {
        return done(client.countAsync(name));
    }

    private boolean deleted(String collection) {
        return done(client.grpcClient()
                        .collections()
                        .delete(DeleteCollection.newBuilder()
                                .setCollectionName(collection)
                                .build()))
                .getResult();
    }

    List<PointId> found(SearchPoints.Builder request) {
        return done(client.searchAsync(request.build())).stream()
                .map(ScoredPoint::getId)
                .toList();
    }

    List<PointId> queried(QueryPoints.Builder request) {
        return done(client.queryAsync(request.build())).stream()
                .map(ScoredPoint::getId)
                .toList();
    }

    void assertPassing(Filter filter, long... ids) {
        List<RetrievedPoint> passing =
                done(client.scrollAsync(scroll().setFilter(filter).build())).getResultList();
        assertThat(passing)
                .as("%s", filter)
                .extracting(point -> point.getId().getNum())
                .containsExactlyElementsOf(java.util.Arrays.stream(ids).boxed().toList());
        assertThat(done(client.countAsync(name, filter, true))).isEqualTo(ids.length);
    }

    SearchPoints.Builder search(float... vector) {
        SearchPoints.Builder request =
                SearchPoints.newBuilder().setCollectionName(name).setLimit(10);
        for (float component : vector) {
            request.addVector(component);
        }
        return request;
    }

    QueryPoints.Builder query() {
        return QueryPoints.newBuilder().setCollectionName(name);
    }

    ScrollPoints.Builder scroll() {
        return ScrollPoints.newBuilder().setCollectionName(name).setLimit(100).setWithPayload(NO_PAYLOAD);
    }

    static VectorParams params(Distance distance) {
        return VectorParams.newBuilder().setSize(4).setDistance(distance).build();
    }

    private static PointStruct point(long id, float a, float b, float c, float d) {
        return PointStruct.newBuilder()
                .setId(id(id))
                .setVectors(vectors(a, b, c, d))
                .build();
    }

    private static PointId uuid(String text) {
        return PointId.newBuilder().setUuid(text).build();
    }

    static Filter must(Condition... conditions) {
        return Filter.newBuilder().addAllMust(List.of(conditions)).build();
    }

    private static Value object(Map<String, Value> fields) {
        return Value.newBuilder()
                .setStructValue(Struct.newBuilder().putAllFields(fields))
                .build();
    }

    private static Value object(String key, Value field) {
        return object(Map.of(key, field));
    }

    private static Value object(String key, String text) {
        return object(key, value(text));
    }

    private static Value object(String key, long number) {
        return object(key, value(number));
    }

    private static WithPayloadSelector include(String... fields) {
        return WithPayloadSelector.newBuilder()
                .setInclude(PayloadIncludeSelector.newBuilder().addAllFields(List.of(fields)))
                .build();
    }

    private static WithPayloadSelector exclude(String... fields) {
        return WithPayloadSelector.newBuilder()
                .setExclude(PayloadExcludeSelector.newBuilder().addAllFields(List.of(fields)))
                .build();
    }

    static <T> T only(List<T> list) {
        assertThat(list).hasSize(1);
        return list.get(0);
    }

    static void assertScores(List<ScoredPoint> points, float... scores) {
        assertThat(points).hasSize(scores.length);
        for (int i = 0; i < scores.length; i++) {
            assertThat(points.get(i).getScore()).isCloseTo(scores[i], within(1e-6f));
        }
    }

    /** Asserts the code, and the message unless it is empty. */
    static void assertRefused(ListenableFuture<?> call, Status.Code code, String message) {
        Status status = Stream.iterate(catchThrowable(call::get), t -> t != null, Throwable::getCause)
                .map(Status::fromThrowable)
                .reduce((first, second) -> second)
                .orElseThrow(() -> new AssertionError("was not refused"));
        assertThat(status.getCode()).as("%s", status).isEqualTo(code);
        if (!message.isEmpty()) {
            assertThat(status.getDescription()).isEqualTo(message);
        }
    }

    static <T> T done(ListenableFuture<T> call) {
        try {
            return call.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        } catch (ExecutionException e) {
            throw new AssertionError(e.getCause());
        }
    }
}
