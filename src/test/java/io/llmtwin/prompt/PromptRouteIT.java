package io.llmtwin.prompt;

import static io.qdrant.client.PointIdFactory.id;
import static io.qdrant.client.ValueFactory.value;
import static io.qdrant.client.VectorsFactory.vectors;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.util.concurrent.Uninterruptibles;
import io.llmtwin.embedded.qdrant.EmbeddedQdrant;
import io.llmtwin.llm.ChatRequest.ChatMessage;
import io.llmtwin.llm.Conversation;
import io.llmtwin.llm.LlmLimits;
import io.llmtwin.pipeline.RequestEndedException;
import io.llmtwin.pipeline.RequestScope;
import io.llmtwin.pipeline.RouteHarness;
import io.llmtwin.retrieval.Neighbours;
import io.llmtwin.retrieval.Passage;
import io.llmtwin.retrieval.qdrant.ConcurrentQdrantComponent;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.QdrantGrpcClient;
import io.qdrant.client.grpc.Collections.Distance;
import io.qdrant.client.grpc.Collections.VectorParams;
import io.qdrant.client.grpc.Points.PointStruct;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The routes that make the prompt, over an embedded store and a tokenizer on loopback to which a word is a token. */
class PromptRouteIT {
    private static final Duration LONG = Duration.ofMinutes(5);
    private static final String COLLECTION = "vector_articles";
    private static final int CHUNKS = 6;
    private static final int WORDS = 50;

    @TempDir
    static Path home;

    private static EmbeddedQdrant store;
    private static QdrantClient client;

    private WordTokenizer tokenizer;

    @BeforeAll
    static void fillStore() throws Exception {
        store = EmbeddedQdrant.start(home, 0);
        client = new QdrantClient(
                QdrantGrpcClient.newBuilder("127.0.0.1", store.port(), false).build());
        client.createCollectionAsync(
                        COLLECTION,
                        VectorParams.newBuilder()
                                .setSize(2)
                                .setDistance(Distance.Cosine)
                                .build())
                .get();
        List<PointStruct> points = new ArrayList<>();
        for (String document : List.of("a", "b")) {
            for (int chunk = 0; chunk < CHUNKS; chunk++) {
                points.add(PointStruct.newBuilder()
                        .setId(id(points.size() + 1))
                        .setVectors(vectors(1, points.size()))
                        .putAllPayload(Map.of(
                                "id", value(document),
                                "chunk", value(chunk),
                                "content", value(content(document, chunk))))
                        .build());
            }
        }
        client.upsertAsync(COLLECTION, points).get();
    }

    @AfterAll
    static void closeStore() throws Exception {
        client.close();
        store.close();
    }

    @BeforeEach
    void start() throws Exception {
        tokenizer = new WordTokenizer(100_000);
    }

    @AfterEach
    void stop() {
        tokenizer.close();
    }

    @Test
    void prompt_withRoom_hasTheNeighboursOfItsPassages() throws Exception {
        Exchange done = prompt(1000, client, hit("a", 2));
        assertThat(contents(done)).containsExactly(body("a", 1, 2, 3));
        assertThat(prompt(done)).contains("<source id=\"1\" title=\"\">\nDocument a\n\na1");
        assertThat(sources(done).get(0).id()).isEqualTo("a2");
        assertThat(RequestScope.warnings(done)).isEmpty();
    }

    @Test
    void prompt_withRoomForSome_joinsTheBestPassagesFirst() throws Exception {
        Exchange done = prompt(limitFor(2) + WORDS + 5, client, hit("b", 4), hit("a", 1));
        assertThat(contents(done)).containsExactly(body("b", 4, 5), body("a", 1));
        assertThat(RequestScope.warnings(done)).isEmpty();
    }

