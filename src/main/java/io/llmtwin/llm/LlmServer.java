package io.llmtwin.llm;

import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible model server, in one or more replicas. Thread-safe.
 *
 * <p>The bean {@code llmServer} is the one that answers.
 */
public final class LlmServer {
    private final List<String> replicas;
    private final String model;
    private final @Nullable String apiKey;
    private final AtomicInteger next = new AtomicInteger();

    /**
     * A server of {@code model}.
     *
     * @param replicas base URLs, with or without a trailing slash; at least one
     */
    public LlmServer(List<URI> replicas, String model, @Nullable String apiKey) {
        if (replicas.isEmpty()) {
            throw new IllegalArgumentException("a model server needs at least one base URL");
        }
        this.replicas = replicas.stream()
                .map(url -> url.toString().replaceAll("/+$", ""))
                .toList();
        this.model = model;
        this.apiKey = apiKey;
    }

    /** Base URL of the replica whose turn it is, without a trailing slash. */
    public String replica() {
        return replicas.get(Math.floorMod(next.getAndIncrement(), replicas.size()));
    }

    /** Base URLs of all replicas. */
    public List<String> replicas() {
        return replicas;
    }

    /** The model's name, to be sent with every request. */
    public String model() {
        return model;
    }

    /** Value of the Authorization header, or null where the server asks for none. */
    public @Nullable String authorization() {
        return apiKey == null ? null : "Bearer " + apiKey;
    }

    /** The key itself, for clients that build the header themselves. */
    public @Nullable String apiKey() {
        return apiKey;
    }
}
