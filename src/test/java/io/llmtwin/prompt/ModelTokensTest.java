package io.llmtwin.prompt;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.llmtwin.LoopbackServer.Reply;
import io.llmtwin.LoopbackServer.Request;
import io.llmtwin.llm.LlmServer;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ModelTokensTest {
    private static final Duration LONG = Duration.ofMinutes(5);

    private WordTokenizer tokenizer;

    @BeforeEach
    void start() throws Exception {
        tokenizer = new WordTokenizer(4096);
    }

    @AfterEach
    void stop() {
        tokenizer.close();
    }

    @Test
    void prompt_always_isCountedAsTheMessageItWillBe() {
        ModelTokens tokens = tokenizer.tokens(LONG);
        assertThat(tokens.ofPrompt("one two").join()).isEqualTo(2 + WordTokenizer.MARKS);
        assertThat(tokens.window()).hasValue(4096);
        Request request = tokenizer.server().requests().get(0);
        assertThat(request.path()).isEqualTo("/tokenize");
        assertThat(request.authorization()).isEqualTo("Bearer sk-1");
        assertThat(request.body().get("model").asText()).isEqualTo("twin");
    }

    @Test
    void text_countedBefore_isNotAskedForAgain() {
        ModelTokens tokens = tokenizer.tokens(LONG);
        assertThat(tokens.ofTexts(List.of("a b", "c")).join()).containsExactly(2, 1);
        assertThat(tokens.ofTexts(List.of("c", "a b", "d e f")).join()).containsExactly(1, 2, 3);
        assertThat(tokenizer.server().requests()).hasSize(3);
        assertThat(tokenizer
                        .server()
                        .requests()
                        .get(0)
                        .body()
                        .get("add_special_tokens")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void texts_notKnownYet_areCountedAtTheSameTime() {
        CyclicBarrier together = new CyclicBarrier(6);
        tokenizer.server().behave(request -> {
            meet(together);
            return tokenizer.count(request);
        });
        assertThat(tokenizer
                        .tokens(LONG)
                        .ofTexts(List.of("a", "a b", "c d e", "f", "g", "h"))
                        .join())
                .containsExactly(1, 2, 3, 1, 1, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "404|{\"detail\":\"Not Found\"}",
                "500|oops",
                "200|not json",
                "200|{}",
                "200|null",
                "200|{\"count\":-1}"
            })
    void server_withoutTokenize_isEstimatedAndNotAskedForAWhile(int status, String body) {
        tokenizer.server().behave(request -> new Reply(status, body));
        ModelTokens tokens = tokenizer.tokens(LONG);
        assertThat(tokens.ofPrompt("seven characters a word").join())
                .isEqualTo(TokenEstimate.of("seven characters a word"));
        assertThat(tokens.ofTexts(List.of("other words")).join()).containsExactly(TokenEstimate.of("other words"));
        assertThat(tokenizer.server().requests()).hasSize(1);
    }

    @Test
    void server_thatIsBack_isAskedAgain() {
        tokenizer.server().behave(request -> new Reply(503, ""));
        ModelTokens tokens = tokenizer.tokens(Duration.ofMillis(20));
        tokens.ofTexts(List.of("a")).join();
        tokenizer.server().behave(tokenizer::count);
        Awaitility.await().until(() -> tokens.ofTexts(List.of("a b c d")).join().get(0) == 4);
    }

    @Test
    void replica_thatIsDown_isLeftOut() {
        LlmServer llm = new LlmServer(
                List.of(URI.create("http://127.0.0.1:1/v1"), tokenizer.server().url("/v1")), "twin", null);
        ModelTokens tokens = new ModelTokens(new TokenizeClient(
                llm, new ObjectMapper(), UnaryOperator.identity(), CircuitBreakerRegistry.ofDefaults(), LONG));
        assertThat(tokens.ofTexts(List.of("a b", "c d e", "f")).join()).containsExactly(2, 3, 1);
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
