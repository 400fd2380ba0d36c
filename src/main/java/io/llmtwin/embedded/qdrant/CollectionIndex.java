package io.llmtwin.embedded.qdrant;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.lucene.analysis.core.KeywordAnalyzer;
import org.apache.lucene.codecs.Codec;
import org.apache.lucene.codecs.KnnVectorsFormat;
import org.apache.lucene.codecs.lucene912.Lucene912Codec;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherFactory;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.store.Directory;
import org.apache.lucene.store.MMapDirectory;

/**
 * The points of a collection in a Lucene index, mapped into memory from disk; nothing on the heap grows with their
 * number. Readers see all that was written before they began. Writes are one thread's at a time, reads any number's.
 */
final class CollectionIndex implements Closeable {
    /** A full buffer makes a segment that is quickly scanned and takes little of the heap. */
    private static final double BUFFER_MB = 16;

    /** Graphs are built with half of the processors, so that clients have the rest. */
    private static final int MERGE_THREADS = Math.max(1, Runtime.getRuntime().availableProcessors() / 2);

    private static final int MERGES_BEFORE_WRITERS_WAIT = 16;
    private static final String SEQUENCE = "sequence";

    private final VectorSpaces spaces;
    private final SegmentVectorsFormat vectorsFormat = new SegmentVectorsFormat();
    private final Directory directory;
    private final IndexWriter writer;
    private final SearcherManager searchers;

    /** Counted after each change, so that a reader who has seen the count sees the change once it has refreshed. */
    private final AtomicLong changes = new AtomicLong();

    private volatile long changesSeen;

    private long changesAtRefresh = -1;

    /** Something read from one view of the index. */
    @FunctionalInterface
    interface Reading<T> {
        T from(IndexSearcher searcher) throws IOException;
    }

    CollectionIndex(Path folder, CollectionDescriptor descriptor) throws IOException {
        this.spaces = descriptor.spaces();
        this.directory = new MMapDirectory(folder);
        this.writer = new IndexWriter(directory, configuration(spaces.largestDimension()));
        this.searchers = new SearcherManager(writer, new SearcherFactory());
        writer.maybeMerge();
    }

    /** Number of the last write that is in the last commit. */
    long committedSequence() {
        for (Map.Entry<String, String> entry : writer.getLiveCommitData()) {
            if (entry.getKey().equals(SEQUENCE)) {
                return Long.parseLong(entry.getValue());
            }
        }
        return 0;
    }

    /** Adds {@code point}, or replaces the one with its id. */
    void put(PointDocument point) throws IOException {
        writer.updateDocument(point.key().term(), point.toLucene(spaces));
        changes.incrementAndGet();
    }

    void delete(List<PointKey> keys) throws IOException {
        writer.deleteDocuments(keys.stream().map(PointKey::term).toArray(Term[]::new));
        changes.incrementAndGet();
    }

    /** Makes everything up to the write {@code sequence} durable, against power cuts too. */
    void commit(long sequence) throws IOException {
        writer.setLiveCommitData(Map.of(SEQUENCE, Long.toString(sequence)).entrySet());
        writer.commit();
    }

    /**
     * Lets readers have the segments, and their graphs, that merges have made since the last write; where nothing has been
     * written since the last time, what is left to scan gets a graph.
     */
    void refresh() throws IOException {
        long now = changes.get();
        if (now == changesAtRefresh) {
            writer.maybeMerge();
        }
        changesAtRefresh = now;
        searchers.maybeRefresh();
    }

    <T> T read(Reading<T> reading) throws IOException {
        long now = changes.get();
        if (changesSeen < now) {
            searchers.maybeRefreshBlocking();
            changesSeen = Math.max(changesSeen, now);
        }
        IndexSearcher searcher = searchers.acquire();
        try {
            return reading.from(searcher);
        } finally {
            searchers.release(searcher);
        }
    }

    /** Closes without committing, and without waiting for graphs that are being built. */
    @Override
    public void close() throws IOException {
        vectorsFormat.abandonGraphs();
        searchers.close();
        writer.rollback();
        directory.close();
    }

    private IndexWriterConfig configuration(int dimension) {
        ConcurrentMergeScheduler scheduler = new ConcurrentMergeScheduler();
        scheduler.setMaxMergesAndThreads(MERGES_BEFORE_WRITERS_WAIT, MERGE_THREADS);
        return new IndexWriterConfig(new KeywordAnalyzer())
                .setCodec(codec())
                .setRAMBufferSizeMB(BUFFER_MB)
                .setMergePolicy(new GraphMergePolicy(dimension))
                .setMergeScheduler(scheduler)
                .setMaxFullFlushMergeWaitMillis(0) // a reader doesn't wait for merges
                .setCommitOnClose(false);
    }

    private Codec codec() {
        return new Lucene912Codec() {
            @Override
            public KnnVectorsFormat getKnnVectorsFormatForField(String field) {
                return vectorsFormat;
            }
        };
    }
}
