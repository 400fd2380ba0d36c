package io.llmtwin;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** Each recipe of {@code docs/prompt-engineering.md}, as a draft of a service on embedded parts. */
@SpringBootTest(
        webEnvironment = WebEnvironment.RANDOM_PORT,
        properties = {"MANAGEMENT_SERVER_PORT=0", "LLM_TWIN_CORPUS=src/test/resources/corpus"})
class RecipesIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String HOME = RunningService.newHome();
    private static final String QUESTION = "What do bees do in winter?";
    private static final LlmStub GPT = new LlmStub();

    private final Map<String, Map<String, String>> recipes = new PromptEngineeringDoc().recipes();
    private final RunningService service;

    RecipesIT(@Value("${local.server.port}") int port, @Value("${local.management.port}") int managementPort) {
        this.service = new RunningService(port, managementPort);
    }

    @DynamicPropertySource
    static void home(DynamicPropertyRegistry registry) {
        registry.add("LLM_TWIN_HOME", () -> HOME);
    }

    @BeforeEach
    void awaitCorpus() {
        service.awaitCorpus(120);
    }

    @AfterAll
    static void stop() throws IOException {
        GPT.close();
    }

    @Test
    void recipes_always_areThoseThatAreTriedHere() {
        assertThat(recipes.keySet())
                .containsExactly(
                        "Change a prompt",
                        "Drop reranking",
                        "Add a second retrieval",
                        "Call GPT for one step",
                        "Answer a greeting without a search");
    }

    @Test
    void changedPrompt_isWhatTheModelIsAsked() throws Exception {
        String draft = draft("Change a prompt");
        JsonNode answer = ask("/api/v1/generate", draft, QUESTION, null);
        JsonNode trace =
                service.json("/api/v1/traces/" + answer.path("trace_id").asText());
        assertThat(answer.path("revision").asText()).isEqualTo(draft);
        assertThat(trace.toString()).contains("in at most two sentences");
    }

    @Test
    void droppedReranking_leavesTheFusedOrder() throws Exception {
        JsonNode reranked = ask("/api/v1/search", null, QUESTION, null);
        JsonNode fused = ask("/api/v1/search", draft("Drop reranking"), QUESTION, null);
        assertThat(reranked.at("/sources/0/scores").has("rerank")).isTrue();
        assertThat(fused.at("/sources/0/scores").has("fused")).isTrue();
        assertThat(fused.at("/sources/0/scores").has("rerank")).isFalse();
    }

    @Test
    void secondRetrieval_whereTheAuthorWroteNothing_findsWhatOthersWrote() throws Exception {
        JsonNode once = ask("/api/v1/search", null, QUESTION, "Nobody Known");
        JsonNode twice = ask("/api/v1/search", draft("Add a second retrieval"), QUESTION, "Nobody Known");
        assertThat(once.path("sources")).isEmpty();
        assertThat(twice.path("sources")).isNotEmpty();
        assertThat(twice.path("warnings")).map(JsonNode::asText).contains("author_widened");
    }

    @Test
    void gptForOneStep_ordersThePassages() throws Exception {
        GPT.behave(RecipesIT::swapFirstTwo);
        JsonNode fused = ask("/api/v1/search", draft("Drop reranking"), QUESTION, null);
        String draft = draft("Call GPT for one step", "https://api.openai.com/v1", GPT.baseUrl());
        GPT.behave(RecipesIT::swapFirstTwo);
        JsonNode ranked = ask("/api/v1/search", draft, QUESTION, null);
        assertThat(GPT.calls()).hasSize(1);
        assertThat(ranked.path("warnings")).isEmpty();
        assertThat(ranked.at("/sources/0/id")).isEqualTo(fused.at("/sources/1/id"));
    }

    @Test
    void greeting_isAnsweredWithoutASearch() throws Exception {
        String draft = draft("Answer a greeting without a search");
        JsonNode greeting = ask("/api/v1/generate", draft, "Good morning!", null);
        JsonNode question = ask("/api/v1/generate", draft, QUESTION, null);
        assertThat(greeting.path("sources")).isEmpty();
        assertThat(greeting.path("timings").has("retrieve")).isFalse();
        assertThat(question.path("sources")).isNotEmpty();
    }

    private static void swapFirstTwo(LlmStub.Call call) throws IOException {
        call.refuse(200, """
                {"id":"x","object":"chat.completion","created":1,"model":"gpt-4o-mini","choices":[{"index":0,"finish_reason":"stop",
                 "message":{"role":"assistant","content":"<ranking>2 > 1</ranking>"}}]}""");
    }

    private String draft(String recipe) throws Exception {
        return draft(recipe, "", "");
    }

    private String draft(String recipe, String shown, String used) throws Exception {
        Map<String, String> files = recipes.get(recipe);
        assertThat(files).isNotEmpty();
        Map<String, String> changed = new HashMap<>(files);
        changed.replaceAll((path, text) -> text.replace(shown, used));
        return service.draft(changed);
    }

    private JsonNode ask(String path, String revision, String query, String author) throws Exception {
        var body = JSON.createObjectNode().put("query", query);
        if (author != null) {
            body.put("author", author);
        }
        String[] headers = Stream.concat(
                        Stream.of("Content-Type", "application/json"),
                        revision == null ? Stream.of() : Stream.of("X-Revision", revision))
                .toArray(String[]::new);
        HttpResponse<String> response = service.send("POST", path, body.toString(), headers);
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }
}
