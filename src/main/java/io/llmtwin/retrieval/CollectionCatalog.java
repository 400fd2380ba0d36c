package io.llmtwin.retrieval;

import com.google.common.util.concurrent.FluentFuture;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.llmtwin.retrieval.CollectionState.Missing;
import io.llmtwin.retrieval.CollectionState.Refused;
import io.llmtwin.retrieval.CollectionState.Searchable;
import io.qdrant.client.QdrantClient;
import io.qdrant.client.grpc.Collections.CollectionConfig;
import io.qdrant.client.grpc.Collections.CollectionParams;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.stereotype.Component;

/**
 * The bean {@code collectionCatalog}: what the store has of the three collections, remembered. What is older than 10
 * seconds is looked at again while the old is still used; a missing collection is looked for each time. Thread-safe.
 */
@Component
public final class CollectionCatalog {
    private static final Logger LOG = LoggerFactory.getLogger(CollectionCatalog.class);
    private static final Duration FRESH = Duration.ofSeconds(10);

    private final QdrantClient client;
    private final Embedder embedder;
    private final Duration patience;
    private final LongSupplier nanoTime;

    private @Nullable Seen seen;
    private @Nullable ListenableFuture<Seen> looking;

    @Autowired
    CollectionCatalog(@Qualifier("searchClient") QdrantClient client, Embedder embedder, SearchDeadline deadline) {
        this(client, embedder, deadline.look(), System::nanoTime);
    }

    CollectionCatalog(QdrantClient client, Embedder embedder, Duration patience, LongSupplier nanoTime) {
        this.client = client;
        this.embedder = embedder;
        this.patience = patience;
        this.nanoTime = nanoTime;
    }

    /**
     * Begins to look at the store, if what is known of it is old, and returns at once. What it returns waits for the
     * answer, and throws an {@link IllegalStateException} if there is none in time.
     */
    public Supplier<Map<DocumentType, CollectionState>> look() {
        ListenableFuture<Seen> look = current();
        return () -> states(answer(look));
    }

    /** Forgets what is known, because the store may have changed. */
    public synchronized void forget() {
        seen = null;
        looking = null;
    }

    /** What could be done with each collection when it was last looked at; empty before the first look. */
    public Map<DocumentType, CollectionState> lastSeen() {
        Seen last;
        synchronized (this) {
            last = seen;
        }
        return last == null ? Map.of() : states(last);
    }

    /** Whether a collection is left out, because its vectors can't be compared with the embedding model's. */
    public boolean refusesAny() {
        return lastSeen().values().stream().anyMatch(Refused.class::isInstance);
    }

    private synchronized ListenableFuture<Seen> current() {
        Seen known = seen != null && seen.isComplete() ? seen : null;
        if (known != null && nanoTime.getAsLong() - known.at < FRESH.toNanos()) {
            return Futures.immediateFuture(known);
        }
        ListenableFuture<Seen> look = looking == null ? begin() : looking;
        return known == null ? look : Futures.immediateFuture(known);
    }

    private synchronized ListenableFuture<Seen> begin() {
        List<ListenableFuture<Optional<CollectionConfig>>> looks = new ArrayList<>();
        for (DocumentType type : DocumentType.values()) {
            looks.add(look(type));
        }
        ListenableFuture<Seen> look =
                Futures.whenAllComplete(looks).call(() -> seen(looks), MoreExecutors.directExecutor());
        looking = look;
        look.addListener(() -> keep(look), MoreExecutors.directExecutor());
        return look;
    }

    private Seen answer(ListenableFuture<Seen> look) {
        try {
            return look.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while looking at the collections", e);
        } catch (TimeoutException e) {
            throw new IllegalStateException(
                    "the vector store did not say in " + patience.toMillis() + " ms which collections it has", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException(
                    "the vector store did not say which collections it has: " + e.getCause(), e);
        }
    }

    private ListenableFuture<Optional<CollectionConfig>> look(DocumentType type) {
        return FluentFuture.from(client.getCollectionInfoAsync(type.collection(), patience))
                .transform(info -> Optional.of(info.getConfig()), MoreExecutors.directExecutor())
                .catchingAsync(
                        StatusRuntimeException.class,
                        e -> e.getStatus().getCode() == Status.Code.NOT_FOUND
                                ? Futures.immediateFuture(Optional.<CollectionConfig>empty())
                                : Futures.immediateFailedFuture(e),
                        MoreExecutors.directExecutor());
    }

    private Seen seen(List<ListenableFuture<Optional<CollectionConfig>>> looks) throws ExecutionException {
        Map<DocumentType, Optional<CollectionConfig>> byType = new EnumMap<>(DocumentType.class);
        Iterator<ListenableFuture<Optional<CollectionConfig>>> answers = looks.iterator();
        for (DocumentType type : DocumentType.values()) {
            byType.put(type, Futures.getDone(answers.next()));
        }
        return new Seen(Collections.unmodifiableMap(byType), nanoTime.getAsLong());
    }

    /** Takes what a look has found, unless it was forgotten meanwhile. One that failed changes nothing. */
    private synchronized void keep(ListenableFuture<Seen> look) {
        if (look != looking) {
            return;
        }
        looking = null;
        try {
            seen = Futures.getDone(look);
        } catch (ExecutionException e) {
            LOG.debug("the collections could not be looked at", e);
        }
    }

    private Map<DocumentType, CollectionState> states(Seen known) {
        CollectionSchema expected = CollectionSchema.of(embedder);
        Map<DocumentType, CollectionState> states = new EnumMap<>(DocumentType.class);
        known.configs.forEach((type, config) -> states.put(
                type, config.map(found -> state(type, found, expected)).orElseGet(Missing::new)));
        return states;
    }

    private static CollectionState state(DocumentType type, CollectionConfig config, CollectionSchema expected) {
        Optional<CollectionSchema> schema = CollectionSchema.of(config);
        if (schema.isPresent() && !schema.get().equals(expected)) {
            return new Refused(type.collection() + " was filled by " + schema.get() + ", but the service embeds by "
                    + expected + "; ingest it anew, or set the embedding model it was filled by");
        }
        CollectionParams params = config.getParams();
        long dimension = params.getVectorsConfig().getParams().getSize();
        if (dimension != expected.dimension()) {
            return new Refused(
                    type.collection() + " has " + (dimension == 0 ? "no unnamed vectors" : "vectors of " + dimension)
                            + ", but the service embeds to " + expected.dimension() + " dimensions");
        }
        boolean ranksByTerms = params.getSparseVectorsConfig().containsMap(SearchKind.BM25.vector());
        return new Searchable(ranksByTerms, schema.isPresent());
    }

    /** What the store said, and when. */
    private record Seen(Map<DocumentType, Optional<CollectionConfig>> configs, long at) {
        boolean isComplete() {
            return configs.values().stream().allMatch(Optional::isPresent);
        }
    }
}
