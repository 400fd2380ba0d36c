package io.llmtwin.prompt;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.hash.HashCode;
import com.google.common.hash.Hashing;
import io.llmtwin.prompt.TokenizeClient.Tokens;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * How many tokens texts are to the model that answers, counted by its server; by {@link TokenEstimate} where that
 * doesn't count. Counts are remembered, because passages come again with other questions. Thread-safe.
 */
@Component
class ModelTokens {
    private static final int MOST_REMEMBERED = 50_000;
    private static final int UNKNOWN = Integer.MAX_VALUE;
    private static final byte PROMPT = 0;
    private static final byte TEXT = 1;

    private final TokenizeClient server;
    private final Cache<HashCode, Integer> counts =
            Caffeine.newBuilder().maximumSize(MOST_REMEMBERED).build();
    private volatile int window = UNKNOWN;

    ModelTokens(TokenizeClient server) {
        this.server = server;
    }

    /** Tokens of a whole prompt, with what the model's chat template adds. */
    CompletableFuture<Integer> ofPrompt(String prompt) {
        return counted(key(PROMPT, prompt), prompt, () -> server.ofMessage(prompt));
    }

    /** Tokens of each of {@code texts}, in their order; those not known yet are counted at the same time. */
    CompletableFuture<List<Integer>> ofTexts(List<String> texts) {
        List<CompletableFuture<Integer>> counts = texts.stream()
                .map(text -> counted(key(TEXT, text), text, () -> server.ofText(text)))
                .toList();
        return CompletableFuture.allOf(counts.toArray(CompletableFuture<?>[]::new))
                .thenApply(all -> counts.stream().map(CompletableFuture::join).toList());
    }

    /** Tokens that the model reads and writes at most, as far as its server has said so. */
    OptionalInt window() {
        int said = window;
        int listed = server.maxModelLen().orElse(UNKNOWN);
        int least = Math.min(said, listed);
        return least == UNKNOWN ? OptionalInt.empty() : OptionalInt.of(least);
    }

    private CompletableFuture<Integer> counted(
            HashCode key, String text, Supplier<CompletableFuture<Optional<Tokens>>> counting) {
        Integer known = counts.getIfPresent(key);
        if (known != null) {
            return CompletableFuture.completedFuture(known);
        }
        return counting.get().thenApply(tokens -> {
            tokens.ifPresent(this::rememberWindow);
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
        window = tokens.maxModelLen() == null || tokens.maxModelLen() <= 0 ? UNKNOWN : tokens.maxModelLen();
    }
}
