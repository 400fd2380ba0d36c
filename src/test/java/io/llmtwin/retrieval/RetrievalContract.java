package io.llmtwin.retrieval;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorFactory.vector;
import static io.qdrant.client.VectorsFactory.namedVectors;
import static io.qdrant.client.VectorsFactory.vectors;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.llmtwin.embedded.embedding.OnnxEmbeddingModel;
import io.llmtwin.retrieval.CollectionState.Refused;
import io.llmtwin.retrieval.qdrant.ConcurrentQdrantComponent;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.CreateCollection;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.Modifier;
import io.qdrant.client.grpc.Collections.SparseVectorConfig;
import io.qdrant.client.grpc.Collections.SparseVectorParams;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Collections.VectorsConfig;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.PointStruct;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.camel.Exchange;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the route {@code retrieve} finds in a Qdrant, whether embedded or a server, in collections of either making. */
abstract class RetrievalContract {
    private static final Path ROUTE = Path.of("src/main/resources/routes/pipeline/retrieve.camel.yaml");
    private static final String LIGHTHOUSE = "The keeper of the lighthouse winds its clockwork every four hours.";
    private static final String BEES = "Bees live on stored honey while there are no flowers.";
    private static final String CODE = "def refresh(): return fetch(maxInputTokens=QZX7781)";

    private static OnnxEmbeddingModel model;
    private static Embedder embedder;

    private final TermWeights terms = new TermWeights();
    private final List<String> warnings = new ArrayList<>();
    private QdrantClient client;
    private CollectionCatalog catalog;
    private DefaultCamelContext camel;
    private ProducerTemplate routes;

    /** {@code host:port} of the gRPC API. */
    abstract String address();

    @BeforeAll
    static void loadModel() {
        model = new OnnxEmbeddingModel();
        embedder = new Embedder(model);
    }

    @AfterAll
    static void unloadModel() {
        model.close();
    }

    @BeforeEach
    void start() throws Exception {
        String[] parts = address().split(":");
        client = new QdrantClient(QdrantGrpcClient.newBuilder(parts[0], Integer.parseInt(parts[1]), false, false)
                .build());
        for (DocumentType type : DocumentType.values()) {
            if (client.collectionExistsAsync(type.collection()).get()) {
                client.deleteCollectionAsync(type.collection()).get();
            }
        }
        RetrievalSettings settings = new RetrievalSettings(15, 4, 1);
        catalog = new CollectionCatalog(client, embedder, SearchDeadline.within(Duration.ofSeconds(5)));
        camel = new DefaultCamelContext();
        camel.addComponent("qdrant", new ConcurrentQdrantComponent(client, Duration.ofSeconds(5)));
        camel.getRegistry().bind("collectionCatalog", catalog);
        camel.getRegistry()
                .bind("hybridSearch", new HybridSearch(catalog, embedder, terms, settings, RerankerTest.settings(20)));
        camel.getRegistry().bind("passages", new Passages(settings, RerankerTest.settings(20)));
        camel.getRegistry().bind("fusion", new Fusion(settings));
        camel.getRegistry().bind("warnings", new Warned());
        PluginHelper.getRoutesLoader(camel)
                .loadRoutes(ResourceHelper.fromString("retrieve.camel.yaml", Files.readString(ROUTE)));
        camel.start();
        routes = camel.createProducerTemplate();
    }

    @AfterEach
    void stop() {
        camel.stop();
        client.close();
    }

    @Test
    void passage_foundByMeaningAndByTerms_hasTheScoresOfBoth() throws Exception {
        create(DocumentType.ARTICLE);
        store(DocumentType.ARTICLE, LIGHTHOUSE, Map.of());
        store(DocumentType.ARTICLE, BEES, Map.of());
        Passage first = found("Who winds the clockwork of the lighthouse?").get(0);
        assertThat(first.content()).isEqualTo(LIGHTHOUSE);
        assertThat(first.scores()).containsOnlyKeys("dense", "bm25", "fused");
        assertThat(first.scores().get("dense")).isBetween(0.5, 1.0);
        assertThat(first.scores().get("bm25")).isPositive();
        assertThat(first.score()).isEqualTo(first.scores().get("fused"));
        assertThat(first.vector()).isNotNull();
        assertThat(first.vector().dimension()).isEqualTo(model.dimension());
    }

    @Test
    void name_thatTheEmbeddingModelNeverSaw_isFoundByItsTerm() throws Exception {
        create(DocumentType.REPOSITORY);
        store(DocumentType.REPOSITORY, CODE, Map.of());
        for (int i = 0; i < 40; i++) {
            store(DocumentType.REPOSITORY, "def refresh" + i + "(): return fetch(tokens=" + i + ")", Map.of());
        }
        assertThat(found("QZX7781").get(0).content()).isEqualTo(CODE);
    }