    @Test
    void passages_thatStandSideBySide_areOneSourceInReadingOrder() throws Exception {
        Exchange done = prompt(limitFor(3), client, hit("a", 3), hit("b", 0), hit("a", 2));
        assertThat(contents(done)).containsExactly(body("a", 2, 3), body("b", 0));
        assertThat(prompt(done)).contains("<source id=\"2\"").doesNotContain("<source id=\"3\"");
    }

    @Test
    void passages_aChunkApart_becomeOneSourceWithWhatIsBetween() throws Exception {
        Exchange done = prompt(100_000, client, hit("a", 3), hit("a", 1));
        assertThat(contents(done)).containsExactly(body("a", 0, 1, 2, 3, 4));
    }

    /** The course cuts an over-long prompt at its tail, so that the context goes first and nobody is told. */
    @Test
    void overLongPrompt_always_losesWholePassagesTheLowestFirstAndSaysSo() throws Exception {
        int limit = limitFor(3) - 1;
        Exchange done = prompt(limit, client, hit("a", 0), hit("b", 0), hit("a", 5), hit("b", 5));
        assertThat(RequestScope.warnings(done)).containsExactly("context_dropped");
        assertThat(contents(done)).containsExactly(body("a", 0), body("b", 0));
        assertThat(prompt(done))
                .contains("<question>What is it?</question>")
                .contains("a0w49")
                .contains("b0w49");
        assertThat(tokensOf(done)).isLessThanOrEqualTo(limit);
    }

    @Test
    void prompt_ofAnyLimit_isNeverOverIt() throws Exception {
        for (int limit = 100; limit < 600; limit += 37) {
            Exchange done = prompt(limit, client, hit("a", 1), hit("b", 4), hit("a", 4), hit("b", 1));
            assertThat(done.getException()).isNull();
            assertThat(tokensOf(done)).isLessThanOrEqualTo(limit);
            int sources = sources(done).size();
            assertThat(prompt(done)).contains("What is it?");
            assertThat(prompt(done).split("<source id=", -1)).hasSize(sources + 1);
        }
    }

    @Test
    void window_smallerThanTheSetting_isKeptToo() throws Exception {
        try (WordTokenizer small = new WordTokenizer(400)) {
            tokenizer.close();
            tokenizer = small;
            Exchange done = prompt(1000, client, hit("a", 1), hit("b", 4), hit("a", 4), hit("b", 1));
            assertThat(tokensOf(done)).isLessThanOrEqualTo(200);
            assertThat(RequestScope.warnings(done)).containsExactly("context_dropped");
        }
    }

    @Test
    void question_tooLongForThePrompt_isRefused() throws Exception {
        Exchange done = prompt(64, client, hit("a", 1));
        assertThat(done.getException())
                .isInstanceOf(PromptTooLongException.class)
                .hasMessageStartingWith("the question alone makes")
                .hasMessageEndingWith("a prompt may have 64");
    }

    @Test
    void storeDown_neighbours_areLeftOutAndThatIsSaid() throws Exception {
        try (QdrantClient nobody = new QdrantClient(
                QdrantGrpcClient.newBuilder("127.0.0.1", 1, false).build())) {
            Exchange done = prompt(1000, nobody, hit("a", 2), hit("a", 1));
            assertThat(done.getException()).isNull();
            assertThat(contents(done)).containsExactly(body("a", 1, 2));
            assertThat(RequestScope.warnings(done)).containsExactly("neighbours_unavailable");
        }
    }

    @Test
    void passages_ofTheCourse_haveNoNeighboursAndNeedNone() throws Exception {
        Passage course =
                new Passage("1", "a", COLLECTION, 1, Map.of(), "text", null, null, null, null, null, null, null);
        Exchange done = prompt(1000, client, course);
        assertThat(sources(done)).containsExactly(course);
        assertThat(RequestScope.warnings(done)).isEmpty();
    }

