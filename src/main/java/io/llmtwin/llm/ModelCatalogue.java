package io.llmtwin.llm;

import static java.net.HttpURLConnection.HTTP_OK;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * What each replica lists under {@code /models}: whether our model is there, and how many tokens it reads. Looked at
 * every minute, because a replica may come back with other limits.
 */
@Component
public final class ModelCatalogue implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ModelCatalogue.class);
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final long EVERY_SECONDS = 60;

    private final LlmServer server;
    private final LlmLimits limits;
    private final ObjectMapper json;
    private final WholeAnswers http = new WholeAnswers(HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(PATIENCE)
            .build());
    private final ScheduledExecutorService schedule =
            Executors.newSingleThreadScheduledExecutor(new ThreadFactoryBuilder()
                    .setNameFormat("model-catalogue")
                    .setDaemon(true)
                    .build());

    ModelCatalogue(LlmServer server, LlmLimits limits, ObjectMapper json) {
        this.server = server;
        this.limits = limits;
        this.json = json;
    }

    @EventListener(ApplicationReadyEvent.class)
    void start() {
        ScheduledFuture<?> unused =
                schedule.scheduleWithFixedDelay(this::lookAtAll, 0, EVERY_SECONDS, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        schedule.shutdownNow();
    }

    /** Asks every replica for its models and notes the limit of ours; takes two seconds at most. In the replicas' order. */
    public Map<Replica, Listing> look() {
        Map<Replica, CompletableFuture<Listing>> looks = new LinkedHashMap<>();
        server.members().forEach(replica -> looks.put(replica, look(replica)));
        Map<Replica, Listing> listings = new LinkedHashMap<>();
        looks.forEach((replica, look) -> listings.put(replica, look.join()));
        return listings;
    }

    private CompletableFuture<Listing> look(Replica replica) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(replica.url() + "/models")).timeout(PATIENCE);
        String authorization = server.authorization();
        if (authorization != null) {
            request.header("Authorization", authorization);
        }
        return http.send(request.build())
                .thenApply(response -> read(replica, response))
                .exceptionally(failure -> new Listing(reason(failure), false));
    }

    private static String reason(Throwable failure) {
        Throwable cause = failure.getCause();
        Throwable reason = failure instanceof CompletionException && cause != null ? cause : failure;
        return reason.getClass().getSimpleName();
    }

    private Listing read(Replica replica, HttpResponse<byte[]> response) {
        if (response.statusCode() != HTTP_OK) {
            return new Listing("status " + response.statusCode(), false);
        }
        try {
            return read(replica, json.readTree(response.body()).path("data"));
        } catch (IOException e) {
            return new Listing(e.getClass().getSimpleName(), false);
        }
    }

    private Listing read(Replica replica, JsonNode models) {
        JsonNode ours = find(models, server.model());
        JsonNode limit = ours.path("max_model_len");
        if (!limit.isIntegralNumber()) {
            // an adapter has none of its own: its parent's counts
            limit = find(models, ours.path("parent").asText("")).path("max_model_len");
        }
        if (limit.canConvertToInt() && limit.intValue() > 0) {
            replica.maxModelLen(limit.intValue());
        }
        replica.adapter(ours.hasNonNull("parent") ? ours.path("root").textValue() : null);
        return new Listing("", !ours.isMissingNode());
    }

    private static JsonNode find(JsonNode models, String id) {
        for (JsonNode model : models) {
            if (id.equals(model.path("id").asText())) {
                return model;
            }
        }
        return MissingNode.getInstance();
    }

    private void lookAtAll() {
        try {
            look().forEach((replica, listing) -> {
                if (listing.fault().isEmpty() && !listing.listsModel()) {
                    LOG.warn("the language model at {} does not list {}", replica.url(), server.model());
                }
            });
            int known = server.maxModelLen().orElse(Integer.MAX_VALUE);
            if (known < limits.maxInputTokens() + limits.maxCompletionTokens()) {
                LOG.warn(
                        "the language model reads {} tokens, prompt and answer together, which is less than"
                                + " MAX_TOTAL_TOKENS: answers will be shorter",
                        known);
            }
        } catch (RuntimeException e) {
            LOG.error("the models of the replicas could not be looked at", e);
        }
    }

    /**
     * What came of a look.
     *
     * @param fault empty where the replica answered
     * @param listsModel whether our model is among those that it serves
     */
    public record Listing(String fault, boolean listsModel) {}
}
