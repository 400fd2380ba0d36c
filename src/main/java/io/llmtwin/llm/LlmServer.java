package io.llmtwin.llm;

import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig;
import io.github.resilience4j.circuitbreaker.CircuitBreakerConfig.SlidingWindowType;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * An OpenAI-compatible model server, in one or more replicas. Thread-safe.
 *
 * <p>The bean {@code llmServer} is the one that answers.
 */
public final class LlmServer {
    /** How many requests more than the least busy replica has one that has the conversation's prefix in its cache may have. */
    private static final int WORTH_OF_A_PREFIX = 4;

    /** Opens when half of the last ten requests to a replica failed; after five seconds one request tries again. */
    private static final CircuitBreakerConfig BREAKER = CircuitBreakerConfig.custom()
            .slidingWindowType(SlidingWindowType.COUNT_BASED)
            .slidingWindowSize(10)
            .minimumNumberOfCalls(5)
            .failureRateThreshold(50)
            .waitDurationInOpenState(Duration.ofSeconds(5))
            .automaticTransitionFromOpenToHalfOpenEnabled(true)
            .permittedNumberOfCallsInHalfOpenState(1)
            .build();

    private final List<Replica> members;
    private final String model;
    private final @Nullable String apiKey;
    private final AtomicInteger next = new AtomicInteger();

    /**
     * A server of {@code model} with circuit breakers of its own.
     *
     * @param replicas base URLs, with or without a trailing slash; at least one
     */
    public LlmServer(List<URI> replicas, String model, @Nullable String apiKey) {
        this(replicas, model, apiKey, CircuitBreakerRegistry.ofDefaults());
    }

    /**
     * A server of {@code model}.
     *
     * @param replicas base URLs, with or without a trailing slash; at least one
     * @param breakers has or gets one for each replica, by its base URL
     */
    public LlmServer(List<URI> replicas, String model, @Nullable String apiKey, CircuitBreakerRegistry breakers) {
        if (replicas.isEmpty()) {
            throw new IllegalArgumentException("a model server needs at least one base URL");
        }
        this.members = replicas.stream()
                .map(url -> url.toString().replaceAll("/+$", ""))
                .distinct()
                .map(url -> new Replica(url, breakers.circuitBreaker(url, BREAKER)))
                .toList();
        this.model = model;
        this.apiKey = apiKey;
    }

    /**
     * A place at the replica that should answer: the one that {@code affinity} belongs to, unless it is much busier than
     * others; else the least busy. Which one that is stays the same as long as it is there (rendezvous hashing).
     *
     * @param affinity names a conversation, of which the replica may still have the beginning in its prefix cache
     * @param tried replicas to leave out
     */
    Optional<Replica> choose(@Nullable String affinity, Set<Replica> tried) {
        List<Replica> candidates = new ArrayList<>(members);
        Collections.rotate(candidates, -Math.floorMod(next.getAndIncrement(), members.size()));
        candidates.removeAll(tried);
        candidates.sort(Comparator.comparingInt(Replica::inFlight));
        if (affinity != null && candidates.size() > 1) {
            Replica home = Collections.max(candidates, Comparator.comparingInt(replica -> mixed(affinity, replica)));
            if (home.inFlight() - candidates.get(0).inFlight() <= WORTH_OF_A_PREFIX) {
                candidates.remove(home);
                candidates.add(0, home);
            }
        }
        return candidates.stream().filter(Replica::enter).findFirst();
    }

    /** Whether a replica may be asked that is not among {@code tried}. */
    boolean hasAnother(Set<Replica> tried) {
        return members.stream().anyMatch(replica -> !tried.contains(replica) && replica.mayBeAsked());
    }

    /** After which time the first of the replicas may be asked again; null where not all of them asked for rest. */
    @Nullable
    Duration restsFor() {
        Duration shortest = members.stream()
                .map(Replica::restsFor)
                .min(Comparator.naturalOrder())
                .orElse(Duration.ZERO);
        return shortest.isZero() ? null : shortest;
    }

    /** The most tokens that every replica reads and writes together; empty where none has said. */
    public OptionalInt maxModelLen() {
        return members.stream()
                .flatMapToInt(replica -> replica.maxModelLen().stream())
                .min();
    }

    /** Base URLs of all replicas, without trailing slashes. */
    public List<String> replicas() {
        return members.stream().map(Replica::url).toList();
    }

    /** The adapter at the replica with that base URL, as far as its listing of a minute ago says; null where none is. */
    public @Nullable String adapterAt(@Nullable String url) {
        return members.stream()
                .filter(replica -> replica.url().equals(url))
                .map(Replica::adapter)
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** All replicas. */
    public List<Replica> members() {
        return members;
    }

    /** The model's name, to be sent with every request. */
    public String model() {
        return model;
    }

    /** Value of the Authorization header, or null where the server asks for none. */
    public @Nullable String authorization() {
        return apiKey == null ? null : "Bearer " + apiKey;
    }

    private static int mixed(String affinity, Replica replica) {
        int hash = (affinity + '\n' + replica.url()).hashCode();
        // String.hashCode hardly mixes: texts that differ at the end alone would keep one order for every affinity
        hash = (hash ^ (hash >>> 16)) * 0x85ebca6b;
        hash = (hash ^ (hash >>> 13)) * 0xc2b2ae35;
        return hash ^ (hash >>> 16);
    }

    /** The key itself, for clients that build the header themselves. */
    public @Nullable String apiKey() {
        return apiKey;
    }
}
