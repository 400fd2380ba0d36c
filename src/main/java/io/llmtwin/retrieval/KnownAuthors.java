package io.llmtwin.retrieval;

import static io.qdrant.client.ConditionFactory.isEmpty;
import static io.qdrant.client.ConditionFactory.matchKeywords;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.ThreadFactoryBuilder;
import io.grpc.Status;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.WithPayloadSelectorFactory;
import io.qdrant.client.grpc.Common.Filter;
import io.qdrant.client.grpc.JsonWithInt.Value;
import io.qdrant.client.grpc.Points.FacetCounts;
import io.qdrant.client.grpc.Points.FacetHit;
import io.qdrant.client.grpc.Points.RetrievedPoint;
import io.qdrant.client.grpc.Points.ScrollPoints;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * The authors of what is stored, asked of the store itself: a facet over each collection's author keys, or, where the
 * store answers none (Qdrant does so only for indexed keys), points of ever other authors until there is no other. A
 * list is a little old: it is asked for anew, in the background, once it is used after {@link #FRESH}. Requests that need
 * the first one wait for the same. Thread-safe.
 */
@Component
final class KnownAuthors implements AutoCloseable {
    static final Duration FRESH = Duration.ofSeconds(30);

    private static final Duration TIMEOUT = Duration.ofSeconds(2);
    private static final int MOST_BY_FACET = 10_000;
    private static final int MOST_BY_SCROLLING = 200;
    private static final Set<Status.Code> NO_FACET = Set.of(Status.Code.UNIMPLEMENTED, Status.Code.INVALID_ARGUMENT);

    private final QdrantClient client;
    private final ExecutorService loader = Executors.newSingleThreadExecutor(new ThreadFactoryBuilder()
            .setNameFormat("known-authors")
            .setDaemon(true)
            .build());
    private final AsyncLoadingCache<Class<AuthorNames>, AuthorNames> cache;

    KnownAuthors(@Qualifier("searchClient") QdrantClient client) {
        this.client = client;
        this.cache =
                Caffeine.newBuilder().refreshAfterWrite(FRESH).executor(loader).buildAsync(unused -> load());
    }

    /**
     * All of them, ids included where those are what is stored.
     *
     * @throws IllegalStateException if the store can't be asked and never was
     */
    AuthorNames names() {
        try {
            return cache.get(AuthorNames.class).get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException("the vector store didn't say who its authors are", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while the vector store was asked for its authors", e);
        }
    }

    @Override
    public void close() {
        loader.shutdownNow();
    }

    private AuthorNames load() throws InterruptedException {
        Map<AuthorKey, ListenableFuture<List<FacetHit>>> facets = new LinkedHashMap<>();
        for (DocumentType type : DocumentType.values()) {
            for (String key : type.authorKeys()) {
                facets.put(new AuthorKey(type.collection(), key), facet(type.collection(), key));
            }
        }
        Set<String> names = new LinkedHashSet<>();
        for (Map.Entry<AuthorKey, ListenableFuture<List<FacetHit>>> facet : facets.entrySet()) {
            try {
                facet.getValue().get().stream()
                        .filter(hit -> hit.getValue().hasStringValue())
                        .forEach(hit -> names.add(hit.getValue().getStringValue()));
            } catch (ExecutionException e) {
                Status.Code code = Status.fromThrowable(e).getCode();
                if (NO_FACET.contains(code)) {
                    names.addAll(scrolled(facet.getKey()));
                } else if (code != Status.Code.NOT_FOUND) {
                    throw new IllegalStateException("the vector store didn't say who its authors are", e.getCause());
                }
            }
        }
        return new AuthorNames(names);
    }

    private ListenableFuture<List<FacetHit>> facet(String collection, String key) {
        return client.facetAsync(
                FacetCounts.newBuilder()
                        .setCollectionName(collection)
                        .setKey(key)
                        .setLimit(MOST_BY_FACET)
                        .build(),
                TIMEOUT);
    }

    private Collection<String> scrolled(AuthorKey key) throws InterruptedException {
        Set<String> names = new LinkedHashSet<>();
        boolean other = true;
        while (other && names.size() < MOST_BY_SCROLLING) {
            other = names.addAll(anyOtherThan(names, key));
        }
        return names;
    }

    private List<String> anyOtherThan(Set<String> names, AuthorKey key) throws InterruptedException {
        Filter.Builder filter = Filter.newBuilder().addMustNot(isEmpty(key.name));
        if (!names.isEmpty()) {
            filter.addMustNot(matchKeywords(key.name, List.copyOf(names)));
        }
        ScrollPoints scroll = ScrollPoints.newBuilder()
                .setCollectionName(key.collection)
                .setFilter(filter)
                .setLimit(1)
                .setWithPayload(WithPayloadSelectorFactory.include(List.of(key.name)))
                .build();
        List<String> found = new ArrayList<>();
        try {
            for (RetrievedPoint point :
                    client.scrollAsync(scroll, TIMEOUT).get().getResultList()) {
                Value value = point.getPayloadMap().get(key.name);
                if (value != null && value.hasStringValue()) {
                    found.add(value.getStringValue());
                }
            }
        } catch (ExecutionException e) {
            if (Status.fromThrowable(e).getCode() != Status.Code.NOT_FOUND) {
                throw new IllegalStateException("the vector store didn't say who its authors are", e.getCause());
            }
        }
        return found;
    }

    private record AuthorKey(String collection, String name) {}
}