    @Test
    void courseMadeCollection_ofOneUnnamedVector_isSearchedAsItIsWithoutAWarning() throws Exception {
        createAsTheCourse(DocumentType.POST);
        storeAsTheCourse(DocumentType.POST, LIGHTHOUSE, Map.of());
        create(DocumentType.ARTICLE);
        store(DocumentType.ARTICLE, BEES, Map.of());
        List<Passage> found = found("Who winds the clockwork of the lighthouse?");
        assertThat(found.get(0).content()).isEqualTo(LIGHTHOUSE);
        assertThat(found.get(0).scores()).containsOnlyKeys("dense", "fused");
        assertThat(found).extracting(Passage::content).contains(BEES);
        assertThat(warnings).isEmpty();
    }

    /** The course filters posts on {@code author_id}, but stores their author under {@code owner_id}. */
    @Test
    void posts_filteredByAuthor_areThoseOfTheOwner() throws Exception {
        for (DocumentType type : DocumentType.values()) {
            createAsTheCourse(type);
            for (String author : List.of("ada", "bob")) {
                storeAsTheCourse(type, type + " by " + author, Map.of(type.authorKey(), value(author)));
            }
        }
        assertThat(DocumentType.POST.authorKey()).isEqualTo("owner_id");
        assertThat(DocumentType.REPOSITORY.authorKey()).isEqualTo("owner_id");
        assertThat(DocumentType.ARTICLE.authorKey()).isEqualTo("author_id");
        assertThat(foundBy("ada", "What was written?"))
                .extracting(Passage::content)
                .containsExactlyInAnyOrder("POST by ada", "ARTICLE by ada", "REPOSITORY by ada");
    }

    @Test
    void author_byName_isFoundUnderTheKeysThatHoldNames() throws Exception {
        create(DocumentType.ARTICLE);
        store(DocumentType.ARTICLE, "ours", Map.of("author_id", value("17"), "author", value("Ada Lovelace")));
        store(DocumentType.ARTICLE, "not hers", Map.of("author_id", value("18"), "author", value("Bob")));
        createAsTheCourse(DocumentType.POST);
        storeAsTheCourse(DocumentType.POST, "theirs", Map.of("author_full_name", value("Ada Lovelace")));
        assertThat(foundBy("Ada Lovelace", "What did she write?"))
                .extracting(Passage::content)
                .containsExactlyInAnyOrder("ours", "theirs");
        assertThat(foundBy("Ada Lovelace", "What did she write?"))
                .extracting(Passage::author)
                .containsOnly("Ada Lovelace");
        assertThat(foundBy("17", "What did she write?"))
                .extracting(Passage::content)
                .containsExactly("ours");
        assertThat(foundBy("nobody", "What did she write?")).isEmpty();
    }

    @Test
    void missingCollections_always_areEmptyAndNoError() throws Exception {
        assertThat(found("anything")).isEmpty();
        create(DocumentType.ARTICLE);
        store(DocumentType.ARTICLE, BEES, Map.of());
        assertThat(found("anything")).hasSize(1);
        assertThat(warnings).isEmpty();
    }

    @Test
    void collection_filledByAnotherModel_isLeftOutAndSaid() throws Exception {
        CollectionSchema other = new CollectionSchema("all-MiniLM-L6-v2", 384, TextCleaner.VERSION);
        create(DocumentType.POST, other);
        store(DocumentType.POST, LIGHTHOUSE, Map.of());
        create(DocumentType.ARTICLE);
        store(DocumentType.ARTICLE, BEES, Map.of());
        assertThat(found("lighthouse")).extracting(Passage::content).containsExactly(BEES);
        assertThat(warnings).containsExactly("collection_mismatch");
        assertThat(catalog.lastSeen().get(DocumentType.POST))
                .isInstanceOfSatisfying(Refused.class, refused -> assertThat(refused.reason())
                        .contains("vector_posts", "all-MiniLM-L6-v2", embedder.modelName()));
    }

    @Test
    void collection_ofAnotherDimension_isLeftOutAndSaid() throws Exception {
        client.createCollectionAsync(
                        DocumentType.POST.collection(),
                        VectorParams.newBuilder()
                                .setSize(768)
                                .setDistance(Distance.Cosine)
                                .build())
                .get();
        assertThat(found("lighthouse")).isEmpty();
        assertThat(warnings).containsExactly("collection_mismatch");
    }

    @Test
    void collection_madeAnewWithoutTermWeights_isSearchedAllTheSame() throws Exception {
        for (DocumentType type : DocumentType.values()) {
            create(type);
        }
        store(DocumentType.ARTICLE, BEES, Map.of());
        assertThat(found("bees").get(0).scores()).containsKey("bm25");
        client.deleteCollectionAsync(DocumentType.ARTICLE.collection()).get();
        createAsTheCourse(DocumentType.ARTICLE);
        storeAsTheCourse(DocumentType.ARTICLE, LIGHTHOUSE, Map.of());
        assertThat(found("bees")).extracting(Passage::content).containsExactly(LIGHTHOUSE);
        assertThat(warnings).isEmpty();
    }

