package io.llmtwin.retrieval.qdrant;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import io.qdrant.client.ConditionFactory;
import io.qdrant.client.PointIdFactory;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.QueryFactory;
import io.qdrant.client.ValueFactory;
import io.qdrant.client.VectorsFactory;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.Points.PointStruct;
import io.qdrant.client.grpc.Points.QueryPoints;
import io.qdrant.client.grpc.Points.ScoredPoint;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.qdrant.QdrantAction;
import org.apache.camel.component.qdrant.QdrantActionException;
import org.apache.camel.component.qdrant.QdrantHeaders;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConcurrentQdrantComponentIT {
    private static final int REQUESTS = 8;

    @TempDir
    Path home;

    private EmbeddedQdrant store;
    private QdrantClient client;
    private CamelContext context;
    private ProducerTemplate template;
    private final CyclicBarrier afterTheSearch = new CyclicBarrier(REQUESTS);

    @BeforeEach
    void start() throws Exception {
        store = EmbeddedQdrant.start(home, 0);
        client = new QdrantClient(
                QdrantGrpcClient.newBuilder("127.0.0.1", store.port(), false).build());
        context = new DefaultCamelContext();
        context.addComponent("qdrant", new ConcurrentQdrantComponent(client, Duration.ofSeconds(5)));
        context.addRoutes(new RouteBuilder() {
            @Override
            public void configure() {
                from("direct:search").to("qdrant:things");
                from("direct:upsert").to("qdrant:things?action=UPSERT");
                from("direct:slow").to("qdrant:things").process(exchange -> afterTheSearch.await(20, SECONDS));
            }
        });
        context.start();
        template = context.createProducerTemplate();
        template.sendBodyAndHeader(
                "qdrant:things",
                VectorParams.newBuilder()
                        .setSize(2)
                        .setDistance(Distance.Cosine)
                        .build(),
                QdrantHeaders.ACTION,
                QdrantAction.CREATE_COLLECTION);
        template.sendBody(
                "direct:upsert", List.of(point(1, "red", 1, 0), point(2, "blue", 1, 0.1f), point(3, "red", 0, 1)));
    }

    @AfterEach
    void stop() throws Exception {
        context.stop();
        client.close();
        store.close();
    }

    @Test
    void slowStepAfterTheSearch_manyRequests_runSideBySide() throws Exception {
        ExecutorService clients = Executors.newFixedThreadPool(REQUESTS);
        List<Future<Object>> answers = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            answers.add(clients.submit(() -> template.requestBody("direct:slow", new float[] {1, 0})));
        }
        for (Future<Object> answer : answers) {
            assertThat(answer.get(30, SECONDS)).isInstanceOf(List.class);
        }
        clients.shutdown();
    }

    @Test
    void filterAndLimit_ofOneMessage_holdForItAlone() {
        Filter red = Filter.newBuilder()
                .addMust(ConditionFactory.matchKeyword("colour", "red"))
                .build();
        assertThat(ids(template.requestBodyAndHeader(
                        "direct:search", List.of(1f, 0f), ConcurrentQdrantProducer.FILTER, red)))
                .containsExactly(1L, 3L);
        assertThat(ids(template.requestBodyAndHeader(
                        "direct:search", List.of(1f, 0f), ConcurrentQdrantProducer.LIMIT, 1)))
                .containsExactly(1L);
        assertThat(ids(template.requestBody("direct:search", List.of(1f, 0f)))).containsExactly(1L, 2L, 3L);
    }

    @Test
    void severalQueries_inOneMessage_areAnsweredInTheirOrder() {
        List<QueryPoints> queries = List.of(query("things", 0, 1), query("missing", 1, 0), query("things", 1, 0));
        List<?> answers = template.requestBody("direct:search", queries, List.class);
        assertThat(answers).hasSize(3);
        assertThat(ids(answers.get(0))).startsWith(3L);
        assertThat(ids(answers.get(1))).isEmpty();
        assertThat(ids(answers.get(2))).startsWith(1L);
    }

    @Test
    void inheritedAction_byHeader_stillWorks() {
        Object found = template.requestBodyAndHeaders(
                "direct:search", List.of(PointIdFactory.id(2)), Map.of(QdrantHeaders.ACTION, QdrantAction.RETRIEVE));
        assertThat((List<?>) found).hasSize(1);
    }

    @Test
    void missingCollection_singleSearch_isTheQdrantFailure() {
        assertThatThrownBy(() -> template.requestBody("qdrant:missing", List.of(1f, 0f)))
                .isInstanceOf(CamelExecutionException.class)
                .hasCauseInstanceOf(QdrantActionException.class);
    }

    @Test
    void storeGone_search_isTheQdrantFailureAndNoHang() throws Exception {
        store.close();
        assertThatThrownBy(() -> template.requestBody("direct:search", List.of(query("things", 1, 0))))
                .hasCauseInstanceOf(QdrantActionException.class);
    }

    private static List<Long> ids(Object hits) {
        return ((List<?>) hits)
                .stream().map(hit -> ((ScoredPoint) hit).getId().getNum()).toList();
    }

    private static QueryPoints query(String collection, float x, float y) {
        return QueryPoints.newBuilder()
                .setCollectionName(collection)
                .setQuery(QueryFactory.nearest(x, y))
                .setLimit(3)
                .build();
    }

    private static PointStruct point(long id, String colour, float x, float y) {
        return PointStruct.newBuilder()
                .setId(PointIdFactory.id(id))
                .setVectors(VectorsFactory.vectors(x, y))
                .putPayload("colour", ValueFactory.value(colour))
                .build();
    }
}
