package io.llmtwin.prompt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import io.llmtwin.prompt.TokenizeClient.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/**
 * How many tokens texts are to the model that answers, counted by its server; by {@link TokenEstimate} where that
 * doesn't count. Counts are remembered, because passages come again with other questions. Thread-safe.
 */
@Component
class ModelTokens {
    private static final int MOST_REMEMBERED = 50_000;
    private static final byte PROMPT = 0;
    private static final byte TEXT = 1;

    private final TokenizeClient server;
    private final Cache<HashCode, Integer> counts =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
    private volatile int window = Integer.MAX_VALUE;

    ModelTokens(TokenizeClient server) {
        this.server = server;
    }

    /** Tokens of a whole prompt, with what the model's chat template adds. */
    int ofPrompt(String prompt) {
        HashCode key = key(PROMPT, prompt);
        Integer known = counts.getIfPresent(key);
        if (known != null) {
            return known;
        }
        Optional<Tokens> tokens = server.ofMessage(prompt).join();
        tokens.ifPresent(this::rememberWindow);
        tokens.map(Tokens::count).ifPresent(count -> counts.put(key, count));
        return tokens.map(Tokens::count).orElseGet(() -> TokenEstimate.of(prompt));
    }

    /** Tokens of each of {@code texts}, in their order; those not known yet are counted at the same time. */
    List<Integer> ofTexts(List<String> texts) {
        List<CompletableFuture<Integer>> counted =
                texts.stream().map(this::ofText).toList();
        return counted.stream().map(CompletableFuture::join).toList();
    }

    /** Tokens that the model reads and writes at most, as far as its server has said so. */
    int window() {
        return window;
    }

    private CompletableFuture<Integer> ofText(String text) {
        HashCode key = key(TEXT, text);
        Integer known = counts.getIfPresent(key);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        return server.ofText(text).thenApply(tokens -> {
            tokens.map(Tokens::count).ifPresent(count -> counts.put(key, count));
            return tokens.map(Tokens::count).orElseGet(() -> TokenEstimate.of(text));
        });
    }

    private static HashCode key(byte kind, String text) {
        return Hashing.murmur3_128()
                .newHasher()
                .putByte(kind)
                .putString(text, StandardCharsets.UTF_8)
                .hash();
    }

    private void rememberWindow(Tokens tokens) {
        window = tokens.maxModelLen() == null || tokens.maxModelLen() <= 0 ? Integer.MAX_VALUE : tokens.maxModelLen();
    }
}
