package io.llmtwin.retrieval;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import dev.langchain4j.data.segment.TextSegment;
import dev.langchain4j.http.client.jdk.JdkHttpClient;
import dev.langchain4j.model.openai.OpenAiChatModel;
import dev.langchain4j.model.openai.OpenAiEmbeddingModel;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.github.resilience4j.core.IntervalFunction;
import io.llmtwin.LoopbackServer;
import io.llmtwin.LoopbackServer.Reply;
import io.llmtwin.llm.ChatRequest.ChatMessage;
import io.llmtwin.llm.Conversation;
import io.llmtwin.pipeline.RequestEndedException;
import io.llmtwin.pipeline.RouteHarness;
import io.llmtwin.prompt.PromptTestTemplates;
import io.llmtwin.retrieval.qdrant.ConcurrentQdrantComponent;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.UnaryOperator;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The steps before the language model, each over an upstream that takes a request and never answers. Their own limits are
 * minutes here; the request's time is up once the upstream has been asked.
 */
@Timeout(60)
class DeadlineIT {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final IntervalFunction PAUSE = IntervalFunction.of(LONG);
    private static final String QUESTION = "How do caches expire?";

    private final CompletableFuture<Void> asked = new CompletableFuture<>();
    private final CountDownLatch ended = new CountDownLatch(1);
    private int queries = 3;
    private LoopbackServer server;
    private ServerSocket silent;
    private QdrantClient qdrant;
    private BoundedServers servers;
    private BoundedChatModel expansion;

    @BeforeEach
    void start() throws Exception {
        server = new LoopbackServer(request -> {
            asked.complete(null);
            Uninterruptibles.awaitUninterruptibly(ended);
            return new Reply(200, "{}");
        });
        silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        qdrant = new QdrantClient(QdrantGrpcClient.newBuilder("127.0.0.1", silent.getLocalPort(), false, false)
                .build());
        servers = new BoundedServers(CircuitBreakerRegistry.ofDefaults(), UnaryOperator.identity());
        expansion = new BoundedChatModel(
                OpenAiChatModel.builder()
                        .httpClientBuilder(JdkHttpClient.builder())
                        .baseUrl(server.url("/v1").toString())
                        .modelName("m")
                        .apiKey("none")
                        .timeout(LONG)
                        .maxRetries(0)
                        .build(),
                servers.add("expansion", server.url("/v1"), LONG, PAUSE));
    }

    @AfterEach
    void stop() throws Exception {
        ended.countDown();
        servers.close();
        qdrant.close();
        silent.close();
        server.close();
    }

    @Test
    void expansionModel_hangs_requestEnds() throws Exception {
        assertEnds(asked, "search", QUESTION, Map.of("query", QUESTION));
    }

    @Test
    void modelThatCondenses_hangs_requestEnds() throws Exception {
        Conversation conversation =
                new Conversation("", List.of(new ChatMessage("user", "a"), new ChatMessage("assistant", "b")));
        assertEnds(asked, "condense", QUESTION, Map.of("query", QUESTION, "conversation", conversation));
    }

    @Test
    void embeddingServer_hangs_requestEnds() throws Exception {
        queries = 1;
        assertEnds(asked, "search", QUESTION, Map.of("query", QUESTION));
    }

    @Test
    void vectorStore_hangs_requestEnds() throws Exception {
        server.behave(request -> new Reply(200, "{\"data\":[{\"index\":0,\"embedding\":[1,0]}]}"));
        queries = 1;
        assertEnds(connected(), "search", QUESTION, Map.of("query", QUESTION));
    }

    @Test
    void storeThatKnowsTheAuthors_hangs_requestEnds() throws Exception {
        assertEnds(connected(), "author", QUESTION, Map.of("query", "What did Alan Turing write?"));
    }

    @Test
    void rerankServer_hangs_requestEnds() throws Exception {
        Passage passage = new Passage("1", "x", "c", 1, Map.of(), "text", null, null, null, null, null, null, null);
        assertEnds(asked, "rerank", List.of(passage), Map.of("query", QUESTION));
    }

    private void assertEnds(CompletableFuture<?> waiting, String entry, Object body, Map<String, ?> variables)
            throws Exception {
        try (RouteHarness routes = routes()) {
            Exchange done = routes.requestUntil(waiting, entry, body, variables);
            assertThat(waiting).isDone();
            assertThat(done.getException()).isInstanceOf(RequestEndedException.class);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
    }

    private RouteHarness routes() throws Exception {
        RetrievalSettings settings = new RetrievalSettings(15, 4, queries);
        Embedder embedder = new Embedder(new BoundedEmbeddingModel(
                OpenAiEmbeddingModel.builder()
                        .httpClientBuilder(JdkHttpClient.builder())
                        .baseUrl(server.url("/v1").toString())
                        .modelName("m")
                        .apiKey("none")
                        .timeout(LONG)
                        .maxRetries(0)
                        .build(),
                servers.add("embedding", server.url("/v1"), LONG, PAUSE)));
        CollectionCatalog catalog = new CollectionCatalog(qdrant, embedder, new SearchDeadline(LONG, LONG));
        RerankServer reranker = new RerankServer(JdkHttpClient.builder().build(), server.url(""), "m", null);
        BoundedServer rerankServer = servers.add("rerank", server.url(""), LONG, PAUSE);
        RelevanceModel relevance = (question, passages) -> rerankServer.call(() -> reranker.scoreAll(
                        passages.stream()
                                .map(passage -> TextSegment.from(passage.content()))
                                .toList(),
                        question)
                .content());
        RerankSettings rerank = new RerankSettings(RerankSettings.Kind.HTTP, server.url(""), "m", null, null, 28, LONG);
        return new RouteHarness(
                List.of("search", "expand", "author", "condense", "retrieve", "rerank", "rerank-by-number"),
                Map.of(
                        "expansionModel", expansion,
                        "queryExpansion", new QueryExpansion(new ExpansionLimit(queries)),
                        "questionAuthor", new QuestionAuthor(new KnownAuthors(qdrant)),
                        "standaloneQuestion", new StandaloneQuestion(),
                        "collectionCatalog", catalog,
                        "hybridSearch", new HybridSearch(catalog, embedder, new TermWeights(), settings, rerank),
                        "fusion", new Fusion(settings),
                        "passages", new Passages(settings, rerank),
                        "passageNumbers", new PassageNumbers(rerank, settings),
                        "reranker", new Reranker(relevance, settings)),
                List.of(PromptTestTemplates.customizer(), (context, files) -> {
                    context.getPropertiesComponent().addInitialProperty("llm-twin.rerank.by", "http");
                    context.addComponent("qdrant", new ConcurrentQdrantComponent(qdrant, LONG));
                }));
    }

    /** Done when the silent store has a connection. */
    private CompletableFuture<Void> connected() {
        CompletableFuture<Void> connected = new CompletableFuture<>();
        Thread accepting = new Thread(() -> {
            try {
                Socket connection = silent.accept();
                connected.complete(null);
                Uninterruptibles.awaitUninterruptibly(ended);
                connection.close();
            } catch (IOException e) {
                connected.completeExceptionally(e);
            }
        });
        accepting.setDaemon(true);
        accepting.start();
        return connected;
    }
}
