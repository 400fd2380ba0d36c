package io.llmtwin.ingest;

import io.llmtwin.ingest.Ingestor.PendingChunk;
import io.llmtwin.ingest.StoredDocuments.Verdict;
import io.llmtwin.retrieval.DocumentType;
import java.io.IOException;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the vector store like the corpus: stores what is new or changed, leaves alone what is not, deletes what is gone.
 * What is to be done follows from the store alone, so that a sync cut short anywhere goes on where it was. It looks for
 * changes every so often, and tries again after a failure. What clients stored is not touched.
 *
 * <p>If part of the corpus can't be read, nothing is deleted until it can: there is no knowing what it holds. A folder
 * that isn't there fails the sync, rather than emptying the store.
 */
public final class CorpusSync implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CorpusSync.class);
    private static final Duration LOG_EVERY = Duration.ofSeconds(5);
    private static final Duration LOOK_EVERY = Duration.ofMinutes(1);
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(5);
    private static final int SKIPPED_IN_LOG = 100;
    private static final int LOOKS_UNTIL_UNREAD_AGAIN = 10;

    private final Corpus corpus;
    private final Ingestor ingestor;
    private final Duration lookEvery;
    private final SyncMeter meter = new SyncMeter(System::nanoTime);
    private final AtomicLong lastLog = new AtomicLong();
    private final CountDownLatch closed = new CountDownLatch(1);
    private @Nullable Thread thread;

    /** A sync that looks for changes every minute, once started. */
    public CorpusSync(Corpus corpus, Ingestor ingestor) {
        this(corpus, ingestor, LOOK_EVERY);
    }

    /**
     * A sync, not yet started.
     *
     * @param lookEvery pause between looks at the corpus, and the longest pause after a failure
     */
    public CorpusSync(Corpus corpus, Ingestor ingestor, Duration lookEvery) {
        this.corpus = corpus;
        this.ingestor = ingestor;
        this.lookEvery = lookEvery;
    }

    /** Syncs on a thread of its own, from now until it is closed. */
    public synchronized void start() {
        if (thread != null) {
            throw new IllegalStateException("already started");
        }
        thread = new Thread(this::run, "corpus-sync");
        thread.setDaemon(true);
        thread.start();
    }

    /** Ends at once; what is not yet stored will be next time. */
    @Override
    public synchronized void close() {
        closed.countDown();
        if (thread != null) {
            thread.interrupt();
            try {
                thread.join(Duration.ofSeconds(10).toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** How far it is. */
    public SyncProgress progress() {
        return meter.progress();
    }

    /**
     * Makes one pass on the calling thread.
     *
     * @throws IOException if the corpus itself can't be read
     * @throws StoreException if the store is unreachable or refuses
     */
    public SyncProgress sync() throws IOException, InterruptedException {
        return sync(corpus.list());
    }

    private void run() {
        String synced = "";
        int looks = 0;
        Duration firstPause = shorter(FIRST_PAUSE, lookEvery);
        Duration pause = firstPause;
        try {
            do {
                try {
                    CorpusListing listing = corpus.list();
                    looks++;
                    boolean triesUnreadAgain = meter.unread() && looks % LOOKS_UNTIL_UNREAD_AGAIN == 0;
                    if (!listing.fingerprint().equals(synced) || triesUnreadAgain) {
                        sync(listing);
                        synced = listing.fingerprint();
                    }
                    pause = firstPause;
                    if (closed.await(lookEvery.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                } catch (IOException | RuntimeException | Error e) {
                    if (Thread.interrupted()) {
                        return;
                    }
                    String reason = e instanceof StoreException ? String.valueOf(e.getMessage()) : e.toString();
                    meter.failed(reason);
                    LOG.warn("corpus: sync failed, next try in {} s: {}", pause.toSeconds(), reason);
                    if (closed.await(pause.toMillis(), TimeUnit.MILLISECONDS)) {
                        return;
                    }
                    pause = shorter(pause.multipliedBy(2), lookEvery);
                }
            } while (true);
        } catch (InterruptedException e) {
            LOG.debug("corpus: sync interrupted");
        }
    }

    private SyncProgress sync(CorpusListing listing) throws IOException, InterruptedException {
        meter.begin(listing);
        lastLog.set(System.nanoTime());
        ingestor.store().ensureCollections();
        Map<DocumentType, StoredDocuments> stored = new EnumMap<>(DocumentType.class);
        for (DocumentType type : DocumentType.values()) {
            stored.put(type, ingestor.store().corpusDocuments(type));
        }
        try (ChunkPipeline pipeline = new ChunkPipeline(ingestor, listener());
                Stream<SourceDocument> documents = corpus.read(meter)) {
            documents.forEach(document -> see(document, stored, pipeline));
            pipeline.finish();
        } catch (CancellationException e) {
            if (Thread.interrupted()) {
                throw (InterruptedException) new InterruptedException().initCause(e);
            }
            throw e;
        }
        removeUnseen(listing, stored);
        meter.done();
        SyncProgress progress = meter.progress();
        summarise(progress);
        return progress;
    }

    private void see(SourceDocument document, Map<DocumentType, StoredDocuments> stored, ChunkPipeline pipeline) {
        String hash = ingestor.hash(document);
        meter.document();
        StoredDocuments collection = stored.get(document.type());
        if (collection == null) {
            throw new IllegalStateException("no collection for " + document.type());
        }
        Verdict verdict = collection.see(document.id(), hash);
        switch (verdict) {
            case UNCHANGED -> meter.unchanged();
            case SEEN_BEFORE ->
                meter.skipped(new Skipped(
                        document.id(), "another of the " + document.type().payloadType() + " has this id"));
            case NEW, CHANGED -> {
                try {
                    store(document, hash, verdict, pipeline);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw (CancellationException) new CancellationException().initCause(e);
                }
            }
        }
        logProgress();
    }

    private void store(SourceDocument document, String hash, Verdict verdict, ChunkPipeline pipeline)
            throws InterruptedException {
        PreparedDocument prepared = ingestor.prepare(document, Origin.CORPUS, hash);
        if (prepared.chunks().isEmpty()) {
            meter.skipped(new Skipped(document.id(), "no content"));
            if (verdict == Verdict.CHANGED) {
                ingestor.store().deleteFromCorpus(document.type(), document.id());
            }
            return;
        }
        StoredChunks stored = new StoredChunks();
        if (verdict == Verdict.CHANGED) {
            String id = document.id();
            stored = ingestor.store().chunks(document.type(), Map.of(id, hash)).getOrDefault(id, stored);
        }
        if (stored.isFrom(Origin.API)) {
            meter.skipped(new Skipped(document.id(), "a client stored a document of this id"));
            return;
        }
        List<PendingChunk> missing = Ingestor.pending(prepared, stored.current());
        if (missing.isEmpty()) {
            ingestor.store().deleteOthers(document.type(), document.id(), hash);
            meter.unchanged();
            return;
        }
        meter.prepared(missing.size());
        pipeline.add(prepared, missing, stored.hasOthers());
    }

    private void removeUnseen(CorpusListing listing, Map<DocumentType, StoredDocuments> stored)
            throws IOException, InterruptedException {
        if (meter.unread()) {
            LOG.warn("corpus: some of it could not be read, so nothing is removed from the store this time");
            return;
        }
        boolean anyStored = stored.values().stream()
                .anyMatch(documents -> !documents.unseen().isEmpty());
        if (listing.files() == 0 && anyStored) {
            throw new IOException("the corpus is empty, as a volume is that isn't mounted; nothing is removed");
        }
        for (Map.Entry<DocumentType, StoredDocuments> collection : stored.entrySet()) {
            for (String id : collection.getValue().unseen()) {
                ingestor.store().deleteFromCorpus(collection.getKey(), id);
                meter.removed();
                logProgress();
            }
        }
    }

    private ChunkPipeline.Listener listener() {
        return new ChunkPipeline.Listener() {
            @Override
            public void stored(int chunks) {
                meter.embedded(chunks);
                logProgress();
            }

            @Override
            public void refused(SourceDocument document) {
                meter.skipped(new Skipped(document.id(), ChunkPipeline.REFUSED));
            }
        };
    }

    private void logProgress() {
        long now = System.nanoTime();
        long last = lastLog.get();
        if (now - last < LOG_EVERY.toNanos() || !lastLog.compareAndSet(last, now)) {
            return;
        }
        SyncProgress progress = meter.progress();
        Duration remaining = progress.remaining();
        LOG.info(
                "corpus: {} of {} documents, {} chunks embedded ({}/s), {} unchanged{}",
                count(progress.documents()),
                count(progress.total()),
                count(progress.chunks()),
                count(Math.round(progress.rate())),
                count(progress.unchanged()),
                remaining == null ? "" : ", about " + time(remaining) + " to go");
    }

    private static void summarise(SyncProgress progress) {
        List<Skipped> skipped = progress.skipped();
        skipped.stream()
                .limit(SKIPPED_IN_LOG)
                .forEach(what -> LOG.warn("corpus: skipped {}: {}", what.path(), what.reason()));
        if (progress.skippedCount() > SKIPPED_IN_LOG) {
            LOG.warn("corpus: skipped {} more", count(progress.skippedCount() - SKIPPED_IN_LOG));
        }
        LOG.info("{}", summary(progress));
    }

    static String summary(SyncProgress progress) {
        return "corpus: " + count(progress.documents()) + " documents, " + count(progress.chunks())
                + " chunks embedded in " + time(progress.elapsed()) + " (" + count(Math.round(progress.rate()))
                + "/s), " + count(progress.unchanged()) + " unchanged, " + count(progress.removed()) + " removed, "
                + count(progress.skippedCount()) + " skipped";
    }

    private static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    private static String time(Duration duration) {
        long seconds = Math.round(duration.toMillis() / 1000.0);
        return seconds < 120 ? seconds + " s" : seconds < 7_200 ? seconds / 60 + " min" : seconds / 3_600 + " h";
    }

    private static Duration shorter(Duration a, Duration b) {
        return a.compareTo(b) < 0 ? a : b;
    }
}