    /** The course searches what the question was expanded to, without the question. */
    @Test
    void originalQuery_beyondItsExpansions_isSearchedToo() throws Exception {
        create(DocumentType.ARTICLE);
        store(DocumentType.ARTICLE, BEES, Map.of());
        String question = "What do bees live on?";
        List<String> queries = new QueryExpansion(new ExpansionLimit(3))
                .parse(question, "<query>lighthouse</query><query>clockwork</query>");
        Exchange exchange = retrieve(queries, null);
        assertThat(exchange.getMessage().getBody(List.class)).hasSize(1);
        assertThat(((Passage) exchange.getMessage().getBody(List.class).get(0)).scores())
                .containsKey("bm25");
    }

    /** The course hands a passage to the prompt as often as it was found. */
    @Test
    void hits_ofSeveralQueriesAndCollections_areNotDoubled() throws Exception {
        create(DocumentType.ARTICLE);
        create(DocumentType.POST);
        store(DocumentType.ARTICLE, BEES, Map.of());
        store(DocumentType.POST, BEES, Map.of());
        store(DocumentType.POST, LIGHTHOUSE, Map.of());
        Exchange exchange = retrieve(List.of("bees", "honey bees", "what do bees live on"), null);
        assertThat((List<?>) exchange.getMessage().getBody(List.class))
                .extracting(passage -> ((Passage) passage).content())
                .containsExactlyInAnyOrder(BEES, LIGHTHOUSE);
    }

    /** The course takes hits in the order in which its threads complete. */
    @Test
    void ranking_askedForAgain_isTheSame() throws Exception {
        for (DocumentType type : DocumentType.values()) {
            create(type);
            for (int i = 0; i < 12; i++) {
                store(type, type + " number " + i + " on bees", Map.of());
            }
        }
        List<Passage> once = found("bees");
        assertThat(once).hasSize(36);
        for (int i = 0; i < 5; i++) {
            assertThat(found("bees")).isEqualTo(once);
        }
    }

    private List<Passage> found(String query) {
        return foundBy(null, query);
    }

    @SuppressWarnings("unchecked")
    private List<Passage> foundBy(String author, String query) {
        return retrieve(List.of(query), author).getMessage().getBody(List.class);
    }

    private Exchange retrieve(List<String> queries, String author) {
        Exchange retrieved = routes.request("direct:retrieve", exchange -> {
            exchange.setVariable("queries", queries);
            exchange.setVariable("author", author);
            exchange.getMessage().setBody(queries);
        });
        assertThat(retrieved.getException()).isNull();
        return retrieved;
    }

    private void create(DocumentType type) throws Exception {
        create(type, CollectionSchema.of(embedder));
    }

    private void create(DocumentType type, CollectionSchema schema) throws Exception {
        client.createCollectionAsync(CreateCollection.newBuilder()
                        .setCollectionName(type.collection())
                        .setVectorsConfig(VectorsConfig.newBuilder().setParams(dense()))
                        .setSparseVectorsConfig(SparseVectorConfig.newBuilder()
                                .putMap(
                                        TermWeights.VECTOR,
                                        SparseVectorParams.newBuilder()
                                                .setModifier(Modifier.Idf)
                                                .build()))
                        .putAllMetadata(schema.metadata())
                        .build())
                .get();
    }

    private void createAsTheCourse(DocumentType type) throws Exception {
        client.createCollectionAsync(type.collection(), dense()).get();
    }

    private static VectorParams dense() {
        return VectorParams.newBuilder()
                .setSize(embedder.dimension())
                .setDistance(Distance.Cosine)
                .build();
    }

    private void store(DocumentType type, String content, Map<String, Value> payload) throws Exception {
        TermVector weights = terms.ofPassage(content);
        upsert(
                type,
                content,
                payload,
                PointStruct.newBuilder()
                        .setVectors(namedVectors(Map.of(
                                "",
                                vector(embedder.embed(List.of(content)).get(0)),
                                TermWeights.VECTOR,
                                vector(weights.weights(), weights.indices())))));
    }

    private void storeAsTheCourse(DocumentType type, String content, Map<String, Value> payload) throws Exception {
        upsert(
                type,
                content,
                payload,
                PointStruct.newBuilder()
                        .setVectors(vectors(embedder.embed(List.of(content)).get(0))));
    }

    private void upsert(DocumentType type, String content, Map<String, Value> payload, PointStruct.Builder point)
            throws Exception {
        Map<String, Value> all = new HashMap<>(payload);
        all.put("content", value(content));
        all.put("id", value("document of " + content));
        all.put("type", value(type.payloadType()));
        client.upsertAsync(
                        type.collection(),
                        Arrays.asList(point.setId(id(UUID.nameUUIDFromBytes((type + content).getBytes(UTF_8))))
                                .putAllPayload(all)
                                .build()))
                .get();
    }

    /** Stands where the pipeline's bean {@code warnings} does. */
    public final class Warned {
        public Object add(Exchange exchange, Object body, String warning) {
            warnings.add(warning);
            return body;
        }
    }
}