    @Test
    void prompt_askedForAgain_countsNothingAnew() throws Exception {
        ModelTokens tokens = tokenizer.tokens(LONG);
        prompt(1000, client, tokens, hit("a", 2));
        int requests = tokenizer.server().requests().size();
        prompt(1000, client, tokens, hit("a", 2));
        assertThat(tokenizer.server().requests()).hasSize(requests);
        assertThat(requests).isEqualTo(4);
    }

    /** Tokens of a prompt with so many of the store's chunks as sources. */
    private int limitFor(int sources) throws Exception {
        Exchange none = prompt(100_000, client);
        Exchange one = prompt(
                100_000,
                client,
                new Passage("1", "x", "c", 1, Map.of(), content("x", 0), null, null, null, null, null, null, null));
        return tokensOf(none) + sources * (tokensOf(one) - tokensOf(none));
    }

    @Test
    void conversation_withThePromptAndTheAnswer_alwaysFitsTheWindow() throws Exception {
        Conversation conversation = conversation(6, 60);
        for (int window = 700; window < 1400; window += 97) {
            try (WordTokenizer model = new WordTokenizer(window)) {
                Exchange done = talk(600, 200, model, conversation, hit("a", 1), hit("b", 4));
                assertThat(done.getException()).isNull();
                Conversation fitting = done.getVariable("conversation", Conversation.class);
                int turns = fitting.turns().stream()
                        .mapToInt(turn -> WordTokenizer.words(turn.content()) + WordTokenizer.MARKS)
                        .sum();
                assertThat(tokensOf(done) + turns + 200).isLessThanOrEqualTo(window);
                assertThat(RequestScope.warnings(done).contains("conversation_trimmed"))
                        .isEqualTo(fitting.turns().size() < conversation.turns().size());
                assertThat(fitting.turns().size() % 2).isZero();
            }
        }
    }

    @Test
    void conversation_withLittleRoom_keepsItsLatestTurnsAndLeavesPassagesTheOtherHalf() throws Exception {
        try (WordTokenizer model = new WordTokenizer(800)) {
            Passage[] hits = {hit("a", 1), hit("b", 4), hit("a", 4), hit("b", 1), hit("a", 0)};
            Exchange done = talk(600, 200, model, conversation(6, 60), hits);
            Conversation fitting = done.getVariable("conversation", Conversation.class);
            assertThat(fitting.turns()).isNotEmpty();
            assertThat(fitting.turns().get(fitting.turns().size() - 1).content())
                    .startsWith("t5w0");
            assertThat(sources(done)).isNotEmpty();
            assertThat(RequestScope.warnings(done)).contains("context_dropped", "conversation_trimmed");
        }
    }

    @Test
    void conversation_besideALongQuestion_givesWay() throws Exception {
        try (WordTokenizer model = new WordTokenizer(800)) {
            Exchange done = talk(600, 200, model, conversation(2, 200), "word ".repeat(500));
            assertThat(done.getException()).isNull();
            assertThat(done.getVariable("conversation", Conversation.class).hasTurns())
                    .isFalse();
            assertThat(RequestScope.warnings(done)).containsExactly("conversation_trimmed");
        }
    }

    @Test
    void instructions_thatLeaveNoRoomForTheQuestion_areRefused() throws Exception {
        try (WordTokenizer model = new WordTokenizer(800)) {
            Exchange done = talk(600, 200, model, new Conversation("word ".repeat(590), List.of()), "Why?");
            assertThat(done.getException())
                    .isInstanceOf(PromptTooLongException.class)
                    .hasMessage("the instructions make 600 tokens and leave no room for the question; "
                            + "a prompt may have 600 with them");
        }
    }

    @Test
    void tokenizer_hangsPastTheDeadline_requestEnds() throws Exception {
        CompletableFuture<Void> asked = new CompletableFuture<>();
        CountDownLatch ended = new CountDownLatch(1);
        tokenizer.server().behave(request -> {
            asked.complete(null);
            Uninterruptibles.awaitUninterruptibly(ended);
            return tokenizer.count(request);
        });
        try (RouteHarness routes = routes(new LlmLimits(600, 200), client, tokenizer.tokens(LONG))) {
            Exchange done = routes.requestUntil(asked, "prompt", List.of(), Map.of("query", "What is it?"));
            assertThat(done.getException()).isInstanceOf(RequestEndedException.class);
        } finally {
            ended.countDown();
        }
    }

    private static Conversation conversation(int turns, int words) {
        List<ChatMessage> messages = new ArrayList<>();
        for (int turn = 0; turn < turns; turn++) {
            StringBuilder content = new StringBuilder();
            for (int i = 0; i < words; i++) {
                content.append('t').append(turn).append('w').append(i).append(' ');
            }
            messages.add(new ChatMessage(turn % 2 == 0 ? "user" : "assistant", content.toString()));
        }
        return new Conversation("", messages);
    }

    private static Exchange talk(
            int input, int completion, WordTokenizer model, Conversation conversation, Passage... passages)
            throws Exception {
        return talk(input, completion, model, conversation, "What is it?", passages);
    }

    private static Exchange talk(
            int input,
            int completion,
            WordTokenizer model,
            Conversation conversation,
            String query,
            Passage... passages)
            throws Exception {
        ModelTokens tokens = model.tokens(LONG);
        tokens.ofPrompt("the window is known by then").join();
        try (RouteHarness routes = routes(new LlmLimits(input, completion), client, tokens)) {
            return routes.request("prompt", List.of(passages), Map.of("query", query, "conversation", conversation));
        }
    }

    private Exchange prompt(int limit, QdrantClient client, Passage... passages) throws Exception {
        return prompt(limit, client, tokenizer.tokens(LONG), passages);
    }

    private static Exchange prompt(int limit, QdrantClient client, ModelTokens tokens, Passage... passages)
            throws Exception {
        try (RouteHarness routes = routes(new LlmLimits(limit, limit + 1), client, tokens)) {
            return routes.request("prompt", List.of(passages), Map.of("query", "What is it?"));
        }
    }

    private static RouteHarness routes(LlmLimits limits, QdrantClient client, ModelTokens tokens) throws Exception {
        ContextBudget budget = new ContextBudget(limits, tokens);
        return new RouteHarness(
                List.of("prompt", "neighbours"),
                Map.of(
                        "contextBudget", budget,
                        "sourceBlocks", new SourceBlocks(),
                        "sourceJoin", new SourceJoin(budget),
                        "neighbours", new Neighbours()),
                List.of(
                        new PromptTemplates(),
                        (context, files) ->
                                context.addComponent("qdrant", new ConcurrentQdrantComponent(client, LONG))));
    }

    private static Passage hit(String document, int chunk) {
        String content = content(document, chunk);
        return new Passage(
                document + chunk,
                document,
                COLLECTION,
                1,
                Map.of(),
                content,
                null,
                null,
                null,
                null,
                null,
                chunk,
                null);
    }

    private static String content(String document, int chunk) {
        return "Document " + document + "\n\n" + words(document, chunk);
    }

    private static String words(String document, int chunk) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < WORDS; i++) {
            words.append(i == 0 ? "" : " ")
                    .append(document)
                    .append(chunk)
                    .append('w')
                    .append(i);
        }
        return words.toString();
    }

    private static String body(String document, int... chunks) {
        StringBuilder body = new StringBuilder("Document ").append(document);
        for (int chunk : chunks) {
            body.append("\n\n").append(words(document, chunk));
        }
        return body.toString();
    }

    private static String prompt(Exchange done) {
        return done.getMessage().getBody(String.class);
    }

    private static int tokensOf(Exchange done) {
        return WordTokenizer.words(prompt(done)) + WordTokenizer.MARKS;
    }

    @SuppressWarnings("unchecked")
    private static List<Passage> sources(Exchange done) {
        return done.getVariable("passages", List.class);
    }

    private static List<String> contents(Exchange done) {
        return sources(done).stream().map(Passage::content).toList();
    }
}
